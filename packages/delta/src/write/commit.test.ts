import { createMemoryStore, StoreError } from '@eider/store';
import { describe, expect, test } from 'vitest';
import { append, committed, fileNamed, memoryTable, newTable, pathsOf } from '../../../../test/support/delta-table.ts';
import { openSnapshot } from '../log/snapshot.ts';
import type { Change } from './change.ts';
import { commit } from './commit.ts';

const made = async (configuration = {}, files: readonly string[] = ['a', 'b']) => {
  const ports = memoryTable();
  return {
    ports,
    base: await committed(
      ports,
      undefined,
      newTable(
        configuration,
        files.map((path) => fileNamed(path)),
      ),
    ),
  };
};

test('a commit is what a reader finds, and says who made it', async () => {
  const { ports, base } = await made();
  const next = await committed(ports, base, { ...append('c'), engineInfo: 'test/1' }, { now: () => 1234 });
  const found = await openSnapshot(ports);
  expect(pathsOf(found)).toEqual(['a', 'b', 'c']);
  expect({ ...found, commitsRead: 0 }).toEqual({ ...next, commitsRead: 0 });
  expect(found.commitInfo).toMatchObject({
    timestamp: 1234,
    operation: 'WRITE',
    readVersion: 0,
    isBlindAppend: true,
    engineInfo: 'test/1',
  });
});

test('appends that race are all in the table, each once', async () => {
  const { ports, base } = await made();
  const names = Array.from({ length: 40 }, (_, index) => `n${index}`);
  const outcomes = await Promise.all(names.map((name) => commit(ports, base, append(name))));
  expect(outcomes.every(({ kind }) => kind === 'committed')).toBe(true);
  const found = await openSnapshot(ports);
  expect(found.version).toBe(40);
  expect(pathsOf(found)).toEqual(['a', 'b', ...names].sort());
});

test('of two that make a table one does', async () => {
  const ports = memoryTable();
  const outcomes = await Promise.all([1, 2].map(() => commit(ports, undefined, newTable())));
  expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['committed', 'conflicted']);
});

const gone = (path: string, more: Partial<Change> = {}): Change => ({
  operation: 'DELETE',
  reads: 'nothing',
  removes: [fileNamed(path)],
  ...more,
});
const compaction: Change = { ...gone('a'), dataChange: false, adds: [fileNamed('a2')], operation: 'OPTIMIZE' };
const asked =
  (path: string): Change['reads'] =>
  (file) =>
    file.path === path;

describe('after a commit that won', () => {
  test.each<[string, Change, Change, string]>([
    ['an append goes on behind an append', append('c'), append('d'), 'committed'],
    ['an append goes on behind a delete', gone('a'), append('d'), 'committed'],
    ['an append goes on behind a compaction', compaction, append('d'), 'committed'],
    ['a delete goes on behind the delete of another file', gone('a'), gone('b'), 'committed'],
    [
      'a delete of what was asked for goes on behind an append elsewhere',
      append('c'),
      gone('a', { reads: asked('a') }),
      'committed',
    ],
    [
      'a delete stops behind an append to what it read',
      append('c'),
      gone('a', { reads: asked('c') }),
      'rows-added-to-what-was-read',
    ],
    [
      'an overwrite stops behind an append',
      append('c'),
      gone('a', { reads: 'everything' }),
      'rows-added-to-what-was-read',
    ],
    ['an overwrite stops behind a delete', gone('b'), gone('a', { reads: 'everything' }), 'read-file-removed'],
    ['a delete stops behind the delete of the same file', gone('a'), gone('a'), 'file-removed-twice'],
    ['a compaction stops behind the delete of a file of it', gone('a'), compaction, 'file-removed-twice'],
    ['a delete stops behind a compaction of the same file', compaction, gone('a'), 'file-removed-twice'],
    [
      'a reader of everything goes on behind a compaction of other files',
      compaction,
      gone('b', { reads: 'everything' }),
      'committed',
    ],
    [
      'an append stops behind other properties',
      { ...newTable({ 'delta.appendOnly': 'true' }), operation: 'SET', protocol: undefined } as unknown as Change,
      append('d'),
      'metadata-changed',
    ],
    [
      'an append stops behind the same domain',
      { ...append('c'), domains: [{ domain: 'd', configuration: '', removed: false }] },
      { ...append('d'), domains: [{ domain: 'd', configuration: '', removed: false }] },
      'same-domain',
    ],
  ])('%s', async (_, winner, loser, expected) => {
    const { ports, base } = await made();
    await committed(ports, base, clean(winner));
    const outcome = await commit(ports, base, loser);
    expect(outcome.kind === 'conflicted' ? outcome.conflict.reason : outcome.kind).toBe(expected);
  });
});

