import { link, mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createLocalStore } from '@eider/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { declareDead } from '../../../../test/support/crash-world.ts';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';
import { filesBelow } from './alias-folder.ts';
import type { Lake } from './lake.ts';

let fixture: LakeFixture;
let lake: Lake;
beforeEach(async () => {
  fixture = await lakeFixture({ keep: { days: 0, builds: 2 } });
  lake = await fixture.open();
});
afterEach(() => fixture.close());

const orders = (value: number) => ({
  node: 'model.shop.orders',
  sql: `SELECT ${value} AS a`,
  location: fixture.at('root', 'orders.parquet'),
});
const parts = (value: number) => ({
  node: 'model.shop.parts',
  sql: `SELECT ${value} AS a, i AS p FROM range(2) r(i)`,
  location: fixture.at('root', 'parts'),
  partitionBy: 'p',
});
const inState = (...path: string[]) => fixture.at('root', '_eider', 'shop', 'dev-main', ...path);
const all = () => filesBelow(fixture.folder);

test('leaves exactly the retained data, and every retained catalog answers', async () => {
  for (let i = 1; i <= 12; i++) await buildOf(fixture, lake, [orders(i), parts(i)]);
  const before = await all();
  expect(await lake.vacuum()).toEqual({ files: [], bytes: 0 });
  expect(await all()).toEqual(before);
  for (const { number } of (await lake.history(20)).filter(({ isRetained }) => isRetained)) {
    const catalog = inState('catalog', `${number}.duckdb`);
    const sql = 'SELECT o.a, count(*) AS n FROM main.orders o JOIN main.parts p ON o.a = p.a GROUP BY ALL';
    expect(await ask(catalog, sql)).toEqual([{ a: number, n: 2n }]);
  }
});

test('deletes what nobody names: a rehearsal tells the same and touches nothing', async () => {
  for (let i = 1; i <= 3; i++) await buildOf(fixture, lake, [orders(i), parts(i)]);
  const good = await all();
  const dead = '20200101T000000000Z-deadbeef';
  const stray = [
    inState('data', 'model.shop.orders', `${dead}-1.parquet`),
    inState('data', 'model.shop.parts', `${dead}-2`, 'p=1', 'data_0.parquet'),
    inState('data', 'model.shop.gone', `${dead}-3.parquet`),
    inState('journal', dead, 'build.json'),
    inState('catalog', '1.duckdb'),
    inState('facts', `${'0'.repeat(64)}.json`),
    fixture.at('root', `.eider-${dead}-4`),
  ];
  for (const path of stray) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'stray');
  }
  const told = await lake.vacuum({ dryRun: true });
  expect(told).toEqual({ files: [...stray].sort(), bytes: stray.length * 5 });
  for (const path of stray) await stat(path);
  expect(await lake.vacuum()).toEqual(told);
  expect(await all()).toEqual(good);
  await expect(stat(inState('data', 'model.shop.gone'))).rejects.toThrow('ENOENT');
});

test("deletes nothing of a running build's, nor of anybody else's", async () => {
  for (let i = 1; i <= 3; i++) await buildOf(fixture, lake, [orders(i)]);
  const foreign = [
    fixture.at('root', 'theirs.parquet'),
    fixture.at('root', 'orders-old', 'x.parquet'),
    inState('data', 'model.shop.orders', 'notes.txt'),
    inState('data', 'README'),
  ];
  for (const path of foreign) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'mine');
    await utimes(path, 0, 0);
  }
  const other = await fixture.open();
  const build = await other.begin('build');
  const generation = await write(fixture, build, orders(4));
  expect(await lake.vacuum()).toEqual({ files: [], bytes: 0 });
  expect(await commit(fixture, build, [generation])).toMatchObject({ kind: 'committed' });
  await build.end();
  for (const path of foreign) expect(await readFile(path, 'utf8')).toBe('mine');
  expect(await ask(fixture.options.publishPath, 'SELECT a FROM main.orders')).toEqual([{ a: 4 }]);
});

test('a file with a second name frees nothing, and the second name stays', async () => {
  await buildOf(fixture, lake, [orders(1)]);
  const stray = inState('data', 'model.shop.orders', '20200101T000000000Z-deadbeef-1.parquet');
  await writeFile(stray, 'data');
  await link(stray, fixture.at('kept'));
  expect(await lake.vacuum()).toEqual({ files: [stray], bytes: 0 });
  expect(await readFile(fixture.at('kept'), 'utf8')).toBe('data');
});

test('finishes a commit that a kill left half shown before it deletes anything', async () => {
  await buildOf(fixture, lake, [orders(1)]);
  const dying = await fixture.open({
    fault: (point) => {
      if (point === 'entry') throw new Error('killed');
    },
  });
  await expect(buildOf(fixture, dying, [orders(2)])).rejects.toThrow('killed');
  await lake.vacuum();
  expect(await ask(fixture.options.publishPath, 'SELECT a FROM main.orders')).toEqual([{ a: 2 }]);
});

test('of a state that is not there is no work, and makes none', async () => {
  expect(await lake.vacuum()).toEqual({ files: [], bytes: 0 });
  expect(await all()).toEqual([]);
});

test('before the first commit deletes what dead builds left, and nothing of a living one', async () => {
  await write(fixture, await (await fixture.open()).begin('build'), orders(1));
  await declareDead(createLocalStore(fixture.options.state));
  const living = await lake.begin('build');
  const generation = await write(fixture, living, orders(2));
  const told = await lake.vacuum({ dryRun: true });
  expect(told.files.filter((name) => name.endsWith('.parquet'))).toHaveLength(1);
  expect(await lake.vacuum()).toEqual(told);
  expect(await lake.vacuum()).toEqual({ files: [], bytes: 0 });
  expect(await commit(fixture, living, [generation])).toMatchObject({ kind: 'committed', number: 1 });
  await living.end();
  expect(await ask(fixture.options.publishPath, 'SELECT a FROM main.orders')).toEqual([{ a: 2 }]);
});
