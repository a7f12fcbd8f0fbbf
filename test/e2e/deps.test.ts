import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository, runEider } from '../support/eider.ts';
import { gitRepository, type PackageHub, startPackageHub, tarball, writeFiles } from '../support/package-hub.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// `eider deps` with a hub on this machine and repositories in a folder. It needs git and tar (apt-get install git tar).

const secret = 'hush-hush-token';
const work = temporaryFolder('deps');
const project = join(work, 'project');
let hub: PackageHub;
let commits: readonly string[];

const library = (name: string, version: string): Readonly<Record<string, string>> => ({
  'dbt_project.yml': `name: ${name}\nversion: ${version}\n`,
  'macros/which.sql': `{% macro ${name}_which() %}${version}{% endmacro %}\n`,
});

beforeAll(async () => {
  const base = ['1.0.0', '1.1.0', '2.0.0-rc.1'].map((version) => [version, { files: library('base', version) }]);
  const needsBase = [{ package: 'acme/base', version: ['>=1.0.0', '<2.0.0'] }];
  hub = await startPackageHub(join(work, 'hub'), {
    'acme/base': Object.fromEntries(base),
    'acme/extra': { '0.1.0': { files: library('extra', '0.1.0'), packages: needsBase } },
  });
  hub.extra.set('/tarred.tar.gz', tarball(join(work, 'hub'), 'any-name', library('inside', '1.0.0')));
  commits = gitRepository(join(work, secret, 'many'), [
    { tag: 'v1', files: { 'sub/dbt_project.yml': 'name: sub\n', 'sub/models/s.sql': 'select 1 as one' } },
    { tag: 'v2', files: { 'sub/models/s.sql': 'select 2 as two' } },
  ]);
  writeFiles(project, {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    'models/a.sql': 'select {{ base.base_which() }} as which',
    'own/dbt_project.yml': 'name: own\n',
  });
});

afterAll(async () => {
  await hub.close();
  removeFolder(work);
});

function deps(...parameters: readonly string[]): Promise<ProgramResult> {
  return eider('deps', ...parameters);
}

function eider(...parameters: readonly string[]): Promise<ProgramResult> {
  return runEider(parameters, {
    cwd: project,
    env: { DBT_PACKAGE_HUB_URL: hub.url, EIDER_CACHE_DIR: join(work, 'cache'), DBT_ENV_SECRET_PLACE: secret, CI: '1' },
  });
}

/** Every file below the folder of packages (or another one), with its text; links with what they lead to. */
function tree(folder = join(project, 'dbt_packages')): Readonly<Record<string, string>> {
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  return Object.fromEntries(
    entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        const text = entry.isSymbolicLink() ? readlinkSync(path) : readFileSync(path, 'utf8');
        return [path.slice(folder.length + 1), text];
      }),
  );
}

const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const write = (path: string, text: string): void => writeFileSync(join(project, path), text);
const hubEntry = (name: string, version: string): string => `  - package: ${name}\n    version: ${version}\n`;
const leftovers = (): readonly string[] => readdirSync(project).filter((name) => name.startsWith('.dbt_packages'));

const gitEntry = `  - git: "file://${work}/{{ env_var('DBT_ENV_SECRET_PLACE') }}/many"\n    revision: v1\n    subdirectory: sub\n`;
const everything = `packages:\n${hubEntry('acme/extra', '0.1.0')}${gitEntry}  - local: own\n`;

test('packages of every kind are installed, with those that they ask for, and locked', async () => {
  write('packages.yml', `${everything}  - tarball: ${hub.url}tarred.tar.gz\n    name: tarred\n`);
  const { exitCode, stdout } = await deps();
  expect(stdout).toContain('Installing acme/extra');
  expect(stdout).toContain('Installed from version 0.1.0');
  expect(exitCode).toBe(0);
  expect(Object.keys(tree()).sort()).toEqual([
    'base/dbt_project.yml',
    'base/macros/which.sql',
    'extra/dbt_project.yml',
    'extra/macros/which.sql',
    'own',
    'sub/dbt_project.yml',
    'sub/models/s.sql',
    'tarred/dbt_project.yml',
    'tarred/macros/which.sql',
  ]);
  expect(tree()['sub/models/s.sql']).toBe('select 1 as one');
  expect(tree()['base/macros/which.sql']).toContain('1.1.0');
  const lock = read('package-lock.yml');
  expect(lock).toContain(`revision: ${commits[0]}`);
  expect(lock).toContain("{{ env_var('DBT_ENV_SECRET_PLACE') }}");
  expect(leftovers()).toEqual([]);
});

