import { createMemoryStore } from '@eider/store';
import { describe, expect, test } from 'vitest';
import { append, committed, fileNamed, memoryTable, newTable, pathsOf } from '../../../../test/support/delta-table.ts';
import { writeCheckpoint } from '../write/checkpoint.ts';
import { cleanLog } from '../write/clean-log.ts';
import { readHistory, versionAt } from './history.ts';
import { checkpointKey, commitKey, lastCheckpointKey, sidecarKey } from './log-names.ts';
import type { Snapshot } from './snapshot.ts';
import { openSnapshot, refresh } from './snapshot.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function lineage(count: number, store = createMemoryStore()) {
  const ports = memoryTable(store);
  const versions: Snapshot[] = [await committed(ports, undefined, newTable())];
  for (let index = 1; index <= count; index += 1) {
    const base = versions.at(-1);
    const change =
      index % 3 === 0 ? { ...append(`f${index}`), removes: [fileNamed(`f${index - 1}`)] } : append(`f${index}`);
    versions.push(await committed(ports, base, change));
  }
  return { ports, store, versions };
}

test('each version is what it was', async () => {
  const { ports, versions } = await lineage(7);
  for (const version of versions) {
    expect(pathsOf(await openSnapshot(ports, version.version))).toEqual(pathsOf(version));
  }
});

test('a checkpoint stands for the commits before it, tombstones included', async () => {
  const { ports, store, versions } = await lineage(8);
  const before = await openSnapshot(ports);
  await writeCheckpoint(ports, versions[5] as Snapshot, 0);
  for (let version = 0; version <= 5; version += 1) await store.delete(commitKey(version));
  const found = await openSnapshot(ports);
  expect(found.commitsRead).toBe(3);
  expect(pathsOf(found)).toEqual(pathsOf(before));
  expect([...found.tombstones.keys()]).toEqual([...before.tombstones.keys()]);
  expect(found.metadata).toEqual(before.metadata);
  await expect(openSnapshot(ports, 3)).rejects.toMatchObject({ code: 'delta/no-version' });
});

test.each([
  ['is no JSON', '{"version'],
  ['names no checkpoint', '{"version": 6}'],
  ['is ahead of the log', '{"version": 60}'],
  ['holds no number', '{"version": "5"}'],
])('a hint that %s costs time alone', async (_, hint) => {
  const { ports, store, versions } = await lineage(8);
  await writeCheckpoint(ports, versions[5] as Snapshot, 0);
  await store.put(lastCheckpointKey, bytes(hint));
  expect(pathsOf(await openSnapshot(ports))).toEqual(pathsOf(versions[8] as Snapshot));
});

test('a checkpoint in parts that misses one is none', async () => {
  const { ports, store, versions } = await lineage(4);
  await store.put(checkpointKey(3).replace('.parquet', '.0000000001.0000000002.parquet'), bytes('{"add":{}}'));
  expect(pathsOf(await openSnapshot(ports))).toEqual(pathsOf(versions[4] as Snapshot));
});

test('a V2 checkpoint leads to its sidecars', async () => {
  const { ports, store, versions } = await lineage(4);
  const old = versions[4] as Snapshot;
  const files = [...old.files.values()].map((add) => JSON.stringify({ add }));
  await store.put(sidecarKey('one.parquet'), bytes(files.slice(0, 1).join('\n')));
  await store.put(sidecarKey('two.parquet'), bytes(files.slice(1).join('\n')));
  const rows = [
    { checkpointMetadata: { version: 4 } },
    { protocol: old.protocol },
    { metaData: old.metadata },
    ...['one', 'two'].map((name) => ({ sidecar: { path: `${name}.parquet`, sizeInBytes: 1, modificationTime: 1 } })),
  ];
  const key = checkpointKey(4).replace('.parquet', '.80a083e8-7026-4e79-81be-64bd76c43a11.json');
  await store.put(key, bytes(rows.map((row) => JSON.stringify(row)).join('\n')));
  for (let version = 0; version <= 4; version += 1) await store.delete(commitKey(version));
  expect(pathsOf(await openSnapshot(ports))).toEqual(pathsOf(old));
});

test('a version that is missing between two is not passed over', async () => {
  const { ports, store } = await lineage(4);
  await store.delete(commitKey(2));
  await expect(openSnapshot(ports)).rejects.toMatchObject({ code: 'delta/broken-log' });
  expect((await openSnapshot(ports, 1)).version).toBe(1);
});

