import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { packagesHash, wantedPackages } from '../project/packages.ts';
import { valueRenderer } from '../project/render-values.ts';
import { addPackageEntry } from './add-package.ts';
import { lockFileText, readLockFile } from './lock-file.ts';
import type { PinnedPackage } from './pinned-package.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'eider-lock-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const env = { DBT_ENV_SECRET_TOKEN: 'hush-hush', PLACE: 'x' };
const renderer = valueRenderer({ env, cliVars: {}, secrets: true });
const none = (): never => {
  throw new Error('a finding');
};

async function hashOf(packages: string): Promise<string> {
  return packagesHash((await wantedPackages(folderWith({ 'packages.yml': packages }), renderer, none)).specs);
}

describe('the hash of a lock file', () => {
  // What dbt 1.11 computes for these entries.
  it.each([
    ['packages: [{local: x}]', '000ef978a42b3d45dd13ec5c59ef521d87ba0279'],
    ['packages: [{local: x, name: n}]', '3ada3954d370bc0e2434d00aa99f1960c8db937e'],
    ['packages: [{local: "{{ env_var(\'PLACE\') }}"}]', null],
    ['packages: [{git: x}]', 'b82016a84c457e8e4e2535aab60632d81483d77e'],
    [
      'packages: [{git: x, revision: 1.0, warn-unpinned: false, subdirectory: s}]',
      '5678609a90836ae79b151ed34bceefca00112523',
    ],
    ['packages: [{git: x, revision: 1e3}]', '16ec0e38bd199f49b4269752ea154bd172e5838e'],
    ['packages: [{git: x, revision: 1.10}]', '271a383882db281ae438016f0c80a6cd12373f26'],
    ['packages: [{tarball: x, name: y}]', 'f8c28aa6c070b2b0dce8667ca339c493f36b7373'],
    ['packages: [{package: a/b, version: 1.0}]', 'bbcacd8a45bfe08b1b0e318c1c09cccb5c12fe57'],
    ["packages: [{package: a/b, version: [1, '>=1.0.0', 2.5]}]", 'be8c24c74a63ceeef3b2099f6aa6748fb180d602'],
    [
      "packages: [{package: a/b, version: '1.0.0', install_prerelease: true}]",
      'c3abe22411807d7e886d361b3a1ce2cce9664ba6',
    ],
  ])('of %s is dbt’s', async (packages, hash) => {
    if (hash === null) expect(await hashOf(packages)).not.toBe(await hashOf('packages: [{local: x}]'));
    else expect(await hashOf(packages)).toBe(hash);
  });
});

const place = { file: 'packages.yml', line: 2, column: 5 };
const commit = '74a48d9fdc1e293c94851b9d6f024001e153aba5';
const written = "https://{{ env_var('DBT_ENV_SECRET_TOKEN') }}@example.org/a.git";
const pinned: readonly PinnedPackage[] = [
  { kind: 'local', place, name: 'loc', path: 'local' },
  {
    kind: 'git',
    place,
    name: 'one',
    url: 'https://hush-hush@example.org/a.git',
    written,
    subdirectory: 'in',
    revision: commit,
  },
  { kind: 'tarball', place, name: 'tarred', url: 'http://x/t.tgz', written: 'http://x/t.tgz' },
  { kind: 'hub', place, name: 'base', package: 'acme/base', version: '1.0.0', latest: '1.1.0' },
];