test('a secret is nowhere: not on the screen, in the lock file, among the packages or in the cache', async () => {
  const { stdout, stderr } = await deps('--debug', '--upgrade');
  expect(stdout).toContain('git ');
  for (const text of [
    stdout,
    stderr,
    read('package-lock.yml'),
    ...Object.values(tree()),
    ...Object.values(tree(join(work, 'cache'))),
  ])
    expect(text).not.toContain(secret);
});

test('what is locked and in the cache is installed again without asking the hub, and edits by hand go', async () => {
  write('packages.yml', everything);
  await deps();
  const before = tree();
  hub.requests.length = 0;
  write('dbt_packages/base/macros/which.sql', 'edited');
  const { exitCode } = await deps();
  expect([exitCode, hub.requests, tree()]).toEqual([0, [], before]);
  expect((await eider('parse')).exitCode).toBe(0);
});

test('an entry that cannot be had leaves everything as it was', async () => {
  const before = [tree(), read('package-lock.yml')];
  write('packages.yml', `${everything}${hubEntry('acme/bse', '1.0.0')}  - local: nowhere\n`);
  const { exitCode, stdout } = await deps();
  expect(exitCode).toBe(2);
  expect(stdout).toContain('error[package/not-found] packages.yml:8:5');
  expect(stdout).toContain('Did you mean "acme/base"?');
  expect(stdout).toContain('There is no dbt_project.yml in nowhere.');
  expect([tree(), read('package-lock.yml')]).toEqual(before);
  expect(leftovers()).toEqual([]);
  write('packages.yml', everything);
});

test('--add-package writes the entry once the package is there', async () => {
  expect((await deps('--add-package', 'acme/base@9.9.9')).exitCode).toBe(2);
  expect(read('packages.yml')).toBe(everything);
  const unversioned = await deps('--add-package', 'acme/base');
  expect([unversioned.exitCode, unversioned.stderr]).toEqual([2, expect.stringContaining('needs a version')]);
  const { exitCode, stdout } = await deps('--add-package', 'acme/base@1.0.0');
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('Updated version available: 1.1.0')]);
  expect(read('packages.yml')).toBe(`${everything}${hubEntry('acme/base', '1.0.0')}`);
  expect(tree()['base/macros/which.sql']).toContain('1.0.0');
});

test('--lock writes the lock file alone, --upgrade chooses anew', async () => {
  write('packages.yml', `packages:\n${hubEntry('acme/base', '">=1.0.0"')}`);
  await deps('--lock');
  expect(read('package-lock.yml')).toContain('version: 1.1.0');
  expect(tree()['base/macros/which.sql']).toContain('1.0.0');
  const older = read('package-lock.yml').replace('version: 1.1.0', 'version: 1.0.0');
  write('package-lock.yml', older);
  await deps();
  expect([read('package-lock.yml'), tree()['base/macros/which.sql']]).toEqual([
    older,
    expect.stringContaining('1.0.0'),
  ]);
  await deps('--upgrade');
  expect(read('package-lock.yml')).toContain('version: 1.1.0');
  expect(tree()['base/macros/which.sql']).toContain('1.1.0');
});

test('a lock file that a merge left in pieces is told, and made again with --upgrade', async () => {
  const whole = read('package-lock.yml');
  const pieces = `<<<<<<< ours\n${whole}=======\n${whole}>>>>>>> theirs\n`;
  write('package-lock.yml', pieces);
  const { exitCode, stdout } = await deps();
  expect([exitCode, stdout]).toEqual([2, expect.stringContaining('package-lock.yml:')]);
  expect(read('package-lock.yml')).toBe(pieces);
  expect((await deps('--upgrade')).exitCode).toBe(0);
  expect(read('package-lock.yml')).toBe(whole);
});

