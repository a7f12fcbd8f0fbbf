import { buildGraph } from '@eider/core';
import { expect, test } from 'vitest';
import { manifestOf } from '../../../../test/manifest-builder.ts';
import { leftToDo, planWave } from './plan-wave.ts';

const manifest = manifestOf({
  'seed.shop.people': {},
  'model.shop.orders': { from: ['seed.shop.people'] },
  'model.shop.inlined': { from: ['model.shop.orders'], config: { materialized: 'ephemeral' } },
  'model.shop.daily': { from: ['model.shop.inlined'] },
  'model.shop.other': {},
  'test.shop.orders_ok': { from: ['model.shop.orders'] },
  'test.shop.both_ok': { from: ['model.shop.daily', 'model.shop.other'] },
  'exposure.shop.board': { from: ['model.shop.daily'] },
});
const { graph } = buildGraph(manifest);

function plan(
  todo: readonly string[],
  more: { allowed?: readonly string[]; children?: boolean; indirectSelection?: 'eager' | 'cautious' } = {},
): Record<string, readonly string[]> {
  const { allowed = Object.keys(manifest.nodes), children = true, indirectSelection = 'eager' } = more;
  const { ids, ...rest } = planWave({
    ...{ manifest, graph, children, indirectSelection },
    todo: new Set(todo),
    allowed: new Set(allowed),
  });
  const name = (id: string): string => id.split('.')[2] ?? id;
  return Object.fromEntries(Object.entries({ ids, ...rest }).map(([key, list]) => [key, list.map(name).sort()]));
}

test('a wave runs what is to do, its children through ephemeral models, and the tests of all', () => {
  expect(plan(['model.shop.orders'])).toEqual({
    ids: ['both_ok', 'daily', 'inlined', 'orders', 'orders_ok'],
    own: ['orders'],
    children: ['daily'],
    tests: ['both_ok', 'orders_ok'],
  });
});

test('without children it runs what is to do alone', () => {
  expect(plan(['model.shop.orders'], { children: false })).toMatchObject({
    own: ['orders'],
    children: [],
    tests: ['orders_ok'],
  });
});

test('the selection narrows nodes, children and tests', () => {
  const allowed = ['model.shop.orders', 'model.shop.other', 'test.shop.both_ok'];
  expect(plan(['model.shop.orders', 'model.shop.daily'], { allowed })).toEqual({
    ids: ['orders'],
    own: ['orders'],
    children: [],
    tests: [],
  });
});

test('cautious tests wait for all of their parents; a test that is to do itself runs', () => {
  expect(plan(['model.shop.daily'], { indirectSelection: 'cautious' })).toMatchObject({ tests: [] });
  expect(plan(['test.shop.both_ok'], { indirectSelection: 'cautious' })).toMatchObject({ own: [], tests: ['both_ok'] });
});

test('what is gone from the project is not run', () => {
  expect(plan(['model.shop.gone']).ids).toEqual([]);
});

test('failed, skipped and withheld nodes stay to do, and what the wave did not run', () => {
  const results = Object.entries({ a: 'success', b: 'error', c: 'skipped', d: 'success', t: 'fail', w: 'warn' });
  const left = leftToDo(new Set(['a', 'b', 'outside', 'inlined']), {
    ids: ['a', 'b', 'c', 'd', 't', 'w', 'inlined'],
    results: results.map(([node, status]) => ({ node, status })),
    withheld: new Set(['d']),
  });
  expect([...left].sort()).toEqual(['b', 'c', 'd', 'outside', 't']);
});
