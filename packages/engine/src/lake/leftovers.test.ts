import { link, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMemoryStore, openStore } from '@eider/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';
import { filesBelow } from './alias-folder.ts';
import { dataFolders } from './data-folder.ts';
import { generationReader } from './head.ts';
import type { LedgerEntry } from './ledger.ts';
import { openLedger } from './ledger-store.ts';
import { openReach } from './reach.ts';
import { deleting } from './remover.ts';
import { applyRetention } from './retention.ts';
import { openTableLogs } from './table-logs.ts';

// What builds leave that were killed, or that ended without a commit, and what they must not lose.

let fixture: LakeFixture;
beforeEach(async () => {
  fixture = await lakeFixture({ keep: { days: 0, builds: 1 } });
});
afterEach(() => fixture.close());

const inState = (...parts: readonly string[]) => join(fixture.options.state, ...parts);
const orders = (a: number) => ({
  node: 'model.shop.orders',
  sql: `SELECT ${a} AS a`,
  location: fixture.at('root', 'orders.parquet'),
});
const parts = (a: number, p = 0) => ({
  node: 'model.shop.parts',
  sql: `SELECT ${a} AS a, ${p} AS p`,
  location: fixture.at('root', 'parts'),
  partitionBy: 'p',
});

/** Makes a build of this process look like one of a process that is gone: no process has so high a number. */
const die = async (id: string) => {
  const path = inState('builds', `${id}.json`);
  const beat = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...beat, pid: 2 ** 30 }));
};

