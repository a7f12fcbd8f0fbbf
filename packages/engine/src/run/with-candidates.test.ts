import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { type HandNode, handTarget } from '../../../../test/support/hand-compiler.ts';
import { type Choice, type Play, type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';

// Readers never see what tests withheld, nor anything that was built upon it; who asks for it goes on from it.

let fixture: RunFixture;

beforeEach(async () => {
  fixture = await runFixture();
});

afterEach(() => fixture.close());

const publish = handTarget.publish;

/** `base` is good at 1, and `check` fails on any other value; `child` reads it, `other` stands apart. */
function shop(base: number, more: Partial<HandNode> = {}): Record<string, HandNode> {
  return {
    base: { sql: `SELECT ${base} AS a`, ...more },
    check: { type: 'test', sql: 'SELECT * FROM {{ base }} WHERE a <> 1' },
    child: { sql: 'SELECT a * 10 AS a FROM {{ base }}' },
    other: { sql: 'SELECT 7 AS a' },
  };
}

const seen = async (...names: readonly string[]): Promise<readonly unknown[]> =>
  Promise.all(names.map(async (name) => (await ask(fixture.catalog, `SELECT a FROM main.${name}`))[0]?.a));

const withheldIn = ({ events }: Play): Record<string, readonly string[]> =>
  Object.fromEntries(events.flatMap((event) => (event.kind === 'withheld' ? [[event.node.name, event.tests]] : [])));

async function entry() {
  const head = await fixture.lake.head();
  if (head === undefined) throw new Error('nothing is committed');
  return head.entry;
}

const kinds: readonly (readonly [string, Partial<HandNode>])[] = [
  ['external', {}],
  ['table', { materialized: 'table' }],
  ['view', { materialized: 'view' }],
];

describe.each(kinds)('an unselected parent that is a %s', (_, kind) => {
  const run = (base: number, choice: Choice): Promise<Play> => fixture.run(shop(base, kind), choice);

  beforeEach(async () => {
    await run(1, {});
    const failed = await run(2, {});
    expect(withheldIn(failed)).toEqual({ base: ['test.shop.check'] });
    expect(await seen('base', 'child')).toEqual([1, 10]);
  });

  test('is read as it is published; with --with-candidates as a test withheld it, and what was built upon it waits with it', async () => {
    expect((await run(2, { select: ['child'] })).said.child).toBe('success OK');
    expect(await seen('base', 'child')).toEqual([1, 10]);
    const play = await run(2, { select: ['child', 'other'], withCandidates: true });
    expect(play.said.child).toBe('success OK');
    expect(withheldIn(play)).toEqual({ child: ['test.shop.check'] });
    expect(await seen('base', 'child', 'other')).toEqual([1, 10, 7]);
    expect((await entry()).candidates).toMatchObject({ 'model.shop.base': {}, 'model.shop.child': {} });
    const passing = { ...shop(2, kind), check: { type: 'test', sql: 'SELECT * FROM {{ base }} WHERE a > 2' } } as const;
    await fixture.run(passing, { command: 'test' });
    expect(await seen('base', 'child', 'other')).toEqual([2, 20, 7]);
    expect(await entry()).toMatchObject({ withheld: {}, candidates: {} });
  });

  test('is published with what was built upon it where the run tests it too', async () => {
    const passing = { ...shop(2, kind), check: { type: 'test', sql: 'SELECT * FROM {{ base }} WHERE a > 2' } } as const;
    const play = await fixture.run(passing, { select: ['child', 'check'], withCandidates: true });
    expect(withheldIn(play)).toEqual({});
    expect(await seen('base', 'child')).toEqual([2, 20]);
  });
});

test('a candidate that read what was replaced since is not read', async () => {
  const nodes = (top: number, base: number): Record<string, HandNode> => ({
    top: { sql: `SELECT ${top} AS a` },
    base: { sql: `SELECT a + ${base} AS a FROM {{ top }}` },
    check: { type: 'test', sql: 'SELECT * FROM {{ base }} WHERE a > 100' },
    child: { sql: 'SELECT a FROM {{ base }}' },
  });
  await fixture.run(nodes(1, 0));
  await fixture.run(nodes(2, 100), { select: ['base', 'check'] });
  await fixture.run(nodes(3, 100), { select: ['top'] });
  const play = await fixture.run(nodes(3, 100), { select: ['child'], withCandidates: true });
  expect(withheldIn(play)).toEqual({});
  expect(await seen('top', 'child')).toEqual([3, 1]);
});

test('a node that was never published names the failed test and --with-candidates', async () => {
  await fixture.run(shop(2));
  const play = await fixture.run(shop(2), { select: ['child'] });
  expect(play.results[0]?.diagnostics[0]).toMatchObject({
    code: 'engine/never-built',
    message: expect.stringContaining('base, which was withheld when test.shop.check failed'),
    hint: expect.stringContaining('--with-candidates'),
  });
  expect((await fixture.run(shop(2), { select: ['child'], withCandidates: true })).said.child).toBe('success OK');
  expect(await fixture.generation('child')).toBeUndefined();
});

test('a withheld node stays so beside builds of other nodes, and its report tells since when readers see the older one', async () => {
  await fixture.run(shop(1));
  const first = await fixture.generation('base');
  const failed = await fixture.run(shop(2), { select: ['base', 'check'] });
  expect(failed.events.filter(({ kind }) => kind === 'withheld')).toMatchObject([
    { tests: ['test.shop.check'], isFailed: true, since: first?.createdAt },
  ]);
  await fixture.run(shop(2), { select: ['other'] });
  expect(await entry()).toMatchObject({
    withheld: { 'model.shop.base': ['test.shop.check'] },
    candidates: { 'model.shop.base': {} },
  });
  await fixture.run(shop(1), { select: ['base', 'check'] });
  expect(await entry()).toMatchObject({ withheld: {}, candidates: {} });
});

describe('publish.require_tests', () => {
  const target = { publish: { ...publish, requireTests: true } };

  test('run keeps what has tests, test publishes it with what was built upon it', async () => {
    const run = await fixture.run(shop(1), { command: 'run', target });
    expect(withheldIn(run)).toEqual({ base: ['test.shop.check'], child: ['test.shop.check'] });
    expect(run.events.find(({ kind }) => kind === 'withheld')).toMatchObject({ isFailed: false, since: null });
    expect(await seen('other')).toEqual([7]);
    await fixture.run(shop(1), { command: 'test', target });
    expect(await seen('base', 'child', 'other')).toEqual([1, 10, 7]);
    expect((await entry()).nodes['model.shop.base']?.tests).toBe('passed');
  });

  test('a test that came to the project meanwhile has to run too', async () => {
    await fixture.run(shop(1), { command: 'run', target });
    const more = { ...shop(1), late: { type: 'test', sql: 'SELECT * FROM {{ base }} WHERE a IS NULL' } } as const;
    await fixture.run(more, { command: 'test', target, select: ['check'] });
    expect((await entry()).nodes['model.shop.base']).toBeUndefined();
    await fixture.run(more, { command: 'test', target });
    expect(await seen('base', 'child')).toEqual([1, 10]);
  });

  test('a test that the project has no more keeps nothing back', async () => {
    await fixture.run(shop(1), { command: 'run', target });
    const { check: _, ...without } = shop(1);
    const other = { ...without, late: { type: 'test', sql: 'SELECT * FROM {{ base }} WHERE a IS NULL' } } as const;
    await fixture.run(other, { command: 'test', target });
    expect(await seen('base', 'child')).toEqual([1, 10]);
  });
});

describe('publish.policy all', () => {
  const target = { publish: { ...publish, policy: 'all' as const } };

  test('one failing test keeps the whole build back, and names itself for each node', async () => {
    await fixture.run(shop(1), { target });
    const failed = await fixture.run({ ...shop(2), other: { sql: 'SELECT 8 AS a' } }, { target });
    // The child was skipped behind the test.
    const why = ['model.shop.child', 'test.shop.check'];
    expect(withheldIn(failed)).toEqual({ base: why, other: why });
    expect(await seen('base', 'child', 'other')).toEqual([1, 10, 7]);
  });

  test('so does a node that fails, until it is built beside what waits for it', async () => {
    await fixture.run(shop(1), { target });
    const broken = { ...shop(1), base: { sql: 'SELECT 1 AS a, 2 AS b' }, other: { sql: "SELECT error('no') AS a" } };
    const failed = await fixture.run(broken, { target });
    expect(withheldIn(failed)).toEqual({ base: ['model.shop.other'], child: ['model.shop.other'] });
    const mended = { ...broken, other: { sql: 'SELECT 9 AS a' } };
    await fixture.run(mended, { target, select: ['other'], withCandidates: true });
    expect(await seen('base', 'child', 'other')).toEqual([1, 10, 9]);
    expect(await ask(fixture.catalog, 'SELECT b FROM main.base')).toEqual([{ b: 2 }]);
  });

  test('a test publishes what a build left only as a whole', async () => {
    await fixture.run(shop(1), { target });
    const two = (limit: number): Record<string, HandNode> => ({
      ...shop(2),
      other: { sql: 'SELECT 8 AS a' },
      check: { type: 'test', sql: `SELECT * FROM {{ base }} WHERE a > ${limit}` },
      second: { type: 'test', sql: `SELECT * FROM {{ other }} WHERE a > ${limit}` },
    });
    await fixture.run(two(1), { target });
    await fixture.run(two(5), { target, command: 'test' });
    expect(await seen('base', 'child', 'other')).toEqual([1, 10, 7]);
    // The child was never built of this base.
    await fixture.run(two(9), { target, command: 'test' });
    expect(await seen('base', 'child', 'other')).toEqual([1, 10, 7]);
    await fixture.run(two(9), { target, select: ['child', 'check', 'second'], withCandidates: true });
    expect(await seen('base', 'child', 'other')).toEqual([2, 20, 8]);
  });
});

describe('publish.require', () => {
  test('a test publishes the nodes of a tag together', async () => {
    const target = { publish: { ...publish, require: ['gold'] } };
    const gold = (limit: number): Record<string, HandNode> => ({
      base: { sql: 'SELECT 2 AS a', tags: ['gold'] },
      other: { sql: 'SELECT 8 AS a', tags: ['gold'] },
      child: { sql: 'SELECT 3 AS a' },
      check: { type: 'test', sql: `SELECT * FROM {{ base }} WHERE a > ${limit}` },
      second: { type: 'test', sql: `SELECT * FROM {{ other }} WHERE a > ${limit}` },
    });
    const failed = await fixture.run(gold(5), { target });
    expect(withheldIn(failed)).toEqual({ base: ['test.shop.second'], other: ['test.shop.second'] });
    expect(await seen('child')).toEqual([3]);
    await fixture.run(gold(5), { target, command: 'test' });
    expect(await fixture.generation('base')).toBeUndefined();
    await fixture.run(gold(9), { target, command: 'test' });
    expect(await seen('base', 'other')).toEqual([2, 8]);
  });
});
