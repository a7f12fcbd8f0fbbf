import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestNode } from '@eider/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handCompiler, handTarget } from '../../../../test/support/hand-compiler.ts';
import { openSession } from '../session/open-session.ts';
import type { Connection, Session } from '../session/session.ts';
import { type DataTestOutcome, dataTest, testOutcome } from './data-test.ts';

let root: string;
let session: Session;
let connection: Connection;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'eider-check-'));
  session = await openSession(handTarget, { inMemory: true, folder: root });
  connection = await session.connect();
  await connection.query('CREATE SCHEMA main_dbt_test__audit');
});

afterEach(async () => {
  await session.close();
  await rm(root, { recursive: true });
});

async function check(
  rows: number,
  config: Readonly<Record<string, unknown>>,
  sql?: string,
  storeFailures = false,
): Promise<DataTestOutcome> {
  const compiler = handCompiler({
    root,
    nodes: { t: { type: 'test', sql: sql ?? `SELECT i AS n FROM range(${rows}) r(i)`, config } },
  });
  const node = compiler.manifest.nodes['test.shop.t'] as TestNode;
  return dataTest({ node, compiled: await compiler.compile(node.unique_id, null), connection, storeFailures });
}

test.each<[unknown, string]>([
  [true, 'fail'],
  [1, 'fail'],
  ['Yes', 'fail'],
  [0, 'pass'],
  ['off', 'pass'],
  [null, 'pass'],
])('a threshold that says %j', async (said, status) => {
  const { manifest } = handCompiler({ root, nodes: { t: { type: 'test', sql: '' } } });
  const node = manifest.nodes['test.shop.t'] as TestNode;
  expect(testOutcome(node, [1, said, said]).status).toBe(status);
  expect(() => testOutcome(node, [1, 'x', said])).toThrow("Macro 'get_test_sql' returns 'x'.");
});

describe('a data test', () => {
  test.each<[string, number, Record<string, unknown>, string, string | null]>([
    ['passes without rows', 0, {}, 'pass', null],
    ['fails with rows', 3, {}, 'fail', 'Got 3 results, configured to fail if != 0'],
    ['counts one result', 1, {}, 'fail', 'Got 1 result, configured to fail if != 0'],
    ['warns by severity', 3, { severity: 'warn' }, 'warn', 'Got 3 results, configured to warn if != 0'],
    ['warns below error_if', 3, { error_if: '> 5' }, 'warn', 'Got 3 results, configured to warn if != 0'],
    [
      'fails above error_if',
      6,
      { error_if: '> 5', warn_if: '> 1' },
      'fail',
      'Got 6 results, configured to fail if > 5',
    ],
    ['passes below both', 1, { error_if: '> 5', warn_if: '> 1' }, 'pass', null],
    ['never fails at severity warn', 9, { severity: 'WARN', error_if: '> 5', warn_if: '> 10' }, 'pass', null],
    ['counts what limit leaves', 9, { limit: 2 }, 'fail', 'Got 2 results, configured to fail if != 0'],
    ['takes a fail_calc', 4, { fail_calc: 'sum(n)' }, 'fail', 'Got 6 results, configured to fail if != 0'],
  ])('%s', async (_, rows, config, status, message) => {
    expect(await check(rows, config)).toMatchObject({ status, message });
  });

  test('whose fail_calc gives no number says what to write', async () => {
    await expect(check(0, { fail_calc: 'sum(n)' })).rejects.toMatchObject({
      diagnostics: [{ hint: 'Write `coalesce(sum(n), 0)`.' }],
    });
  });

  test('that cannot run has a place in its own SQL', async () => {
    await expect(check(0, {}, 'SELECT 1 AS a, nope')).rejects.toMatchObject({ position: 15 });
  });

  test('keeps its rows nowhere else', async () => {
    await expect(check(0, { store_failures_as: 'nowhere' })).rejects.toMatchObject({
      diagnostics: [{ message: '`store_failures_as` of the test t is "nowhere".' }],
    });
  });

  test.each<[Record<string, unknown>, boolean, string | null]>([
    [{}, true, 'table'],
    [{}, false, null],
    [{ store_failures: true }, false, 'table'],
    [{ store_failures: false }, true, null],
    [{ store_failures_as: 'view' }, false, 'view'],
    [{ store_failures_as: 'ephemeral', store_failures: true }, true, null],
  ])('keeps its rows: %j, --store-failures %s', async (config, flag, kind) => {
    await check(2, config, undefined, flag);
    const found = await connection.query(
      "SELECT 'table' FROM duckdb_tables() WHERE table_name = 't' UNION ALL SELECT 'view' FROM duckdb_views() WHERE view_name = 't'",
    );
    expect(found.rows.flat()).toEqual(kind === null ? [] : [kind]);
    if (kind !== null)
      expect((await connection.query('SELECT count(*) FROM main_dbt_test__audit.t')).rows).toEqual([[2n]]);
  });
});
