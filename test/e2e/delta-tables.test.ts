import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import { type Change, commit, openSnapshot, readHistory, type Snapshot, type TablePorts } from '@eider/delta';
import { createLocalStore } from '@eider/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { duckParquetPort } from '../../packages/engine/src/delta/parquet-port.ts';
import { scanQuery } from '../../packages/engine/src/delta/scan-query.ts';
import { writeDeltaFiles } from '../../packages/engine/src/delta/write-files.ts';
import { serialConnection } from '../../packages/engine/src/session/connection.ts';
import type { Connection } from '../../packages/engine/src/session/session.ts';
import { openDuckdb } from '../support/duckdb.ts';
import { type RanInProcess, runInProcess } from '../support/in-process.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: after every command the log of a Delta table and the published catalog show the same rows, unless somebody else wrote to the table.

let project: SmallProject;
let connection: Connection;
let instance: DuckDBInstance;

beforeEach(async () => {
  project = smallProject('delta-tables', { models: {}, target: 'threads: 2' });
  instance = await openDuckdb();
  connection = serialConnection(await instance.connect());
});

afterEach(() => {
  connection.close();
  instance.closeSync();
  removeFolder(project.folder);
});

const eider = (...parameters: readonly string[]): Promise<RanInProcess> =>
  runInProcess([...parameters, '--profiles-dir', project.folder], { cwd: project.folder });

async function build(...parameters: readonly string[]): Promise<RanInProcess> {
  const ran = await eider('build', ...parameters);
  expect(ran.out + ran.err).toContain('Completed successfully');
  return ran;
}

const rootOf = (name: string): string => join(project.folder, 'lake', name);

const portsOf = (name: string): TablePorts => ({
  store: createLocalStore(rootOf(name)),
  parquet: duckParquetPort(connection),
});

const newest = (name: string): Promise<Snapshot> => openSnapshot(portsOf(name));

const text = (value: unknown): string => (value === null ? 'NULL' : String(value));

async function rowsOf(sql: string): Promise<readonly string[]> {
  const { rows } = await connection.query(sql);
  return rows.map((row) => row.map(text).join(' ')).sort();
}

/** What the log shows. */
async function inLog(name: string): Promise<readonly string[]> {
  return await rowsOf(await queryOf(name));
}

async function queryOf(name: string): Promise<string> {
  return scanQuery(await newest(name), { deleted: new Map(), int96: new Set() });
}

/** What the published catalog shows. */
async function published(name: string): Promise<readonly string[]> {
  await connection.query(`ATTACH '${join(project.folder, 'catalog/dev.duckdb')}' AS shown (READ_ONLY)`);
  try {
    return await rowsOf(`FROM shown.main."${name}"`);
  } finally {
    await connection.query('DETACH shown');
  }
}

