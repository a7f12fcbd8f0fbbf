import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Layout } from '@eider/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handCompiler, handTarget } from '../../../../test/support/hand-compiler.ts';
import type { FilesGeneration } from '../lake/generation.ts';
import type { Build } from '../lake/lake.ts';
import { openLake } from '../lake/open-lake.ts';
import { databasePort } from '../session/database-port.ts';
import { openSession } from '../session/open-session.ts';
import type { Connection, Session, SqlError } from '../session/session.ts';
import { external } from './external.ts';
import { generationQuery } from './generation-query.ts';

let root: string;
let session: Session;
let connection: Connection;
const builds: Build[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'eider-external-'));
  session = await openSession(handTarget, { inMemory: true, folder: root });
  connection = await session.connect();
});

afterEach(async () => {
  for (const build of builds.splice(0)) await build.end();
  await session.close();
  await rm(root, { recursive: true });
});

const openTestLake = (): ReturnType<typeof openLake> =>
  openLake({
    state: join(root, 'lake/_eider/shop/dev-main'),
    project: 'shop',
    publishPath: join(root, 'catalog.duckdb'),
    livePath: null,
    internal: 'files',
    keep: { days: 7, builds: 3 },
    now: () => new Date(),
    randomId: () => Math.random().toString(16).slice(2, 10),
    eiderVersion: '0',
    by: { user: 'ada', host: 'nas' },
  });

/** Builds a model `m` and gives its generation. */
async function make(sql: string, layout: Partial<Layout> = {}, head?: FilesGeneration): Promise<FilesGeneration> {
  const compiler = handCompiler({ root, nodes: { m: { sql, layout } } });
  const node = compiler.manifest.nodes['model.shop.m']!;
  const port = databasePort(connection);
  const compiled = await compiler.compile(node.unique_id, port);
  const context = { node, compiled, compiler, session, connection, port, head, reads: {}, now: () => new Date() };
  const run = await (await openTestLake()).begin('build');
  builds.push(run);
  return (await external({ ...context, build: run })).generation as FilesGeneration;
}

const rows = async (sql: string): Promise<readonly (readonly unknown[])[]> => (await connection.query(sql)).rows;
const relation = 'SELECT * FROM shop.main.m';

/** Whether the relation holds exactly the query's rows, with its types and columns. */
async function expectSame(sql: string): Promise<void> {
  expect(await rows(`DESCRIBE ${relation}`)).toEqual(await rows(`DESCRIBE ${sql}`));
  expect(
    await rows(
      `SELECT (SELECT count(*) FROM ((${relation}) EXCEPT ALL (${sql}))), (SELECT count(*) FROM ((${sql}) EXCEPT ALL (${relation})))`,
    ),
  ).toEqual([[0n, 0n]]);
}

