import { describe, expect, it } from 'vitest';
import { type WarningFate, warnErrorOptions, warningFate } from './warn-error-options.ts';

/** A code, and behind a space dbt's name of the finding. */
const fate = (options: unknown, finding: string): WarningFate => {
  const [code = '', dbtName] = finding.split(' ');
  return warningFate(
    { code, ...(dbtName !== undefined && { dbtName }) },
    warnErrorOptions.read(options, '--warn-error-options'),
    false,
  );
};

describe('--warn-error-options', () => {
  it.each([
    ['{}', 'project/no-node', 'warn'],
    ['{error: all}', 'project/no-node', 'error'],
    ['{include: "*"}', 'project/no-node', 'error'],
    ['{"error": "all", "warn": ["NoNodeForYamlKey"]}', 'project/no-node', 'warn'],
    ['{"error": "all", "warn": ["NoNodeForYamlKey"]}', 'project/unused-config', 'error'],
    ['{include: all, exclude: [project/no-node]}', 'project/no-node', 'warn'],
    ['{error: [UnusedResourceConfigPath]}', 'project/unused-config', 'error'],
    ['{error: [UnusedResourceConfigPath]}', 'project/no-node', 'warn'],
    ['{error: [lake/moved-aside]}', 'lake/moved-aside', 'error'],
    ['{silence: [DepsUnpinned]}', 'package/unpinned', 'silence'],
    ['{error: all, silence: [DepsUnpinned]}', 'package/unpinned', 'silence'],
    ['{error: [Deprecations]}', 'project/deprecated ExposureNameDeprecation', 'error'],
    ['{error: [Deprecations]}', 'project/no-node', 'warn'],
    ['{error: [Deprecations], warn: [project/deprecated]}', 'project/deprecated ExposureNameDeprecation', 'warn'],
    [
      '{silence: [Deprecations], error: [DuplicateYAMLKeysDeprecation]}',
      'project/duplicate-key DuplicateYAMLKeysDeprecation',
      'error',
    ],
    ['{silence: [Deprecations], error: all}', 'project/deprecated ExposureNameDeprecation', 'silence'],
    ['{error: [LogTestResult]}', 'test', 'error'],
    ['{error: [SeedIncreased]}', 'test', 'warn'],
  ])('%s makes of %s: %s', (text, code, expected) => expect(fate(text, code)).toBe(expected));

  it('leaves a warning alone that dbt does not hand to it', () => {
    const options = warnErrorOptions.read('{error: all}', '--warn-error-options');
    expect(warningFate({ code: 'config/invalid', staysWarning: true }, options, true)).toBe('warn');
    expect(warningFate({ code: 'config/invalid', staysWarning: false }, options, true)).toBe('error');
  });

  it('comes from dbt_project.yml as a mapping', () => {
    expect(fate({ error: 'all', silence: null, warn: ['project/no-node'] }, 'project/no-node')).toBe('warn');
  });

  it.each([
    ['all', 'it must hold a mapping'],
    ['{error: some}', 'has no list under "error"'],
    ['{errors: all}', 'has no key "errors"'],
    [{ warn: 2n ** 70n }, 'has no list under "warn"'],
    ['{error: [UnusedResourceConfigPaht]}', 'names "UnusedResourceConfigPaht", which is no warning'],
    ['{error: all, include: all}', 'which mean the same'],
    ['{warn: [DepsUnpinned]}', 'has "warn" without `error: all`'],
  ])('%o is refused', (options, said) => expect(() => fate(options, 'test')).toThrow(said));

  it('leaves --warn-error what it is', () => {
    expect(warningFate({ code: 'project/no-node' }, undefined, true)).toBe('error');
    expect(warningFate({ code: 'test' }, undefined, true)).toBe('error');
    expect(warningFate({ code: 'test' }, undefined, false)).toBe('warn');
  });
});
