import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { gitRepository, type PackageHub, startPackageHub, tarball, writeFiles } from '../support/package-hub.ts';
import { type ProgramResult, runProgram } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// `deps` beside dbt's: the same packages installed, the same lock file to the byte, the same exit code. Different by intent: no `.git` in a git package (it
// would hold the address with its password), and nothing changes where something fails.

const { dbtPython } = findPeers();
const dbt = join(dirname(dbtPython), 'dbt');
const work = temporaryFolder('deps-interop');
let hub: PackageHub;
let commits: readonly string[];

const library = (name: string, version: string, packages = ''): Readonly<Record<string, string>> => ({
  'dbt_project.yml': `name: ${name}\nversion: ${version}\n`,
  'macros/which.sql': `{% macro ${name}_which() %}${version}{% endmacro %}\n`,
  ...(packages === '' ? {} : { 'packages.yml': packages }),
});

beforeAll(async () => {
  const versions = [
    '0.9.0',
    '1.0.0',
    '1.1.0-rc1',
    '1.1.0',
    '1.2.0',
    '1.10.0',
    '2.0.0',
    '2.1.0-beta.2',
    '2.1.0-beta.11',
  ];
  const base = versions.map((version) => [
    version,
    {
      files: library('base', version),
      requireDbtVersion: version === '2.0.0' ? ['>=1.0.0', '<1.5.0'] : ['>=1.0.0', '<3.0.0'],
    },
  ]);
  hub = await startPackageHub(join(work, 'hub'), {
    'acme/base': Object.fromEntries(base),
    'acme/extra': {
      '0.1.0': {
        files: library('extra', '0.1.0'),
        packages: [{ package: 'acme/base', version: ['>=1.0.0', '<1.2.0'] }],
      },
      '0.2.0': { files: library('extra', '0.2.0'), packages: [{ package: 'acme/base', version: '1.2.0' }] },
    },
    'acme/third': {
      '1.0.0': { files: library('third', '1.0.0'), packages: [{ package: 'acme/extra', version: '<1.0.0' }] },
    },
    'acme/twin': { '1.0.0': { name: 'base', files: library('base', '1.0.0') } },
  });
  hub.extra.set('/t.tar.gz', tarball(join(work, 'hub'), 'whatever-1', library('real_name', '1.0.0')));
  commits = gitRepository(join(work, 'one.git'), [
    { tag: 'v1', files: library('one', '1.0.0') },
    { tag: 'v2', files: library('one', '2.0.0', `packages:\n  - package: acme/base\n    version: 1.0.0\n`) },
  ]);
  gitRepository(join(work, 'veiled-part.git'), [{ tag: 'v1', files: library('veiled', '1.0.0') }]);
  gitRepository(join(work, 'many'), [
    {
      tag: 'v1',
      files: { 'a b/in/dbt_project.yml': 'name: inner\n', 'a b/in/models/q.sql': 'select 1', 'top.txt': 'x' },
    },
  ]);
});

afterAll(async () => {
  await hub.close();
  removeFolder(work);
});

interface Installed {
  readonly exitCode: number | null;
  readonly lock: string | null;
  readonly tree: readonly string[];
}

function environment(): Readonly<Record<string, string>> {
  const own = { DBT_PACKAGE_HUB_URL: hub.url, EIDER_CACHE_DIR: join(work, 'cache'), REPOSITORIES: `file://${work}` };
  return { ...own, DBT_ENV_SECRET_PART: 'veiled-part', DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', CI: '1' };
}

function project(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(work, 'projects', name);
  removeFolder(folder);
  writeFiles(folder, {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'own/dbt_project.yml': 'name: own\n',
    'own/packages.yml': `packages:\n  - git: "{{ env_var('REPOSITORIES') }}/one.git"\n    revision: v1\n`,
    ...files,
  });
  return folder;
}

function lockOf(folder: string): string | null {
  const path = join(folder, 'package-lock.yml');
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** Every file with its text; links by whether they lead into the project. */
function treeOf(project: string): readonly string[] {
  const folder = join(project, 'dbt_packages');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !/\/\.git(\/|$)/.test(entry.parentPath))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const held = entry.isSymbolicLink()
        ? `-> ${readlinkSync(path).replace(project, '')}`
        : readFileSync(path, 'utf8');
      return `${path.slice(folder.length)} ${held}`;
    })
    .sort();
}

type Program = (folder: string, parameters: readonly string[]) => Promise<ProgramResult>;
const byDbt: Program = (cwd, parameters) => runProgram([dbt, 'deps', ...parameters], { cwd, env: environment() });
const byEider: Program = (cwd, parameters) => runEider(['deps', ...parameters], { cwd, env: environment() });

async function install(program: Program, folder: string, parameters: readonly string[]): Promise<Installed> {
  const { exitCode } = await program(folder, parameters);
  return { exitCode, lock: lockOf(folder), tree: treeOf(folder) };
}

async function both(files: Readonly<Record<string, string>>, parameters: readonly string[] = []): Promise<Installed> {
  const [theirs, ours] = await Promise.all([
    install(byDbt, project('theirs', files), parameters),
    install(byEider, project('ours', files), parameters),
  ]);
  expect(ours).toEqual(theirs);
  return ours;
}

const packages = (...lines: readonly string[]): Readonly<Record<string, string>> => ({
  'packages.yml': `packages:\n${lines.map((line) => `  ${line}\n`).join('')}`,
});

