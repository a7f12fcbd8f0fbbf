import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EiderError, error } from '../diagnostics.ts';
import { wantedPackages } from '../project/packages.ts';
import { valueRenderer } from '../project/render-values.ts';
import type { HubPackage, PackagePorts } from './package-ports.ts';
import { type Resolution, resolvePackages } from './resolve-packages.ts';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'eider-resolve-'));
});
afterAll(() => rmSync(root, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const renderer = valueRenderer({ env: { DBT_ENV_SECRET_TOKEN: 'hush-hush' }, cliVars: {}, secrets: true });

/** Packages of the hub: versions, each with the entries of its own packages.yml. */
function hub(packages: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>): PackagePorts {
  const facts = (id: string, entries: Readonly<Record<string, readonly unknown[]>>): HubPackage => ({
    movedTo: id === 'acme/old' ? 'acme/new' : null,
    versions: new Map(
      Object.entries(entries).map(([version, wishes]) => [
        version,
        { name: id.split('/')[1] ?? '', tarball: '', packages: wishes, requireDbtVersion: [] },
      ]),
    ),
  });
  return {
    hubPackage: async (name) => (packages[name] === undefined ? null : facts(name, packages[name])),
    hubNames: async () => Object.keys(packages),
    git: async ({ label, revision, subdirectory, url }) => {
      if (revision === 'gone') throw new EiderError([error('package/not-found', `${label} has no revision "gone".`)]);
      const folder = join(root, new URL(url).pathname.slice(1).replace(/\.git$/, ''), subdirectory ?? '');
      return { commit: `commit of ${revision ?? 'HEAD'}`, folder };
    },
    tarball: async ({ url }) => ({ folder: join(root, url) }),
  };
}

async function resolve(packages: string, ports: PackagePorts): Promise<Resolution> {
  const found: unknown[] = [];
  const { specs } = await wantedPackages(root, renderer, (one) => found.push(one), {
    texts: { 'packages.yml': packages },
  });
  expect(found).toEqual([]);
  return resolvePackages(specs, { root, rootName: 'shop', renderer, ports, versionCheck: true });
}

async function chosen(packages: string, ports: PackagePorts): Promise<readonly string[]> {
  const { diagnostics, packages: pinned } = await resolve(packages, ports);
  expect(diagnostics).toEqual([]);
  return pinned.map((one) => (one.kind === 'hub' ? `${one.package}@${one.version}` : `${one.kind} ${one.name}`));
}

async function findings(packages: string, ports: PackagePorts): Promise<readonly string[]> {
  const { diagnostics } = await resolve(packages, ports);
  return diagnostics.map((one) => `${one.severity} ${one.code} ${one.place?.line ?? '-'}: ${one.message}`);
}

const one = (name: string, version = '1.0.0'): string => `  - package: ${name}\n    version: ${version}\n`;

describe('resolution', () => {
  it('takes the packages of packages, level by level', async () => {
    const ports = hub({
      'acme/a': { '1.0.0': [{ package: 'acme/c', version: '>=1.0.0' }] },
      'acme/b': { '1.0.0': [] },
      'acme/c': { '1.0.0': [{ package: 'acme/d', version: '1.0.0' }], '1.1.0': [] },
      'acme/d': { '1.0.0': [] },
    });
    expect(await chosen(`packages:\n${one('acme/a')}${one('acme/b')}`, ports)).toEqual([
      'acme/a@1.0.0',
      'acme/b@1.0.0',
      'acme/c@1.1.0',
    ]);
  });

  it('chooses again where a later condition is narrower, and keeps what the first choice brought, as dbt does', async () => {
    const ports = hub({
      'acme/a': { '1.0.0': [], '2.0.0': [{ package: 'acme/z', version: '1.0.0' }] },
      'acme/b': { '1.0.0': [{ package: 'acme/a', version: '<2.0.0' }] },
      'acme/z': { '1.0.0': [] },
    });
    const wanted = `packages:\n${one('acme/a', '">=1.0.0"')}${one('acme/b')}`;
    expect(await chosen(wanted, ports)).toEqual(['acme/a@1.0.0', 'acme/b@1.0.0', 'acme/z@1.0.0']);
  });

  it('comes to an end where packages ask for one another', async () => {
    const ports = hub({
      'acme/a': { '1.0.0': [{ package: 'acme/b', version: '1.0.0' }] },
      'acme/b': { '1.0.0': [{ package: 'acme/a', version: '1.0.0' }] },
    });
    expect(await chosen(`packages:\n${one('acme/a')}`, ports)).toEqual(['acme/a@1.0.0', 'acme/b@1.0.0']);
  });

  it('reads folders, repositories and archives, and renders the files of packages', async () => {
    write({
      'own/dbt_project.yml': 'name: own\n',
      'own/dependencies.yml': "packages:\n  - package: \"{{ 'acme/' ~ 'a' }}\"\n    version: 1.0.0\n",
      'repo/sub/dbt_project.yml': 'name: sub\n',
      'arc/dbt_project.yml': 'name: whatever\n',
    });
    const git = '  - git: https://host/repo.git\n    subdirectory: sub\n    revision: v1\n';
    const wanted = `packages:\n  - local: own\n${git}  - tarball: arc\n    name: arc\n`;
    expect(await chosen(wanted, hub({ 'acme/a': { '1.0.0': [] } }))).toEqual([
      'local own',
      'git sub',
      'tarball arc',
      'acme/a@1.0.0',
    ]);
  });

  it('knows a repository with and without .git', async () => {
    write({ 'repo/dbt_project.yml': 'name: repo\n' });
    const wanted =
      'packages:\n  - git: https://host/repo.git\n    revision: v1\n  - git: https://host/repo\n    revision: v1\n';
    expect(await chosen(wanted, hub({}))).toEqual(['git repo']);
  });
});

describe('what cannot be resolved is told at the entry that led there', () => {
  const ports = hub({
    'acme/a': { '1.0.0': [{ package: 'acme/c', version: '<1.0.0' }], '1.1.0-rc.1': [] },
    'acme/c': { '1.0.0': [], '0.9.0': [] },
    'acme/old': { '1.0.0': [] },
    'acme/broken': { '1.0.0': [{ package: 'nope' }] },
  });

  it.each([
    [
      'several at once',
      `${one('acme/x')}${one('acme/y')}`,
      [
        'error package/not-found 2: The package "acme/x" is not on the hub.',
        'error package/not-found 4: The package "acme/y" is not on the hub.',
      ],
    ],
    [
      'a conflict',
      `${one('acme/a')}${one('acme/c', '">=1.0.0"')}`,
      ['error package/conflict 4: No version of acme/c can be >=1.0.0 (this project), and <1.0.0 (acme/a).'],
    ],
    [
      'no such version',
      one('acme/c', '2.0.0'),
      ['error package/not-found 2: No version of acme/c that can be installed is 2.0.0: there is 1.0.0, 0.9.0.'],
    ],
    ['no version at all', one('acme/c', '"~1.0"'), ['error package/invalid 2: "~1.0" is no version of acme/c.']],
    [
      'a package that moved',
      one('acme/old'),
      ['warning project/deprecated 2: The package acme/old has moved: it is acme/new now.'],
    ],
    [
      'a package of a broken package',
      one('acme/broken'),
      [
        'error package/invalid 2: What the hub says of acme/broken cannot be used: "nope" is no name of the hub: it has the owner in front.',
        'error package/invalid 2: What the hub says of acme/broken cannot be used: A package of the hub needs "version".',
      ],
    ],
    [
      'a private package',
      '  - private: acme/x\n',
      [
        'error project/unsupported 2: "private: acme/x" needs dbt Cloud\'s connection to the git provider, which neither dbt Core nor eider has.',
      ],
    ],
    [
      'a folder without a project',
      '  - local: nowhere\n',
      ['error package/not-found 2: There is no dbt_project.yml in nowhere.'],
    ],
    [
      'a name that would lead elsewhere',
      '  - local: evil\n',
      ['error package/invalid 2: evil calls its project "../x", which is no name.'],
    ],
    [
      'two projects of one name',
      '  - local: own\n  - local: own2\n',
      ['error package/duplicate 3: The project of own2 is called "own", as that of own is: names must differ.'],
    ],
    [
      'a project with the root’s name',
      '  - local: shop\n',
      [
        'error package/duplicate 2: The project of shop is called "shop", as that of this project is: names must differ.',
      ],
    ],
    [
      'a branch alone',
      '  - git: https://host/repo\n    revision: main\n',
      [
        'warning package/unpinned 2: The git package https://host/repo is pinned to the branch "main" alone: what it holds may change without a word.',
      ],
    ],
    ['a branch alone, and content with it', '  - git: https://host/repo\n    warn-unpinned: false\n', []],
    [
      'two revisions',
      '  - git: https://host/repo\n    revision: v1\n  - git: https://host/repo.git\n    revision: v2\n',
      [
        'error package/conflict 2: https://host/repo is asked for in several revisions: v1 (this project), v2 (this project).',
      ],
    ],
    [
      'a revision that is gone, without the password',
      '  - git: https://me:pass@host/repo\n    revision: gone\n',
      ['error package/not-found 2: https://host/repo has no revision "gone".'],
    ],
    [
      'a revision that is gone, without the secret',
      '  - git: "https://{{ env_var(\'DBT_ENV_SECRET_TOKEN\') }}@host/repo"\n    revision: gone\n',
      ['error package/not-found 2: https://{{ env_var(\'DBT_ENV_SECRET_TOKEN\') }}@host/repo has no revision "gone".'],
    ],
  ])('%s', async (_, packages, said) => {
    write({
      'own/dbt_project.yml': 'name: own\n',
      'own/dependencies.yml': '',
      'own2/dbt_project.yml': 'name: own\n',
      'shop/dbt_project.yml': 'name: shop\n',
      'evil/dbt_project.yml': 'name: ../x\n',
      'repo/dbt_project.yml': 'name: repo\n',
    });
    expect(await findings(`packages:\n${packages}`, ports)).toEqual(said);
  });
});
