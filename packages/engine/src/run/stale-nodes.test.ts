import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HandNode, handCompiler } from '../../../../test/support/hand-compiler.ts';
import { type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';
import { staleNodes } from './stale-nodes.ts';

let fixture: RunFixture;

beforeEach(async () => {
  fixture = await runFixture();
});

afterEach(() => fixture.close());

const nodes: Readonly<Record<string, HandNode>> = {
  orders: { sql: 'SELECT 1 AS id' },
  daily: { sql: 'SELECT count(*) AS n FROM {{ orders }}' },
  table: { sql: 'SELECT 1 AS id', materialized: 'table' },
  seen: { sql: 'FROM {{ orders }}', materialized: 'view' },
  hidden: { sql: 'SELECT 1 AS id', materialized: 'table', config: { publish: 'none' } },
  inlined: { sql: 'SELECT 1 AS id', materialized: 'ephemeral' },
};

async function stale(changed: Readonly<Record<string, HandNode>> = {}): Promise<Record<string, string>> {
  const compiler = handCompiler({ root: fixture.root, nodes: { ...nodes, ...changed } });
  const found = await staleNodes(compiler, compiler.graph.ids, '0');
  return Object.fromEntries([...found].map(([id, reason]) => [id.split('.')[2] ?? id, reason]));
}

test('everything is new to an empty lake, but what has no relation of its own', async () => {
  expect(await stale()).toEqual({ orders: 'new', daily: 'new', table: 'new', seen: 'new' });
});

test('nothing is stale after a build of the whole project', async () => {
  await fixture.run(nodes);
  expect(await stale()).toEqual({});
});

test('what the project says otherwise now is changed, its children are not', async () => {
  await fixture.run(nodes);
  expect(
    await stale({ orders: { sql: 'SELECT 2 AS id' }, table: { ...nodes.table, config: { indexes: [] } } }),
  ).toEqual({
    orders: 'changed',
    table: 'changed',
  });
});

test('what read a generation that was replaced is behind', async () => {
  await fixture.run(nodes);
  await fixture.run(nodes, { select: ['orders'] });
  expect(await stale()).toEqual({ daily: 'behind', seen: 'behind' });
});

test('what tests withheld is named so', async () => {
  await fixture.run(nodes);
  const bad: Record<string, HandNode> = {
    ...nodes,
    fails: { type: 'test', materialized: 'test', sql: 'SELECT 1 AS id FROM {{ daily }}' },
  };
  await fixture.run(bad, { select: ['daily', 'fails'] });
  expect(await stale()).toEqual({ daily: 'withheld' });
});