describe('deps installs what dbt installs', () => {
  test('ranges, and packages of packages', async () => {
    const wanted = packages(
      '- package: acme/third',
      '  version: 1.0.0',
      '- package: acme/base',
      '  version: [">=1.0.0", "<2.0.0"]',
    );
    // The newest acme/extra wants 1.2.0, which lies in the range.
    expect((await both(wanted)).tree).toHaveLength(6);
  });

  test('pre-releases, and versions that are made for another dbt', async () => {
    await both(packages('- package: acme/base', '  version: ">=1.0.0"', '  install_prerelease: true'));
    await both(packages('- package: acme/base', '  version: [">=1.1.0-rc0", "<1.1.0"]'));
    await both(packages('- package: acme/base', '  version: [">=1.0.0"]'), ['--no-version-check']);
  });

  test('repositories by tag, branch and commit, folders in them, Jinja', async () => {
    const one = `- git: "{{ env_var('REPOSITORIES') }}/one.git"`;
    await both(packages(one, '  revision: v2'));
    await both(
      packages(
        one,
        '  revision: main',
        '  warn-unpinned: false',
        '- git: "{{ env_var(\'REPOSITORIES\') }}/many"',
        '  subdirectory: a b/in',
      ),
    );
    await both(packages(one, `  revision: ${commits[0]}`));
    const withSecret = `- git: "{{ env_var('REPOSITORIES') }}/{{ env_var('DBT_ENV_SECRET_PART') }}.git"`;
    expect((await both(packages(withSecret, '  revision: v1'))).lock).toContain('DBT_ENV_SECRET_PART');
  });

  test('archives, and folders with packages of their own', async () => {
    await both(packages(`- tarball: ${hub.url}t.tar.gz`, '  name: tarred', '- local: own'));
  });

  test('dependencies.yml, as it stands', async () => {
    await both({ 'dependencies.yml': 'packages:\n  - package: acme/base\n    version: 1.0.0\n' });
  });

  test('only the lock file with --lock', async () => {
    expect((await both(packages('- package: acme/extra', '  version: 0.1.0'), ['--lock'])).tree).toEqual([]);
  });

  test.each([
    ['a package that is not there', ['- package: acme/none', '  version: 1.0.0']],
    [
      'conditions that exclude each other',
      ['- package: acme/base', '  version: ">=1.2.0"', '- package: acme/extra', '  version: 0.1.0'],
    ],
    [
      'two projects of one name',
      ['- package: acme/base', '  version: 1.0.0', '- package: acme/twin', '  version: 1.0.0'],
    ],
    ['a private package', ['- private: acme/base']],
    ['a revision that is not there', [`- git: "{{ env_var('REPOSITORIES') }}/one.git"`, '  revision: none']],
    ['a key that is not there', ['- local: own', '  path: own']],
  ])('nothing for %s', async (_, lines) => {
    expect(await both(packages(...lines))).toEqual({ exitCode: 2, lock: null, tree: [] });
  });
});

test('each takes the lock file of the other', async () => {
  const wanted = packages(
    '- package: acme/base',
    '  version: [">=1.0.0", "<2.0.0"]',
    `- git: file://${work}/one.git`,
    '  revision: v1',
  );
  const folder = project('shared', wanted);
  expect((await byEider(folder, [])).exitCode).toBe(0);
  // As if it had been made when there was no newer version: whoever does not take it would write 1.10.0 again.
  const lock = lockOf(folder)?.replace('version: 1.10.0', 'version: 1.1.0');
  for (const program of [byDbt, byEider, byDbt]) {
    writeFiles(folder, { 'package-lock.yml': lock ?? '' });
    expect((await program(folder, [])).exitCode).toBe(0);
    expect(lockOf(folder)).toBe(lock);
    expect(treeOf(folder).join()).toContain('{% macro base_which() %}1.1.0');
  }
});

test('versions are ordered, and ranges narrowed, as dbt does', async () => {
  const parts = ['0.1.0', '1.0.0', '1.0.0-a', '1.0.0-a.1', '1.0.0-2', '1.0.0-10', '1.0.0rc1', '1.2.0', '10.0.0'];
  const conditions = parts.flatMap((part) => ['', '>', '>=', '<', '<=', '='].map((comparator) => comparator + part));
  const cases = conditions.flatMap((a) => conditions.map((b) => [a, b]));
  const code = `
import json, sys
from dbt_common.semver import reduce_versions, resolve_to_specific_version, filter_installable, VersionSpecifier
from dbt_common.exceptions import VersionsNotCompatibleError
cases, parts = json.load(sys.stdin)
def chosen(pair):
    try: found = reduce_versions(*[VersionSpecifier.from_version_string(one) for one in pair])
    except VersionsNotCompatibleError: return None
    return resolve_to_specific_version(found, filter_installable(parts, True))
print(json.dumps([chosen(pair) for pair in cases]))
`;
  const { stdout } = await runProgram([dbtPython, '-c', code], { input: JSON.stringify([cases, parts]) });
  const { chooseVersion } = await import('../../packages/core/src/packages/choose-version.ts');
  const { parseVersion, reduceVersions } = await import('../../packages/core/src/packages/version-specifier.ts');
  const facts = { name: '', tarball: '', packages: [], requireDbtVersion: [] };
  const all = { versions: new Map(parts.map((part) => [part, facts])), movedTo: null };
  const ours = cases.map((pair) => {
    const read = pair.map(parseVersion).filter((one) => one !== null);
    const range = reduceVersions(read);
    return range === null
      ? null
      : chooseVersion(all, read, range, { installPrerelease: true, versionCheck: false }).version;
  });
  expect(ours).toEqual(JSON.parse(stdout));
});
