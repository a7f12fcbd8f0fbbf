import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';
import type { Lake } from './lake.ts';

let fixture: LakeFixture;
let lake: Lake;
beforeEach(async () => {
  fixture = await lakeFixture({ keep: { days: 0, builds: 20 } });
  lake = await fixture.open();
});
afterEach(() => fixture.close());

const table = (name: string, value: number) => ({
  node: `model.shop.${name}`,
  sql: `SELECT ${value} AS a`,
  location: fixture.at('root', `${name}.parquet`),
});
const values = (rows: readonly object[]) => rows.flatMap((row) => Object.values(row));
const shown = async (sql: string) => values(await ask(fixture.options.publishPath, sql));
const file = async (name: string) => {
  const connection = await fixture.session.connect();
  try {
    return values(await connection.objects(`SELECT a FROM read_parquet('${fixture.at('root', `${name}.parquet`)}')`));
  } finally {
    connection.close();
  }
};

/** Commits 1 to 3: orders 1, 2, 3; parts only in the first two. */
async function threeBuilds(): Promise<void> {
  await buildOf(fixture, lake, [table('orders', 1), table('parts', 1)]);
  await buildOf(fixture, lake, [table('orders', 2)]);
  await buildOf(fixture, lake, [table('orders', 3), table('gold', 3)], { dropMissing: true });
}

describe('rollback', () => {
  test('shows the state before, in the catalog and at every location', async () => {
    await threeBuilds();
    const outcome = await lake.rollback({});
    expect(outcome).toMatchObject({
      number: 4,
      restored: { number: 2, command: 'build' },
      changed: ['model.shop.gold', 'model.shop.orders', 'model.shop.parts'],
      dropped: ['model.shop.gold'],
      working: [],
      published: fixture.options.publishPath,
    });
    expect(await shown('SELECT a FROM main.orders')).toEqual([2]);
    expect(await shown('SELECT a FROM main.parts')).toEqual([1]);
    expect(await shown("SELECT count(*) FROM duckdb_views() WHERE view_name = 'gold'")).toEqual([0n]);
    expect(await file('orders')).toEqual([2]);
    expect(await file('parts')).toEqual([1]);
    await expect(file('gold')).rejects.toThrow('No files found');
  });

  test('survives a partial build, and is what the next rollback starts from', async () => {
    await threeBuilds();
    await lake.rollback({});
    await buildOf(fixture, lake, [table('extra', 9)]);
    expect(await shown('SELECT a FROM main.orders UNION ALL SELECT a FROM main.extra')).toEqual([2, 9]);
    await lake.rollback({});
    await lake.rollback({});
    expect(await shown('SELECT a FROM main.orders')).toEqual([1]);
    await expect(lake.rollback({})).rejects.toMatchObject({ code: 'lake/no-such-build' });
  });

  test('goes to a commit by number or by how its build begins, forward too', async () => {
    await threeBuilds();
    const { build } = (await lake.history(10)).find(({ number }) => number === 3) ?? {};
    expect(await lake.rollback({ to: '1' })).toMatchObject({ restored: { number: 1 } });
    expect(await shown('SELECT a FROM main.orders')).toEqual([1]);
    expect(await lake.rollback({ to: build ?? '' })).toMatchObject({ restored: { number: 3 } });
    expect(await shown('SELECT a FROM main.orders')).toEqual([3]);
    for (const to of ['0', '99', '2031'])
      await expect(lake.rollback({ to })).rejects.toMatchObject({ code: 'lake/no-such-build' });
  });

  test('a dry run tells and changes nothing; the state that is shown already needs no commit', async () => {
    await threeBuilds();
    expect(await lake.rollback({ dryRun: true })).toMatchObject({ number: null, restored: { number: 2 } });
    expect(await lake.rollback({ to: '3' })).toMatchObject({ number: null, changed: [] });
    expect(await lake.history(1)).toMatchObject([{ number: 3, isHead: true }]);
    expect(await shown('SELECT a FROM main.orders')).toEqual([3]);
  });

  test('names the tables of the working database that do not go back', async () => {
    const internal = (value: number) => ({ ...table('stock', value), location: null, origin: 'internal' as const });
    await buildOf(fixture, lake, [internal(1), table('orders', 1)]);
    await buildOf(fixture, lake, [internal(2), table('orders', 2)]);
    expect(await lake.rollback({})).toMatchObject({ working: ['model.shop.stock'] });
    expect(await shown('SELECT a FROM main.stock')).toEqual([1]);
  });

  test('refuses a state whose data is gone, and names those that are there', async () => {
    await threeBuilds();
    const strict = await fixture.open({ keep: { days: 0, builds: 2 } });
    await buildOf(fixture, strict, [table('orders', 4)]);
    await expect(strict.rollback({ to: '1' })).rejects.toMatchObject({
      code: 'lake/not-retained',
      diagnostics: [{ hint: expect.stringContaining('Still there: 3, 4.') }],
    });
    await rm(fixture.at('root', '_eider', 'shop', 'dev-main', 'data', 'model.shop.gold'), { recursive: true });
    await expect(strict.rollback({ to: '3' })).rejects.toThrow('model.shop.gold');
    expect(await shown('SELECT a FROM main.orders')).toEqual([4]);
  });

  test('a build that began before it and would undo it conflicts', async () => {
    await threeBuilds();
    const build = await lake.begin('build');
    const generation = await write(fixture, build, table('orders', 5));
    await (await fixture.open()).rollback({});
    await expect(commit(fixture, build, [generation])).rejects.toMatchObject({ code: 'lake/conflict' });
    await build.end();
    expect(await shown('SELECT a FROM main.orders')).toEqual([2]);
  });

  test('says that nothing was committed yet', async () => {
    await expect(lake.rollback({})).rejects.toMatchObject({ code: 'lake/empty' });
  });

  test('killed after its commit point, it is finished by whoever comes next', async () => {
    await threeBuilds();
    const dying = await fixture.open({
      fault: (point) => {
        if (point === 'entry') throw new Error('killed');
      },
    });
    await expect(dying.rollback({})).rejects.toThrow('killed');
    await lake.recover(fixture.session);
    expect(await shown('SELECT a FROM main.orders')).toEqual([2]);
    expect(await file('orders')).toEqual([2]);
  });
});