describe('Parquet keeps every value and type', () => {
  test.each([
    ...[
      'NULL',
      'true',
      '1::TINYINT',
      '1::UBIGINT',
      '1.5::FLOAT',
      "'nan'::DOUBLE",
      '1.25::DECIMAL(5,2)',
      "'x'",
      "'ab'::BLOB",
      '\'{"a": 1}\'::JSON',
    ],
    ...[
      '170141183460469231731687303715884105727::HUGEINT',
      '340282366920938463463374607431768211455::UHUGEINT',
      '-99999999999999999999999999999999999999::HUGEINT',
    ],
    ...["'sad'::ENUM('sad', 'o,k')", "'1011'::BIT", 'uuid()', '123456789012345678901234567890123456789012345::BIGNUM'],
    ...[
      "DATE '0001-01-01'",
      "'infinity'::DATE",
      "TIME '01:02:03.123456'",
      "'01:02:03.123456789'::TIME_NS",
      "TIMETZ '01:02:03.123456+05:30'",
    ],
    ...[
      "TIMESTAMP '2020-01-01 01:02:03.123456'",
      "'2020-01-01 01:02:03'::TIMESTAMP_S",
      "'2020-01-01 01:02:03.123'::TIMESTAMP_MS",
    ],
    ...["'2020-01-01 01:02:03.123456789'::TIMESTAMP_NS", "TIMESTAMPTZ '2020-01-01 01:02:03.123456+00'"],
    ...[
      "INTERVAL '1 month 2 days 3.123456 seconds'",
      "INTERVAL '-1 month -2 days'",
      'INTERVAL 1 YEAR - INTERVAL 1 DAY',
    ],
    ...[
      '[1, NULL]',
      '[]',
      '[1, 2]::INTEGER[2]',
      '[170141183460469231731687303715884105::HUGEINT, NULL]',
      "[INTERVAL '-1 day']",
    ],
    ...[
      "{'a b': 1, 'h': 2::HUGEINT}",
      "MAP {'k': 1::HUGEINT}",
      'MAP {}',
      "MAP {'e': 'x'::ENUM('x')}",
      'union_value(a := 1)::UNION(a INTEGER, s VARCHAR)',
    ],
    ...[
      'union_value(h := 170141183460469231731687303715884105::HUGEINT)::UNION(h HUGEINT, s VARCHAR)',
      "'POINT (1 2)'::GEOMETRY",
    ],
  ])('%s', async (value) => {
    const sql = `SELECT x, i FROM (SELECT ${value} AS x, 1 AS i UNION ALL SELECT NULL, 2)`;
    await connection.query(`CREATE TABLE expected AS ${sql}`);
    await make('SELECT * FROM expected');
    await expectSame('SELECT * FROM expected');
    if (value.includes('HUGEINT'))
      expect((await rows('SELECT x FROM expected'))[0]).toEqual((await rows('SELECT x FROM shop.main.m'))[0]);
  });

  test('names that repeat become what DuckDB makes of them', async () => {
    const generation = await make('SELECT 1::HUGEINT AS a, 2 AS a, 3 AS "A"');
    expect(generation.columns.map(({ name }) => name)).toEqual(['a', 'a_1', 'A_2']);
    expect(await rows(relation)).toEqual([[1n, 2, 3]]);
  });

  test('a query keeps its order, comments and CTEs', async () => {
    await make('WITH r AS (SELECT i FROM range(300000) r(i)) SELECT i FROM r ORDER BY hash(i) -- by hash');
    expect(
      await rows(
        'SELECT count(*) FROM (SELECT hash(i) AS h, lag(hash(i)) OVER () AS before FROM shop.main.m) WHERE before > h',
      ),
    ).toEqual([[0n]]);
  });
});

