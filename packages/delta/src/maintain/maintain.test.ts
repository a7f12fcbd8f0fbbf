import { createMemoryStore } from '@eider/store';
import { describe, expect, test } from 'vitest';
import { append, committed, fileNamed, memoryTable, newTable, pathsOf } from '../../../../test/support/delta-table.ts';
import { openSnapshot, type Snapshot } from '../log/snapshot.ts';
import { planCompaction } from './compaction.ts';
import { restoreChange } from './restore.ts';
import { vacuum } from './vacuum.ts';

const day = 86_400_000;

/** Files are put when they are committed, a day apart; each odd day removes the file of the day before. */
async function tableOfDays(days: number) {
  let clock = 0;
  const store = createMemoryStore(() => new Date(clock));
  const ports = memoryTable(store);
  const versions: Snapshot[] = [await committed(ports, undefined, newTable())];
  for (let index = 1; index <= days; index += 1) {
    clock = index * day;
    await store.put(`f${index}`, new Uint8Array(10));
    const removes = index % 2 === 1 && index > 1 ? [fileNamed(`f${index - 1}`)] : [];
    versions.push(await committed(ports, versions.at(-1), { ...append(`f${index}`), removes }, { now: () => clock }));
  }
  return { ports, store, versions, newest: versions.at(-1) as Snapshot, set: (time: number) => (clock = time) };
}

describe('vacuum', () => {
  test('deletes what went before the retention, and nothing else', async () => {
    const { ports, newest } = await tableOfDays(9);
    // f2, f4, f6, f8 went on days 3, 5, 7, 9.
    const report = await vacuum(ports, newest, 12.5 * day);
    expect(report).toEqual({ keys: ['f2', 'f4'], bytes: 20 });
    expect((await vacuum(ports, newest, 12.5 * day)).keys).toEqual([]);
    expect(pathsOf(await openSnapshot(ports))).toEqual(pathsOf(newest));
  });

  test('a dry run tells the same and deletes nothing', async () => {
    const { ports, store, newest } = await tableOfDays(9);
    const report = await vacuum(ports, newest, 12.5 * day, { dryRun: true });
    expect(report.keys).toEqual(['f2', 'f4']);
    expect(await store.stat('f2')).toBeDefined();
  });

  test('what no log names goes when it is old, hidden folders never', async () => {
    const { ports, store, newest, set } = await tableOfDays(1);
    set(2 * day);
    const keys = ['left', '_part=1/left', '_change_data/left', '_hidden/kept', '.hidden/kept', 'sub/_x/kept'];
    for (const key of keys) await store.put(key, new Uint8Array(1));
    set(8 * day);
    await store.put('about-to-be-committed', new Uint8Array(1));
    const report = await vacuum(ports, newest, 9.5 * day);
    expect(report.keys).toEqual(['_change_data/left', '_part=1/left', 'left']);
  });

  test('what the caller keeps stays', async () => {
    const { ports, newest } = await tableOfDays(9);
    expect((await vacuum(ports, newest, 30 * day, { keep: (key) => key === 'f4' })).keys).toEqual(['f2', 'f6', 'f8']);
  });

  test('vectors are kept as their files are', async () => {
    const { ports, store, newest, set } = await tableOfDays(1);
    set(day);
    const vector = {
      storageType: 'u',
      pathOrInlineDv: '^-aqEH.-t@S}K{vb[*k^',
      offset: 1,
      sizeInBytes: 1,
      cardinality: 1,
    } as const;
    const key = 'deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin';
    await store.put(key, new Uint8Array(1));
    const marked = { ...newest, files: new Map([['x', fileNamed('f1', { deletionVector: vector })]]) };
    expect((await vacuum(ports, marked, 30 * day)).keys).toEqual([]);
    expect((await vacuum(ports, newest, 30 * day)).keys).toEqual([key]);
  });

  test('a retention that is shorter than the table asks for is refused', async () => {
    const { ports, newest } = await tableOfDays(9);
    await expect(vacuum(ports, newest, 12 * day, { retention: day })).rejects.toMatchObject({
      code: 'delta/vacuum-too-young',
    });
    const forced = await vacuum(ports, newest, 12 * day, { retention: day, force: true });
    expect(forced.keys).toEqual(['f2', 'f4', 'f6', 'f8']);
  });
});

describe('restore', () => {
  test('makes the table what it was, as a new version', async () => {
    const { ports, versions, newest } = await tableOfDays(5);
    const old = versions[2] as Snapshot;
    const restored = await committed(ports, newest, await restoreChange(ports, newest, old));
    expect(restored.version).toBe(6);
    expect(pathsOf(restored)).toEqual(pathsOf(old));
    expect(pathsOf(await openSnapshot(ports, 5))).toEqual(pathsOf(newest));
  });

  test('what a vacuum took cannot come back', async () => {
    const { ports, versions, newest } = await tableOfDays(5);
    await vacuum(ports, newest, 30 * day);
    await expect(restoreChange(ports, newest, versions[2] as Snapshot)).rejects.toMatchObject({
      code: 'delta/no-version',
    });
  });
});

describe('compaction', () => {
  const tableWith = async (files: Parameters<typeof newTable>[1]) =>
    committed(memoryTable(), undefined, newTable({}, files));
  const grouped = (snapshot: Snapshot, targetBytes: number) =>
    planCompaction(snapshot, { targetBytes }).map(({ files }) => files.map(({ path }) => path));

  test('puts small files of one partition together, oldest first, up to the target', async () => {
    const file = (path: string, size: number, p: string, time: number) =>
      fileNamed(path, { size, partitionValues: { p }, modificationTime: time });
    const snapshot = await tableWith([
      file('c', 40, '1', 3),
      file('a', 40, '1', 1),
      file('b', 40, '1', 2),
      file('d', 40, '2', 1),
      file('e', 40, '2', 2),
      file('big', 100, '1', 0),
    ]);
    expect(grouped(snapshot, 100)).toEqual([
      ['a', 'b'],
      ['d', 'e'],
    ]);
  });

  test('a file that lost rows is written anew, alone if need be', async () => {
    const vector = { storageType: 'i', pathOrInlineDv: '', sizeInBytes: 0, cardinality: 1 } as const;
    const snapshot = await tableWith([fileNamed('a', { size: 500 }), fileNamed('b', { size: 500 })]);
    const marked = {
      ...snapshot,
      files: new Map(
        [...snapshot.files].map(([key, file]) => [key, file.path === 'a' ? { ...file, deletionVector: vector } : file]),
      ),
    };
    expect(grouped(marked, 100)).toEqual([['a']]);
    expect(grouped(snapshot, 100)).toEqual([]);
  });
});
