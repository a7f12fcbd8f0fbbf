import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Change,
  commit,
  newMetadata,
  openSnapshot,
  refresh,
  restoreChange,
  vacuum,
  writeCheckpoint,
  writeDeletionVectors,
} from '@eider/delta';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { committedTo, type DeltaWorkshop, deltaWorkshop } from '../support/delta-workshop.ts';
import { alike, type DeltaPeers, deltaPeers, type Reader } from './delta-peers.ts';
import { awkward, types } from './delta-rows.ts';

let folder: string;
let at: DeltaWorkshop;
let peers: DeltaPeers;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-delta-'));
  at = await deltaWorkshop(folder);
  peers = deltaPeers(at, folder);
});

afterAll(async () => {
  at.close();
  await rm(folder, { recursive: true });
});

const ask: DeltaPeers['ask'] = (job) => peers.ask(job);
const seenBy: DeltaPeers['seenBy'] = (...job) => peers.seenBy(...job);

describe('tables that eider wrote', () => {
  test('every type', async () => {
    const table = await at.make(types);
    expect(await seenBy(table, types)).toEqual(alike());
  });

  test('times without a zone, which ask for a table feature', async () => {
    const sql = "SELECT TIMESTAMP '2024-01-01 12:34:56.789012' AS t UNION ALL SELECT NULL";
    const table = await at.make(sql);
    expect(table.snapshot.protocol).toMatchObject({ minReaderVersion: 3, readerFeatures: ['timestampNtz'] });
    expect(await seenBy(table, sql, ['delta-rs', 'duckdb', 'polars'])).toEqual(alike(['delta-rs', 'duckdb', 'polars']));
  });

  test('types that Delta lacks come as what they became', async () => {
    const table = await at.make(
      "SELECT 18446744073709551615::UBIGINT AS u, 'a'::ENUM('a') AS e, '{\"a\": 1}'::JSON AS j, TIME '01:02:03' AS t, 123::HUGEINT AS h",
    );
    const became = `SELECT 18446744073709551615::DECIMAL(20,0) AS u, 'a' AS e, '{"a": 1}' AS j, '01:02:03' AS t, 123::DECIMAL(38,0) AS h`;
    expect(await seenBy(table, became)).toEqual(alike());
  });

  test('columns with odd names', async () => {
    const sql = `SELECT 1 AS "a b", 2 AS "x;{}()=y", 3 AS "q""uote", 4 AS "é", 5 AS "tab\tend", 6 AS "dot.ted"`;
    const table = await at.make(sql);
    expect(await seenBy(table, sql)).toEqual(alike());
  });

  test('partition values with awkward characters, and every skipping of files by them', async () => {
    const table = await at.make(awkward, ['p']);
    expect(await seenBy(table, awkward)).toEqual(alike());
  });

  test('a checkpoint in the place of the log', async () => {
    const table = await at.make(awkward, ['p']);
    await at.append(table, "SELECT 9::BIGINT AS n, 'new' AS p");
    await writeCheckpoint(table.ports, table.snapshot, Date.now());
    for (const version of [0, 1])
      await table.ports.store.delete(`_delta_log/${String(version).padStart(20, '0')}.json`);
    expect(await seenBy(table, `${awkward} UNION ALL SELECT 9, 'new'`)).toEqual(alike());
  });

  test('columns that came later', async () => {
    const table = await at.make('SELECT 1 AS a');
    const next = await at.write(table.root, "SELECT 2 AS a, 'x' AS b");
    const metadata = { ...newMetadata({ id: table.snapshot.metadata.id, schema: next.schema, createdTime: 0 }) };
    const change: Change = { operation: 'WRITE', reads: 'everything', metadata, adds: next.adds };
    table.snapshot = await committedTo(table.ports, table.snapshot, change);
    expect(await seenBy(table, "SELECT 1 AS a, NULL::VARCHAR AS b UNION ALL SELECT 2, 'x'")).toEqual(alike());
  });

  test('deletion vectors, of few rows and of many', async () => {
    const table = await at.make('SELECT range AS n FROM range(300000)', [], { 'delta.enableDeletionVectors': 'true' });
    const [file] = table.snapshot.files.values();
    if (file === undefined) throw new Error('There is no file.');
    const able: readonly Reader[] = ['delta-rs', 'duckdb', 'polars'];
    const lists: readonly (readonly [string, readonly number[]])[] = [
      ['n NOT IN (0, 7, 299999)', [0, 7, 299_999]],
      ['n % 3 > 0', Array.from({ length: 100_000 }, (_, index) => index * 3)],
    ];
    for (const [index, [left, positions]] of lists.entries()) {
      const [old] = table.snapshot.files.values();
      const uuid = `d2c639aa-8816-431a-aaf6-d3fe2512ff6${index}`;
      const vectors = writeDeletionVectors([positions], uuid);
      if (vectors.file !== undefined) await table.ports.store.put(vectors.file.key, vectors.file.bytes);
      const marks = vectors.descriptors.map((deletionVector) => ({ file: old ?? file, deletionVector }));
      table.snapshot = await committedTo(table.ports, table.snapshot, {
        operation: 'DELETE',
        reads: 'everything',
        marks,
      });
      const sql = `SELECT n FROM (SELECT range AS n FROM range(300000)) WHERE ${left}`;
      expect(await seenBy(table, sql, able)).toEqual(alike(able));
    }
  });
});

