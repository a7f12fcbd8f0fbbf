import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: the ledger is the history. What was committed can be listed, shown again and counted, and a rollback is a commit like any other.

const project = temporaryFolder('history');
const catalog = join(project, 'catalog/shop.duckdb');

async function eider(...words: readonly string[]) {
  return await runEider([...words, '--profiles-dir', project, '--quiet'], { cwd: project });
}

async function build(round: number): Promise<void> {
  const built = await eider('build', '--vars', `{round: ${round}}`);
  expect(built.exitCode, built.stdout + built.stderr).toBe(0);
}

const rounds = () => ask(catalog, 'SELECT o.round AS o, s.round AS s FROM dev.orders o, dev.stock s');

beforeAll(async () => {
  mkdirSync(join(project, 'models'));
  const models = 'models: {shop: {+materialized: external}}';
  writeFileSync(join(project, 'dbt_project.yml'), `name: shop\nversion: '1.0'\nprofile: shop\n${models}\n`);
  const publish = 'publish: {path: catalog/shop.duckdb, keep: {days: 0, builds: 3}}';
  const target = `{type: duckdb, path: work.duckdb, schema: dev, external_root: lake, ${publish}}`;
  writeFileSync(join(project, 'profiles.yml'), `shop: {target: dev, outputs: {dev: ${target}}}\n`);
  writeFileSync(join(project, 'models/orders.sql'), "select {{ var('round') }} as round");
  writeFileSync(
    join(project, 'models/stock.sql'),
    "{{ config(materialized='table') }} select {{ var('round') }} as round",
  );
});
afterAll(() => removeFolder(project));

test('before the first build there is nothing to list, to go back to or to clean', async () => {
  expect(await eider('history', '--vars', '{round: 0}')).toMatchObject({ exitCode: 0 });
  const none = await eider('rollback', '--vars', '{round: 0}');
  expect(none).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('lake/empty') });
  expect((await eider('state', '--vars', '{round: 0}')).stdout).toContain('nothing is committed yet');
});

test('lists builds, goes back and forward, reports, cleans up', { timeout: 180_000 }, async () => {
  for (const round of [1, 2, 3]) await build(round);
  const own = (await eider('publish', '--print-uri', '--vars', '{round: 0}')).stdout.trim();
  expect(own).toBe(join(project, 'lake/_eider/shop/dev-dev/catalog/3.duckdb'));
  const history = await eider('history', '--output', 'json', '--vars', '{round: 0}');
  expect(JSON.parse(history.stdout)).toMatchObject([
    {
      number: 3,
      command: 'build',
      rows: 2,
      isHead: true,
      isRetained: true,
      isThere: true,
      published: ['model.shop.orders', 'model.shop.stock'],
    },
    { number: 2, isHead: false, isRetained: true },
    { number: 1, isHead: false, isRetained: true },
  ]);
  const back = await eider('rollback', '--output', 'json', '--vars', '{round: 0}');
  expect(JSON.parse(back.stdout)).toMatchObject({ number: 4, restored: { number: 2 }, working: ['model.shop.stock'] });
  expect(await rounds()).toEqual([{ o: 2, s: 2 }]);
  expect((await eider('rollback', '3', '--vars', '{round: 0}')).exitCode).toBe(0);
  expect(await rounds()).toEqual([{ o: 3, s: 3 }]);
  expect(await ask(own, 'SELECT round FROM dev.orders')).toEqual([{ round: 3 }]);
  const gone = await eider('rollback', '1', '--vars', '{round: 0}');
  expect(gone).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('Still there: 3, 4, 5.') });
  const state = JSON.parse((await eider('state', '--output', 'json', '--vars', '{round: 0}')).stdout);
  expect(state).toMatchObject({ head: { number: 5, nodes: 2 }, retained: [3, 4, 5], isSettled: true, running: [] });
  const cleaned = await eider('vacuum', '--output', 'json', '--vars', '{round: 0}');
  expect(JSON.parse(cleaned.stdout)).toEqual({ dry_run: false, files: [], bytes: 0 });
});
