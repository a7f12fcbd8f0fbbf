import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serialConnection } from '../session/connection.ts';
import type { Connection } from '../session/session.ts';
import { dictionaryLimit } from './dictionary-limit.ts';

let folder: string;
let connection: Connection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-dictionary-'));
  connection = serialConnection(await (await DuckDBInstance.create(':memory:')).connect());
});

afterAll(async () => {
  connection.close();
  await rm(folder, { recursive: true });
});

async function fileOf(name: string, values: string): Promise<string> {
  const path = join(folder, name);
  await connection.query(`COPY (SELECT ${values} AS v, range AS n FROM range(122880)) TO '${path}' (FORMAT parquet)`);
  return path;
}

test('a dictionary may grow to twice what it holds, and is never smaller than four thousand', async () => {
  const few = await fileOf('few.parquet', 'range % 20');
  const some = await fileOf('some.parquet', 'range % 5000');
  expect(await dictionaryLimit(connection, [few])).toBe(4096);
  expect(await dictionaryLimit(connection, [few, some])).toBe(10_000);
});

test('it is DuckDB’s own where dictionaries are large, or nothing is known', async () => {
  expect(await dictionaryLimit(connection, [await fileOf('many.parquet', 'range % 20000')])).toBeUndefined();
  expect(await dictionaryLimit(connection, [])).toBeUndefined();
});
