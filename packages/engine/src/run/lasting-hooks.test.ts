import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { handCompiler } from '../../../../test/support/hand-compiler.ts';
import { type RunFixture, runFixture } from '../../../../test/support/run-fixture.ts';
import { hasLastingHooks } from './lasting-hooks.ts';

let fixture: RunFixture;

beforeEach(async () => {
  fixture = await runFixture();
});

afterEach(() => fixture.close());

test.each<[string, boolean]>([
  ['INSERT INTO log VALUES (1)', true],
  ['set x = 1; create table if not exists log (n int)', true],
  ["{{ note_run('start') }}", true],
  ['', false],
  ['{{ register_upstream_external_models() }}', false],
  ['{# create table #} SET threads = 2; -- insert\nload httpfs', false],
  ['create or replace temporary secret s (type s3)', false],
  ["COPY (SELECT 1 AS n) TO 'x.csv'", false],
])('%j leaves something behind: %j', (hook, lasts) => {
  const hooks = { 'pre-hook': [{ sql: hook, transaction: true }], 'post-hook': [] };
  const ofNode = handCompiler({ root: fixture.root, nodes: { m: { config: hooks } } });
  const ofRun = handCompiler({ root: fixture.root, nodes: { m: {} }, onRunEnd: [hook] });
  expect([hasLastingHooks(ofNode), hasLastingHooks(ofRun)]).toEqual([lasts, lasts]);
});

test('a table that hooks make is there at the next run, in a project without tables of its own', async () => {
  const onRunStart = [
    'CREATE TABLE IF NOT EXISTS main.log AS SELECT 0 AS n WHERE false',
    'INSERT INTO main.log VALUES (1)',
  ];
  const nodes = { m: { sql: 'SELECT 1 AS x' } };
  await fixture.run(nodes, { onRunStart });
  await fixture.run(nodes, { onRunStart });
  expect(await ask(join(fixture.root, 'shop.duckdb'), 'SELECT sum(n)::INTEGER AS runs FROM main.log')).toEqual([
    { runs: 2 },
  ]);
});
