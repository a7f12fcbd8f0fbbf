import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DeltaProject, deltaProject } from '../support/delta-project.ts';

// Invariant: a model whose table has deletion vectors leaves files where they are, and its log, the published catalog and a table without vectors show the same rows.

let project: DeltaProject;
let build: DeltaProject['build'];
let done: DeltaProject['done'];
let both: DeltaProject['both'];

beforeEach(async () => {
  project = await deltaProject('delta-vectors', 'threads: 2, publish: {keep: {days: 0, builds: 2}}');
  ({ build, both, done } = project);
});

afterEach(() => project.close());

/** How many rows each file of a table has lost. */
const lost = async (name: string): Promise<readonly number[]> =>
  [...(await project.newest(name)).files.values()].map(({ deletionVector }) => deletionVector?.cardinality ?? 0).sort();

const filesIn = (name: string, end: string): number =>
  readdirSync(project.rootOf(name), { recursive: true }).filter((file) => String(file).endsWith(end)).length;

const vectors = "table_properties={'delta.enableDeletionVectors': true}";
const model = (config: string, sql: string): string =>
  `{{ config(materialized='incremental', format='delta', unique_key='id', ${config}) }} ${sql}`;
/** 10,000 rows; each later day changes ten far apart, and adds one. */
const daily = `select i as id, {{ var('day') }} as day, 'p' || (i % 2) as p from range(10000) r(i)
  {% if is_incremental() %} where i % 1000 = {{ var('day') }} union all select 10000 + {{ var('day') }}, {{ var('day') }}, 'p1' {% endif %}`;

test.each(['merge', 'delete+insert'])('%s marks the rows that change', async (strategy) => {
  project.write('models/t.sql', model(`incremental_strategy='${strategy}', ${vectors}`, daily));
  project.write('models/plain.sql', model(`incremental_strategy='${strategy}'`, daily));
  for (const day of [1, 2, 3]) await build(day);
  const rows = await both('t');
  expect(rows).toHaveLength(10_002);
  expect(rows.filter((row) => row.split(' ')[1] !== '1')).toHaveLength(22);
  expect(await both('plain')).toEqual(rows);
  expect(await lost('t')).toEqual([0, 0, 20]);
  await done('rollback');
  expect(await lost('t')).toEqual([0, 10]);
  expect((await both('t')).filter((row) => row.split(' ')[1] !== '1')).toHaveLength(11);
  await build(4);
  expect(await both('t')).toEqual(await both('plain'));
  await done('optimize', 't');
  expect(await lost('t')).toEqual([0]);
  expect(await both('t')).toEqual(await both('plain'));
});

test('a flag is true in any letters, and what is neither true nor false is refused', async () => {
  const loud = "table_properties={'delta.enableDeletionVectors': 'True', 'delta.enableChangeDataFeed': 'TRUE'}";
  project.write('models/t.sql', model(`incremental_strategy='merge', ${loud}`, daily));
  for (const day of [1, 2]) await build(day);
  expect(await lost('t')).toEqual([0, 10]);
  const { metadata, protocol } = await project.newest('t');
  expect(protocol).toMatchObject({ readerFeatures: ['deletionVectors'], minReaderVersion: 3 });
  expect(protocol.writerFeatures).toEqual(expect.arrayContaining(['deletionVectors', 'changeDataFeed']));
  // Readers of Delta's kernel know small letters alone.
  expect(metadata.configuration).toEqual({
    'delta.enableDeletionVectors': 'true',
    'delta.enableChangeDataFeed': 'true',
  });
  expect((await both('t')).filter((row) => row.split(' ')[1] !== '1')).toHaveLength(11);
  // Trino reads no vector that stands in the log, and none in a folder with other characters than these.
  const vectorsOf = [...(await project.newest('t')).files.values()].flatMap(
    ({ deletionVector }) => deletionVector ?? [],
  );
  expect(vectorsOf.map(({ storageType }) => storageType)).toEqual(['u']);
  expect(vectorsOf[0]?.pathOrInlineDv.slice(0, -20)).toMatch(/^[0-9a-zA-Z]+$/);
  const { version } = await project.newest('t');
  for (const name of ['delta.enableDeletionVectors', 'delta.checkpoint.writeStatsAsStruct']) {
    project.write('models/t.sql', model(`incremental_strategy='merge', table_properties={'${name}': 'yes'}`, daily));
    const refused = await project.tried('build', '--vars', '{day: 3}');
    expect(refused).toContain(`The table property ${name} is 'yes', which is not true or false.`);
    expect(refused).toContain('engine/delta');
    expect(refused).toContain('models/t.sql:1');
  }
  expect((await project.newest('t')).version).toBe(version);
});

