import { existsSync, statSync } from 'node:fs';
import { link, lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';
import { filesBelow } from './alias-folder.ts';

let fixture: LakeFixture;
beforeEach(async () => {
  fixture = await lakeFixture();
});
afterEach(() => fixture.close());

const location = (name: string) => fixture.at('root', 'main', name);
const file = (a: number, name = 'orders.parquet') => ({
  node: 'model.shop.orders',
  sql: `SELECT ${a} AS a`,
  location: location(name),
});
const folder = (a: number) => ({
  node: 'model.shop.parts',
  sql: `SELECT ${a} AS a, i AS p FROM range(2) r(i)`,
  location: location('parts'),
  partitionBy: 'p',
});

describe('the alias of one file', () => {
  test('is the file itself under a second name', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [file(1)]);
    const generation = await (await lake.head())?.generation('model.shop.orders');
    const data = generation?.kind === 'files' ? (generation.files[0]?.path ?? '') : '';
    expect((await lstat(location('orders.parquet'))).ino).toBe((await lstat(data)).ino);
    expect(await readdir(fixture.at('root', 'main'))).toEqual(['_eider', 'orders.parquet']);
  });

  test('moves when the location changes', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [file(1)]);
    await buildOf(fixture, lake, [file(2, 'renamed.parquet')]);
    expect(await readdir(fixture.at('root', 'main'))).toEqual(['_eider', 'renamed.parquet']);
  });

  test('passes to a node that takes over the location of one that is gone', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [file(1), folder(1)]);
    const renamed = [
      { ...file(2), node: 'model.shop.sales' },
      { ...folder(2), node: 'model.shop.pieces' },
    ];
    const { dropped, findings } = await buildOf(fixture, lake, renamed, { dropMissing: true });
    expect({ dropped: [...dropped].sort(), findings }).toEqual({
      dropped: ['model.shop.orders', 'model.shop.parts'],
      findings: [],
    });
    expect(await readdir(fixture.at('root', 'main', '_eider'))).toEqual([expect.stringMatching(/^owner-/)]);
    expect(await ask(undefined, `SELECT DISTINCT a FROM '${location('parts')}/*/*.parquet'`)).toEqual([{ a: 2 }]);
    expect(await ask(undefined, `FROM '${location('orders.parquet')}'`)).toEqual([{ a: 2 }]);
  });

  test('goes with a dropped node, and only with a build of the whole project', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [file(1), folder(1)]);
    await buildOf(fixture, lake, [folder(2)]);
    expect(await readdir(fixture.at('root', 'main'))).toEqual(['_eider', 'orders.parquet', 'parts']);
    expect((await buildOf(fixture, lake, [folder(3)], { dropMissing: true })).dropped).toEqual(['model.shop.orders']);
    expect(await readdir(fixture.at('root', 'main'))).toEqual(['_eider', 'parts']);
    await expect(ask(fixture.options.publishPath, 'FROM orders')).rejects.toThrow('orders');
  });

  test('replaces nothing that eider did not write: that is moved aside', async () => {
    await mkdir(fixture.at('root', 'main'), { recursive: true });
    await writeFile(location('orders.parquet'), 'somebody’s notes');
    const result = await buildOf(fixture, await fixture.open(), [file(1)]);
    const [finding] = result.findings;
    expect(finding).toMatchObject({ code: 'lake/moved-aside', node: 'model.shop.orders', severity: 'warning' });
    const [kept] = await readdir(fixture.at('root', 'main', '_eider', 'replaced'));
    expect(await readFile(fixture.at('root', 'main', '_eider', 'replaced', kept ?? ''), 'utf8')).toBe(
      'somebody’s notes',
    );
    expect(finding?.message).toContain(kept);
  });

  test('that a program replaced is not lost to the next build', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [file(1)]);
    await rm(location('orders.parquet'));
    await writeFile(location('orders.parquet'), 'other');
    expect((await buildOf(fixture, lake, [file(2)])).findings).toHaveLength(1);
    expect(await ask(undefined, `FROM '${location('orders.parquet')}'`)).toEqual([{ a: 2 }]);
  });
});

