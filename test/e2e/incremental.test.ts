import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { eiderCommand, runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: an incremental model goes on from what is published. Killed, failed, withheld or rolled back, the next run adds its rows once, whether they are
// in a table of the working database or in files.

let project: string;
let catalog: string;

const profile = (path: string): string =>
  `shop: {target: dev, outputs: {dev: {type: duckdb, path: "${path}", threads: 2, external_root: lake}}}\n`;

beforeEach(() => {
  project = temporaryFolder('incremental');
  catalog = join(project, 'catalog/dev.duckdb');
  write({
    'dbt_project.yml': "name: shop\nversion: '1.0.0'\nprofile: shop\nvars: {day: 1, wait: 0, bad: 0}\n",
    'profiles.yml': profile('shop.duckdb'),
    'macros/new_rows.sql': `{% macro new_rows() %}
      select {{ var('day') }} as day, i as id, case when {{ var('bad') }} = 1 then null else 'x' end as note
      from range(3) as t(i)
      {% if var('wait') == 1 %} where (select count(*) from range(40000000000)) > 0 {% endif %}
    {% endmacro %}`,
    'models/in_table.sql': "{{ config(materialized='incremental', incremental_strategy='append') }} {{ new_rows() }}",
    'models/in_files.sql':
      "{{ config(materialized='incremental', incremental_strategy='append', format='parquet') }} {{ new_rows() }}",
    'models/tests.yml': `models:
  - {name: in_table, columns: [{name: note, data_tests: [not_null]}]}
  - {name: in_files, columns: [{name: note, data_tests: [not_null]}]}
`,
  });
});

afterEach(() => removeFolder(project));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) writeFileSync(made(join(project, path)), text);
}

function made(path: string): string {
  const folder = join(path, '..');
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return path;
}

const vars = (given: object): string[] => ['--vars', JSON.stringify(given), '--profiles-dir', project];

async function eider(command: readonly string[], given: object = {}, code = 0): Promise<void> {
  const { exitCode, stdout, stderr } = await runEider([...command, ...vars(given)], { cwd: project });
  expect(exitCode, stdout + stderr).toBe(code);
}

/** How often each day's rows are published, of both models. */
async function published(): Promise<readonly unknown[]> {
  const [table, files] = await Promise.all(
    ['in_table', 'in_files'].map((name) =>
      ask(catalog, `select day, count(*)::int as rows from ${name} group by all order by all`),
    ),
  );
  expect(files).toEqual(table);
  return (table ?? []).map(({ day, rows }) => [day, rows]);
}

