import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasOtherRelations } from './other-relations.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-other-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function fileWith(...statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, 'a.duckdb'));
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

const isOwn = ({ identifier, schema }: { schema: string; identifier: string }): boolean =>
  schema === 'main' && identifier === 'orders';

test.each<[string, readonly string[], boolean]>([
  ['nothing', [], false],
  ["the project's own relation", ['create view orders as select 1'], false],
  ['a table of a loader', ['create view orders as select 1', 'create table raw(id int)'], true],
  ['a view of a person', ['create view mine as select 1'], true],
  ['a function of a person', ['create macro plus(a) as a + 1'], true],
  [
    'a table that became a view',
    ['create table orders(id int)', 'create schema _eider', 'create view _eider.n as select 1'],
    true,
  ],
  ['a type of a person', ["create type mood as enum ('good')"], true],
  ['a sequence of a person', ['create sequence ids'], true],
  ["the project's own function", ['create macro orders(a) as a + 1'], false],
  ['a relation of the same name in another schema', ['create schema s', 'create table s.orders(id int)'], true],
  [
    'a copy of the catalog',
    ['create schema eider', 'create table eider.builds(id int)', 'create table x(id int)'],
    false,
  ],
])('a database that holds %s', async (_, statements, expected) => {
  await fileWith(...statements);
  expect(await hasOtherRelations({ path: 'a.duckdb' }, folder, isOwn)).toBe(expected);
});

test('no database, one in memory, one that is no file, and what is no database', async () => {
  const others = (path: string): Promise<boolean> => hasOtherRelations({ path }, folder, isOwn);
  expect(await others('none.duckdb')).toBe(false);
  expect(await others(':memory:')).toBe(false);
  expect(await others('ducklake:lake.ducklake')).toBe(true);
  expect(await others('.')).toBe(false);
});
