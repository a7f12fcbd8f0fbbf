import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// `debug` is for the moment in which nothing else works: it tells all that can be found, and never a secret.

const root = temporaryFolder('debug');
let folder = root;
let count = 0;
afterAll(() => removeFolder(root));
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});

const project = 'name: shop\nprofile: shop\n';
const profile = (target: string): string => `shop: {target: dev, outputs: {dev: {type: duckdb, ${target}}}}\n`;

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function debug(...parameters: readonly string[]): Promise<ProgramResult> {
  return runEider(['debug', ...parameters], { cwd: folder, env: { HOME: folder, NO_COLOR: '1' } });
}

interface Report {
  readonly success: boolean;
  readonly duckdb_version: string;
  readonly checks: readonly {
    readonly section: string;
    readonly name: string;
    readonly status: string;
    readonly detail: string;
    readonly facts: readonly string[];
    readonly findings: readonly { readonly code: string; readonly message: string; readonly hint: string | null }[];
  }[];
}

async function report(...parameters: readonly string[]): Promise<Report> {
  return JSON.parse((await debug('--output', 'json', ...parameters)).stdout) as Report;
}

function check({ checks }: Report, name: string): Report['checks'][number] {
  const found = checks.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no check ${name} among ${checks.map((one) => one.name).join(', ')}`);
  return found;
}

test('what dbt warns of is what --warn-error makes of it', async () => {
  write({ 'dbt_project.yml': `${project}data-paths: [data]\n`, 'profiles.yml': profile('path: shop.duckdb') });
  const codes = await Promise.all(
    [
      [],
      ['--warn-error'],
      ['--warn-error-options', '{error: [ConfigDataPathDeprecation]}'],
      ['--warn-error-options', '{error: all, silence: [Deprecations]}'],
    ].map(async (flags) => (await debug(...flags)).exitCode),
  );
  expect(codes).toEqual([0, 2, 2, 0]);
});

test.each([
  ['a variable that dbt_project.yml lacks', 'models: {+schema: "{{ var(\'x\') }}"}', 2, 'dbt_project.yml:3:'],
  ['YAML that cannot be read', 'models: [', 2, 'dbt_project.yml:'],
  ['a value of a wrong type', 'models: [1]', 1, 'dbt_project.yml:3:'],
])('%s ends it as dbt', async (_what, line, code, place) => {
  write({ 'dbt_project.yml': `${project}${line}\n`, 'profiles.yml': profile('path: shop.duckdb') });
  const { exitCode, stdout } = await debug();
  expect([exitCode, stdout]).toEqual([code, expect.stringContaining(place)]);
});

test('a project in order passes every check, and nothing is left behind', async () => {
  write({
    'dbt_project.yml': project,
    'profiles.yml': profile('path: shop.duckdb, settings: {memory_limit: 1GB}, extensions: [json]'),
    'models/a.sql': "{{ config(materialized='table') }} select 1 as a",
  });
  const before = readdirSync(folder);
  const { exitCode, stdout } = await debug();
  expect(exitCode).toBe(0);
  for (const text of [
    /eider version: \d+\.\d+\.\d+/,
    /DuckDB version: 1\.\d+\.\d+/,
    /Using profiles\.yml file at .*profiles\.yml/,
    / {2}profiles\.yml file \[OK found and valid\]/,
    / {2}target: dev \[OK found\]/,
    / {2}working database \[OK not there yet: made by the first build\]/,
    / {2}json \[OK loaded: .*built in\]/,
    / {2}memory_limit \[OK accepted\]/,
    / {2}Connection test \[OK connection ok\]/,
    / {2}published catalog \[OK can be made\]/,
    /hard links yes, symbolic links yes, rename over a file yes, fsync yes, clock exact/,
    /nothing is committed yet/,
    /All checks passed!/,
  ])
    expect(stdout).toMatch(text);
  expect(readdirSync(folder)).toEqual(before);
});

test('each entry of the profile that DuckDB refuses is named, with its line; no secret is shown', async () => {
  write({
    'dbt_project.yml': project,
    'profiles.yml': profile(
      [
        'path: shop.duckdb',
        'extensions: [nosuch]',
        'settings: {no_such_setting: 4, memory_limit: 1GB}',
        'secrets: [{type: http, name: web, bearer_token: hush-hush}, {type: s3, name: lake, key_id: AKIAKEY, secret: swordfish}]',
        'attach: [{path: other.duckdb, alias: other, read_only: true}, {path: "host=h password=hush-hush", type: postgres}]',
      ].join(', '),
    ),
  });
  const found = await report();
  expect(found.success).toBe(false);
  expect(check(found, 'nosuch')).toMatchObject({
    status: 'failed',
    findings: [{ code: 'engine/extension', hint: expect.stringMatching(/bring nosuch\.duckdb_extension .* here/) }],
  });
  expect(check(found, 'no_such_setting').status).toBe('failed');
  expect(check(found, 'memory_limit').status).toBe('ok');
  expect(check(found, 'lake (s3)').status).toBe('failed');
  expect(check(found, 'other').findings).toMatchObject([{ message: expect.stringContaining('does not exist') }]);
  expect(check(found, 'entry 2').status).toBe('failed');
  const { exitCode, stdout } = await debug();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/\d+ checks failed:/);
  expect(stdout + JSON.stringify(found)).not.toMatch(/hush-hush|AKIAKEY|swordfish/);
});

describe('what is broken does not hide what works', () => {
  test('without a project and a profile', async () => {
    const found = await report();
    expect(check(found, 'dbt_project.yml file')).toMatchObject({ status: 'failed', detail: 'not found' });
    expect(check(found, 'profiles.yml file')).toMatchObject({ status: 'failed', detail: 'not found' });
    expect(check(found, 'profiles.yml file').facts).toEqual([
      `looked for 1: ${join(folder, 'profiles.yml')}`,
      `looked for 2: ${join(folder, '.dbt/profiles.yml')}`,
    ]);
    expect((await debug()).exitCode).toBe(1);
  });

  test('without a project, the only profile is used, as by dbt', async () => {
    write({ 'profiles.yml': profile('path: ":memory:"') });
    const found = await report();
    expect(check(found, 'target: dev').status).toBe('ok');
    expect(check(found, 'Connection test').status).toBe('ok');
  });

  test('a target that is not there', async () => {
    write({ 'dbt_project.yml': project, 'profiles.yml': profile('path: shop.duckdb') });
    const found = await report('-t', 'prod');
    expect(check(found, 'profile: shop').status).toBe('ok');
    expect(check(found, 'profiles.yml file').findings).toMatchObject([
      { message: expect.stringContaining('no target "prod"') },
    ]);
    expect(check(found, 'Connection test').status).toBe('skipped');
    expect(check(found, 'target folder').status).toBe('ok');
  });

  test('models with mistakes', async () => {
    write({
      'dbt_project.yml': project,
      'profiles.yml': profile('path: shop.duckdb'),
      'models/a.sql': "select * from {{ ref('nope') }}",
    });
    const found = await report();
    expect(check(found, 'models and properties')).toMatchObject({ status: 'failed', detail: '1 error' });
    expect(check(found, 'Connection test').status).toBe('ok');
    expect(check(found, 'state').status).toBe('ok');
  });

  test('a folder that is a file, a database that is none', async () => {
    write({
      'dbt_project.yml': project,
      'profiles.yml': profile('path: shop.duckdb, external_root: lake'),
      'models/a.sql': "{{ config(materialized='external') }} select 1 as a",
      lake: '',
      'shop.duckdb': 'not a database',
    });
    const found = await report();
    expect(check(found, 'state')).toMatchObject({
      status: 'failed',
      findings: [{ message: expect.stringMatching(/lake is a file/) }],
    });
    expect(check(found, 'working database')).toMatchObject({ status: 'failed', detail: 'cannot be opened' });
    expect(check(found, 'published catalog').status).toBe('ok');
  });
});

test('a database of somebody else at the profile’s path is a warning where the project needs none', async () => {
  write({
    'dbt_project.yml': project,
    'profiles.yml': profile('path: shop.duckdb'),
    'models/a.sql': "{{ config(materialized='table') }} select 1 as a",
  });
  await runEider(['build'], { cwd: folder });
  expect(existsSync(join(folder, 'shop.duckdb'))).toBe(true);
  expect(check(await report(), 'working database')).toMatchObject({ status: 'ok', detail: '1 relations' });
  write({ 'models/a.sql': "{{ config(materialized='external') }} select 1 as a" });
  const found = await report();
  expect(check(found, 'working database')).toMatchObject({
    status: 'warning',
    findings: [{ code: 'engine/database-left' }],
  });
  expect(found.success).toBe(true);
});

test('--connection looks at DuckDB alone, --config-dir only says where profiles.yml is', async () => {
  write({ 'dbt_project.yml': project, 'profiles.yml': profile('path: shop.duckdb') });
  const found = await report('--connection');
  expect(new Set(found.checks.map(({ section }) => section))).toEqual(new Set(['connection']));
  const { exitCode, stdout } = await debug('--config-dir');
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    `To view your profiles.yml file, run:\n\n${process.platform === 'darwin' ? 'open' : 'xdg-open'} ${folder}`,
  );
});

test('--connection tells of what keeps the connection from being tried', async () => {
  write({ 'dbt_project.yml': project, 'profiles.yml': profile('path: shop.duckdb') });
  for (const [mistake, code] of [
    [['--target', 'nope'], 1],
    [['--profiles-dir', 'nope'], 1],
    [['--profile', 'nope'], 1],
    [['--project-dir', 'nope'], 2],
  ] as const) {
    const { exitCode, stdout } = await debug('--connection', ...mistake);
    expect([mistake, exitCode]).toEqual([mistake, code]);
    expect(existsSync(join(folder, 'nope'))).toBe(false);
    expect(stdout).toMatch(/ failed:.*error\[p\w+\/[\w-]+\].*nope/s);
  }
});