describe('the files of an external model', () => {
  const days = (sql: string): string => `SELECT day, id::INTEGER AS id, 'é' || id AS t FROM (VALUES ${sql}) v(day, id)`;
  const byDay = { partitionBy: ['day'], folder: true };

  test('are one file with its statistics', async () => {
    const generation = await make('SELECT 1 AS a');
    expect(generation.files).toMatchObject([{ name: 'm.parquet', rows: 1, stats: { '"a"': { min: '1', max: '1' } } }]);
    expect(generation).toMatchObject({ rows: 1, folder: false, location: join(root, 'lake/m.parquet') });
    expect((await readFile(generation.files[0]!.path)).length).toBe(generation.bytes);
  });

  test('keep partition columns with type, value and position', async () => {
    const sql = days("(DATE '2024-01-01', 1), (NULL, 2), (DATE '2024-01-02', 3)");
    const generation = await make(sql, byDay);
    await expectSame(sql);
    expect(generation.files.map(({ name }) => name)).toEqual([
      'day=2024-01-01/data_0.parquet',
      'day=2024-01-02/data_0.parquet',
      'day=__HIVE_DEFAULT_PARTITION__/data_0.parquet',
    ]);
    expect(generation.files[0]?.partition).toEqual({ day: '2024-01-01' });
    const again = await make(sql, byDay, generation);
    expect(again.files.map(({ path }) => path)).not.toContain(generation.files[0]?.path);
    expect(again.rows).toBe(3);
  });

  test('overwrite_or_ignore replaces the partitions that were written, append keeps all', async () => {
    const first = await make(days("('a', 1), ('b', 2)"), byDay);
    const second = await make(days("('b', 3), ('c', 4)"), { ...byDay, mode: 'overwrite_or_ignore' }, first);
    expect(await rows('SELECT id FROM shop.main.m ORDER BY ALL')).toEqual([[1], [3], [4]]);
    expect(second.rows).toBe(3);
    const third = await make(days("('a', 5), ('c', 6)"), { ...byDay, mode: 'append' }, second);
    expect(await rows('SELECT id FROM shop.main.m ORDER BY ALL')).toEqual([[1], [3], [4], [5], [6]]);
    expect(new Set(third.files.map(({ name }) => name)).size).toBe(5);
  });

  test('carry on from files that dbt-duckdb left, whose partition columns are in their paths alone', async () => {
    const folder = join(root, 'lake/m');
    await mkdir(join(root, 'lake'));
    await connection.query(
      `COPY (SELECT 7 AS id, 'é7' AS t, 2020 AS year) TO '${folder}' (FORMAT parquet, PARTITION_BY (year))`,
    );
    const sql = "SELECT 8 AS id, 't' AS t, 2021::SMALLINT AS year";
    await make(sql, { partitionBy: ['year'], folder: true, mode: 'append' });
    expect(await rows('SELECT id, year, typeof(year) FROM shop.main.m ORDER BY ALL')).toEqual([
      [7, 2020, 'SMALLINT'],
      [8, 2021, 'SMALLINT'],
    ]);
  });

  test('take every option of COPY', async () => {
    const generation = await make('SELECT i FROM range(300000) r(i)', {
      copyOptions: { compression: 'zstd', row_group_size: '100000', kv_metadata: "{made: 'here'}" },
    });
    expect(await rows(`SELECT DISTINCT compression FROM parquet_metadata('${generation.files[0]?.path}')`)).toEqual([
      ['ZSTD'],
    ]);
    expect(
      await rows(`SELECT count(*) FROM parquet_kv_metadata('${generation.files[0]?.path}') WHERE key = 'made'`),
    ).toEqual([[1n]]);
  });

  test('are several where COPY splits them', async () => {
    const generation = await make('SELECT i, hash(i) AS h FROM range(300000) r(i)', {
      copyOptions: { file_size_bytes: "'500KB'" },
    });
    expect(generation.files.length).toBeGreaterThan(1);
    expect(generation.files[0]?.name).toBe('data_0.parquet');
    expect(generation).toMatchObject({ folder: true, rows: 300000 });
  });
});

describe('a model without rows', () => {
  const none = "SELECT 1::HUGEINT AS h, DATE '2024-01-01' AS d, 'x' AS t WHERE false";

  test.each<[string, Partial<Layout>, number]>([
    ['Parquet', {}, 1],
    ['CSV', { format: 'csv' }, 1],
    ['JSON', { format: 'json' }, 1],
    ['partitions', { partitionBy: ['d'], folder: true }, 0],
    ['partitioned CSV', { format: 'csv', partitionBy: ['d'], folder: true }, 0],
  ])('is empty and typed as %s', async (_, layout, files) => {
    const generation = await make(none, layout);
    expect(generation).toMatchObject({ rows: 0, files: { length: files } });
    await expectSame(none);
  });
});