describe('a lock file', () => {
  it('is written as dbt writes it, and read again', async () => {
    const text = lockFileText(pinned, 'abc', (one) => one);
    expect(text).toBe(
      [
        'packages:',
        '  - local: local',
        '    name: loc',
        `  - git: https://{{ env_var('DBT_ENV_SECRET_TOKEN') }}@example.org/a.git`,
        '    name: one',
        `    revision: ${commit}`,
        '    subdirectory: in',
        '  - name: tarred',
        '    tarball: http://x/t.tgz',
        '  - name: base',
        '    package: acme/base',
        '    version: 1.0.0',
        'sha1_hash: abc',
        '',
      ].join('\n'),
    );
    const read = await readLockFile(folderWith({ 'package-lock.yml': text }), renderer, none);
    expect(read?.hash).toBe('abc');
    expect(read?.packages.map(({ kind, name }) => [kind, name])).toEqual(pinned.map(({ kind, name }) => [kind, name]));
    expect(read?.packages[1]).toMatchObject({ url: 'https://hush-hush@example.org/a.git', written, revision: commit });
    expect(read?.packages[3]).toMatchObject({ version: '1.0.0', latest: null });
  });

  it('says what it cannot use', async () => {
    const found: string[] = [];
    const text = "packages:\n  - package: a/b\n    version: ['>=1.0.0', '<2.0.0']\nsha1_hash: x\n";
    const read = await readLockFile(folderWith({ 'package-lock.yml': text }), renderer, ({ code }) => found.push(code));
    expect([read?.packages, found]).toEqual([[], ['package/invalid']]);
  });

  it('keeps the values of secrets out', () => {
    const [, git] = pinned;
    if (git?.kind !== 'git') throw new Error('no git package');
    const text = lockFileText([{ ...git, written: git.url }], 'abc', (one) => one.replaceAll('hush-hush', '*****'));
    expect(text).toContain('git: https://*****@example.org/a.git');
  });
});

describe('a version in a lock file', () => {
  // As PyYAML's dumper writes them.
  it.each([
    ['1.0.0', '1.0.0'],
    ['1.0', "'1.0'"],
    ['1234567890', "'1234567890'"],
    ['1_000', "'1_000'"],
    ['on', "'on'"],
    ['2024-01-02', "'2024-01-02'"],
    ['', "''"],
    ['~', "'~'"],
    ['{{ x }}', "'{{ x }}'"],
    ["it's: so", "'it''s: so'"],
    ['a #b', "'a #b'"],
    ['a#b', 'a#b'],
    ['>=1.0.0', "'>=1.0.0'"],
    ['-x', '-x'],
    ['- x', "'- x'"],
    ['<1.0.0', '<1.0.0'],
    ['=1.0.0', '=1.0.0'],
    ['=', "'='"],
    ['grün', '"gr\\xFCn"'],
    ['a\tb', '"a\\tb"'],
    ['\u{1F600}', '"\\U0001F600"'],
  ])('%j becomes %s', (version, yaml) => {
    const text = lockFileText(
      [{ kind: 'hub', place, name: 'x', package: 'a/x', version, latest: null }],
      'abc',
      String,
    );
    expect(text).toContain(`    package: a/x\n    version: ${yaml}\n`);
  });
});

describe('--add-package', () => {
  const base = { name: 'acme/base', version: '1.0.0', source: 'hub' } as const;

  it('writes a new file', () => {
    expect(addPackageEntry('', base)?.text).toBe('packages:\n  - package: acme/base\n    version: 1.0.0\n');
  });

  it('keeps comments and takes the old entry away, from whatever source', () => {
    const old =
      '# ours\npackages:\n  - local: ../x # mine\n  - git: https://example.org/acme/base.git\n    revision: v1\n  - package: acme/base-utils\n    version: 1.0.0\n';
    const result = addPackageEntry(old, { ...base, version: '>=1.0.0,<2.0.0' });
    expect(result?.removed).toEqual(['https://example.org/acme/base.git']);
    expect(result?.text).toBe(
      '# ours\npackages:\n  - local: ../x # mine\n  - package: acme/base-utils\n    version: 1.0.0\n  - package: acme/base\n    version:\n      - ">=1.0.0"\n      - <2.0.0\n',
    );
  });

  it('writes repositories and folders under their keys', () => {
    const git = addPackageEntry('packages: []\n', { name: 'https://x/y.git', version: '1.0', source: 'git' });
    expect(git?.text).toBe('packages:\n  - git: https://x/y.git\n    revision: "1.0"\n');
    expect(addPackageEntry('packages:\n', { name: '../y', version: null, source: 'local' })?.text).toBe(
      'packages:\n  - local: ../y\n',
    );
  });

  it('refuses a file whose packages are no list', () => {
    expect(addPackageEntry('packages: {a: 1}\n', base)).toBeNull();
  });
});
