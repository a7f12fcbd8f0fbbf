import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serialConnection } from '../session/connection.ts';
import type { Connection } from '../session/session.ts';
import { sameQuery } from './same-query.ts';

let instance: DuckDBInstance;
let connection: Connection;

beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:');
  connection = serialConnection(await instance.connect());
});

afterAll(() => {
  connection.close();
  instance.closeSync();
});

test.each([
  ['select id from "dev"."main"."a"', 'select id\nfrom "main"."a"', true],
  ['select "dev"."main"."a"."id" from "dev"."main"."a"', 'select "main"."a"."id" from "main"."a"', true],
  [
    'select * from "other"."s"."a" join dev.main.b using (id)',
    'select * from "other__s"."a" join main.b using (id)',
    true,
  ],
  [`select 'from "dev"."main"."a"' as t`, `select 'from "main"."a"' as t`, false],
  ['select 18 as length', 'select 12 as length', false],
  ['select id from "dev"."main"."a"', 'select id from "main"."b"', false],
  ['select a.id from "dev"."main"."a"', 'select a.name from "main"."a"', false],
  ['select 1', 'select 1 limit 1', false],
  ['select 1', 'this is no SQL', false],
])('%s and %s: %s', async (one, other, expected) => {
  expect(await sameQuery(connection, one, other)).toBe(expected);
});