describe('an incremental model', () => {
  test('adds the rows of each run once, in files beside those of before, and all of them anew when asked', async () => {
    for (const day of [1, 2]) await eider(['build'], { day });
    expect(await published()).toEqual([
      [1, 3],
      [2, 3],
    ]);
    const names = readdirSync(join(project, 'lake/in_files'));
    expect(names).toHaveLength(2);
    await eider(['build'], { day: 3 });
    const links = readdirSync(join(project, 'lake/in_files')).map(
      (name) => statSync(join(project, 'lake/in_files', name)).ino,
    );
    expect(readdirSync(join(project, 'lake/in_files'))).toEqual(expect.arrayContaining(names));
    expect(new Set(links).size).toBe(3);
    await eider(['build', '--full-refresh'], { day: 5 });
    expect(await published()).toEqual([[5, 3]]);
  });

  test('goes on from the published rows after a test withheld others', async () => {
    await eider(['build'], { day: 1 });
    await eider(['build'], { day: 2, bad: 1 }, 1);
    expect(await published()).toEqual([[1, 3]]);
    await eider(['build'], { day: 2 });
    expect(await published()).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });

  test('begins anew where nothing of it was ever published', async () => {
    await eider(['build'], { day: 1, bad: 1 }, 1);
    await eider(['build'], { day: 1 });
    expect(await published()).toEqual([[1, 3]]);
  });

  test('goes on from the restored rows after a rollback', async () => {
    for (const day of [1, 2]) await eider(['build'], { day });
    await eider(['rollback']);
    expect(await published()).toEqual([[1, 3]]);
    await eider(['build'], { day: 5 });
    expect(await published()).toEqual([
      [1, 3],
      [5, 3],
    ]);
  });

  test('goes on where the working database is lost, or in memory', async () => {
    await eider(['build'], { day: 1 });
    write({ 'profiles.yml': profile(':memory:') });
    await eider(['build'], { day: 2 });
    write({ 'profiles.yml': profile('other.duckdb') });
    await eider(['build'], { day: 3 });
    expect(await published()).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  test('is held to the constraints of its contract, in files and in a table that is put back', async () => {
    const contract = `config: {contract: {enforced: true}, on_schema_change: fail}
    constraints: [{type: unique, columns: [day, id]}]
    columns: [{name: day, data_type: integer}, {name: id, data_type: bigint}, {name: note, data_type: varchar}]`;
    write({
      'models/tests.yml': `models:\n  - name: in_table\n    ${contract}\n  - name: in_files\n    ${contract}\n`,
    });
    await eider(['build'], { day: 1 });
    write({ 'profiles.yml': profile('other.duckdb') });
    for (const model of ['in_table', 'in_files']) await eider(['run', '--select', model], { day: 1 }, 1);
    expect(await published()).toEqual([[1, 3]]);
    await eider(['build'], { day: 2 });
    expect(await published()).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });

  test('killed while it runs, adds its rows once the next time', async () => {
    await eider(['build'], { day: 1 });
    const [program = '', ...start] = [...eiderCommand(), 'build', '--threads', '1', ...vars({ day: 2, wait: 1 })];
    const child = spawn(program, start, { cwd: project, stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = new Promise((resolve) => child.on('close', resolve));
    // The models alone wait: once one has begun, the build is in the middle of it.
    await new Promise<void>((resolve) => {
      let said = '';
      child.stdout.on('data', (text) => {
        said += String(text);
        if (said.includes('START')) resolve();
      });
      child.on('close', () => resolve());
    });
    child.kill('SIGKILL');
    await ended;
    expect(await published()).toEqual([[1, 3]]);
    await eider(['build'], { day: 2 });
    expect(await published()).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });

  test('killed after its table was changed and before the commit, is put back', async () => {
    await eider(['build'], { day: 1 });
    // A build that got as far as its table and no further leaves the table with rows, and the note of a generation that nobody committed.
    await ask(
      undefined,
      [
        `attach '${join(project, 'shop.duckdb')}' as shop`,
        `insert into shop.main.in_table select 2, i, 'x' from range(3) as t(i)`,
        `create or replace view shop._eider."main.in_table" as select 'of a dead build' as generation`,
        'detach shop',
        'select 1',
      ].join('; '),
    );
    await eider(['build'], { day: 2 });
    expect(await published()).toEqual([
      [1, 3],
      [2, 3],
    ]);
  });
});

describe('a microbatch model', () => {
  test('retry builds the batches that failed, and keeps the others', async () => {
    write({
      'models/batched.sql': `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='day', batch_size='day', begin='2024-01-01') }}
        select d::timestamp as day, case when d::varchar = '{{ env_var('BROKEN', '') }}' then error('broken') end as note,
          '{{ env_var('BROKEN', '') }}' as broken
        from range(date '2024-01-01', date '2024-01-05', interval 1 day) as t(d)
        where d >= '{{ model.batch.event_time_start if model.batch else '2024-01-01' }}' and d < '{{ model.batch.event_time_end if model.batch else '2024-01-01' }}'`,
    });
    const times = ['--event-time-start', '2024-01-01', '--event-time-end', '2024-01-05'];
    const env = { BROKEN: '2024-01-03 00:00:00' };
    const first = await runEider(['run', '-s', 'batched', ...times, ...vars({})], { cwd: project, env });
    expect(first.exitCode, first.stdout).toBe(1);
    expect(first.stdout).toContain('PARTIAL SUCCESS (3/4)');
    expect(first.stdout).toMatch(/Batch 2 of 4 OK created batch 2024-01-02 of .*batched \.+ \[OK in/);
    expect(first.stdout).toMatch(/Batch 3 of 4 ERROR creating batch 2024-01-03 of .*batched \.+ \[ERROR in/);
    const days = (): Promise<readonly unknown[]> =>
      ask(catalog, "select strftime(day, '%d') as day, broken from batched order by all");
    expect(await days()).toHaveLength(3);
    const again = await runEider(['retry', '--profiles-dir', project], { cwd: project });
    expect(again.exitCode, again.stdout).toBe(0);
    expect(await days()).toEqual(
      ['01', '02', '03', '04'].map((day) => ({ day, broken: day === '03' ? '' : env.BROKEN })),
    );
    const { results } = JSON.parse(readFileSync(join(project, 'target/run_results.json'), 'utf8'));
    expect(results[0].batch_results.successful).toHaveLength(4);
  });
});

test('a key that is a word of SQL is told where it is written, and works quoted', async () => {
  const timed = (key: string): string =>
    `models: [{name: timed, config: {materialized: incremental, incremental_strategy: merge, format: delta, unique_key: [id, '${key}']}}]\n`;
  write({ 'models/timed.sql': 'select 1 as id, 2 as "at", 3 as "the düy"', 'models/timed.yml': timed('at') });
  await eider(['run', '--select', 'timed']);
  const { exitCode, stdout } = await runEider(['run', '--select', 'timed', ...vars({})], { cwd: project });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/models\/timed\.yml:1:\d+\n +`unique_key` names the column at, and "at" is a word of SQL\./);
  expect(stdout).toContain(`Quote it there, as in a query: '"at"'.`);
  write({ 'models/timed.yml': timed('the düy') });
  const blank = await runEider(['run', '--select', 'timed', ...vars({})], { cwd: project });
  expect(blank.stdout).toMatch(
    /models\/timed\.yml:1:\d+\n +`unique_key` names the column the düy, and "the düy" is no single word\./,
  );
  write({ 'models/timed.yml': timed('"at"') });
  await eider(['run', '--select', 'timed']);
});
