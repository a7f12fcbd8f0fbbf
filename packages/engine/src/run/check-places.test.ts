import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '@eider/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { handCompiler } from '../../../../test/support/hand-compiler.ts';
import { type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';
import type { RunEvent } from './events.ts';

let fixture: RunFixture;
beforeEach(async () => {
  fixture = await runFixture();
});
afterEach(() => fixture.close());

/** What a run is refused for, and how many nodes began before. */
const refused = async (nodes: Parameters<RunFixture['run']>[0]) => {
  const events: RunEvent[] = [];
  const error = await fixture
    .run(nodes, { onEvent: (event) => events.push(event) })
    .catch((cause: { readonly diagnostics: readonly Diagnostic[] }) => cause);
  const diagnostics = 'diagnostics' in error ? error.diagnostics : [];
  return { diagnostics, began: events.filter(({ kind }) => kind === 'node-started').length };
};

test('a published path that is taken is told before any node runs', async () => {
  await mkdir(join(fixture.root, 'catalog'));
  await writeFile(fixture.catalog, 'precious');
  const { began, diagnostics } = await refused({ m: { sql: 'SELECT 1 AS a' } });
  expect({ began, diagnostics }).toMatchObject({
    began: 0,
    diagnostics: [{ code: 'lake/published-path-taken', hint: expect.stringContaining('--take-over') }],
  });
});

test('two models with one location are told before any node runs, at their files', async () => {
  const layout = { location: join(fixture.root, 'same.parquet') };
  const nodes = { one: { sql: 'SELECT 1 AS a', layout }, two: { sql: 'SELECT 2 AS a', layout } };
  expect(await refused(nodes)).toMatchObject({
    began: 0,
    diagnostics: [{ code: 'lake/same-location', place: { file: 'models/two.sql' } }],
  });
});

test('a layout is computed once, unless it asks the database', async () => {
  const nodes = { plain: { sql: 'SELECT 1 AS a' }, asking: { sql: 'SELECT 2 AS a' } };
  const compiler = handCompiler({ root: fixture.root, nodes });
  const asked: string[] = [];
  const layout: typeof compiler.layout = async (id, port) => {
    asked.push(id);
    if (id.endsWith('asking')) await port?.query('SELECT 1');
    return compiler.layout(id, port);
  };
  await fixture.run(nodes, { compiler: { ...compiler, layout } });
  expect(asked.sort()).toEqual(['model.shop.asking', 'model.shop.asking', 'model.shop.plain']);
});
