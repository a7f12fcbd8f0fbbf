import { commit as commitTo, openSnapshot, type Snapshot } from '@eider/delta';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { commit, type LakeFixture, lakeFixture, type Written, write } from '../../../../test/support/lake-fixture.ts';
import { stopHeartbeats } from '../../../../test/support/stop-heartbeats.ts';
import { scanQuery } from '../delta/scan-query.ts';
import { writeDeltaFiles } from '../delta/write-files.ts';
import type { FilesGeneration } from './generation.ts';
import type { CommitResult, Lake } from './lake.ts';
import { openTableLogs } from './table-logs.ts';

// Invariant: a commit of the lake is in the table's log once, whoever wrote to the table meanwhile; or it is told that it is not.

stopHeartbeats();

let fixture: LakeFixture;
let lake: Lake;
const node = 'model.shop.t';

beforeEach(async () => {
  fixture = await lakeFixture();
  lake = await fixture.open();
});

afterEach(() => fixture.close());

const root = (): string => fixture.at('root', 't');

async function newest(): Promise<Snapshot> {
  const logs = openTableLogs(fixture.options);
  try {
    return await openSnapshot(await logs.open(root()));
  } finally {
    await logs.close();
  }
}

/** What readers of the table see. */
async function seen(): Promise<readonly unknown[]> {
  const connection = await fixture.session.connect();
  const sql = scanQuery(await newest(), { deleted: new Map(), int96: new Set() });
  const { rows } = await connection.query(`SELECT n FROM (${sql}) ORDER BY n`);
  connection.close();
  return rows.map(([n]) => n);
}

/** Another writer adds a row. */
async function foreignAppend(n: number): Promise<void> {
  const connection = await fixture.session.connect();
  const logs = openTableLogs(fixture.options);
  const ports = await logs.open(root());
  const sql = `SELECT ${n} AS n`;
  const place = { root: root(), partitionBy: [], prefix: `other-${n}`, now: 1 };
  const { adds } = await writeDeltaFiles({ connection, sql, ...place });
  await commitTo(ports, await openSnapshot(ports), { operation: 'WRITE', reads: 'nothing', adds });
  await logs.close();
  connection.close();
}

/** A build in which somebody else adds a row between its files and its commit. */
async function build(
  n: number,
  more: { readonly carried?: FilesGeneration; readonly meanwhile?: number } = {},
): Promise<{ readonly generation: FilesGeneration; readonly result: CommitResult }> {
  const running = await lake.begin('build');
  const wanted: Written = { node, sql: `SELECT ${n} AS n`, location: root(), delta: {} };
  const generation = await write(fixture, running, { ...wanted, ...(more.carried && { carried: more.carried }) });
  if (more.meanwhile !== undefined) await foreignAppend(more.meanwhile);
  const result = await commit(fixture, running, [generation]);
  await running.end();
  return { generation, result };
}

async function divergedInCatalog(): Promise<unknown> {
  const [row] = await ask(fixture.options.publishPath, `SELECT diverged FROM eider.nodes WHERE node = '${node}'`);
  return row?.diverged;
}

test('an append goes behind the appends of others', async () => {
  const { generation } = await build(1);
  const { result } = await build(2, { carried: generation, meanwhile: 9 });
  expect(result.findings).toEqual([]);
  expect(await seen()).toEqual([1, 2, 9]);
  expect((await newest()).version).toBe(2);
});

test('an overwrite that others came before is told, and the next one begins with what they wrote', async () => {
  await build(1);
  const { result } = await build(2, { meanwhile: 9 });
  expect(result.findings.map(({ code, node: about }) => [code, about])).toEqual([['lake/diverged', node]]);
  expect(result.findings[0]?.message).toMatch(/shows what others wrote: version 1 added other-9/);
  expect(await seen()).toEqual([1, 9]);
  expect((await lake.head())?.entry.number).toBe(2);
  expect(await divergedInCatalog()).toMatch(/^version 1 added other-9/);
  // It stays so, whoever looks again.
  await lake.publish(fixture.session);
  expect(await seen()).toEqual([1, 9]);
  expect((await build(3)).result.findings).toEqual([]);
  expect(await divergedInCatalog()).toBeNull();
  expect(await seen()).toEqual([3]);
});

test('a table that somebody else makes first is theirs until the next build', async () => {
  const running = await lake.begin('build');
  const generation = await write(fixture, running, { node, sql: 'SELECT 1 AS n', location: root(), delta: {} });
  const other = await (await fixture.open({ state: fixture.at('root', '_eider', 'shop', 'other') })).begin('build');
  const theirs = await write(fixture, other, { node, sql: 'SELECT 7 AS n', location: root(), delta: {} });
  await commit(fixture, running, [generation]);
  const logs = openTableLogs(fixture.options);
  expect(await seen()).toEqual([1]);
  const late = await commit(fixture, other, [theirs]).catch((cause: unknown) => cause);
  expect(String(late)).toMatch(/belongs to/);
  await Promise.all([running.end(), other.end(), logs.close()]);
  expect(await seen()).toEqual([1]);
});

test('a rollback restores the table over what others wrote', async () => {
  await build(1);
  await build(2);
  await foreignAppend(9);
  await lake.rollback({});
  expect(await seen()).toEqual([1]);
});

test('settling again makes no version', async () => {
  await build(1);
  await build(2);
  await foreignAppend(9);
  const { version } = await newest();
  await lake.publish(fixture.session);
  await (await fixture.open()).recover(fixture.session);
  expect((await newest()).version).toBe(version);
});