describe('CSV and JSON', () => {
  const mixed =
    "SELECT 1 AS i, 2.5 AS f, '31/12/2024' AS d, 'a\"b,\nc' AS t, NULL AS n, 'x' AS s UNION ALL SELECT 2, 3, '01/01/2024', '', NULL, 'y'";

  test.each<[string, Partial<Layout>]>([
    ['CSV', { format: 'csv' }],
    ['CSV with a delimiter', { format: 'csv', copyOptions: { header: '1', delimiter: "'|'" } }],
    [
      'compressed CSV',
      {
        format: 'csv',
        location: '/lake/m.csv.gz',
        copyOptions: { header: '1', compression: 'gzip' },
        readOptions: { auto_detect: 'True', compression: "'gzip'" },
      },
    ],
    ['JSON', { format: 'json' }],
  ])('%s is read as DuckDB detects it', async (_, layout) => {
    const generation = await make(mixed, layout);
    const reader = `read_${generation.format}('${generation.files[0]?.path}', auto_detect=true)`;
    expect(await rows(`DESCRIBE ${relation}`)).toEqual(await rows(`DESCRIBE SELECT * FROM ${reader}`));
    expect(await rows(relation)).toEqual(await rows(`SELECT * FROM ${reader}`));
  });

  test('the types are frozen: a sniffer has nothing left to say', async () => {
    const generation = await make("SELECT i AS a, 'x' AS b FROM range(3) r(i)", { format: 'csv' });
    expect(generation.reader.options).toMatchObject({
      auto_detect: 'false',
      header: 'true',
      columns: "{'a': 'BIGINT', 'b': 'VARCHAR'}",
    });
  });

  test('partitioned CSV counts its rows by file', async () => {
    const generation = await make('SELECT i % 2 AS p, i FROM range(5) r(i)', {
      format: 'csv',
      partitionBy: ['p'],
      folder: true,
    });
    expect(generation.files.map(({ name, rows: n }) => [name, n])).toEqual([
      ['p=0/data_0.csv', 3],
      ['p=1/data_0.csv', 2],
    ]);
    expect(await rows('SELECT i FROM shop.main.m ORDER BY ALL')).toEqual([[0n], [1n], [2n], [3n], [4n]]);
  });

  test('JSON keeps nested values', async () => {
    await make("SELECT [1, 2] AS l, {'a': 1} AS s", { format: 'json' });
    expect(await rows(relation)).toEqual([[[1n, 2n], { a: 1n }]]);
  });
});

test('an error keeps its place in the query, cast or not', async () => {
  for (const prefix of ["SELECT 'x' AS a,", 'SELECT 1::HUGEINT AS a,']) {
    const sql = `${prefix} CAST(t AS INTEGER) AS n FROM (SELECT 'y' || i AS t FROM range(3) r(i))`;
    const failure = (await make(sql).catch((cause: unknown) => cause)) as SqlError;
    expect(failure).toMatchObject({ kind: 'Conversion', position: sql.indexOf('CAST') });
  }
});

test('the query of a generation is the view itself', async () => {
  const generation = await make("SELECT 'a'::ENUM('a', 'b') AS e");
  expect(await rows(generationQuery(generation))).toEqual([['a']]);
});

describe('the write', () => {
  test('is one COPY of the query as it stands, in no transaction', async () => {
    const said: string[] = [];
    const { objects, query, ...rest } = connection;
    const heard =
      <T>(ask: (sql: string) => Promise<T>) =>
      (sql: string): Promise<T> => {
        said.push(sql);
        return ask(sql);
      };
    connection = { ...rest, objects: heard(objects), query: heard(query), retry: (work) => work(connection, 1) };
    await make('SELECT 1 AS a');
    expect(said.map((sql) => sql.split(' ')[0])).toEqual(['DESCRIBE', 'COPY', 'CREATE']);
    expect(said[1]).toMatch(/^COPY \(\nSELECT 1 AS a\n\) TO '/);
  });

  test('is done by several of DuckDB’s threads', async () => {
    await connection.query('SET threads = 4; CREATE TABLE many AS SELECT i FROM range(5000000) r(i)');
    const made = await make('FROM many', { perThreadOutput: true, folder: true });
    expect(made.files.length).toBeGreaterThan(1);
    expect(made.rows).toBe(5_000_000);
  });
});
