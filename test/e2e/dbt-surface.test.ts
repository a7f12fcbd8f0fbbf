import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Small things of dbt's surface, each compared with dbt-core 1.11.16 and dbt-duckdb 1.11.1.

let project: SmallProject;
afterEach(() => removeFolder(project.folder));

const models = { a: 'select 1 as id' };
const fails = "{{ exceptions.raise_compiler_error('no') if execute }}";

const statuses = (): Record<string, string> => {
  const { results } = JSON.parse(readFileSync(join(project.folder, 'target/run_results.json'), 'utf8'));
  return Object.fromEntries(
    results.map((one: { unique_id: string; status: string }) => [one.unique_id.split('.')[2], one.status]),
  );
};

test('on-run-start that cannot be rendered ends the run before its nodes, and on-run-end', {
  timeout: 60_000,
}, async () => {
  const hooks = `on-run-start: "${fails}"\non-run-end: "{{ log('the end', true) if execute }}"`;
  project = smallProject('surface', { models, project: hooks });
  const run = await project.eider(['build']);
  expect(run.exitCode, run.stdout + run.stderr).toBe(2);
  expect(run.stdout).not.toMatch(/^\S+ {2}the end$/m);
  expect(statuses()).toMatchObject({ a: 'skipped' });
});

test('on-run-end that cannot be rendered is as bad, and the nodes are there', { timeout: 60_000 }, async () => {
  project = smallProject('surface', { models, project: `on-run-end: "${fails}"` });
  const run = await project.eider(['run']);
  expect(run.exitCode, run.stdout + run.stderr).toBe(2);
  expect(statuses()).toMatchObject({ a: 'success' });
});

test('flags.WHICH is the command as it was typed', { timeout: 60_000 }, async () => {
  project = smallProject('surface', { models: { a: "{% do print('which ' ~ flags.WHICH) %}select 1 as id" } });
  for (const command of ['ls', 'list']) {
    const { stdout } = await project.eider([command]);
    expect(stdout).toMatch(new RegExp(`^which ${command}$`, 'm'));
  }
});

test('seed --show prints rows of each seed; build --show none', { timeout: 60_000 }, async () => {
  project = smallProject('surface', { models, files: { 'seeds/s.csv': 'id,name\n1,x\n' } });
  const table =
    'Random sample of table: main.s\n------------------------------\n| id | name |\n| -- | ---- |\n|  1 | x    |\n';
  expect((await project.eider(['seed', '--show'])).stdout).toContain(table);
  const build = await project.eider(['build', '--show']);
  expect([build.exitCode, build.stdout.includes('Random sample')]).toEqual([0, false]);
});

test('show takes SQL as it is, and shows no unit tests', { timeout: 60_000 }, async () => {
  const unit = 'unit_tests: [{name: u, model: a, given: [], expect: {rows: [{id: 1}]}}]\n';
  project = smallProject('surface', { models, files: { 'models/u.yml': unit } });
  const direct = await project.eider(['-q', 'show', '--inline-direct', 'select \'{{ x }}\' as "a"']);
  expect(direct.stdout.trim().split('\n').at(-1)).toBe('| {{ x }} |');
  const shown = await project.eider(['-q', 'show', '-s', 'u']);
  expect([shown.exitCode, shown.stdout.trim()]).toEqual([0, '']);
});

test('--no-introspect tells of relations, and asks no query', { timeout: 60_000 }, async () => {
  const asks = "select '{% if execute %}{{ run_query('select 1') }}{% endif %}' as a";
  const grows =
    "{{ config(materialized='incremental') }}select 1 as id{% if is_incremental() %} where false{% endif %}";
  project = smallProject('surface', { models: { asks, grows } });
  expect((await project.eider(['run', '-s', 'grows'])).exitCode).toBe(0);
  const compiled = await project.eider(['-q', 'compile', '--no-introspect', '-s', 'grows']);
  expect([compiled.exitCode, compiled.stdout.trim()]).toEqual([0, 'select 1 as id where false']);
  const refused = await project.eider(['compile', '--no-introspect', '-s', 'asks']);
  expect([refused.exitCode, refused.stdout]).toEqual([2, expect.stringContaining('which --no-introspect forbids')]);
});