test('reading a project tells what is not installed, and a lock file that is out of date', async () => {
  write('packages.yml', `packages:\n${hubEntry('acme/base', '1.0.0')}`);
  const outdated = await eider('parse');
  expect(outdated.exitCode).toBe(0);
  expect(outdated.stdout).toContain('warning[package/outdated-lock] packages.yml:2:5');
  write('packages.yml', `packages:\n${hubEntry('acme/base', '1.0.0')}${hubEntry('acme/extra', '0.1.0')}`);
  const missing = await eider('parse');
  expect(missing.exitCode).toBe(2);
  expect(missing.stdout).toContain('asks for 2 packages, and dbt_packages holds 1: acme/extra not installed.');
  expect(missing.stdout).toContain('Run `eider deps`.');
});

test('killed while it waits for a package it leaves the old ones, and nothing once it has run again', async () => {
  write(
    'packages.yml',
    `packages:\n${hubEntry('acme/extra', '0.1.0')}  - tarball: ${hub.url}slow.tar.gz\n    name: slow\n`,
  );
  hub.extra.set('/slow.tar.gz', tarball(join(work, 'hub'), 'slow', library('slow', '1.0.0')));
  expect((await deps()).exitCode).toBe(0);
  const before = tree();
  hub.extra.set('/slow.tar.gz', 'silence');
  hub.requests.length = 0;
  let pid = 0;
  const running = runEider(['deps'], {
    cwd: project,
    env: { DBT_PACKAGE_HUB_URL: hub.url, EIDER_CACHE_DIR: join(work, 'cache'), DBT_ENV_SECRET_PLACE: secret },
    onStart: (started) => {
      pid = started;
    },
  });
  for (let tries = 0; !hub.requests.includes('/slow.tar.gz') && tries < 6000; tries++) await wait(10);
  process.kill(pid, 'SIGKILL');
  expect((await running).signal).toBe('SIGKILL');
  expect(tree()).toEqual(before);
  expect(leftovers()).toHaveLength(1);
  write('packages.yml', 'packages: []\n');
  const { exitCode, stdout } = await deps();
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('No packages were found')]);
  expect([tree(), leftovers(), existsSync(join(project, 'package-lock.yml'))]).toEqual([{}, [], false]);
});

test('a server that stumbles is asked again', async () => {
  write('packages.yml', `packages:\n${hubEntry('acme/base', '1.0.0')}`);
  hub.failures = 1;
  expect((await deps()).exitCode).toBe(0);
  expect(hub.failures).toBe(0);
});

test('the folder of packages is never the project', async () => {
  write('dbt_project.yml', 'name: shop\nprofile: shop\npackages-install-path: .\n');
  const { exitCode, stdout } = await deps();
  expect([exitCode, stdout]).toEqual([2, expect.stringContaining('deps would delete it')]);
  expect(existsSync(join(project, 'models/a.sql'))).toBe(true);
  write('dbt_project.yml', "name: shop\nprofile: shop\npackages-install-path: \"{{ 'vendor' ~ '/dbt' }}\"\n");
  expect((await deps()).exitCode).toBe(0);
  expect(Object.keys(tree(join(project, 'vendor/dbt')))).toContain('base/dbt_project.yml');
});

test('every event of JSON logs is as the schema says, and each was seen', async () => {
  const schema = JSON.parse(readFileSync(join(repository, 'packages/cli/docs/events.schema.json'), 'utf8'));
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  const json = ['--log-format', 'json', '--log-level', 'debug'];
  write('packages.yml', `packages:\n${gitEntry}${hubEntry('acme/base', '1.0.0')}`);
  const first = await deps(...json);
  const second = await deps('--add-package', 'acme/base@1.1.0', ...json);
  write('packages.yml', '');
  const third = await deps(...json);
  const lines = [first, second, third].flatMap(({ stdout }) => stdout.trimEnd().split('\n'));
  const events = lines.map((line) => JSON.parse(line) as { readonly info: { readonly name: string } });
  expect(events.flatMap((event) => (validate(event) ? [] : [event, validate.errors]))).toEqual([]);
  const names: readonly string[] = schema.properties.info.properties.name.enum;
  const seen = new Set(events.map(({ info }) => info.name));
  expect(names.filter((name) => name.startsWith('Deps') && !seen.has(name))).toEqual([]);
});
