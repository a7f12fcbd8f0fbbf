import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import type { HandNode } from '../../../../test/support/hand-compiler.ts';
import { type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';

let fixture: RunFixture;

beforeEach(async () => {
  fixture = await runFixture();
});

afterEach(() => fixture.close());

const orders: HandNode = { sql: 'SELECT i AS id FROM range(5) r(i)' };
const kept: HandNode = { sql: 'FROM {{ orders }} WHERE id > 1', materialized: 'table' };
const endless = 'SELECT count(*) AS id FROM range(400000) a, range(400000) b';

test('a wave is recorded as one, and drops nothing though no selection narrowed it', async () => {
  await fixture.run({ orders, kept });
  const { events, said } = await fixture.run({ orders }, { command: 'watch' });
  expect(said).toEqual({ orders: 'success OK' });
  expect(events.filter(({ kind }) => kind === 'dropped')).toEqual([]);
  const entry = (await fixture.lake.head())?.entry;
  expect(entry).toMatchObject({ command: 'watch', dropped: [] });
  expect(Object.keys(entry?.nodes ?? {}).sort()).toEqual(['model.shop.kept', 'model.shop.orders']);
});

test('a failing test withholds what a wave built, and what is built upon it', async () => {
  await fixture.run({ orders, kept });
  const fails: HandNode = { type: 'test', materialized: 'test', sql: 'SELECT id FROM {{ orders }} WHERE id = 7' };
  const changed: HandNode = { sql: 'SELECT 7 AS id' };
  const { said } = await fixture.run({ orders: changed, kept, fails }, { command: 'watch' });
  expect(said).toMatchObject({ orders: 'success OK', fails: 'fail FAIL 1', kept: 'skipped Skipped: fails failed' });
  expect(await ask(fixture.catalog, 'SELECT count(*)::INTEGER AS n FROM main.orders')).toEqual([{ n: 5 }]);
});

test('results tell rows before and after, those of tables too', async () => {
  const changes = async (less: number): Promise<unknown> => {
    const fewer: HandNode = { sql: `SELECT i AS id FROM range(${5 - less}) r(i)` };
    const { results } = await fixture.run({ orders: fewer, kept }, { command: 'watch' });
    return Object.fromEntries(results.map(({ change, node }) => [node, change]));
  };
  expect(await changes(0)).toEqual({
    'model.shop.orders': { before: null, after: 5 },
    'model.shop.kept': { before: null, after: 3 },
  });
  expect(await changes(1)).toEqual({
    'model.shop.orders': { before: 5, after: 4 },
    'model.shop.kept': { before: 3, after: 2 },
  });
});

test('a signal ends a wave before its commit: queries stop, and nothing is visible', async () => {
  await fixture.run({ orders, kept });
  const stop = new AbortController();
  const slow: HandNode = { sql: endless };
  const { aborted } = await fixture.run(
    { orders: { sql: 'SELECT 1 AS id' }, slow },
    {
      command: 'watch',
      signal: stop.signal,
      onEvent: (event) => {
        if (event.kind === 'node-started' && event.node.name === 'slow') setTimeout(() => stop.abort(), 100);
      },
    },
  );
  expect(aborted).toBe(true);
  expect((await fixture.lake.head())?.entry.number).toBe(1);
  expect(await ask(fixture.catalog, 'SELECT count(*)::INTEGER AS n FROM main.orders')).toEqual([{ n: 5 }]);
});

test('a signal that came before the run leaves everything as it is', async () => {
  const { aborted, results } = await fixture.run({ orders }, { command: 'watch', signal: AbortSignal.abort() });
  expect([aborted, results]).toEqual([true, []]);
  expect(await fixture.lake.head()).toBeUndefined();
});