describe('history', () => {
  test('tells of every commit, newest first', async () => {
    await threeBuilds();
    await lake.rollback({});
    expect(await lake.history(10)).toMatchObject([
      { number: 4, command: 'rollback', restores: 2, isHead: true, dropped: ['model.shop.gold'] },
      { number: 3, published: ['model.shop.gold', 'model.shop.orders'], dropped: ['model.shop.parts'], rows: 2 },
      { number: 2, published: ['model.shop.orders'], rows: 1, restores: null, isHead: false },
      { number: 1, by: { user: 'ada', host: 'nas' }, counts: { pass: 2 }, isRetained: true },
    ]);
    expect((await lake.history(2)).map(({ number }) => number)).toEqual([4, 3]);
    expect(await (await fixture.open({ state: fixture.at('nowhere') })).history(5)).toEqual([]);
  });

  test('knows what is not there any more', async () => {
    await threeBuilds();
    const strict = await fixture.open({ keep: { days: 0, builds: 2 } });
    await buildOf(fixture, strict, [table('orders', 4)]);
    expect((await strict.history(9)).map(({ isRetained }) => isRetained)).toEqual([true, true, false, false]);
    expect((await strict.history(9)).map(({ isThere }) => isThere)).toEqual([true, true, false, false]);
  });

  test('knows what one can still go back to though its time is over', async () => {
    const strict = await fixture.open({ keep: { days: 0, builds: 2 } });
    for (const value of [1, 2]) await buildOf(fixture, strict, [table('orders', value), table('parts', value)]);
    await strict.rollback({ to: '1' });
    await buildOf(fixture, strict, [table('gold', 1)]);
    const lines = await strict.history(9);
    expect(lines.map(({ isRetained }) => isRetained)).toEqual([true, true, false, false]);
    expect(lines.map(({ isThere }) => isThere)).toEqual([true, true, false, true]);
    await strict.rollback({ to: '1' });
    await expect(strict.rollback({ to: '2' })).rejects.toMatchObject({ code: 'lake/not-retained' });
  });
});

describe('report', () => {
  test('tells where the state lies, what it holds and who works in it', async () => {
    expect(await lake.report()).toMatchObject({ head: null, retained: [], isSettled: true, running: [], dead: [] });
    await threeBuilds();
    const build = await lake.begin('run');
    const report = await lake.report();
    expect(report).toMatchObject({
      state: fixture.options.state,
      exists: true,
      head: { number: 3, nodes: 2 },
      retained: [1, 2, 3],
      running: [{ build: build.id, command: 'run', by: { user: 'ada', host: 'nas' }, pid: process.pid, head: 3 }],
      dead: [],
      isSettled: true,
    });
    expect(report.bytes.data).toBeGreaterThan(500);
    expect(report.bytes.catalogs).toBeGreaterThan(500_000);
    await build.end();
    await rm(fixture.options.publishPath, { force: true });
    expect(await lake.report()).toMatchObject({ isSettled: false, running: [] });
  });
});