const clean = (change: Change): Change =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as unknown as Change;

describe('applications', () => {
  const of = (version: number, path: string): Change => ({
    ...append(path),
    transactions: [{ appId: 'app', version }],
  });

  test('what an application committed is not committed again', async () => {
    const { ports, base } = await made();
    const first = await committed(ports, base, of(7, 'c'));
    expect((await commit(ports, first, of(7, 'd'))).kind).toBe('repeated');
    expect((await commit(ports, base, of(7, 'd'))).kind).toBe('repeated');
    expect((await commit(ports, base, of(6, 'd'))).kind).toBe('repeated');
    expect(pathsOf(await openSnapshot(ports))).toEqual(['a', 'b', 'c']);
  });

  test('its next one conflicts where it is made of an older version', async () => {
    const { ports, base } = await made();
    await committed(ports, base, of(7, 'c'));
    expect(await commit(ports, base, of(8, 'd'))).toMatchObject({ conflict: { reason: 'same-application' } });
  });
});

describe('a store that fails', () => {
  const failing = (done: boolean) => {
    const store = createMemoryStore();
    let armed = false;
    const ports = memoryTable({
      ...store,
      putIfAbsent: async (key, bytes) => {
        if (!armed) return store.putIfAbsent(key, bytes);
        armed = false;
        if (done) await store.putIfAbsent(key, bytes);
        throw new StoreError('store/failed', 'The answer was lost.', 'Try again.');
      },
    });
    return { ports, arm: () => (armed = true) };
  };

  test('a commit whose answer was lost is known by its name', async () => {
    const { ports, arm } = failing(true);
    const base = await committed(ports, undefined, newTable());
    arm();
    expect((await commit(ports, base, append('c'))).kind).toBe('committed');
    expect(pathsOf(await openSnapshot(ports))).toEqual(['c']);
  });

  test('one that was not done may be made again', async () => {
    const { ports, arm } = failing(false);
    const base = await committed(ports, undefined, newTable());
    arm();
    expect((await commit(ports, base, append('c'))).kind).toBe('retryable');
    expect((await openSnapshot(ports)).version).toBe(0);
    expect((await commit(ports, base, append('c'))).kind).toBe('committed');
  });
});

describe('times in commits', () => {
  const timed = { 'delta.enableInCommitTimestamps': 'true' };

  test('go forward though the clock goes back', async () => {
    const { ports, base } = await made(timed);
    const next = await committed(ports, base, append('c'), { now: () => 5 });
    expect(next.commitInfo?.inCommitTimestamp).toBe((base.commitInfo?.inCommitTimestamp ?? 0) + 1);
    const later = await committed(ports, next, append('d'), { now: () => 2e12 + 1e12 });
    expect(later.commitInfo?.inCommitTimestamp).toBe(3e12);
  });
});

describe('what the protocol forbids is refused before anything is written', () => {
  test.each<[string, Readonly<Record<string, string>>, Change, string]>([
    ['a remove of what is not there', {}, gone('x'), 'delta/invalid-commit'],
    ['one path twice', {}, append('c', 'c'), 'delta/invalid-commit'],
    ['one path twice, encoded in two ways', {}, append('p=1/c', 'p%3D1/c'), 'delta/invalid-commit'],
    ['a remove where only appends are allowed', { 'delta.appendOnly': 'true' }, gone('a'), 'delta/append-only'],
    [
      'deletion vectors without their feature',
      {},
      {
        operation: 'DELETE',
        reads: 'everything',
        marks: [
          {
            file: fileNamed('a'),
            deletionVector: { storageType: 'i', pathOrInlineDv: '', sizeInBytes: 0, cardinality: 0 },
          },
        ],
      },
      'delta/invalid-commit',
    ],
    [
      'a rewrite without its rows where changes are kept',
      { 'delta.enableChangeDataFeed': 'true' },
      { ...gone('a'), adds: [fileNamed('c')] },
      'delta/invalid-commit',
    ],
  ])('%s', async (_, configuration, change, code) => {
    const { ports, base } = await made(configuration);
    await expect(commit(ports, base, change)).rejects.toMatchObject({ code });
    expect((await openSnapshot(ports)).version).toBe(0);
  });

  test('a compaction is allowed where only appends are', async () => {
    const { ports, base } = await made({ 'delta.appendOnly': 'true' });
    expect((await commit(ports, base, compaction)).kind).toBe('committed');
  });
});