test('delta-rs goes on with a log of ours, and we with its', async () => {
  const table = await at.make(awkward, ['p']);
  const held = new Map<number, string | null>([
    [1, 'a/b'],
    [2, ' x='],
    [3, null],
    [4, 'é:*?"<>|#&%{}'],
    [5, "it's [1]+"],
  ]);
  const literal = (text: string | null): string => (text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`);
  const expected = (): string =>
    `SELECT n::BIGINT AS n, p FROM (VALUES ${[...held].map(([n, p]) => `(${n}, ${literal(p)})`).join(', ')}) AS v(n, p)`;
  const check = async (): Promise<void> => {
    table.snapshot = await refresh(table.ports, table.snapshot);
    expect(await at.differences(await at.scan(table), expected())).toBe(0);
    expect([...table.snapshot.files.keys()].sort()).toEqual([...(await openSnapshot(table.ports)).files.keys()].sort());
  };
  const theirs = async (job: Readonly<Record<string, unknown>>): Promise<void> => {
    await ask({ action: 'do', table: table.root, ...job });
    await check();
  };
  const ours = async (n: number, p: string): Promise<void> => {
    await at.append(table, `SELECT ${n}::BIGINT AS n, '${p}' AS p`);
    held.set(n, p);
    await check();
  };

  held.delete(2);
  await theirs({ kind: 'delete', where: 'n = 2' });
  await ours(6, 'a/b');
  held.set(4, 'moved');
  await theirs({ kind: 'update', where: 'n = 4', set: { p: "'moved'" } });
  held.set(1, 'merged').set(7, 'a%2Fb');
  const rows = [
    { n: 1, p: 'merged' },
    { n: 7, p: 'a%2Fb' },
  ];
  await theirs({ kind: 'merge', rows });
  await ours(8, 'a%2Fb');
  await theirs({ kind: 'compact' });
  await theirs({ kind: 'checkpoint' });
  await ours(9, 'x');
  await theirs({ kind: 'z-order' });

  const before = { version: table.snapshot.version, held: new Map(held) };
  await ours(10, 'y');
  const restored = await restoreChange(table.ports, table.snapshot, await openSnapshot(table.ports, before.version));
  table.snapshot = await committedTo(table.ports, table.snapshot, restored);
  held.delete(10);
  await check();
  expect(await seenBy(table, expected())).toEqual(alike());

  const deleted = await vacuum(table.ports, table.snapshot, Date.now() + 30 * 86_400_000);
  expect(deleted.keys.length).toBeGreaterThan(5);
  await check();
  await theirs({ kind: 'vacuum' });
  expect(await seenBy(table, expected())).toEqual(alike());
});

test('writers of both kinds beside each other lose nothing', async () => {
  const table = await at.make('SELECT -1::BIGINT AS n');
  const ours = async (first: number): Promise<void> => {
    let base = table.snapshot;
    for (let n = first; n < first + 15; n += 1) {
      const { adds } = await at.write(table.root, `SELECT ${n}::BIGINT AS n`);
      const outcome = await commit(table.ports, base, { operation: 'WRITE', reads: 'nothing', adds });
      if (outcome.kind !== 'committed') throw new Error(`A commit was ${outcome.kind}.`);
      base = outcome.snapshot;
    }
  };
  const theirs = (first: number) => ask({ action: 'append', table: table.root, first, count: 8 });
  await Promise.all([theirs(1000), theirs(2000), ours(0), ours(100)]);
  const all = [
    [-1, 1],
    [1000, 8],
    [2000, 8],
    [0, 15],
    [100, 15],
  ].map(([first, count]) => `SELECT range + ${first} AS n FROM range(${count})`);
  expect((await openSnapshot(table.ports)).version).toBe(46);
  expect(await at.differences(await at.scan(table), all.join(' UNION ALL '))).toBe(0);
  expect(await seenBy(table, all.join(' UNION ALL '))).toEqual(alike());
});