/** Rows that both show. */
async function both(name: string): Promise<readonly string[]> {
  const shown = await published(name);
  expect(await inLog(name)).toEqual(shown);
  return shown;
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.parquet') && !file.startsWith('_delta_log'));

/** Somebody else adds rows to a table. */
async function appendTo(name: string, sql: string): Promise<Snapshot> {
  const ports = portsOf(name);
  const base = await openSnapshot(ports);
  const { adds } = await writeDeltaFiles({
    ...{ connection, sql, root: rootOf(name), partitionBy: [], prefix: 'other', now: Date.now() },
  });
  const change: Change = { operation: 'WRITE', reads: 'nothing', adds };
  const outcome = await commit(ports, base, change);
  if (outcome.kind !== 'committed') throw new Error(`the commit was ${outcome.kind}`);
  return outcome.snapshot;
}

const delta = (sql: string, config = ''): string => `{{ config(format='delta'${config}) }} ${sql}`;

describe('external', () => {
  test('each build is a version of the table, and a rollback restores one', async () => {
    project.write('models/t.sql', delta("select {{ var('day', 1) }} as day, i from range(3) r(i)"));
    project.write('models/reader.sql', 'select sum(day) as days from {{ ref("t") }}');
    await build();
    expect(await both('t')).toEqual(['1 0', '1 1', '1 2']);
    expect((await newest('t')).version).toBe(0);
    await build('--vars', '{day: 2}');
    expect(await both('t')).toEqual(['2 0', '2 1', '2 2']);
    expect(await published('reader')).toEqual(['6']);
    expect((await newest('t')).files.size).toBe(1);
    expect((await eider('rollback')).code).toBe(0);
    expect(await both('t')).toEqual(['1 0', '1 1', '1 2']);
    expect((await newest('t')).commitInfo?.operation).toBe('RESTORE');
    await build('--vars', '{day: 3}');
    expect(await both('t')).toEqual(['3 0', '3 1', '3 2']);
  });

  test('columns and properties change with the model, partitions are in the log', async () => {
    project.write('models/t.sql', delta("select 1 as a, 'x/y' as p", ", partition_by='p', table_properties={'k': 1}"));
    await build();
    expect(await both('t')).toEqual(['1 x/y']);
    const first = await newest('t');
    expect([...first.files.values()].map(({ partitionValues }) => partitionValues)).toEqual([{ p: 'x/y' }]);
    project.write(
      'models/t.sql',
      delta("select 2::bigint as a, true as b, 'q' as p", ", partition_by=['p', 'b'], table_properties={'n': 2}"),
    );
    await build();
    expect(await both('t')).toEqual(['2 true q']);
    const second = await newest('t');
    expect(second.metadata.partitionColumns).toEqual(['p', 'b']);
    expect(second.metadata.configuration).toEqual({ k: '1', n: '2' });
    expect(second.metadata.id).toBe(first.metadata.id);
  });

  test('no rows, and a failing test withholds the version', async () => {
    project.write('models/t.sql', delta("select 1 as a, null::timestamp as moment where {{ var('rows', 0) }} = 1"));
    project.write('models/t.yml', 'models: [{name: t, columns: [{name: moment, data_tests: [not_null]}]}]');
    await build();
    expect(await both('t')).toEqual([]);
    expect((await eider('build', '--vars', '{rows: 1}')).code).toBe(1);
    expect((await newest('t')).version).toBe(0);
    expect(await both('t')).toEqual([]);
  });

  test('a column that becomes another type is told, one that no table holds is refused', async () => {
    project.write('models/t.sql', delta("select sum(1) as s, '{}'::json as j"));
    expect((await build()).out).toMatch(/s: HUGEINT becomes decimal\(38,0\); j: JSON becomes string/);
    expect(await both('t')).toEqual(['1 {}']);
    project.write('models/t.sql', delta('select union_value(n := 1) as u'));
    expect((await eider('build')).out).toContain('The column "u" cannot be in a Delta table');
    project.write('models/t.sql', delta("select 1 as a, '' as p", ", partition_by='p'"));
    expect((await eider('build')).out).toContain('The partition column "p" holds an empty text');
    project.write('models/t.sql', delta('select 1 as a, 2 as "A"'));
    expect((await eider('build')).out).toMatch(/columns/);
  });

  test('a vacuum leaves what the log and retained builds have', async () => {
    const config = ", table_properties={'delta.deletedFileRetentionDuration': 'interval 0 seconds'}";
    project.write(
      'profiles.yml',
      `night: {target: dev, outputs: {dev: {type: duckdb, path: ":memory:", external_root: lake, publish: {keep: {days: 0, builds: 2}}}}}\n`,
    );
    project.write('models/t.sql', delta("select {{ var('day', 1) }} as day", config));
    for (const day of [1, 2, 3, 4]) await build('--vars', `{day: ${day}}`);
    await appendTo('t', 'select 9 as day');
    expect(filesIn(rootOf('t'))).toHaveLength(3);
    expect((await eider('rollback')).code).toBe(0);
    expect(await both('t')).toEqual(['3']);
    expect(filesIn(rootOf('t'))).toHaveLength(3);
    expect((await eider('vacuum')).code).toBe(0);
    expect(filesIn(rootOf('t'))).toHaveLength(2);
    expect(await both('t')).toEqual(['3']);
  });

  test('a table does not stand where files stand, nor files where a table stands', async () => {
    const at = ", location='lake/x'";
    project.write('models/t.sql', delta('select 1 as a', at));
    await build();
    project.write(
      'models/t.sql',
      "{{ config(location='lake/x', options={'partition_by': 'a'}) }} select 1 as a, 2 as b",
    );
    expect((await eider('build')).out).toContain('a Delta table stands at');
    project.write('models/u.sql', delta('select 1 as a', ", location='lake/y'"));
    symlinkSync(join(project.folder, 'lake/x'), join(project.folder, 'lake/y'));
    expect((await eider('build', '-s', 'u')).out).toContain('A Delta table cannot be made at');
  });
});

describe('incremental', () => {
  const day = "{{ var('day', 1) }}";
  const model = (config: string, sql: string): string =>
    `{{ config(materialized='incremental', format='delta', ${config}) }} ${sql}`;
  const run = (number: number): Promise<RanInProcess> => build('--vars', `{day: ${number}}`);
  const operations = async (name: string): Promise<readonly unknown[]> =>
    (await readHistory(portsOf(name), await newest(name))).map(({ commitInfo }) => commitInfo?.isBlindAppend);

  test('appends add files, and each run is one commit', async () => {
    project.write('models/t.sql', model("incremental_strategy='append'", `select ${day} as day, i from range(2) r(i)`));
    for (const number of [1, 2, 3]) await run(number);
    expect(await both('t')).toEqual(['1 0', '1 1', '2 0', '2 1', '3 0', '3 1']);
    expect((await newest('t')).files.size).toBe(3);
    expect(await operations('t')).toEqual([true, true, false]);
    expect((await eider('rollback')).code).toBe(0);
    expect(await both('t')).toEqual(['1 0', '1 1', '2 0', '2 1']);
    await run(4);
    expect(await both('t')).toEqual(['1 0', '1 1', '2 0', '2 1', '4 0', '4 1']);
    await build('--full-refresh', '--vars', '{day: 5}');
    expect(await both('t')).toEqual(['5 0', '5 1']);
  });

  test('a merge writes anew the files with rows that change', async () => {
    const sql = `select i as id, ${day} as day from range(${day} * 10 - 10, ${day} * 10) r(i) {% if is_incremental() %} union all select 0, ${day} {% endif %}`;
    project.write('models/t.sql', model("unique_key='id', incremental_strategy='merge'", sql));
    await run(1);
    await run(2);
    const before = await newest('t');
    await run(3);
    const after = await newest('t');
    expect(await both('t')).toHaveLength(30);
    expect(await inLog('t')).toContain('0 3');
    expect([...after.files.keys()].filter((key) => before.files.has(key))).toHaveLength(before.files.size - 1);
  });

  test('insert_overwrite replaces the partitions of the new rows', async () => {
    const sql = `select * from (values (1, ${day}, 'a'), (2, ${day}, null)) v(n, day, p) where ${day} < 3 or (${day} = 3 and p is null)`;
    project.write('models/t.sql', model("incremental_strategy='insert_overwrite', partition_by='p'", sql));
    await run(1);
    await run(2);
    expect(await both('t')).toEqual(['1 2 a', '2 2 NULL']);
    await run(3);
    expect(await both('t')).toEqual(['1 2 a', '2 3 NULL']);
    await run(4);
    expect(await both('t')).toEqual(['1 2 a', '2 3 NULL']);
  });

  test('columns that come and go are changes of the table', async () => {
    const sql = `select ${day} as day {% if var('day', 1) != 2 %}, 'x' as note {% endif %} {% if var('day', 1) > 1 %}, 1 as extra {% endif %}`;
    project.write(
      'models/added.sql',
      model("incremental_strategy='append', on_schema_change='append_new_columns'", sql),
    );
    project.write(
      'models/synced.sql',
      model("incremental_strategy='append', on_schema_change='sync_all_columns'", sql),
    );
    for (const number of [1, 2, 3]) await run(number);
    expect(await both('added')).toEqual(['1 x NULL', '2 NULL 1', '3 x 1']);
    expect(await both('synced')).toEqual(['1 NULL NULL', '2 1 NULL', '3 1 x']);
  });

  test('goes on from what others wrote, in whatever way', async () => {
    const sql = `select ${day} as day, 'p' || ${day} as p {% if is_incremental() %} where ${day} > (select max(day) from {{ this }}) {% endif %}`;
    project.write('models/plain.sql', model("incremental_strategy='append'", sql));
    project.write('models/parted.sql', model("incremental_strategy='append', partition_by='p'", sql));
    await run(1);
    await appendTo('plain', "select 5 as day, 'q' as p");
    const ports = portsOf('parted');
    const base = await openSnapshot(ports);
    const file = join(rootOf('parted'), 'foreign.parquet');
    await connection.query(`COPY (SELECT 5 AS day) TO '${file}' (FORMAT parquet)`);
    const add = {
      path: 'foreign.parquet',
      partitionValues: { p: 'q' },
      size: statSync(file).size,
      modificationTime: 1,
    };
    const adds = [{ ...add, dataChange: true, stats: '{"numRecords":1}' }];
    await commit(ports, base, { operation: 'WRITE', reads: 'nothing', adds });
    expect(await published('plain')).toEqual(['1 p1']);
    await run(2);
    for (const name of ['plain', 'parted']) expect(await both(name)).toEqual(['1 p1', '5 q']);
    await run(6);
    for (const name of ['plain', 'parted']) expect(await both(name)).toEqual(['1 p1', '5 q', '6 p6']);
  });

  test('a table that this state does not know is not replaced in silence', async () => {
    project.write('models/t.sql', model("incremental_strategy='append'", `select ${day} as day`));
    await run(1);
    rmSync(join(project.folder, 'lake/_eider'), { recursive: true });
    expect((await eider('build')).out).toContain('with rows that t did not write by this state');
    expect(await inLog('t')).toEqual(['1']);
    await build('--full-refresh', '--vars', '{day: 2}');
    expect(await both('t')).toEqual(['2']);
  });

  test('another partitioning asks for all rows anew', async () => {
    project.write('models/t.sql', model("incremental_strategy='append'", `select ${day} as day, 1 as p`));
    await run(1);
    project.write(
      'models/t.sql',
      model("incremental_strategy='append', partition_by='p'", `select ${day} as day, 1 as p`),
    );
    expect((await eider('build')).out).toContain('is partitioned by nothing, and the model says p');
    await build('--full-refresh');
    expect((await newest('t')).metadata.partitionColumns).toEqual(['p']);
    expect(await both('t')).toEqual(['1 1']);
  });

  test('a table that takes appends alone refuses the rest', async () => {
    const config = "unique_key='id', table_properties={'delta.appendOnly': true}";
    project.write('models/t.sql', model(config, 'select 1 as id'));
    await run(1);
    expect((await eider('build')).out).toContain('has delta.appendOnly = true');
    expect(await both('t')).toEqual(['1']);
  });
});

test('a snapshot keeps its versions in a table, and writes anew the files with rows that end', async () => {
  project.write(
    'models/rows.sql',
    "select i as id, case when i = 1 then {{ var('day', 1) }} else 0 end as v from range(3 + {{ var('day', 1) }}) r(i)",
  );
  project.write(
    'snapshots/s.yml',
    "snapshots: [{name: s, relation: ref('rows'), config: {format: delta, strategy: check, unique_key: id, check_cols: [v]}}]",
  );
  await build();
  expect(await both('s')).toHaveLength(4);
  await build('--vars', '{day: 2}');
  await build('--vars', '{day: 3}');
  await build('--vars', '{day: 3}');
  expect(await both('s')).toHaveLength(8);
  expect((await newest('s')).version).toBe(2);
  expect(await rowsOf(`SELECT id, v, dbt_valid_to IS NULL FROM (${await queryOf('s')}) WHERE id = 1`)).toEqual([
    '1 1 false',
    '1 2 false',
    '1 3 true',
  ]);
  expect((await eider('rollback')).code).toBe(0);
  expect(await both('s')).toHaveLength(8);
});

test('a seed is a table', async () => {
  project.write('seeds/codes.csv', 'code,name\n01,one\n02,\n');
  project.write('seeds/codes.yml', 'seeds: [{name: codes, config: {format: delta, column_types: {code: varchar}}}]');
  project.write('models/reader.sql', "select count(*) as n from {{ ref('codes') }}");
  await build();
  expect(await both('codes')).toEqual(['01 one', '02 NULL']);
  project.write('seeds/codes.csv', 'code,name\n01,uno\n');
  await build();
  expect(await both('codes')).toEqual(['01 uno']);
  expect(await published('reader')).toEqual(['1']);
  expect((await newest('codes')).version).toBe(1);
});

test('the options of plain files mean nothing to a table', async () => {
  project.write('models/t.sql', delta('select 1 as a', ", options={'append': true}"));
  expect((await eider('build')).out).toContain('The option append is for files, and this is a Delta table.');
  expect(existsSync(rootOf('t'))).toBe(false);
});

test('an overwrite meets what others wrote meanwhile', async () => {
  project.write('models/t.sql', delta('select 1 as a'));
  await build();
  await appendTo('t', 'select 9 as a');
  expect(await inLog('t')).toEqual(['1', '9']);
  await build();
  expect(await both('t')).toEqual(['1']);
  expect(readFileSync(join(rootOf('t'), '_delta_log/00000000000000000002.json'), 'utf8')).toContain('"readVersion":1');
});
