import { readdir, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';
import { filesBelow } from './alias-folder.ts';
import { retainedNumbers } from './retained-entries.ts';

const day = 86_400_000;
const start = Date.parse('2026-03-01T00:00:00Z');

describe('retainedNumbers', () => {
  const entries = [0, 1, 2, 20, 21].map((days, i) => ({
    number: i + 1,
    command: 'build',
    committedAt: new Date(start + days * day).toISOString(),
  }));
  test.each([
    ['the newest builds', { days: 0, builds: 2 }, 30, [], [4, 5]],
    ['at least the head', { days: 0, builds: 0 }, 30, [], [5]],
    ['whichever keeps more', { days: 7, builds: 1 }, 22, [], [3, 4, 5]],
    ['an entry that was the head until lately, however old', { days: 7, builds: 1 }, 26, [], [3, 4, 5]],
    ['all of a young lake', { days: 7, builds: 3 }, 3, [], [1, 2, 3, 4, 5]],
    ['what a live build reads', { days: 0, builds: 1 }, 30, [2], [2, 5]],
  ] as const)('keeps %s', (_, keep, now, pinned, expected) => {
    expect([...retainedNumbers(entries, keep, new Date(start + now * day), new Set(pinned))].sort()).toEqual(expected);
  });
});

describe('retainedNumbers with waves of watch', () => {
  const minute = 60_000;
  const keep = { days: 7, builds: 3 };
  const entriesOf = (...commands: readonly string[]) =>
    commands.map((command, i) => ({
      number: i + 1,
      command,
      committedAt: new Date(start + i * 20 * minute).toISOString(),
    }));
  const retained = (commands: readonly string[], minutes: number, rule = keep) =>
    [...retainedNumbers(entriesOf(...commands), rule, new Date(start + minutes * minute), new Set())].sort();
  const afternoon = ['build', 'watch', 'watch', 'watch', 'watch', 'watch', 'watch'];

  test('keeps the newest three, those that were the head within the hour, and every young build', () => {
    expect(retained(afternoon, 120)).toEqual([1, 4, 5, 6, 7]);
    expect(retained(afternoon, 24 * 60)).toEqual([1, 5, 6, 7]);
    expect(retained(afternoon, 8 * 24 * 60)).toEqual([1, 5, 6, 7]);
  });

  test('counts builds without the waves between them', () => {
    const commands = ['build', 'watch', 'build', 'watch', 'build', 'watch', 'build', 'watch', 'watch'];
    expect(retained(commands, 30 * 24 * 60)).toEqual([3, 5, 6, 7, 8, 9]);
  });

  test('keeps no more of waves than of builds', () => {
    expect(retained(afternoon, 121, { days: 0, builds: 1 })).toEqual([1, 7]);
  });
});

describe('retention', () => {
  let fixture: LakeFixture;
  beforeEach(async () => {
    fixture = await lakeFixture({ keep: { days: 0, builds: 3 } });
  });
  afterEach(() => fixture.close());

  const orders = (a: number) => ({
    node: 'model.shop.orders',
    sql: `SELECT ${a} AS a`,
    location: fixture.at('root', 'orders.parquet'),
  });
  const parts = (a: number) => ({
    node: 'model.shop.parts',
    sql: `SELECT ${a} AS a, i AS p FROM range(2) r(i)`,
    location: fixture.at('root', 'parts'),
    partitionBy: 'p',
  });
  const below = (...path: string[]) => filesBelow(fixture.at('root', '_eider', 'shop', 'dev-main', ...path));

  test('keeps the retained generations of twenty reloads, and nothing else', async () => {
    const lake = await fixture.open();
    for (let i = 1; i <= 20; i++) await buildOf(fixture, lake, [orders(i), parts(i)]);
    expect(await below('data', 'model.shop.orders')).toHaveLength(3);
    // Two files a generation, and the names that the alias gives them.
    expect(await below('data', 'model.shop.parts')).toHaveLength(12);
    expect((await below('catalog')).filter((name) => name.endsWith('.duckdb')).sort()).toEqual([
      '18.duckdb',
      '19.duckdb',
      '20.duckdb',
    ]);
    expect(await below('journal')).toHaveLength(9);
    expect(await below('builds')).toEqual([]);
    expect(await readdir(fixture.at('root'))).toEqual(['_eider', 'orders.parquet', 'parts']);
    for (const number of [18, 19, 20]) {
      const catalog = fixture.at('root', '_eider', 'shop', 'dev-main', 'catalog', `${number}.duckdb`);
      expect(await ask(catalog, 'SELECT a, (SELECT max(a) FROM parts) AS b FROM orders')).toEqual([
        { a: number, b: number },
      ]);
    }
  });

  test('lets go of waves of an hour ago while an older build stays', async () => {
    let now = start;
    await fixture.close();
    fixture = await lakeFixture({ keep: { days: 7, builds: 3 }, now: () => new Date(now) });
    const lake = await fixture.open();
    const reload = async (command: string, a: number, b: number) => {
      const build = await lake.begin(command);
      await commit(fixture, build, [await write(fixture, build, orders(a)), await write(fixture, build, parts(b))]);
      await build.end();
      now += 30 * 60_000;
    };
    await reload('build', 1, 1);
    for (let i = 2; i <= 12; i++) await reload('watch', i, i);
    expect((await below('catalog')).filter((name) => name.endsWith('.duckdb')).sort()).toEqual([
      ...['1.duckdb', '10.duckdb', '11.duckdb', '12.duckdb'],
    ]);
    expect(await below('data', 'model.shop.orders')).toHaveLength(4);
    const oldest = fixture.at('root', '_eider', 'shop', 'dev-main', 'catalog', '1.duckdb');
    expect(await ask(oldest, 'SELECT a, (SELECT max(a) FROM parts) AS b FROM orders')).toEqual([{ a: 1, b: 1 }]);
  });

  test('keeps files that a later generation carries', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [parts(1)]);
    for (let i = 0; i < 5; i++) {
      const build = await lake.begin('build');
      const carried = await build.head?.generation('model.shop.parts');
      const sql = `SELECT ${i} AS a, ${10 + i}::BIGINT AS p`;
      await commit(fixture, build, [
        await write(fixture, build, { ...parts(0), sql, ...(carried?.kind === 'files' && { carried }) }),
      ]);
      await build.end();
    }
    expect(await ask(fixture.options.publishPath, 'SELECT count(*) AS n FROM parts')).toEqual([{ n: 7n }]);
  });

  test('keeps relations that no build touched', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [orders(1), parts(1)]);
    for (let i = 2; i <= 6; i++) await buildOf(fixture, lake, [orders(i)]);
    expect(await ask(fixture.options.publishPath, 'SELECT max(a) AS a FROM parts')).toEqual([{ a: 1 }]);
  });

  test('keeps what a live build reads, and what it wrote', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [orders(1)]);
    const slow = await (await fixture.open()).begin('build');
    const read = await slow.head?.generation('model.shop.orders');
    await write(fixture, slow, { ...parts(1), reads: {} });
    for (let i = 2; i <= 6; i++) await buildOf(fixture, lake, [orders(i)]);
    expect(read?.kind === 'files' && (await ask(undefined, `FROM '${read.files[0]?.path}'`))).toEqual([{ a: 1 }]);
    expect(await below('data', 'model.shop.parts')).toHaveLength(2);
    await slow.end();
    await buildOf(fixture, lake, [orders(7)]);
    expect(await below('data', 'model.shop.orders')).toHaveLength(3);
  });

  test('keeps what tests withheld until the node is made again, and as long as the entries that say so', async () => {
    const lake = await fixture.open();
    const build = await lake.begin('build');
    const [good, bad] = [await write(fixture, build, orders(1)), await write(fixture, build, parts(1))];
    await commit(fixture, build, [good], { candidates: [bad], withheld: { [bad.node]: ['test.shop.t'] } });
    await build.end();
    expect(await below('data', 'model.shop.parts')).toHaveLength(2);
    expect((await lake.head())?.entry.candidates).toEqual({ [bad.node]: { generation: bad.id, build: build.id } });
    for (let i = 2; i <= 4; i++) await buildOf(fixture, lake, [orders(i)]);
    expect(await below('data', 'model.shop.parts')).toHaveLength(2);
    for (let i = 5; i <= 7; i++) await buildOf(fixture, lake, [orders(i), parts(i)]);
    expect((await lake.head())?.entry).toMatchObject({ candidates: {}, withheld: {} });
    expect((await below('data', 'model.shop.parts')).filter((name) => name.includes(bad.id))).toEqual([]);
  });

  test('leaves after each commit what a vacuum would leave, whatever changed', async () => {
    const lake = await fixture.open();
    for (const [i, changed] of [...'opboobppbopo'].entries()) {
      const wanted = { o: [orders(i)], p: [parts(i)], b: [orders(i), parts(i)] }[changed];
      await buildOf(fixture, lake, wanted ?? []);
      if (i === 7) await lake.rollback({});
      expect((await lake.vacuum({ dryRun: true })).files).toEqual([]);
    }
  });

  test('reads of the ledger only what a commit concerns', async () => {
    const lake = await fixture.open({ keep: { days: 0, builds: 4 } });
    for (let i = 1; i <= 5; i++) await buildOf(fixture, lake, [orders(i)]);
    await rm(fixture.at('root', '_eider', 'shop', 'dev-main', 'ledger', `${'4'.padStart(20, '0')}.json`));
    const later = await fixture.open({ keep: { days: 0, builds: 4 } });
    expect((await buildOf(fixture, later, [orders(6)])).findings).toEqual([]);
    expect(await below('data', 'model.shop.orders')).toHaveLength(4);
  });
});
