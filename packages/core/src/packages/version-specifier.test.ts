import { describe, expect, it } from 'vitest';
import { chooseVersion } from './choose-version.ts';
import type { HubPackage } from './package-ports.ts';
import {
  compareVersions,
  parseVersion,
  rangeText,
  reduceVersions,
  type VersionSpecifier,
  versionText,
} from './version-specifier.ts';

function version(text: string): VersionSpecifier {
  const read = parseVersion(text);
  if (read === null) throw new Error(`${text} is no version`);
  return read;
}

const range = (...conditions: readonly string[]): string | null => {
  const reduced = reduceVersions(conditions.map(version));
  return reduced === null ? null : rangeText(reduced);
};

function hub(...versions: readonly string[]): HubPackage {
  const facts = versions.map(
    (text) =>
      [
        text,
        { name: 'p', tarball: '', packages: [], requireDbtVersion: text.startsWith('9') ? ['>=99.0.0'] : [] },
      ] as const,
  );
  return { versions: new Map(facts), movedTo: null };
}

function choose(
  versions: readonly string[],
  conditions: readonly string[],
  prerelease = false,
  versionCheck = true,
): string | null {
  const read = conditions.map(version);
  const reduced = reduceVersions(read);
  if (reduced === null) return null;
  return chooseVersion(hub(...versions), read, reduced, { installPrerelease: prerelease, versionCheck }).version;
}

describe('a version condition', () => {
  it.each(['1.2.3', '>=1.2.3', '<0.0.1-rc.1', '1.0.0rc1', '=1.0.0+build.5', '>1.0.0-alpha-x.7'])('reads %s', (text) => {
    expect(parseVersion(text)).not.toBeNull();
  });

  it.each(['', '1', '1.2', 'v1.2.3', '> 1.2.3', '>=1.0.0,<2.0.0', '01.2.3', '~1.2.3', '1.2.x'])(
    'takes %j for none, as dbt does',
    (text) => expect(parseVersion(text)).toBeNull(),
  );

  it('is written with its comparator', () => {
    expect(versionText(version('1.2.3rc1+b'))).toBe('=1.2.3-rc1+b');
    expect(versionText(version('>=1.2.3'))).toBe('>=1.2.3');
  });
});

describe('the order of versions', () => {
  it('is by number, then by pre-release', () => {
    const sorted = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0',
      '1.0.10',
      '1.2.0',
    ];
    expect([...sorted].reverse().sort((a, b) => compareVersions(version(a), version(b)))).toEqual(sorted);
  });

  it('puts bounds of one version in their order', () => {
    expect(compareVersions(version('<1.0.0'), version('<=1.0.0'))).toBe(-1);
    expect(compareVersions(version('>1.0.0'), version('>=1.0.0'))).toBe(1);
    expect(compareVersions(version('>=1.0.0'), version('<=1.0.0'))).toBe(0);
    expect(compareVersions(version('>1.0.0'), version('<=1.0.0'))).toBe(1);
  });
});

describe('several conditions', () => {
  it.each([
    [[], 'any version'],
    [['>=1.0.0', '<2.0.0'], '>=1.0.0, <2.0.0'],
    [['>=1.0.0', '>1.0.0', '<=3.0.0', '<3.0.0'], '>1.0.0, <3.0.0'],
    [['1.5.0', '>=1.0.0', '<2.0.0'], '1.5.0'],
    [['1.5.0', '1.5.0'], '1.5.0'],
    [['>=1.0.0', '<=1.0.0'], '>=1.0.0, <=1.0.0'],
  ])('%j leave %s', (conditions, left) => expect(range(...conditions)).toBe(left));

  it.each([[['1.0.0', '1.0.1']], [['>=2.0.0', '<2.0.0']], [['1.0.0', '>1.0.0']], [['>2.0.0', '<1.0.0']]])(
    '%j exclude each other',
    (conditions) => expect(range(...conditions)).toBeNull(),
  );
});

describe('the chosen version', () => {
  it('is the newest in the range', () => {
    expect(choose(['1.10.0', '1.9.0', '2.0.0'], ['>=1.0.0', '<2.0.0'])).toBe('1.10.0');
    expect(choose(['1.0.0'], ['>1.0.0'])).toBeNull();
  });

  it('is a pre-release only where one is asked for', () => {
    const versions = ['1.0.0', '1.1.0-rc.1', '2.0.0-rc.1'];
    expect(choose(versions, ['>=1.0.0'])).toBe('1.0.0');
    expect(choose(versions, ['>=1.0.0'], true)).toBe('2.0.0-rc.1');
    expect(choose(versions, ['>=1.1.0-rc.0', '<2.0.0'])).toBe('1.1.0-rc.1');
    expect(choose(versions, ['1.1.0-rc.1'])).toBe('1.1.0-rc.1');
  });

  it('is made for this dbt, unless that is not to be checked', () => {
    expect(choose(['1.0.0', '9.0.0'], ['>=1.0.0'])).toBe('1.0.0');
    expect(choose(['1.0.0', '9.0.0'], ['>=1.0.0'], false, false)).toBe('9.0.0');
  });

  it('leaves out what is no version', () => {
    expect(choose(['1.0.0', 'latest'], ['>=1.0.0'])).toBe('1.0.0');
  });
});
