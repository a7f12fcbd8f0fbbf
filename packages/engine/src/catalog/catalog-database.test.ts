import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCatalogDatabase } from './catalog-database.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-catalog-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file that became unusable while it was written can be written anew', async () => {
  let count = 0;
  const database = await openCatalogDatabase(() => String(count++));
  const path = join(folder, 'c.duckdb');
  const fill = (sql: string) => database.withFile(path, 'write', async () => database.connection.query(sql));
  // An error with the file in use, in a transaction that stays open: it cannot be detached.
  await expect(fill('BEGIN; CREATE TABLE t AS SELECT 1 AS a; SELECT nonsense')).rejects.toThrow('nonsense');
  await rm(path, { force: true });
  await rm(`${path}.wal`, { force: true });
  await fill('CREATE TABLE t AS SELECT 2 AS a');
  const { rows } = await database.withFile(path, 'read', async () => database.connection.query('FROM t'));
  expect(rows).toEqual([[2]]);
  database.close();
});