test('a table in partitions, a file that loses half of its rows, and one whose path is encoded', async () => {
  const sql = `select * from (values (1, 'a b'), (2, 'a b'), (3, 'a b'), (4, 'c'), (5, 'c'), (6, 'c'), (7, 'c'), (8, 'c')) v(id, p) {% if is_incremental() %} where id in {{ var('ids') }} {% endif %}`;
  project.write('models/t.sql', model(`incremental_strategy='merge', partition_by='p', ${vectors}`, sql));
  await build(1);
  const changed = async (ids: string): Promise<readonly string[]> => {
    await done('build', '--vars', `{ids: '${ids}'}`);
    return await both('t');
  };
  const all = ['1 a b', '2 a b', '3 a b', '4 c', '5 c', '6 c', '7 c', '8 c'];
  expect(await changed('(1, 4)')).toEqual(all);
  expect(await lost('t')).toEqual([0, 0, 1]);
  expect(await changed('(5, 6, 7)')).toEqual(all);
  expect(await lost('t')).toEqual([0, 0, 0]);
});

test('what nobody needs any more goes, what somebody needs stays', async () => {
  const config = `incremental_strategy='merge', table_properties={'delta.enableDeletionVectors': true, 'delta.deletedFileRetentionDuration': 'interval 0 seconds'}`;
  // Many rows far apart, so that the vectors are in files.
  const wide = `select i as id, {{ var('day') }} as day from range(60000) r(i) {% if is_incremental() %} where hash(i + {{ var('day') }}) % 20 = 0 {% endif %}`;
  project.write('models/t.sql', model(config, wide));
  for (const day of [1, 2, 3, 4, 5]) await build(day);
  expect(filesIn('t', '.bin')).toBe(2);
  expect(filesIn('t', '_deleted.parquet')).toBe(2);
  await done('vacuum');
  const rows = await both('t');
  expect(rows).toHaveLength(60_000);
  await done('rollback');
  expect(await both('t')).not.toEqual(rows);
  await build(6, '--full-refresh');
  await build(7, '--full-refresh');
  await done('vacuum');
  expect(filesIn('t', '.bin')).toBe(0);
  expect(filesIn('t', '_deleted.parquet')).toBe(0);
  expect(await both('t')).toHaveLength(60_000);
});

test('a snapshot marks the rows whose time ends', async () => {
  project.write(
    'models/rows.sql',
    "select i as id, case when i = {{ var('day') }} then 1 else 0 end as v from range(1000) r(i)",
  );
  const config =
    "format: delta, strategy: check, unique_key: id, check_cols: [v], table_properties: {delta.enableDeletionVectors: 'true'}";
  project.write('snapshots/s.yml', `snapshots: [{name: s, relation: ref('rows'), config: {${config}}}]`);
  for (const day of [1, 2, 3]) await build(day);
  expect(await both('s')).toHaveLength(1004);
  expect(await lost('s')).toEqual([0, 1, 3]);
});

test('beside a live file, and where a column has the name of a file, nothing is marked', async () => {
  project.write(
    'models/t.sql',
    model(`incremental_strategy='merge', ${vectors}`, `select *, 1 as filename from (${daily})`),
  );
  project.write('models/u.sql', model(`incremental_strategy='merge', ${vectors}`, daily));
  await build(1);
  await build(2);
  expect(await lost('t')).not.toContain(10);
  expect(await lost('u')).toEqual([0, 10]);
  project.write(
    'profiles.yml',
    'night: {target: dev, outputs: {dev: {type: duckdb, path: ":memory:", external_root: lake, publish: {path: catalog/dev.duckdb, live: catalog/live.duckdb}}}}\n',
  );
  await build(3);
  expect(await lost('u')).not.toContain(20);
  expect(existsSync(join(project.folder, 'catalog/live.duckdb'))).toBe(true);
  expect(await both('u')).toHaveLength(10_002);
});
