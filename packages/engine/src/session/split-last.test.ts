import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serialConnection } from './connection.ts';
import type { Connection } from './session.ts';
import { splitLast } from './split-last.ts';

// Invariant: of several statements the last one's result counts, as in Python's duckdb, and errors keep their position in the whole text.

let instance: DuckDBInstance;
let connection: Connection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { errors_as_json: 'true' });
  connection = serialConnection(await instance.connect());
});

afterAll(() => {
  connection.close();
  instance.closeSync();
});

describe('a query of several statements gives the last result', () => {
  test.each([
    ['select 1 as a; select 2 as b', ['b'], [[2]]],
    ["select 1 as a; select ';' as b;", ['b'], [[';']]],
    ['select 1 as a; -- once; more', ['a'], [[1]]],
    ["select 'a; select 2' as a", ['a'], [['a; select 2']]],
    ['begin; select 1 as a; commit; select 3 as c;\n;', ['c'], [[3]]],
    ['create or replace temp table p as select 5 as i; select $$;$$ as d, * from p', ['d', 'i'], [[';', 5]]],
    ['create or replace temp table p as select 5 as i; pivot p on i using count(*)', ['5'], [[1n]]],
  ])('%s', async (sql, columns, rows) => {
    const result = await connection.query(sql);
    expect(result.columns.map(({ name }) => name)).toEqual(columns);
    expect(result.rows).toEqual(rows);
  });
});

test.each(['select 1;\nselect nothing', 'select nothing;\nselect 1', 'select 1;\nselec 2'])(
  'an error keeps its position: %s',
  async (sql) => {
    const failure = await connection.query(sql).catch((cause: unknown) => cause);
    const wrong = sql.includes('nothing') ? 'nothing' : 'selec 2';
    expect(failure).toMatchObject({ position: sql.indexOf(wrong) });
  },
);

test('one statement is not taken apart', async () => {
  const raw = await instance.connect();
  expect(await splitLast(raw, 'select 1;  ')).toEqual(['select 1;  ']);
  raw.closeSync();
});
