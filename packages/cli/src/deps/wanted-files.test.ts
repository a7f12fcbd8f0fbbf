import { expect, it } from 'vitest';
import type { Flags } from '../flags/flags.ts';
import { addedPackage } from './wanted-files.ts';

const given = (addPackage: string, source: Flags['source'] = 'hub'): unknown =>
  addedPackage({ addPackage, source } as Flags);

it.each([
  ['dbt-labs/dbt_utils@1.3.0', 'hub', { name: 'dbt-labs/dbt_utils', version: '1.3.0' }],
  ['a/b@>=1.0.0,<2.0.0', 'hub', { name: 'a/b', version: '>=1.0.0,<2.0.0' }],
  ['https://host/a.git@v1', 'git', { name: 'https://host/a.git', version: 'v1' }],
  ['git@host:a/b.git@v1', 'git', { name: 'git@host:a/b.git', version: 'v1' }],
  ['https://token@host/a.git@v1', 'git', { name: 'https://token@host/a.git', version: 'v1' }],
  ['../own', 'local', { name: '../own', version: null }],
] as const)('--add-package %s with --source %s', (text, source, expected) => {
  expect(given(text, source)).toEqual({ ...expected, source });
});

it.each([
  ['dbt-labs/dbt_utils', 'hub'],
  ['git@host:a/b.git', 'git'],
  ['https://token@host/a.git', 'git'],
] as const)('--add-package %s with --source %s needs a version', (text, source) => {
  expect(() => given(text, source)).toThrow('--add-package needs a version');
});

it('is not there without the flag', () => {
  expect(addedPackage({ addPackage: undefined, source: 'hub' } as Flags)).toBeNull();
});
