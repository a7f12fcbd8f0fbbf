import { expect, test } from 'vitest';
import { manifestOf } from '../../../../test/manifest-builder.ts';
import { buildGraph } from './build-graph.ts';

const diamond = manifestOf({
  'source.shop.raw.orders': {},
  'model.shop.base': { from: ['source.shop.raw.orders'] },
  'model.shop.left': { from: ['model.shop.base'] },
  'model.shop.right': { from: ['model.shop.base', 'model.shop.gone'] },
  'model.shop.all': { from: ['model.shop.right', 'model.shop.left'] },
  'exposure.shop.board': { from: ['model.shop.all'] },
});

test('a graph knows parents and children, sorted, and leaves out parents that do not exist', () => {
  const { graph, diagnostics } = buildGraph(diamond);
  expect(diagnostics).toEqual([]);
  expect(graph.parents('model.shop.all')).toEqual(['model.shop.left', 'model.shop.right']);
  expect(graph.parents('model.shop.right')).toEqual(['model.shop.base']);
  expect(graph.children('model.shop.base')).toEqual(['model.shop.left', 'model.shop.right']);
  expect(graph.children('exposure.shop.board')).toEqual([]);
});

test('ancestors and descendants stop at the depth asked for', () => {
  const { graph } = buildGraph(diamond);
  expect([...graph.ancestors('model.shop.all', 1)].sort()).toEqual(['model.shop.left', 'model.shop.right']);
  expect([...graph.ancestors('model.shop.all')]).toHaveLength(4);
  expect([...graph.descendants('model.shop.base', 2)]).not.toContain('exposure.shop.board');
  expect([...graph.descendants('model.shop.base', 0)]).toEqual([]);
});

test('order puts parents first and breaks ties by id, for the whole graph and for a part of it', () => {
  const { graph } = buildGraph(diamond);
  expect(graph.order()).toEqual([
    'source.shop.raw.orders',
    'model.shop.base',
    'model.shop.left',
    'model.shop.right',
    'model.shop.all',
    'exposure.shop.board',
  ]);
  expect(graph.order(['model.shop.all', 'model.shop.base'])).toEqual(['model.shop.base', 'model.shop.all']);
});

test('order holds for a large random graph', () => {
  const sketches: Record<string, { from: string[] }> = {};
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  // Parents have smaller numbers, names are shuffled so that the order by id is of no help.
  const name = (n: number): string => `model.shop.n${(n * 7919) % 1009}`;
  for (let n = 0; n < 1000; n++) sketches[name(n)] = { from: n === 0 ? [] : [name(next(n)), name(next(n))] };
  const { graph } = buildGraph(manifestOf(sketches));
  const position = new Map(graph.order().map((id, at) => [id, at]));
  expect(position.size).toBe(1000);
  for (const id of graph.ids)
    for (const parent of graph.parents(id)) expect(position.get(parent)).toBeLessThan(position.get(id) ?? -1);
});

test('a circle is one finding that names the whole way round, with the place of each reference', () => {
  const { graph, diagnostics } = buildGraph(
    manifestOf({
      'model.shop.a': { from: ['model.shop.c'], code: "select *\nfrom {{ ref('c') }}" },
      'model.shop.b': { from: ['model.shop.a'], code: "select * from {{ ref('shop', 'a') }}" },
      'model.shop.c': { from: ['model.shop.b'], code: 'select * from {{ hidden() }}' },
      'model.shop.d': { from: ['model.shop.c'] },
    }),
  );
  expect(diagnostics).toEqual([
    {
      severity: 'error',
      code: 'graph/cycle',
      message: '3 nodes depend on one another in a circle: model c -> model b -> model a -> model c.',
      hint: 'Take one of these references away, or move what both sides need into a node of its own.',
      place: { file: 'models/c.sql', line: 1, column: 1 },
      trace: [
        { name: 'model b', place: { file: 'models/b.sql', line: 1, column: 18 } },
        { name: 'model a', place: { file: 'models/a.sql', line: 2, column: 9 } },
      ],
      node: 'model.shop.c',
    },
  ]);
  expect(graph.order()).toEqual(['model.shop.a', 'model.shop.b', 'model.shop.c', 'model.shop.d']);
});

test('each circle of a knot is found, and a node that refers to itself', () => {
  const { diagnostics } = buildGraph(
    manifestOf({
      'model.shop.a': { from: ['model.shop.b', 'model.shop.c'] },
      'model.shop.b': { from: ['model.shop.a'] },
      'model.shop.c': { from: ['model.shop.a'] },
      'model.shop.self': { from: ['model.shop.self'] },
    }),
  );
  expect(diagnostics.map((finding) => finding.message)).toEqual([
    '2 nodes depend on one another in a circle: model b -> model a -> model b.',
    '2 nodes depend on one another in a circle: model c -> model a -> model c.',
    'model self refers to itself.',
  ]);
});

test('a chain of ten thousand nodes is no trouble', () => {
  const chain = Array.from({ length: 10_000 }, (_, n): [string, { from: string[] }] => [
    `model.shop.n${n}`,
    { from: n === 0 ? [] : [`model.shop.n${n - 1}`] },
  ]);
  const { graph, diagnostics } = buildGraph(manifestOf(Object.fromEntries(chain)));
  expect(diagnostics).toEqual([]);
  expect(graph.order().at(-1)).toBe('model.shop.n9999');
  expect(graph.descendants('model.shop.n0').size).toBe(9_999);
});