describe('a build that is killed', () => {
  test('right after its commit, while another one deletes what is not retained, loses nothing', async () => {
    const killed = await (
      await fixture.open({
        fault: (point) => {
          if (point === 'entry') throw new Error('killed');
        },
      })
    ).begin('build');
    const generation = await write(fixture, killed, parts(7));
    const other = await fixture.open();
    await buildOf(fixture, other, [orders(1)]);
    await expect(commit(fixture, killed, [generation])).rejects.toThrow('killed');
    await die(killed.id);
    // The other one saw no entry 2 before it began to delete.
    const store = await openStore(fixture.options.state);
    await applyRetention(
      {
        ...{
          store,
          ledger: openLedger(store),
          folders: dataFolders(store),
          reach: openReach(undefined),
          read: generationReader(store).read,
          tables: openTableLogs(fixture.options),
        },
        ...{ keep: fixture.options.keep, now: fixture.options.now, randomId: fixture.options.randomId },
        ...{ worker: 'other', places: new Set<string>(), remove: deleting({ store, reach: openReach(undefined) }) },
      },
      1,
    );
    expect(await ask(undefined, `FROM '${generation.files[0]?.path}'`)).toEqual([{ a: 7, p: 0n }]);
    // What is published is still entry 1.
    expect(await ask(fixture.options.publishPath, 'FROM orders')).toEqual([{ a: 1 }]);
    await (await fixture.open()).recover(fixture.session);
    expect(await ask(fixture.options.publishPath, 'SELECT orders.a, parts.a AS b FROM orders, parts')).toEqual([
      { a: 1, b: 7 },
    ]);
  });

  test('leaves files that a later generation carries', async () => {
    const lake = await fixture.open();
    const killed = await lake.begin('build');
    await commit(fixture, killed, [await write(fixture, killed, parts(1, 1))]);
    await die(killed.id);
    const build = await lake.begin('build');
    const carried = await build.head?.generation('model.shop.parts');
    await commit(fixture, build, [
      await write(fixture, build, { ...parts(2, 2), ...(carried?.kind === 'files' && { carried }) }),
    ]);
    await build.end();
    expect(await ask(fixture.options.publishPath, 'SELECT a FROM parts ORDER BY 1')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(await ask(undefined, `SELECT a FROM '${fixture.at('root', 'parts')}/*/*.parquet' ORDER BY 1`)).toEqual([
      { a: 1 },
      { a: 2 },
    ]);
  });

  test('leaves a folder that a later build takes over, whose links stay', async () => {
    const lake = await fixture.open();
    const killed = await lake.begin('build');
    await write(fixture, killed, { ...parts(1), fingerprint: 'of the same query' });
    await die(killed.id);
    await lake.recover(fixture.session);
    const build = await lake.begin('build');
    const [generation] = (await build.left()).values();
    const taken = generation && (await build.take(generation, {}));
    if (taken === undefined) throw new Error('nothing was left');
    await commit(fixture, build, [taken]);
    await build.end();
    expect(await ask(undefined, `SELECT a FROM '${fixture.at('root', 'parts')}/*/*.parquet'`)).toEqual([{ a: 1 }]);
    expect(await ask(fixture.options.publishPath, 'SELECT a FROM parts')).toEqual([{ a: 1 }]);
  });

  test('has its temporary names, files, journal and facts deleted by the next commit', async () => {
    const lake = await fixture.open({ livePath: fixture.at('live', 'live.duckdb') });
    await buildOf(fixture, lake, [orders(1)]);
    const killed = await lake.begin('build');
    const { files } = await write(fixture, killed, parts(1));
    const left = [
      fixture.at('root', `.eider-${killed.id}-1`),
      fixture.at('project', 'catalog', `.eider-${killed.id}-2`),
      fixture.at('live', `.eider-${killed.id}-3`),
      inState('catalog', `.eider-${killed.id}-4.duckdb`),
    ];
    for (const path of left) await link(files[0]!.path, path);
    await symlink('nowhere', fixture.at('root', `.eider-${killed.id}-5`));
    await writeFile(inState('facts', `${'0'.repeat(64)}.json`), '{}');
    await writeFile(inState('journal', killed.id, '.eider-0123456789abcdef'), 'torn');
    const old = inState('ledger', '.eider-0123456789abcdef');
    const young = inState('ledger', '.eider-0123456789abcdee');
    const probes = [inState('clock', 'old'), inState('clock', 'young')] as const;
    await mkdir(inState('clock'), { recursive: true });
    await Promise.all([old, young, ...probes].map((path) => writeFile(path, '')));
    for (const path of [old, probes[0]]) await utimes(path, 1, 1);
    await buildOf(fixture, lake, [orders(2)]);
    expect((await readdir(fixture.at('root'))).filter((name) => name.startsWith('.'))).toHaveLength(2);
    // Of the build that lives, of entry 1, which it reads, and of entry 2.
    expect(await readdir(inState('journal'))).toHaveLength(3);
    await die(killed.id);
    await buildOf(fixture, lake, [orders(3)]);
    expect(await readdir(fixture.at('root'))).toEqual(['_eider', 'orders.parquet']);
    expect(await readdir(fixture.at('project', 'catalog'))).toEqual(['shop.duckdb']);
    expect(await readdir(fixture.at('live'))).toEqual(['live.duckdb']);
    expect((await readdir(inState('catalog'))).sort()).toEqual(['3.duckdb', 'newest.json']);
    expect(await readdir(inState('data'))).toEqual(['model.shop.orders']);
    expect(await readdir(inState('journal'))).toHaveLength(1);
    expect(await readdir(inState('facts'))).toHaveLength(1);
    expect((await readdir(inState('ledger'))).filter((name) => name.startsWith('.'))).toEqual([
      '.eider-0123456789abcdee',
    ]);
    expect(await readdir(inState('clock'))).toEqual(['young']);
  });

  test('with a heartbeat that the machine lost is found by its age', async () => {
    const lake = await fixture.open();
    const killed = await lake.begin('build');
    await write(fixture, killed, parts(1));
    await writeFile(inState('builds', `${killed.id}.json`), '');
    await buildOf(fixture, lake, [orders(1)]);
    expect((await readdir(inState('data'))).sort()).toEqual(['model.shop.orders', 'model.shop.parts']);
    await utimes(inState('builds', `${killed.id}.json`), 1, 1);
    await buildOf(fixture, lake, [orders(2)]);
    expect(await readdir(inState('data'))).toEqual(['model.shop.orders']);
    expect(await readdir(inState('builds'))).toEqual([]);
  });

  test('while it put an older alias over a newer one: the next command mends it', async () => {
    const lake = await fixture.open({ keep: { days: 7, builds: 3 } });
    await buildOf(fixture, lake, [orders(1)]);
    const older = await (await lake.head())?.generation('model.shop.orders');
    await buildOf(fixture, lake, [orders(2)]);
    const killed = await lake.begin('build');
    await die(killed.id);
    await rm(orders(0).location);
    await link(older?.kind === 'files' ? older.files[0]!.path : '', orders(0).location);
    expect(await lake.recover(fixture.session)).toBe(false);
    expect(await ask(undefined, `FROM '${orders(0).location}'`)).toEqual([{ a: 2 }]);
  });
});

describe('a build that ends without a commit', () => {
  test('leaves nothing, however often', async () => {
    const lake = await fixture.open();
    for (let i = 0; i < 5; i++) {
      const build = await lake.begin('build');
      await write(fixture, build, orders(i));
      await build.end();
    }
    await buildOf(fixture, lake, [parts(1)]);
    expect(await readdir(inState('journal'))).toHaveLength(1);
    expect(await filesBelow(inState('data'))).toHaveLength(2);
  });

  test('does not take the folder away that another one is about to write into', async () => {
    const lake = await fixture.open();
    const [one, other] = [await lake.begin('build'), await lake.begin('build')];
    await write(fixture, one, orders(1));
    const { folder } = await other.newGeneration('model.shop.orders', orders(1).location);
    await one.end();
    expect(await readdir(folder)).toEqual([]);
    await other.end();
  });
});

test('an alias that somebody deleted is put again by publish', async () => {
  const lake = await fixture.open();
  await buildOf(fixture, lake, [orders(1), parts(1)]);
  await rm(fixture.at('root', 'orders.parquet'));
  await rm(fixture.at('root', 'parts'));
  await lake.publish(fixture.session);
  expect(await ask(undefined, `FROM '${orders(1).location}'`)).toEqual([{ a: 1 }]);
  expect(await ask(undefined, `FROM '${fixture.at('root', 'parts')}/*/*.parquet'`)).toEqual([{ a: 1, p: 0n }]);
});

test('facts that retention deleted while a build was about to name them are put again', async () => {
  const lake = await fixture.open({
    fault: (point) => {
      if (point === 'check') deletion = rm(inState('facts'), { recursive: true });
    },
  });
  let deletion = Promise.resolve();
  await mkdir(inState('facts'), { recursive: true });
  await buildOf(fixture, lake, [orders(1)]);
  await deletion;
  expect(await ask(fixture.options.publishPath, 'SELECT description FROM eider.nodes')).toEqual([
    { description: 'about model.shop.orders' },
  ]);
});

test('an entry that a store made and then says it did not make is our own', async () => {
  const store = createMemoryStore();
  const ledger = openLedger({
    ...store,
    putIfAbsent: async (key, bytes) => {
      await store.putIfAbsent(key, bytes);
      return 'exists';
    },
  });
  const entry = (build: string) => ({ format: 1, number: 1, build }) as LedgerEntry;
  expect(await ledger.add(entry('mine'))).toBe(true);
  expect(await ledger.add(entry('other'))).toBe(false);
});

describe('what a killed build finished', () => {
  const finished = async (lake: Awaited<ReturnType<LakeFixture['open']>>, a: number) => {
    const build = await lake.begin('build');
    const written = await write(fixture, build, orders(a));
    await build.finish({ ...written, fingerprint: `of ${a}` });
    return build;
  };
  const data = async () => (await filesBelow(inState('data'))).length;

  test('goes with the commit of a later build of the node, or with a vacuum', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [parts(1)]);
    await die((await finished(lake, 1)).id);
    await buildOf(fixture, lake, [parts(2)]);
    expect([await data(), await readdir(inState('left'))]).toEqual([3, [expect.any(String)]]);
    await buildOf(fixture, lake, [orders(2)]);
    expect([await data(), await readdir(inState('left'))]).toEqual([3, []]);
    await die((await finished(lake, 3)).id);
    await lake.recover(fixture.session);
    expect(await data()).toBe(4);
    await lake.vacuum();
    expect([await data(), await readdir(inState('left'))]).toEqual([3, []]);
    expect(await ask(fixture.options.publishPath, 'SELECT orders.a, parts.a AS b FROM orders, parts')).toEqual([
      { a: 2, b: 2 },
    ]);
  });

  test('is published by who takes it, and stays as long as it is named', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [orders(1)]);
    await die((await finished(lake, 2)).id);
    await lake.recover(fixture.session);
    const build = await lake.begin('build');
    const left = (await build.left()).get('model.shop.orders');
    const mine = await build.take(left!, {});
    await commit(fixture, build, [mine!]);
    await build.end();
    expect(await readdir(inState('left'))).toEqual([]);
    for (const round of [1, 2]) {
      await buildOf(fixture, lake, [parts(round)]);
      expect(await ask(fixture.options.publishPath, 'FROM orders')).toEqual([{ a: 2 }]);
    }
    await lake.vacuum();
    expect(await ask(undefined, `FROM '${orders(0).location}'`)).toEqual([{ a: 2 }]);
    await buildOf(fixture, lake, [orders(3)]);
    expect(await readdir(inState('data', 'model.shop.orders'))).toHaveLength(1);
  });
});
