import { cp, readFile, rename } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, type LakeFixture, lakeFixture } from '../../../../test/support/lake-fixture.ts';
import { filesBelow } from './alias-folder.ts';
import type { LakeOptions } from './lake.ts';
import { fromMovable, movableRoot, toMovable } from './movable-place.ts';

// Invariant: who moves the root of a lake, or copies it, finds the whole lake there: readers, locations, older commits, the next build; nothing is deleted that
// the lake needs, and nothing of a copy reaches the lake that it was made from.

let fixture: LakeFixture;
beforeEach(async () => {
  fixture = await lakeFixture({ keep: { days: 0, builds: 3 } });
});
afterEach(() => fixture.close());

const one = (root: string, value: number) => ({
  node: 'model.shop.one',
  sql: `SELECT ${value} AS a`,
  location: fixture.at(root, 'one.parquet'),
});
const parts = (root: string, value: number) => ({
  node: 'model.shop.parts',
  sql: `SELECT ${value} AS a, i AS p FROM range(2) r(i)`,
  location: fixture.at(root, 'parts'),
  partitionBy: 'p',
});
const table = (value: number) => ({
  node: 'model.shop.kept',
  sql: `SELECT ${value} AS a`,
  origin: 'internal' as const,
});

const stateIn = (root: string) => fixture.at(root, '_eider', 'shop', 'dev-main');
const openIn = (root: string, more: Partial<LakeOptions> = {}) =>
  fixture.open({ state: stateIn(root), publishPath: fixture.at('project', `${root}.duckdb`), ...more });

const question = `SELECT one.a AS one, min(parts.a) AS parts, count(*)::INTEGER AS n, any_value(kept.a) AS kept
  FROM main.one, main.parts, main.kept GROUP BY ALL`;
const shownIn = (file: string) => ask(fixture.at('project', file), question);
const whole = (value: number) => [{ one: value, parts: value, n: 2, kept: value }];
const located = async (root: string) => {
  const sql = `SELECT a FROM read_parquet('${fixture.at(root, 'one.parquet')}') UNION ALL SELECT a FROM read_parquet('${fixture.at(root, 'parts')}/*/*.parquet')`;
  return (await ask(undefined, sql)).map(({ a }) => a);
};

async function twoBuilds(more: Partial<LakeOptions> = {}): Promise<void> {
  const lake = await openIn('root', more);
  for (const value of [1, 2]) await buildOf(fixture, lake, [one('root', value), parts('root', value), table(value)]);
}

describe.each(['elsewhere', 'the same path'])('a root that was moved, published at %s', (where) => {
  const file = where === 'elsewhere' ? 'moved.duckdb' : 'root.duckdb';

  test('is whole there', async () => {
    await twoBuilds();
    await rename(fixture.at('root'), fixture.at('moved'));
    const lake = await openIn('moved', { publishPath: fixture.at('project', file) });
    expect(await lake.report()).toMatchObject({ isSettled: false });
    expect(await lake.vacuum({ dryRun: true })).toEqual({ files: [], bytes: 0 });
    expect(await lake.recover(fixture.session)).toBe(true);
    expect(await shownIn(file)).toEqual(whole(2));
    expect(await located('moved')).toEqual([2, 2, 2]);
    const [mark = ''] = (await filesBelow(fixture.at('moved', '_eider'))).filter((name) => name.startsWith('owner-'));
    expect(JSON.parse(await readFile(fixture.at('moved', '_eider', mark), 'utf8')).path).toBe(stateIn('moved'));
    expect(await lake.vacuum()).toEqual({ files: [], bytes: 0 });
    expect(await lake.rollback({})).toMatchObject({ number: 3, findings: [] });
    expect(await shownIn(file)).toEqual(whole(1));
    expect(await located('moved')).toEqual([1, 1, 1]);
    const built = await buildOf(fixture, lake, [one('moved', 4)]);
    expect(built).toMatchObject({ number: 4, findings: [], unbound: {} });
    expect(await shownIn(file)).toEqual([{ one: 4, parts: 1, n: 2, kept: 1 }]);
    expect(await located('moved')).toEqual([4, 1, 1]);
    await lake.publish(fixture.session, { path: fixture.at('project', 'older.duckdb'), build: '2' });
    expect(await shownIn('older.duckdb')).toEqual(whole(2));
    expect(await lake.vacuum()).toEqual({ files: [], bytes: 0 });
  });

  test('goes on with its live file', async () => {
    const livePath = fixture.at('project', 'live.duckdb');
    await twoBuilds({ livePath });
    await rename(fixture.at('root'), fixture.at('moved'));
    const lake = await openIn('moved', { livePath, publishPath: fixture.at('project', file) });
    await buildOf(fixture, lake, [one('moved', 3)]);
    expect(await shownIn('live.duckdb')).toEqual([{ one: 3, parts: 2, n: 2, kept: 2 }]);
  });
});

test('a copy of a root is a lake of its own', async () => {
  await twoBuilds();
  await cp(fixture.at('root'), fixture.at('copy'), { recursive: true, verbatimSymlinks: true });
  const before = await filesBelow(fixture.at('root'));
  const entry = await readFile(fixture.at('root', '_eider/shop/dev-main/aliases.json'), 'utf8');
  const lake = await openIn('copy');
  for (const value of [5, 6, 7, 8])
    await buildOf(fixture, lake, [one('copy', value), parts('copy', value), table(value)], { dropMissing: true });
  await lake.vacuum();
  expect(await shownIn('copy.duckdb')).toEqual(whole(8));
  expect(await located('copy')).toEqual([8, 8, 8]);
  expect(await filesBelow(fixture.at('root'))).toEqual(before);
  expect(await readFile(fixture.at('root', '_eider/shop/dev-main/aliases.json'), 'utf8')).toBe(entry);
  expect(await shownIn('root.duckdb')).toEqual(whole(2));
  expect(await located('root')).toEqual([2, 2, 2]);
});

test('places below the root are written down relative to it, others as they are', () => {
  const states = [
    '/srv/lake/_eider/shop/dev-main',
    '/home/ada/shop/.eider/shop/dev-main',
    's3://b/lake/_eider/shop/dev-main',
    '/var/s',
  ];
  expect(states.map(movableRoot)).toEqual(['/srv/lake', '/home/ada/shop', 's3://b/lake', '/var/s']);
  for (const state of states) {
    const root = movableRoot(state);
    expect(toMovable(state, `${root}/gold/a.parquet`)).toBe('./gold/a.parquet');
    expect(fromMovable(state, './gold/a.parquet')).toBe(`${root}/gold/a.parquet`);
    for (const place of [`${root}2/a.parquet`, 's3://other/a.parquet', '/tmp/a.parquet']) {
      expect(toMovable(state, place)).toBe(place);
      expect(fromMovable(state, place)).toBe(place);
    }
  }
});