test('a source that is a seed has its comments in the catalog', { timeout: 60_000 }, async () => {
  const files = {
    'seeds/s.csv': 'id\n1\n',
    'models/s.yml': `seeds: [{name: s, description: all of it, config: {persist_docs: {relation: true}}}]
sources: [{name: raw, schema: main, tables: [{name: s}]}]
`,
  };
  project = smallProject('surface', { models, files });
  expect((await project.eider(['seed'])).exitCode).toBe(0);
  expect((await project.eider(['docs', 'generate'])).exitCode).toBe(0);
  const { nodes, sources } = JSON.parse(readFileSync(join(project.folder, 'target/catalog.json'), 'utf8'));
  const [seed, source] = [nodes, sources].map((all: Record<string, { metadata: { comment: string } }>) =>
    Object.entries(all).find(([id]) => id.endsWith('.s')),
  );
  expect([seed?.[1].metadata.comment, source?.[1].metadata.comment]).toEqual(['all of it', 'all of it']);
});

test('retry after a command that ran nothing finds no previous run', { timeout: 60_000 }, async () => {
  project = smallProject('surface', { models });
  expect((await project.eider(['snapshot'])).exitCode).toBe(0);
  const run = await project.eider(['retry']);
  expect([run.exitCode, run.stdout + run.stderr]).toEqual([2, expect.stringContaining('Could not find previous run')]);
});

test('what cannot be compiled leaves the artifacts of the last run', { timeout: 90_000 }, async () => {
  project = smallProject('surface', { models });
  const artifacts = (): readonly string[] =>
    ['manifest.json', 'run_results.json'].map((name) => readFileSync(join(project.folder, 'target', name), 'utf8'));
  expect((await project.eider(['run'])).exitCode).toBe(0);
  const [manifest, results] = artifacts();
  expect((await project.eider(['docs', 'generate', '--no-compile'])).exitCode).toBe(0);
  expect(artifacts()).toEqual([manifest, results]);
  writeFileSync(join(project.folder, 'models/b.sql'), fails);
  expect((await project.eider(['docs', 'generate'])).exitCode).toBe(2);
  expect(artifacts()).toEqual([manifest, results]);
  expect((await project.eider(['compile'])).exitCode).toBe(2);
  expect(artifacts()[1]).toBe(results);
});

test('numbers of 64 bits are in artifacts and listings to their last digit', { timeout: 60_000 }, async () => {
  const files = { 'models/s.yml': 'models: [{name: a, config: {meta: {id: 9007199254740993}}}]\n' };
  project = smallProject('surface', { models: { a: "select {{ config.get('meta').id }} as id" }, files });
  const listed = await project.eider(['-q', 'ls', '--output', 'json', '--output-keys', 'meta']);
  expect(listed.stdout).toContain('{"meta":{"id":9007199254740993}}');
  expect((await project.eider(['compile'])).exitCode).toBe(0);
  const manifest = readFileSync(join(project.folder, 'target/manifest.json'), 'utf8');
  expect(manifest).toContain('"compiled_code":"select 9007199254740993 as id"');
});

test('selectors.yml is rendered, and found wrong where it stands', { timeout: 60_000 }, async () => {
  const selectors = (value: string): string =>
    `selectors:\n  - name: some\n    definition: {method: fqn, value: "${value}", parents: "{{ var('up', true) }}"}\n`;
  const files = { 'selectors.yml': selectors("{{ env_var('WHICH_ONE') }}") };
  project = smallProject('surface', {
    models: { ...models, b: "select * from {{ ref('a') }}", c: 'select 1 as id' },
    files,
  });
  const list = (more: readonly string[] = []) =>
    project.eider(['-q', 'ls', '--selector', 'some', ...more], { env: { WHICH_ONE: 'b' } });
  expect((await list()).stdout.trim().split('\n')).toEqual(['night.a', 'night.b']);
  expect((await list(['--vars', '{up: false}'])).stdout.trim()).toBe('night.b');
  project.write('selectors.yml', selectors("{{ env_var('NO_SUCH_ONE') }}"));
  const run = await list();
  expect([run.exitCode, run.stdout + run.stderr]).toEqual([2, expect.stringContaining('selectors.yml:3:')]);
});

