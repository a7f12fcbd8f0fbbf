import { describe, expect, test } from 'vitest';
import { findConflicts, nextEntry } from './commit-plan.ts';
import type { Generation } from './generation.ts';
import type { CommitRequest } from './lake.ts';
import type { LedgerEntry } from './ledger.ts';

const entry = (number: number, nodes: Readonly<Record<string, string>>): LedgerEntry =>
  ({
    number,
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([node, generation]) => [
        node,
        { generation, build: 'b0', tests: 'passed', since: number },
      ]),
    ),
  }) as unknown as LedgerEntry;

const made = (id: string, reads: Generation['reads'] = {}) => ({
  generation: { id, build: 'b1', reads } as Generation,
  tests: 'passed' as const,
});

describe('findConflicts', () => {
  const start = entry(1, { a: 'a1', b: 'b1' });
  test.each([
    ['nothing moved', start, { a: made('a2') }, []],
    ['something else moved', entry(2, { a: 'a1', b: 'b2' }), { a: made('a2') }, []],
    [
      'what it replaces moved',
      entry(2, { a: 'a9', b: 'b1' }),
      { a: made('a2') },
      [{ node: 'a', what: 'replaces', by: 'a' }],
    ],
    [
      'what it replaces was dropped',
      entry(2, { b: 'b1' }),
      { a: made('a2') },
      [{ node: 'a', what: 'replaces', by: 'a' }],
    ],
    [
      'a node that it makes anew was made by another',
      entry(2, { a: 'a1', b: 'b1', c: 'c9' }),
      { c: made('c1') },
      [{ node: 'c', what: 'replaces', by: 'c' }],
    ],
    [
      'what it read moved',
      entry(2, { a: 'a1', b: 'b2' }),
      { a: made('a2', { b: 'b1' }) },
      [{ node: 'b', what: 'read', by: 'a' }],
    ],
    ['what it read is its own', start, { a: made('a2', { b: 'b2' }), b: made('b2') }, []],
    [
      'it read a candidate that is not published',
      start,
      { a: made('a2', { b: 'b2' }) },
      [{ node: 'b', what: 'read', by: 'a' }],
    ],
    ['it read a source', start, { a: made('a2', { raw: null }) }, []],
    ['its own entry is there already', entry(2, { a: 'a2', b: 'b1' }), { a: made('a2') }, []],
  ])('where %s', (_, head, publish, expected) => {
    expect(findConflicts(start, head, publish)).toEqual(expected);
  });
});

describe('nextEntry', () => {
  const facts = {
    build: 'b1',
    command: 'build',
    startedAt: '',
    committedAt: '',
    eiderVersion: '1',
    by: { user: 'ada', host: 'nas' },
    database: 'shop',
    facts: 'f',
  };
  const request = (publish: CommitRequest['publish'], more: Partial<CommitRequest> = {}): CommitRequest =>
    ({
      publish,
      withheld: {},
      tests: [],
      counts: {},
      nodes: {},
      dropMissing: false,
      ...more,
    }) as unknown as CommitRequest;

  test('keeps what was not built, and since when it is the head', () => {
    const next = nextEntry(entry(4, { a: 'a1', b: 'b1' }), request({ a: made('a2'), b: made('b1') }), facts);
    expect(next).toMatchObject({
      number: 5,
      nodes: { a: { generation: 'a2', since: 5 }, b: { generation: 'b1', since: 4 } },
    });
  });

  test('tells what the newest data took, until others come', () => {
    const none = { withheld: {}, tests: [], counts: {}, nodes: {}, dropMissing: false };
    const next = (before: LedgerEntry | undefined, publish: CommitRequest['publish']) =>
      nextEntry(before, { ...none, publish } as unknown as CommitRequest, {} as Parameters<typeof nextEntry>[2]);
    const work = { bytesWritten: 7 };
    const first = next(undefined, { a: { ...made('a1'), work }, b: { ...made('b1'), work } });
    const second = next(first, { a: { ...made('a1'), tests: 'warned' }, b: made('b2') });
    expect(second?.nodes).toMatchObject({ a: { tests: 'warned', work } });
    expect(second?.nodes.b?.work).toBeUndefined();
  });

  test('drops only in a build of the whole project', () => {
    const head = entry(1, { a: 'a1', gone: 'g1' });
    expect(nextEntry(head, request({ a: made('a2') }), facts)?.dropped).toEqual([]);
    const next = nextEntry(head, request({ a: made('a2') }, { dropMissing: true }), facts);
    expect([next?.dropped, Object.keys(next?.nodes ?? {})]).toEqual([['gone'], ['a']]);
  });

  test('keeps what others withheld, until it is published, withheld anew or dropped', () => {
    const line = (generation: string) => ({ generation, build: 'b0' });
    const head = {
      ...entry(1, { a: 'a1' }),
      withheld: { b: ['t'], c: ['t'], gone: ['t'] },
      candidates: { b: line('b0'), c: line('c0'), gone: line('g0') },
    };
    const more = {
      withheld: { c: ['u'] },
      candidates: [{ id: 'c1', build: 'b1', node: 'c' }],
    } as unknown as Partial<CommitRequest>;
    expect(nextEntry(head, request({ a: made('a2') }), facts)).toMatchObject({
      withheld: head.withheld,
      candidates: head.candidates,
    });
    const publish = { b: made('b1') };
    const next = nextEntry(head, request(publish, { ...more, dropMissing: true }), facts);
    expect([next?.withheld, next?.candidates]).toEqual([{ c: ['u'] }, { c: { generation: 'c1', build: 'b1' } }]);
  });

  test('is none where nothing changes', () => {
    expect(nextEntry(undefined, request({}), facts)).toBeUndefined();
  });
});
