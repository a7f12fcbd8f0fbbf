import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handTarget } from '../../../../test/support/hand-compiler.ts';
import { serialConnection } from './connection.ts';
import { retryPolicy, withRetries } from './retry.ts';
import type { Connection } from './session.ts';

// Invariant: a statement is tried again only after a failure that may pass, and only where nothing of it can have stayed.

let folder: string;
let instance: DuckDBInstance;
let plain: Connection;
let told: string[];
let pauses: number[];
/** What happens while a retry waits. */
let meanwhile: () => Promise<unknown>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-retry-'));
  instance = await DuckDBInstance.create(':memory:', { errors_as_json: 'true' });
  plain = serialConnection(await instance.connect());
  told = [];
  pauses = [];
  meanwhile = async () => {};
});

afterEach(async () => {
  plain.close();
  instance.closeSync();
  await rm(folder, { recursive: true });
});

function retrying(attempts: number, exceptions: readonly string[] = ['IOException']): Connection {
  const retries = { connectAttempts: 1, queryAttempts: attempts, retryableExceptions: exceptions };
  const sleep = async (ms: number): Promise<void> => {
    pauses.push(ms);
    await meanwhile();
  };
  return withRetries(
    plain,
    retryPolicy({ ...handTarget, retries }, 'query', { sleep, onRetry: (message) => told.push(message) }),
  );
}

const late = (): string => join(folder, 'late.csv');

test('a file that comes late is read at the third attempt, with dbt-duckdb’s pauses', async () => {
  meanwhile = async () => (pauses.length === 2 ? writeFile(late(), 'a\n1\n') : undefined);
  const { rows } = await retrying(4).query(`FROM '${late()}'`);
  expect(rows).toEqual([[1n]]);
  expect(pauses).toEqual([1000, 2000]);
  expect(told).toEqual([
    `Attempt 2 of 4 in 1 s: IO Error: No files found that match the pattern "${late()}"`,
    `Attempt 3 of 4 in 2 s: IO Error: No files found that match the pattern "${late()}"`,
  ]);
});

test('the last failure is the statement’s own', async () => {
  await expect(retrying(3).objects(`FROM '${late()}'`)).rejects.toThrow(/^IO Error: No files found/);
  expect(pauses).toEqual([1000, 2000]);
});

test.each([
  ['without retries', 1, "FROM 'late.csv'"],
  ['an error that is not named', 3, 'SELECT nope'],
])('%s nothing is tried again', async (_, attempts, sql) => {
  await expect(retrying(attempts).query(sql)).rejects.toThrow();
  expect(pauses).toEqual([]);
});

test('an error that the profile names by its Python class is', async () => {
  await expect(retrying(2, ['ConversionException']).query("SELECT 'x'::INTEGER")).rejects.toThrow(/^Conversion Error/);
  expect(pauses).toEqual([1000]);
});

test('several statements in one text are not: the first may have changed something', async () => {
  await plain.query('CREATE TABLE log (t INTEGER)');
  await expect(retrying(3).query(`INSERT INTO log VALUES (1); FROM '${late()}'`)).rejects.toThrow();
  expect(pauses).toEqual([]);
  expect((await plain.query('SELECT count(*) FROM log')).rows).toEqual([[1n]]);
});

test('nor is a statement inside a transaction, but those after it are', async () => {
  const connection = retrying(2);
  await connection.query('BEGIN');
  await connection.query('SELECT CASE WHEN true THEN 1 END');
  await expect(connection.query(`FROM '${late()}'`)).rejects.toThrow();
  await connection.query('ROLLBACK');
  expect(pauses).toEqual([]);
  await expect(connection.query(`FROM '${late()}'`)).rejects.toThrow();
  expect(pauses).toEqual([1000]);
});

test('an interrupt is none', async () => {
  const running = retrying(3, ['IOException', 'InterruptException', 'INTERRUPTException']).query(
    'SELECT sum(hash(i)) FROM range(100000000000) r(i)',
  );
  setTimeout(() => plain.cancel(), 50);
  await expect(running).rejects.toThrow(/^INTERRUPT/);
  expect(pauses).toEqual([]);
});

test('cancel stops what runs, also before it has begun, and nothing after it', async () => {
  const first = plain.query('SELECT 1');
  const slow = plain.query('SELECT sum(hash(i)) FROM range(100000000000) r(i)');
  plain.cancel();
  await first.catch(() => undefined);
  await expect(slow).rejects.toThrow(/^INTERRUPT/);
  expect((await plain.query('SELECT sum(hash(i)) IS NOT NULL FROM range(30000000) r(i)')).rows).toEqual([[true]]);
});