describe('the alias of a folder', () => {
  test('is swapped as a whole, and holds the names that other engines expect', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [folder(1)]);
    await buildOf(fixture, lake, [folder(2)]);
    expect((await lstat(location('parts'))).isSymbolicLink()).toBe(true);
    const names = await ask(
      undefined,
      `SELECT DISTINCT a, p FROM read_parquet('${location('parts')}/*/*.parquet', hive_partitioning=true) ORDER BY p`,
    );
    expect(names).toEqual([
      { a: 2, p: 0n },
      { a: 2, p: 1n },
    ]);
  });

  test('keeps the files of an append beside the new ones', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [folder(1)]);
    const build = await lake.begin('build');
    const carried = await build.head?.generation('model.shop.parts');
    const more = await write(fixture, build, {
      node: 'model.shop.parts',
      sql: 'SELECT 9 AS a, 5::BIGINT AS p',
      location: location('parts'),
      partitionBy: 'p',
      ...(carried?.kind === 'files' && { carried }),
    });
    await commit(fixture, build, [more]);
    await build.end();
    expect(await ask(fixture.options.publishPath, 'SELECT a, p FROM parts ORDER BY p')).toEqual([
      { a: 1, p: 0n },
      { a: 1, p: 1n },
      { a: 9, p: 5n },
    ]);
    expect((await filesBelow(join(fixture.at('root', 'main'), 'parts', '.'))).length).toBe(3);
  });
});

describe('a location', () => {
  test('of two nodes is refused before anything is committed', async () => {
    const lake = await fixture.open();
    const two = [file(1), { ...file(2), node: 'model.shop.other' }];
    await expect(buildOf(fixture, lake, two)).rejects.toMatchObject({ code: 'lake/same-location' });
    await buildOf(fixture, lake, [file(1)]);
    await expect(buildOf(fixture, lake, [{ ...file(2), node: 'model.shop.other' }])).rejects.toThrow(
      'model.shop.orders and model.shop.other',
    );
    expect((await lake.head())?.entry.number).toBe(1);
  });

  test('of another state is refused, and can be taken over', async () => {
    await buildOf(fixture, await fixture.open(), [file(1)]);
    const elsewhere = { state: fixture.at('other', 'shop', 'prod-main'), publishPath: fixture.at('prod.duckdb') };
    const other = await fixture.open(elsewhere);
    await expect(buildOf(fixture, other, [file(2)])).rejects.toMatchObject({
      code: 'lake/location-taken',
      message: expect.stringContaining(fixture.options.state),
    });
    expect(await other.head()).toBeUndefined();
    await buildOf(fixture, await fixture.open({ ...elsewhere, takeOver: true }), [file(3)]);
    expect(await ask(undefined, `FROM '${location('orders.parquet')}'`)).toEqual([{ a: 3 }]);
    await expect(buildOf(fixture, await fixture.open(), [file(4)])).rejects.toMatchObject({
      code: 'lake/location-taken',
    });
  });
});

const otherDevice = '/dev/shm';
const hasOtherDevice = existsSync(otherDevice) && statSync(otherDevice).dev !== statSync(tmpdir()).dev;

test.skipIf(!hasOtherDevice)(
  'on another device (skipped where /dev/shm is none) data lies beside the location',
  async () => {
    const there = await mkdtemp(join(otherDevice, 'eider-lake-'));
    try {
      const publishPath = join(there, 'shop.duckdb');
      const lake = await fixture.open({ publishPath, keep: { days: 0, builds: 1 } });
      for (let i = 1; i <= 3; i++) {
        await buildOf(fixture, lake, [
          { ...file(i), location: join(there, 'orders.parquet') },
          { ...folder(i), location: join(there, 'parts') },
        ]);
      }
      expect(await ask(publishPath, 'SELECT o.a, max(p.a) AS b FROM orders o, parts p GROUP BY o.a')).toEqual([
        { a: 3, b: 3 },
      ]);
      expect(await ask(undefined, `SELECT a FROM '${join(there, 'orders.parquet')}'`)).toEqual([{ a: 3 }]);
      expect((await lstat(join(there, 'orders.parquet'))).nlink).toBe(2);
      expect(await readdir(join(there, '_eider', 'shop', 'dev-main', 'model.shop.orders'))).toHaveLength(1);
      expect(await readdir(join(fixture.options.state, 'data')).catch(() => [])).toEqual([]);
    } finally {
      await rm(there, { recursive: true });
    }
  },
);

test('a second name that a user gave an alias stays', async () => {
  const lake = await fixture.open();
  await buildOf(fixture, lake, [file(1)]);
  await link(location('orders.parquet'), location('mine.parquet'));
  await buildOf(fixture, lake, [file(2)]);
  expect(await ask(undefined, `FROM '${location('mine.parquet')}'`)).toEqual([{ a: 1 }]);
});