test('ls prints records as the manifest has them, and versions by their names', { timeout: 60_000 }, async () => {
  const files = {
    'models/s.yml':
      'models: [{name: v, versions: [{v: 1}, {v: 2}]}]\nunit_tests: [{name: u, model: a, given: [], expect: {rows: [{id: 1}]}}]\n',
    'seeds/s.csv': 'id\n1\n',
  };
  project = smallProject('surface', { models: { ...models, v_v1: 'select 1', v_v2: 'select 2' }, files });
  const ls = async (...words: readonly string[]) =>
    (await project.eider(['-q', 'ls', ...words])).stdout.trim().split('\n');
  expect(await ls('--output', 'name', '-s', 'v')).toEqual(['v.v1', 'v.v2']);
  const keys = [
    '--output',
    'json',
    '--output-keys',
    'name',
    'alias',
    'tags',
    'refs',
    'depends_on.nodes',
    'config.group',
  ];
  expect(await ls(...keys, '-s', 's')).toEqual(['{"name":"s","alias":"s","tags":[]}']);
  expect(await ls(...keys, '-s', 'u')).toEqual(['{"name":"u","depends_on.nodes":["model.night.a"]}']);
  for (const other of ['--select', '--resource-type'])
    expect((await project.eider(['ls', '--models', 'v', other, 'model'])).exitCode).toBe(2);
  const text = await project.eider(['ls', '--output', 'text']);
  expect([text.exitCode, text.stdout + text.stderr]).toEqual([2, expect.stringContaining('cannot be text')]);
});

test('what is written of a function is what models say, as in dbt', { timeout: 60_000 }, async () => {
  const files = {
    'functions/plus.sql': 'x + 1\n',
    'functions/f.yml': 'functions: [{name: plus, arguments: [{name: x, data_type: int}], returns: {data_type: int}}]\n',
  };
  project = smallProject('surface', { models, files, project: 'functions: {+tags: [f]}' });
  const run = await project.eider([
    '-q',
    'ls',
    '-s',
    'plus',
    '--output',
    'json',
    '--output-keys',
    'unrendered_config',
    'tags',
  ]);
  expect(run.stdout.trim()).toBe('{"unrendered_config":{"materialized":"external"},"tags":["f"]}');
});

test('templates see the flags that dbt shows them, and all arguments of the command', { timeout: 60_000 }, async () => {
  const shown = '[flags.TARGET_PATH, flags.QUIET, flags.FULL_REFRESH, flags.PRINTER_WIDTH, flags.DEFER is defined]';
  const asked =
    "[invocation_args_dict.threads, invocation_args_dict.vars, invocation_args_dict.select, 'full_refresh' in invocation_args_dict]";
  project = smallProject('surface', {
    models: { a: `{% do print(${shown}) %}{% do print(${asked}) %}select 1 as id` },
  });
  const run = await project.eider([
    '-q',
    'compile',
    '-s',
    'a',
    '--threads',
    '2',
    '--vars',
    '{x: 1}',
    '--target-path',
    'out',
  ]);
  const lines = run.stdout.split('\n');
  expect(lines).toContain("['out', True, False, 80, False]");
  expect(lines).toContain("[2, {'x': 1}, ['a'], False]");
});

test('compile prints what the first word of a selection names, and --inline has a relation', {
  timeout: 60_000,
}, async () => {
  project = smallProject('surface', { models: { ...models, b: "select * from {{ ref('a') }}" } });
  const printed = async (...words: readonly string[]): Promise<string> =>
    (await project.eider(['-q', 'compile', ...words])).stdout.trim();
  expect(await printed('-s', 'a', 'b')).toBe('select 1 as id');
  expect(await printed('-s', '+b')).toMatch(/^select \* from .*"a"$/);
  expect(await printed('--inline', 'select {{ this.identifier }}')).toBe('select inline_query');
  expect(await printed('--inline', '')).toBe('');
  expect((await project.eider(['show', '--inline', ''])).exitCode).toBe(2);
});