test('a table gets its schema after its first version, as pipelines of Databricks have it', async () => {
  const { ports, store, versions } = await lineage(0);
  const { metadata, protocol } = versions[0] as Snapshot;
  const { schemaString: _, ...bare } = metadata;
  await store.put(commitKey(0), bytes([{ protocol }, { metaData: bare }].map((row) => JSON.stringify(row)).join('\n')));
  await expect(openSnapshot(ports)).rejects.toMatchObject({
    code: 'delta/broken-log',
    message: expect.stringContaining('gives version 0 no schema'),
  });
  await store.put(commitKey(1), bytes(JSON.stringify({ metaData: metadata })));
  expect((await openSnapshot(ports)).metadata).toEqual(metadata);
});

test('refresh reads what is new, and gives the same where nothing is', async () => {
  const { ports, versions } = await lineage(5);
  const old = await openSnapshot(ports, 2);
  const paths = pathsOf(old);
  const next = await refresh(ports, old);
  expect(pathsOf(next)).toEqual(pathsOf(versions[5] as Snapshot));
  expect(pathsOf(old)).toEqual(paths);
  expect(await refresh(ports, next)).toBe(next);
});

describe('errors', () => {
  test.each([
    ['a line that is no JSON', '{"add":', 'delta/broken-log', /^Line 2 of _delta_log\/0{19}1\.json/],
    ['an add without a path', '{"add":{"size":1}}', 'delta/broken-log', /its "add" has no path/],
    [
      'a newer protocol',
      '{"protocol":{"minReaderVersion":4,"minWriterVersion":7}}',
      'delta/unsupported-feature',
      /reader version 4/,
    ],
    [
      'an unknown feature',
      '{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["holograms"],"writerFeatures":["holograms"]}}',
      'delta/unsupported-feature',
      /holograms/,
    ],
  ])('%s', async (_, line, code, message) => {
    const { ports, store } = await lineage(0);
    await store.put(commitKey(1), bytes(`{"commitInfo":{}}\n${line}\n`));
    await expect(openSnapshot(ports)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect((await openSnapshot(ports, 0)).version).toBe(0);
  });

  test('no table', async () => {
    await expect(openSnapshot(memoryTable())).rejects.toMatchObject({ code: 'delta/no-table' });
  });

  test('actions of later protocols are passed over', async () => {
    const { ports, store } = await lineage(1);
    await store.put(commitKey(2), bytes('{"hologram":{"path":"x"}}\n\n'));
    expect((await openSnapshot(ports)).version).toBe(2);
  });
});

describe('history', () => {
  test('tells every commit, newest first, and times only go forward', async () => {
    let clock = 100;
    const store = createMemoryStore(() => {
      clock -= 10;
      return new Date(clock);
    });
    const { ports, versions } = await lineage(3, store);
    const history = await readHistory(ports, versions[3] as Snapshot);
    expect(history.map(({ version }) => version)).toEqual([3, 2, 1, 0]);
    expect(history.map(({ timestamp }) => timestamp)).toEqual([93, 92, 91, 90]);
    expect(await versionAt(ports, versions[3] as Snapshot, 92)).toBe(2);
    expect(await versionAt(ports, versions[3] as Snapshot, 1e15)).toBe(3);
    await expect(versionAt(ports, versions[3] as Snapshot, 5)).rejects.toMatchObject({ code: 'delta/no-version' });
  });
});

describe('the clean-up of a log', () => {
  const day = 86_400_000;

  test('keeps what any version within the retention needs', async () => {
    let clock = 0;
    const store = createMemoryStore(() => new Date(clock));
    const ports = memoryTable(store);
    let now = await committed(ports, undefined, newTable());
    for (let version = 1; version <= 9; version += 1) {
      clock = version * day;
      now = await committed(ports, now, append(`f${version}`));
      if (version % 3 === 0) await writeCheckpoint(ports, now, clock);
    }
    const gone = await cleanLog(ports, now, 37.5 * day);
    // The newest commit that is 30 days old is version 7, its newest checkpoint version 6.
    expect(gone).toHaveLength(7);
    expect(pathsOf(await openSnapshot(ports, 7))).toHaveLength(7);
    expect(pathsOf(await openSnapshot(ports))).toEqual(pathsOf(now));
    expect(await cleanLog(ports, now, 37.5 * day)).toEqual([]);
  });

  test('deletes nothing without a checkpoint', async () => {
    const { ports, versions } = await lineage(
      5,
      createMemoryStore(() => new Date(0)),
    );
    expect(await cleanLog(ports, versions[5] as Snapshot, 400 * day)).toEqual([]);
  });
});
