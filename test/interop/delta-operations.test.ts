import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  appendEdit,
  deleteEdit,
  type Edit,
  type EditOptions,
  operate,
  replaceEdit,
  stageOptimize,
  stagePartitionOverwrite,
  stageReplaceWhere,
  updateEdit,
} from '@eider/delta';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeFeedQuery } from '../../packages/engine/src/delta/change-feed.ts';
import {
  commitEdit,
  type DeltaTable,
  type DeltaWorkshop,
  deltaWorkshop,
  operatePorts,
} from '../support/delta-workshop.ts';
import { alike, type DeltaPeers, deltaPeers, everyone, withVectors } from './delta-peers.ts';

// Invariant: after every operation of ours each engine sees the rows that plain SQL gives, and after each of theirs so do we.

let folder: string;
let at: DeltaWorkshop;
let peers: DeltaPeers;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-delta-operations-'));
  at = await deltaWorkshop(folder);
  peers = deltaPeers(at, folder);
  await at.connection.query('CREATE TEMP TABLE model (n BIGINT, p VARCHAR, v INTEGER)');
});

afterAll(async () => {
  at.close();
  await rm(folder, { recursive: true });
});

const rows =
  "SELECT range::BIGINT AS n, ['a/b', 'plain', 'é %'][1 + range % 3] AS p, range::INTEGER AS v FROM range(60)";

const edit = (table: DeltaTable, what: Edit, options: Partial<EditOptions> = {}): Promise<void> =>
  commitEdit(at, table, what, { operation: 'MERGE', ...options });

describe.each([
  ['copied on write', {}, everyone],
  ['marked as deleted', { 'delta.enableDeletionVectors': 'true' }, withVectors],
])('%s', (_, configuration, readers) => {
  test('every operation in turn, and delta-rs between', async () => {
    const table = await at.make(rows, ['p'], { ...configuration, 'delta.enableChangeDataFeed': 'true' });
    const ports = operatePorts(at, table);
    await at.connection.query(`CREATE OR REPLACE TEMP TABLE model AS ${rows}`);
    const check = async (...model: readonly string[]): Promise<void> => {
      for (const sql of model) await at.connection.query(sql);
      expect(await at.differences(await at.scan(table), 'FROM model')).toBe(0);
      expect(await peers.seenBy(table, 'FROM model', readers)).toEqual(alike(readers));
    };
    await edit(table, deleteEdit('n % 7 = 0 AND n < 40'));
    await check('DELETE FROM model WHERE n % 7 = 0 AND n < 40');
    await edit(table, updateEdit({ v: 'v + 100', p: "'é %'" }, 'n BETWEEN 20 AND 30'));
    await check("UPDATE model SET v = v + 100, p = 'é %' WHERE n BETWEEN 20 AND 30");
    await edit(table, {
      source: "SELECT range::BIGINT AS n, 'plain' AS p, -1 AS v FROM range(55, 65)",
      keys: ['n'],
      matched: [{ when: 'target.n = 56', fate: 'delete' }, { fate: { set: { v: 'source.v' } } }],
      inserts: [{}],
    });
    await check(
      'DELETE FROM model WHERE n = 56',
      'UPDATE model SET v = -1 WHERE n >= 55',
      "INSERT INTO model SELECT range, 'plain', -1 FROM range(60, 65)",
    );
    await peers
      .ask({ action: 'do', table: table.root, kind: 'compact' })
      .catch((cause: Error) => expect(cause.message).toMatch(/deletionVectors|DeletionVectors/));
    await check();
    await operate(ports, (base) =>
      stageReplaceWhere(ports, base, "SELECT 62::BIGINT AS n, 'a/b' AS p, 5 AS v", 'n >= 60', { operation: 'WRITE' }),
    );
    await check('DELETE FROM model WHERE n >= 60', "INSERT INTO model VALUES (62, 'a/b', 5)");
    await operate(
      ports,
      async (base) =>
        base &&
        stagePartitionOverwrite(ports, base, "SELECT 1::BIGINT AS n, 'é %' AS p, 7 AS v", { operation: 'WRITE' }),
    );
    await check("DELETE FROM model WHERE p = 'é %'", "INSERT INTO model VALUES (1, 'é %', 7)");
    await operate(ports, async (base) => base && stageOptimize(ports, base, { order: { zOrder: ['n', 'v'] } }));
    await check();
    await edit(table, appendEdit("SELECT 70::BIGINT AS n, 'new' AS p, 1 AS v, {'k': [1, 2]} AS more"), {
      schemaMode: 'add',
    });
    await check(
      'ALTER TABLE model ADD COLUMN more STRUCT(k INTEGER[])',
      "INSERT INTO model VALUES (70, 'new', 1, {'k': [1, 2]})",
    );
    await edit(table, replaceEdit("SELECT 1::BIGINT AS n, 'a' AS p, 2 AS v, {'k': [3]} AS more"), {
      operation: 'WRITE',
    });
    await check('DELETE FROM model', "INSERT INTO model VALUES (1, 'a', 2, {'k': [3]})");
  });

  test('the change data feed is what delta-rs reads of it', async () => {
    const table = await at.make(rows, [], { ...configuration, 'delta.enableChangeDataFeed': 'true' });
    await edit(table, appendEdit("SELECT 99::BIGINT AS n, 'a' AS p, 0 AS v"));
    await edit(table, updateEdit({ v: '0' }, 'n < 3'), { operation: 'UPDATE' });
    await edit(table, deleteEdit('n IN (5, 6)'), { operation: 'DELETE' });
    const readRange = async (location: string, start: number, length: number) =>
      table.ports.store.getRange(location.slice(table.root.length + 1), start, length);
    const feed = await changeFeedQuery({ ports: table.ports, connection: at.connection, readRange, from: 1 });
    expect(await peers.changesSeen(table, `SELECT * EXCLUDE (_commit_timestamp) FROM (${feed})`, 1)).toEqual(
      alike(['changes']),
    );
  });
});

test('types that became wider by new files are read by all', async () => {
  const table = await at.make('SELECT 1 AS n, 1.5::DECIMAL(5,2) AS d, 2.5::FLOAT AS f');
  await edit(table, appendEdit('SELECT 3000000000 AS n, 12345.678::DECIMAL(8,3) AS d, 1e300 AS f'), {
    schemaMode: 'widen',
  });
  expect(
    await peers.seenBy(
      table,
      'SELECT 1::BIGINT AS n, 1.500::DECIMAL(8,3) AS d, 2.5::DOUBLE AS f UNION ALL SELECT 3000000000, 12345.678, 1e300',
    ),
  ).toEqual(alike());
});

test('rules that delta-rs made hold for what we write', async () => {
  const table = await at.make('SELECT 1::BIGINT AS n');
  await peers.ask({ action: 'do', table: table.root, kind: 'constrain', rules: { positive: 'n > 0' } });
  await expect(edit(table, appendEdit('SELECT -1::BIGINT AS n'))).rejects.toMatchObject({ code: 'delta/broken-rule' });
  await edit(table, appendEdit('SELECT 2::BIGINT AS n'));
  expect(await peers.seenBy(table, 'SELECT 1::BIGINT AS n UNION ALL SELECT 2')).toEqual(alike());
});
