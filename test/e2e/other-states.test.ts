import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import { repository, runEider } from '../support/eider.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { copyProject, removeFolder } from '../support/temporary-project.ts';

// Invariant: one state may read another, by artifacts or by its ledger, and may take its data over, without either being in the other's way: what was
// cloned outlives the other's files, and data of fewer rows never reaches readers.

const folder = copyProject(join(repository, 'test/projects/state'));
afterAll(() => removeFolder(folder));
writeFileSync(
  join(folder, 'profiles.yml'),
  `state:
  target: dev
  outputs:
    dev: {type: duckdb, path: work/dev.duckdb, schema: main, publish: {path: dev.duckdb, keep: {days: 0, builds: 1}}}
    prod: {type: duckdb, path: work/live.duckdb, schema: main, publish: {path: prod.duckdb, keep: {days: 0, builds: 1}}}
`,
);

const run = (...args: readonly string[]): Promise<ProgramResult> => runEider(args, { cwd: folder });

async function good(...args: readonly string[]): Promise<string> {
  const { exitCode, stderr, stdout } = await run(...args);
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout;
}

/** Reads a published catalog as anybody would. */
async function read(file: string, sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(join(folder, file), { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    const rows = (await connection.runAndReadAll(sql)).getRowsJson();
    return rows.map((row) => row.map((value) => (typeof value === 'string' ? Number(value) : value)));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const compiled = (name: string): string =>
  readFileSync(join(folder, 'target/compiled/state/models', `${name}.sql`), 'utf8').trim();

test('defers, clones and samples beside another state', { timeout: 600_000 }, async () => {
  // Nothing is published anywhere yet.
  const early = await run('run', '--select', 'totals', '--defer-target', 'prod');
  expect(early.exitCode).toBe(1);
  expect(early.stdout).toContain('was never published by target prod');

  await good('build', '--target', 'prod', '--exclude', 'resource_type:test', 'resource_type:unit_test');
  await good('parse', '--target', 'prod', '--target-path', 'artifacts');

  // By the ledger: no artifacts are read.
  await good('run', '--select', 'totals', '--defer-target', 'prod');
  expect(compiled('marts/totals')).toContain('"live"."main"."versioned_v2"');
  expect(await read('dev.duckdb', 'FROM main.totals')).toEqual([[60]]);

  // By artifacts, whose relations only the ledger has; what is here is read here, unless the other is favoured.
  await good('run', '--select', 'plain', '--defer', '--state', 'artifacts');
  await good('compile', '--select', 'reader', '--defer', '--state', 'artifacts');
  expect(compiled('reader')).toContain('from "dev"."main"."plain"');
  await good('compile', '--select', 'reader', '--defer', '--state', 'artifacts', '--favor-state');
  expect(compiled('reader')).toContain('from "live"."main"."plain"');
  await good('docs', 'generate', '--select', 'totals', '--defer', '--state', 'artifacts', '--favor-state');
  expect(compiled('marts/totals')).toContain('"live"."main"."versioned_v2"');
  expect(await good('show', '--select', 'doubled', '--defer', '--state', 'artifacts', '--output', 'json')).toContain(
    '"amount": 60',
  );

  // A clone's data outlives what the other state deletes.
  const cloned = await good('clone', '--defer-target', 'prod');
  expect(cloned).toContain('Relation "dev"."main"."plain" already exists');
  for (const rows of [4, 5]) {
    writeFileSync(join(folder, 'seeds/amounts.csv'), `id,amount\n${'1,1\n'.repeat(rows)}`);
    await good('seed', '--target', 'prod');
  }
  await good('vacuum', '--target', 'prod');
  expect(await read('prod.duckdb', 'SELECT count(*) FROM main.amounts')).toEqual([[5]]);
  expect(await read('dev.duckdb', 'SELECT count(*), sum(amount) FROM main.amounts')).toEqual([[3, 60]]);
  // Again where it is asked for.
  await good('clone', '--defer-target', 'prod', '--select', 'amounts', '--full-refresh');
  expect(await read('dev.duckdb', 'SELECT count(*) FROM main.amounts')).toEqual([[5]]);

  // What was built on fewer rows is nobody's.
  const empty = await good('run', '--select', 'configured', '--empty');
  expect(compiled('configured')).toContain('(select * from "dev"."main"."plain" where false limit 0)');
  expect(empty).toContain('built with --empty');
  await good('test', '--select', 'configured');
  expect(await read('dev.duckdb', 'SELECT count(*) FROM main.configured_here')).toEqual([[3]]);
});

test('types the inputs of a unit test by another state', { timeout: 300_000 }, async () => {
  const files = {
    'models/typed.sql': "select 1 as id, date '2026-01-02' as day",
    'models/reads_typed.sql': "select id, day + 1 as next from {{ ref('typed') }}",
    'models/typed.yml': `unit_tests:
  - name: days_go_on
    model: reads_typed
    given: [{input: ref('typed'), rows: [{day: 2026-02-28}]}]
    expect: {rows: [{id: null, next: 2026-03-01}]}
`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const early = await run('test', '--select', 'reads_typed');
  expect(early.exitCode).toBe(1);
  expect(early.stdout).toContain("because the relation doesn't exist");
  await good('run', '--target', 'prod', '--select', 'typed');
  await good('parse', '--target', 'prod', '--target-path', 'typed-state');
  for (const how of [
    ['--defer', '--state', 'typed-state'],
    ['--defer-target', 'prod'],
  ]) {
    const said = await good('test', '--select', 'reads_typed', ...how);
    expect(said).toContain('PASS=1');
  }
});

test('calls a macro that changes the working database and nothing else', { timeout: 300_000 }, async () => {
  writeFileSync(
    join(folder, 'macros/note.sql'),
    `{% macro note(text) %}{% do run_query("create or replace table main.notes as select '" ~ text ~ "' as said") %}
{{ print('noted ' ~ run_query('select said from main.notes').rows[0][0]) }}{% endmacro %}
{% macro fails() %}{% do run_query('select * from nowhere') %}{% endmacro %}`,
  );
  const before = await good('history', '--quiet');
  expect(await good('run-operation', 'note', '--args', '{text: this}')).toContain('\nnoted this\n');
  expect(await good('history', '--quiet')).toBe(before);
  const { args, results } = JSON.parse(readFileSync(join(folder, 'target/run_results.json'), 'utf8')) as {
    readonly args: Readonly<Record<string, unknown>>;
    readonly results: readonly Readonly<Record<string, unknown>>[];
  };
  // What dbt writes for this command alone.
  expect(args).toMatchObject({ which: 'run-operation', macro: 'note', args: { text: 'this' }, fail_fast: false });
  expect(Object.keys(args).filter((key) => /^(warn_error_options|log_path|project_dir)$/.test(key))).toEqual([]);
  expect(results).toMatchObject([{ unique_id: 'macro.state.note', status: 'success', failures: 0 }]);
  expect((await run('run-operation', 'fails')).exitCode).toBe(1);
  expect((await run('run-operation', 'nobody')).exitCode).toBe(2);
  expect(existsSync(join(folder, 'work/dev.duckdb'))).toBe(true);
});

test('functions are called where the other state has them', { timeout: 600_000 }, async () => {
  const cwd = copyProject(join(repository, 'test/projects/functions'));
  writeFileSync(
    join(cwd, 'profiles.yml'),
    `functions:
  target: dev
  outputs:
    dev: {type: duckdb, path: fn.duckdb, schema: dev}
    prod: {type: duckdb, path: fn.duckdb, schema: prod}
`,
  );
  try {
    const step = (...args: readonly string[]): Promise<ProgramResult> => runEider(args, { cwd });
    const text = (): string => readFileSync(join(cwd, 'target/compiled/functions/models/uses.sql'), 'utf8').trim();
    await step('build', '--target', 'prod', '--select', 'double', '--target-path', 'artifacts');
    const { exitCode, stderr, stdout } = await step('build', '--select', 'uses', '--defer', '--state', 'artifacts');
    expect(exitCode, stdout + stderr).toBe(0);
    expect(text()).toContain('"fn"."prod"."double"(');
    await step('build', '--select', 'uses', 'double', '--defer', '--state', 'artifacts');
    expect(text()).toContain('"fn"."dev"."double"(');
  } finally {
    removeFolder(cwd);
  }
});
