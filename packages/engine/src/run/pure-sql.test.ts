import { afterAll, beforeAll, expect, test } from 'vitest';
import { handTarget } from '../../../../test/support/hand-compiler.ts';
import { openSession } from '../session/open-session.ts';
import type { Connection, Session } from '../session/session.ts';
import { isPure } from './pure-sql.ts';

let session: Session;
let connection: Connection;
beforeAll(async () => {
  session = await openSession({ ...handTarget, path: ':memory:', raw: {} }, { inMemory: true, folder: '/' });
  connection = await session.connect();
});
afterAll(() => session.close());

const relations = [{ schema: 'main', identifier: 'Orders' }];

test.each([
  'SELECT 1 AS a',
  'SELECT sum(a) + count(*), list(b ORDER BY c), date_trunc(\'day\', d) FROM "shop"."main"."orders" GROUP BY ALL',
  'WITH o AS (SELECT * FROM main.orders) SELECT row_number() OVER (ORDER BY a) FROM o JOIN range(3) r(i) ON i = a',
  "SELECT a, unnest(b) FROM main.ORDERS WHERE c LIKE 'x%' AND d IN (SELECT max(d) FROM main.orders)",
  'SELECT md5(a || b) FROM main.orders UNION ALL SELECT NULL WHERE false',
])('%s gives the same again', async (sql) => {
  expect(await isPure(connection, session, sql, relations)).toBe(true);
});

test.each([
  'SELECT now()',
  'SELECT a FROM main.orders WHERE d > current_date',
  'SELECT CURRENT_TIMESTAMP AS t',
  'SELECT age(d) FROM main.orders',
  'SELECT random() AS r',
  'SELECT uuid() FROM main.orders',
  "SELECT nextval('s')",
  "SELECT getvariable('x')",
  "SELECT current_setting('TimeZone')",
  'SELECT a_macro(1)',
  'SELECT * FROM main.others',
  'SELECT * FROM orders',
  'SELECT * FROM other.orders',
  "SELECT * FROM 'file.csv'",
  "SELECT * FROM read_csv('file.csv')",
  "SELECT (SELECT max(a) FROM read_parquet('x.parquet')) FROM main.orders",
  'SELECT * FROM main.orders USING SAMPLE 10%',
  'SELECT * FROM main.orders TABLESAMPLE 5 ROWS',
  'SHOW TABLES',
  'FROM duckdb_tables()',
  'this is no SQL',
])('%s may give something else', async (sql) => {
  expect(await isPure(connection, session, sql, relations)).toBe(false);
});
