import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { serialConnection } from './connection.ts';
import { SqlError } from './session.ts';

// Invariant: the position of an error is where the text that was sent has the mistake, whatever else is written in it.

test.each([
  ['select bogus'],
  ["select 'ä' as ö, bogus"],
  ['\uFEFFselect bogus'],
  ["select 'ä😀' as ö bogus"],
  ['/* é\u00A0 */ select\u00A01 as 𝒂 bogus'],
  ['select\u00A01,\u3000bogus'],
  ["select '\u00A0', $$\u2003$$ -- \u200B\n, /* \u00A0 */ bogus"],
])('%j', async (sql) => {
  const connection = serialConnection(await (await DuckDBInstance.create(':memory:')).connect());
  await connection.query('SET errors_as_json = true');
  const failure: unknown = await connection.query(sql).catch((cause: unknown) => cause);
  connection.close();
  expect(failure).toBeInstanceOf(SqlError);
  expect((failure as SqlError).position).toBe(sql.indexOf('bogus'));
});
