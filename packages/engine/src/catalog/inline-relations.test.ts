import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serialConnection } from '../session/connection.ts';
import type { Connection } from '../session/session.ts';
import { inlineRelations } from './inline-relations.ts';

// Invariant: a query whose relations were replaced by their queries gives the same rows where there is no relation at all.

const queryOfT = "SELECT 1 AS a, 2 AS b, 'x' AS c, [1, 2] AS l, {'f': 1} AS s, DATE '2020-01-01' AS d -- one row";
const relations = [
  { name: { schema: 'main', name: 't' }, query: queryOfT },
  { name: { schema: 'dev', name: 'Ördërs "2"' }, query: 'SELECT 7 AS id' },
];

let full: Connection;
let empty: Connection;
beforeAll(async () => {
  const [one, other] = [await DuckDBInstance.create(), await DuckDBInstance.create()];
  full = serialConnection(await one.connect());
  empty = serialConnection(await other.connect());
  await full.query(
    `CREATE TABLE t AS ${queryOfT}\n; CREATE SCHEMA dev; CREATE TABLE dev."Ördërs ""2""" AS SELECT 7 AS id`,
  );
});
afterAll(() => {
  full.close();
  empty.close();
});

const statements = readFileSync(join(import.meta.dirname, '../../../../test/interop/select-statements.sql'), 'utf8')
  .trim()
  .split('\n')
  .filter((sql) => !sql.includes('/* newer */'));

describe.each([
  ...statements,
  'SELECT \'€\' AS x, "dev"."Ördërs ""2""".id FROM "dev"."Ördërs ""2""" WHERE EXISTS (FROM main . t AS o(z) WHERE z = 1)',
  'SELECT main.t.a, main.t.s.f, t.b FROM MAIN.T',
  'WITH t AS (SELECT * FROM main.t) SELECT t.a FROM t, main.t AS other',
  '/* of */ SELECT * FROM /* ä */ main.t -- the end',
  'SELECT k.x FROM main.t AS u, LATERAL (SELECT u.a + w.b AS x FROM main.t AS w) AS k',
  'SELECT a FROM main.t TABLESAMPLE 100% UNION ALL (FROM main.t SELECT b)',
])('%s', (sql) => {
  test('means the same without relations', async () => {
    const rows = async (connection: Connection, text: string): Promise<readonly string[]> =>
      (await connection.query(text)).rows.map((row) => inspect(row, { depth: null })).sort();
    expect(await rows(empty, await inlineRelations(empty, sql, relations))).toEqual(await rows(full, sql));
  });
});

test.each([
  ['of another schema', 'SELECT * FROM other.t'],
  ['with a comment in its name', 'SELECT * FROM main/* here */.t'],
  ['of another database', 'SELECT * FROM db.main.t'],
  ['that is a common table expression', 'WITH t AS (SELECT 1 AS a) SELECT a FROM t'],
  ['in a text', "SELECT 'main.t' AS x"],
])('a name %s stays', async (_, sql) => {
  expect(await inlineRelations(empty, sql, relations)).toBe(sql);
});
