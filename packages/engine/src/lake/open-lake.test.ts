import { stat } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import {
  buildOf,
  commit,
  type LakeFixture,
  lakeFixture,
  write,
  writeView,
} from '../../../../test/support/lake-fixture.ts';
import { filesBelow } from './alias-folder.ts';

let fixture: LakeFixture;
beforeEach(async () => {
  fixture = await lakeFixture();
});
afterEach(() => fixture.close());

const orders = (sql: string) => ({
  node: 'model.shop.orders',
  sql,
  location: fixture.at('root', 'main', 'orders.parquet'),
});
const published = () => fixture.options.publishPath;

describe('a build', () => {
  test('makes its data visible in one step', async () => {
    const lake = await fixture.open();
    expect(await lake.head()).toBeUndefined();
    const result = await buildOf(fixture, lake, [orders('SELECT 1 AS a, 2 AS b')]);
    expect(result).toMatchObject({
      kind: 'committed',
      number: 1,
      published: published(),
      dropped: [],
      unbound: {},
      findings: [],
    });
    expect(await ask(published(), 'SELECT * FROM main.orders')).toEqual([{ a: 1, b: 2 }]);
    expect(await ask(undefined, `SELECT * FROM '${orders('').location}'`)).toEqual([{ a: 1, b: 2 }]);
    expect((await stat(published())).mode & 0o777).toBe(0o444);
    expect((await stat(orders('').location)).mode & 0o777).toBe(0o444);
    expect((await lake.head())?.entry.nodes['model.shop.orders']).toMatchObject({ tests: 'passed', since: 1 });
  });

  test('replaces data without touching what a reader holds', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [orders('SELECT 1 AS a')]);
    const connection = await fixture.session.connect();
    await connection.query(`ATTACH '${published()}' AS held (READ_ONLY)`);
    await buildOf(fixture, lake, [orders("SELECT 'x' AS a")]);
    expect((await connection.query('SELECT a FROM held.main.orders')).rows).toEqual([[1]]);
    expect(await ask(published(), 'SELECT a FROM main.orders')).toEqual([{ a: 'x' }]);
    await connection.query('DETACH held');
  });

  test('that ends without a commit leaves nothing', async () => {
    const lake = await fixture.open();
    const build = await lake.begin('build');
    await write(fixture, build, orders('SELECT 1 AS a'));
    await build.end();
    expect(await lake.head()).toBeUndefined();
    expect(await filesBelow(fixture.at('root', '_eider', 'shop', 'dev-main', 'data'))).toEqual([]);
  });

  test('that publishes nothing commits nothing', async () => {
    const lake = await fixture.open();
    expect((await buildOf(fixture, lake, [])).kind).toBe('nothing');
    expect(await lake.head()).toBeUndefined();
  });
});

describe('views', () => {
  test('published as SQL follow what they read', async () => {
    const lake = await fixture.open();
    const build = await lake.begin('build');
    const table = await write(fixture, build, orders('SELECT 1 AS a'));
    const reads = { 'model.shop.orders': table.id };
    const view = await writeView(build, {
      node: 'model.shop.big',
      sql: 'SELECT a FROM "main"."orders" WHERE a IS NOT NULL -- all',
      uses: ['model.shop.orders'],
      columns: [{ name: 'a', type: 'INTEGER' }],
      reads,
    });
    const parents = { 'model.shop.big': ['model.shop.orders'] };
    expect((await commit(fixture, build, [table, view], { parents })).unbound).toEqual({});
    await build.end();
    expect(await ask(published(), 'SELECT * FROM big')).toEqual([{ a: 1 }]);
    await buildOf(fixture, lake, [orders("SELECT 'text' AS a")], { parents: { ...parents, 'model.shop.orders': [] } });
    const error = "SELECT error, stale FROM eider.nodes WHERE node = 'model.shop.big'";
    const [row] = await ask(published(), error);
    expect(row?.stale).toBe(true);
    expect(await ask(published(), 'SELECT * FROM big')).toEqual([{ a: 'text' }]);
    const shown = "SELECT type FROM eider.columns WHERE node = 'model.shop.big'";
    expect(await ask(published(), shown)).toEqual([{ type: 'VARCHAR' }]);
    expect(await ask(published(), 'SELECT node FROM eider.nodes WHERE stale')).toEqual([{ node: 'model.shop.big' }]);
  });

  test('that do not bind, or would keep old readers out, stay out with their error', async () => {
    const lake = await fixture.open();
    const build = await lake.begin('build');
    const table = await write(fixture, build, orders('SELECT 1 AS a'));
    const columns = [{ name: 'a', type: 'INTEGER' }];
    const lost = await writeView(build, {
      node: 'model.shop.lost',
      sql: 'SELECT a FROM "main"."nowhere"',
      uses: [],
      columns,
    });
    const newer = await writeView(build, {
      node: 'model.shop.newer',
      sql: 'SELECT a::VARIANT::INTEGER AS a FROM "main"."orders"',
      uses: ['model.shop.orders'],
      columns,
    });
    const result = await commit(fixture, build, [table, lost, newer]);
    await build.end();
    expect(result.unbound).toEqual({
      'model.shop.lost': expect.stringContaining('nowhere'),
      'model.shop.newer': expect.stringContaining('VARIANT'),
    });
    expect(await ask(published(), 'SELECT node FROM eider.nodes WHERE error IS NULL')).toEqual([
      { node: 'model.shop.orders' },
    ]);
    expect(await ask(published(), 'SELECT a FROM orders')).toEqual([{ a: 1 }]);
  });
});
