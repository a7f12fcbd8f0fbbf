import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Change, commit, openSnapshot, type Snapshot, type TablePorts } from '@eider/delta';
import { createLocalStore } from '@eider/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { duckParquetPort } from '../../packages/engine/src/delta/parquet-port.ts';
import { scanQuery } from '../../packages/engine/src/delta/scan-query.ts';
import { writeDeltaFiles } from '../../packages/engine/src/delta/write-files.ts';
import { serialConnection } from '../../packages/engine/src/session/connection.ts';
import type { Connection } from '../../packages/engine/src/session/session.ts';
import { type RanInProcess, runInProcess } from '../support/in-process.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: after every command the log of a Delta table and the published catalog show the same rows, unless somebody else wrote to the table.

let project: SmallProject;
let connection: Connection;
let instance: DuckDBInstance;

beforeEach(async () => {
  project = smallProject('delta-tables', { models: {}, target: 'threads: 2' });
  instance = await DuckDBInstance.create(':memory:');
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

const rootOf = (name: string): string => join(project.folder, 'lake', `${name}.delta`);

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
  return await rowsOf(scanQuery(await newest(name), { deleted: new Map(), int96: new Set() }));
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
