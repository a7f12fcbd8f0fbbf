import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterCommit, markRows, newMetadata, openSnapshot, writeCheckpoint } from '@eider/delta';
import { createLocalStore } from '@eider/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  committedTo,
  type DeltaTable,
  type DeltaWorkshop,
  deltaWorkshop,
} from '../../../../test/support/delta-workshop.ts';
import { serialConnection } from '../session/connection.ts';
import type { Connection, Session } from '../session/session.ts';
import { deltaCalls } from './delta-calls.ts';
import { withDeltaScans } from './delta-scans.ts';

let folder: string;
let at: DeltaWorkshop;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-delta-'));
  at = await deltaWorkshop(folder);
});

afterAll(async () => {
  at.close();
  await rm(folder, { recursive: true });
});

const describeTypes = async (sql: string): Promise<readonly unknown[]> =>
  (await at.connection.objects(`DESCRIBE ${sql}`)).map((row) => row.column_type);

describe('types go there and back', () => {
  test.each([
    ['BOOLEAN', 'BOOLEAN', 'true', 'false'],
    ['TINYINT', 'TINYINT', '-128', '127'],
    ['BIGINT', 'BIGINT', '-9223372036854775808', '9223372036854775807'],
    ['UTINYINT', 'SMALLINT', '0', '255'],
    ['UBIGINT', 'DECIMAL(20,0)', '0', '18446744073709551615'],
    ['HUGEINT', 'DECIMAL(38,0)', '-99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
    ['DECIMAL(38,9)', 'DECIMAL(38,9)', '-1.000000001', '12345678901234567890123456789.123456789'],
    ['DOUBLE', 'DOUBLE', "'-inf'", "'nan'"],
    ['VARCHAR', 'VARCHAR', "''", "repeat('é😀', 200)"],
    ['BLOB', 'BLOB', "'\\x00\\xFF'", "''"],
    ['DATE', 'DATE', "'0001-01-01'", "'9999-12-31'"],
    ['TIMESTAMP', 'TIMESTAMP', "'0001-01-01 00:00:00'", "'9999-12-31 23:59:59.999999'"],
    ['TIMESTAMPTZ', 'TIMESTAMP WITH TIME ZONE', "'1500-06-01 01:02:03+00'", "'9999-12-31 12:00:00.000001+00'"],
    ['UUID', 'VARCHAR', "'00000000-0000-0000-0000-000000000001'", 'uuid()'],
    ['TIME', 'VARCHAR', "'00:00:00'", "'23:59:59.999999'"],
    ['INTEGER[]', 'INTEGER[]', '[1, NULL]', '[]'],
    ['INTEGER[2]', 'INTEGER[]', '[1, 2]', '[3, 4]'],
    [
      'STRUCT(a UTINYINT, "b c" VARCHAR[])',
      'STRUCT(a SMALLINT, "b c" VARCHAR[])',
      "{'a': 1, 'b c': ['x']}",
      "{'a': NULL, 'b c': NULL}",
    ],
    ['MAP(VARCHAR, HUGEINT)', 'MAP(VARCHAR, DECIMAL(38,0))', "MAP {'k': 1}", 'MAP {}'],
  ])('%s', async (type, stored, low, high) => {
    const sql = `SELECT * FROM (VALUES (1, CAST(${low} AS ${type})), (2, CAST(${high} AS ${type})), (3, NULL)) AS v(n, "odd; name=1")`;
    await at.connection.query(`CREATE OR REPLACE TEMP TABLE given AS ${sql}`);
    const table = await at.make('FROM given');
    const found = await at.scan(table);
    expect(await at.differences(found, `SELECT n, "odd; name=1"::${stored} FROM given`)).toBe(0);
    expect((await describeTypes(`(${found})`))[1]).toBe((await describeTypes(`(SELECT NULL::${stored})`))[0]);
  });

  test.each([
    ['UNION', 'union_value(a := 1)', /no counterpart/],
    ['an unnamed struct', 'row(1, 2)', /without names/],
    ['an infinite date', "'infinity'::DATE", /infinite/],
  ])('%s is refused', async (_, value, message) => {
    await expect(at.write(join(folder, 'refused'), `SELECT ${value} AS x`)).rejects.toThrow(message);
  });
});

describe('partitions', () => {
  const values = `SELECT * FROM (VALUES (1, 'a/b'), (2, ' x='), (3, NULL), (4, 'é:*?"<>|#&%{}\\'), (5, 'it''s [1]')) AS v(n, p)`;

  test('values with awkward characters', async () => {
    const table = await at.make(values, ['p']);
    expect(await at.differences(await at.scan(table), values)).toBe(0);
  });

  test('values of every type', async () => {
    const sql = `SELECT 1 AS n, DATE '2024-01-01' AS d, TIMESTAMP '2024-01-01 12:00:00.5' AS ts, TIMESTAMPTZ '2024-01-01 12:00:00.5+00' AS tz, 1.50::DECIMAL(5,2) AS dec, 'inf'::DOUBLE AS dbl, true AS b, 9223372036854775807 AS l`;
    const table = await at.make(sql, ['d', 'ts', 'tz', 'dec', 'dbl', 'b', 'l']);
    expect(await at.differences(await at.scan(table), sql)).toBe(0);
  });

  test('an empty text is refused, since readers take it for NULL', async () => {
    await expect(at.make("SELECT 1 AS n, '' AS p", ['p'])).rejects.toThrow(/empty text/);
  });
});

test('columns that older files lack are NULL, and a table without files has its columns', async () => {
  const table = await at.make('SELECT 1 AS a');
  const next = await at.write(table.root, 'SELECT 2 AS a, [1] AS b');
  const metadata = newMetadata({ id: 't', schema: next.schema, createdTime: 0 });
  table.snapshot = await committedTo(table.ports, table.snapshot, {
    operation: 'WRITE',
    reads: 'everything',
    metadata,
    adds: next.adds,
  });
  expect(await at.differences(await at.scan(table), 'SELECT 1 AS a, NULL AS b UNION ALL SELECT 2, [1]')).toBe(0);
  const removes = [...table.snapshot.files.values()];
  table.snapshot = await committedTo(table.ports, table.snapshot, {
    operation: 'DELETE',
    reads: 'everything',
    removes,
  });
  expect(await describeTypes(`(${await at.scan(table)})`)).toEqual(['INTEGER', 'INTEGER[]']);
  expect(await at.differences(await at.scan(table), 'SELECT 1, NULL WHERE false')).toBe(0);
});

test('rows that a deletion vector names are gone', async () => {
  const table = await at.make('SELECT range AS n FROM range(10)', [], { 'delta.enableDeletionVectors': 'true' });
  const [file] = table.snapshot.files.values();
  if (file === undefined) throw new Error('There is no file.');
  const { marks } = await markRows(table.ports.store, [{ file, positions: [0, 3, 9] }]);
  table.snapshot = await committedTo(table.ports, table.snapshot, { operation: 'DELETE', reads: 'everything', marks });
  expect(await at.differences(await at.scan(table), 'SELECT range FROM range(10) WHERE range NOT IN (0, 3, 9)')).toBe(
    0,
  );
});

test('a checkpoint that DuckDB wrote stands for the log before it', async () => {
  const table = await at.make("SELECT 1 AS n, 'x' AS p", ['p'], { 'delta.checkpointInterval': '3' });
  for (let n = 2; n <= 7; n += 1) {
    const removes = n === 5 ? [...table.snapshot.files.values()].slice(0, 1) : [];
    await at.append(table, `SELECT ${n} AS n, 'p${n}' AS p`, { removes, transactions: [{ appId: 'app', version: n }] });
    expect(await afterCommit(table.ports, table.snapshot, Date.now())).toEqual([]);
  }
  const read = await openSnapshot(table.ports);
  expect(read.commitsRead).toBe(0);
  expect([...read.files.keys()].sort()).toEqual([...table.snapshot.files.keys()].sort());
  expect([...read.tombstones.keys()]).toEqual([...table.snapshot.tombstones.keys()]);
  expect(read.transactions.get('app')?.version).toBe(7);
  expect(read.metadata).toMatchObject(table.snapshot.metadata);
  expect([...read.files.values()].map(({ stats }) => stats).sort()).toEqual(
    [...table.snapshot.files.values()].map(({ stats }) => stats).sort(),
  );
  expect(await at.differences(await at.scan(table), "SELECT n, 'p' || n FROM range(2, 8) AS t(n)")).toBe(0);
});

describe('calls in statements', () => {
  test.each([
    ["FROM delta_scan('a')", ['a']],
    ["from DELTA_SCAN ( 'it''s' )", ["it's"]],
    ["FROM delta_scan('a', version => 3) JOIN delta_scan('b', version=4)", ['a@3', 'b@4']],
    ["FROM delta_scan('a', as_of => '2024-01-01')", ['a@2024-01-01']],
    ["FROM delta_scan('a', delta_file_number => true)", []],
    ["FROM delta_scan('a' || 'b')", []],
    ["SELECT 'delta_scan'", []],
    ["FROM table_changes('a', 3) JOIN Table_Changes ( 'b', 0,7 )", ['changes of a@3', 'changes of b@0@7']],
    ["FROM table_changes('a', x)", []],
  ])('%s', (sql, keys) => {
    expect(deltaCalls(sql).map(({ key }) => key)).toEqual(keys);
  });
});

describe('a session', () => {
  const sessionOver = () =>
    withDeltaScans(
      { connect: async () => serialConnection(await at.instance.connect()) } as Session,
      async (location) => createLocalStore(location),
    );
  const count = async (on: Connection, from: string): Promise<number> =>
    Number((await on.query(`SELECT count(*) FROM ${from}`)).rows[0]?.[0]);
  const call = ({ root }: Pick<DeltaTable, 'root'>, more = ''): string => `delta_scan('${root}'${more})`;

  test('reads tables without an extension, all statements one version, on every connection', async () => {
    const table = await at.make('SELECT 1 AS n');
    const session = sessionOver();
    const first = await session.connect();
    expect(await count(first, call(table))).toBe(1);
    await at.append(table, 'SELECT 2 AS n');
    const second = await session.connect();
    expect(await count(second, call(table))).toBe(1);
    expect(await count(first, `${call(table)} JOIN ${call(table)} AS b USING (n)`)).toBe(1);
    expect(await count(await sessionOver().connect(), call(table))).toBe(2);
  });

  test('reads a version, or what was there at a time', async () => {
    const table = await at.make('SELECT 1 AS n');
    await at.append(table, 'SELECT 2 AS n');
    const on = await sessionOver().connect();
    expect(await count(on, call(table, ', version => 0'))).toBe(1);
    expect(await count(on, call(table, "  , as_of => '2100-01-01'"))).toBe(2);
    await expect(count(on, call(table, ', version => 9'))).rejects.toThrow(/no version 9/);
    await expect(count(on, call(table, ", as_of => 'soon'"))).rejects.toThrow(/no time/);
  });

  test('reads through views that another session made', async () => {
    const table = await at.make('SELECT 1 AS n');
    await (await sessionOver().connect()).query(`CREATE VIEW standing AS FROM ${call(table)}`);
    expect(await count(await sessionOver().connect(), 'standing')).toBe(1);
  });

  test('reads what changed in a table, up to the version that the session sees', async () => {
    const table = await at.make('SELECT 1 AS n', [], { 'delta.enableChangeDataFeed': 'true' });
    await at.append(table, 'SELECT 2 AS n');
    const session = sessionOver();
    const on = await session.connect();
    const changes = (versions: string): string => `table_changes('${table.root}', ${versions})`;
    expect(await count(on, changes('1'))).toBe(1);
    await at.append(table, 'SELECT 3 AS n');
    expect(await count(on, call(table))).toBe(2);
    expect(await count(on, changes('0'))).toBe(2);
    expect(await count(on, changes('1, 1'))).toBe(1);
    // Nothing came since.
    expect(await count(on, changes('2'))).toBe(0);
    await expect(count(on, changes('3'))).rejects.toThrow(/no changes from version 3 to 1/);
    await expect(count(on, changes('1 + 8'))).rejects.toThrow(/takes a place and versions as they are/);
    const later = await sessionOver().connect();
    expect((await later.query(`SELECT n, _change_type, _commit_version FROM ${changes('2')}`)).rows.join()).toBe(
      '3,insert,2',
    );
    await later.query(`CREATE VIEW changed AS FROM ${changes('0')}`);
    expect(await count(await sessionOver().connect(), 'changed')).toBe(3);
    const plain = await at.make('SELECT 1 AS n');
    const sql = `SELECT * FROM table_changes('${plain.root}', 0)`;
    await expect(later.query(sql)).rejects.toMatchObject({
      message: expect.stringContaining('keeps no change data feed'),
      position: sql.indexOf("'"),
    });
  });

  test('says where a table is missing, and why one is left to the extension', async () => {
    const on = await sessionOver().connect();
    const sql = `SELECT * FROM ${call({ root: join(folder, 'nowhere') } as DeltaTable)}`;
    await expect(on.query(sql)).rejects.toMatchObject({
      message: expect.stringContaining('no Delta table'),
      position: sql.indexOf("'"),
    });
    const table = await at.make('SELECT 1 AS n');
    const line =
      '{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["variantType"],"writerFeatures":["variantType"]}}';
    await table.ports.store.put('_delta_log/00000000000000000001.json', new TextEncoder().encode(line));
    await expect(count(on, call(table))).rejects.toThrow(/feature variantType.*extension delta/s);
  });

  test('the writer leaves no trace where a table was moved', async () => {
    const table = await at.make("SELECT 1 AS n, 'x' AS p", ['p']);
    await writeCheckpoint(table.ports, table.snapshot, 0);
    await rename(table.root, `${table.root} é moved`);
    const on = await sessionOver().connect();
    expect(await count(on, call({ ...table, root: `${table.root} é moved` }))).toBe(1);
  });
});