test('debug ends with 2 where a variable of the environment is missing', { timeout: 60_000 }, async () => {
  project = smallProject('surface', { models, project: `version: "{{ env_var('NO_SUCH_ONE') }}"` });
  const run = await project.eider(['debug']);
  expect([run.exitCode, run.stdout + run.stderr]).toEqual([2, expect.stringContaining('NO_SUCH_ONE')]);
});

test('exposures have their turn among the nodes, in what on-run-end sees too', { timeout: 60_000 }, async () => {
  const exposure = (name: string, of: string): string =>
    `{name: ${name}, type: dashboard, owner: {name: me}, depends_on: [${of}]}`;
  project = smallProject('surface', {
    models: { ...models, b: "select * from {{ ref('a') }}", c: "select * from {{ ref('b') }}" },
    project: `on-run-end: "{% for one in results %}{% do print('seen ' ~ one.node.name) %}{% endfor %}"`,
    files: { 'models/e.yml': `exposures: [${exposure('free', '')}, ${exposure('board', "ref('a')")}]\n` },
  });
  const { stdout } = await project.eider(['build', '--threads', '1']);
  expect(stdout.match(/(?<=^seen )\w+$/gm)).toEqual(['free', 'a', 'board', 'b', 'c']);
  const { results } = JSON.parse(readFileSync(join(project.folder, 'target/run_results.json'), 'utf8'));
  const ids = results.map(({ unique_id: id }: { unique_id: string }) => id.split('.')[2]);
  expect(ids.slice(0, 5)).toEqual(['free', 'a', 'board', 'b', 'c']);
});

test('--no-inject-ephemeral-ctes leaves the names of ephemeral models in the SQL', { timeout: 60_000 }, async () => {
  const made = "{{ config(materialized='ephemeral') }}";
  const chain = {
    a: `${made}select 1 as id`,
    b: `${made}select * from {{ ref('a') }}`,
    c: "select * from {{ ref('b') }}",
  };
  project = smallProject('surface', { models: chain });
  const compiled = async (...more: string[]) => {
    const run = await project.eider(['-q', 'compile', ...more]);
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    return run.stdout.trim();
  };
  expect(await compiled('-s', 'c', '--no-inject-ephemeral-ctes')).toBe('select * from __dbt__cte__b');
  const { nodes } = JSON.parse(readFileSync(join(project.folder, 'target/manifest.json'), 'utf8'));
  const node: Record<string, unknown> =
    Object.values<Record<string, unknown>>(nodes).find(({ name }) => name === 'c') ?? {};
  expect([node.extra_ctes_injected, node.extra_ctes]).toEqual([
    false,
    [{ id: expect.stringMatching(/\.b$/), sql: null }],
  ]);
  expect(await compiled('--inline', "select * from {{ ref('a') }}", '--no-inject-ephemeral-ctes')).toBe(
    'select * from __dbt__cte__a',
  );
  expect(await compiled('-s', 'c')).toMatch(/^with __dbt__cte__a as/);
});

test('a selectors.yml that is no UTF-8 is refused', { timeout: 60_000 }, async () => {
  project = smallProject('surface', { models });
  writeFileSync(
    join(project.folder, 'selectors.yml'),
    Buffer.from('selectors: [{name: caf\xe9, definition: a}]', 'latin1'),
  );
  const run = await project.eider(['ls']);
  expect([run.exitCode, run.stdout + run.stderr]).toEqual([2, expect.stringContaining('The file is not UTF-8 text.')]);
});

test('debug ends with 2 where profiles.yml holds no mapping', { timeout: 60_000 }, async () => {
  project = smallProject('surface', { models, files: { 'profiles.yml': '[dev]' } });
  expect((await project.eider(['debug'])).exitCode).toBe(2);
});
