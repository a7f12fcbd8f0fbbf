import { readdir, readlink } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';
import type { FaultPoint } from './fault.ts';

// A build is cut off right after each step of the commit. Whatever step that is: the published catalog shows one whole committed state before and
// after, files behind it can be read, and recovery brings the head to light where the entry was written, and nothing where it was not.

let fixture: LakeFixture;
beforeEach(async () => {
  fixture = await lakeFixture({ keep: { days: 0, builds: 1 } });
});
afterEach(() => fixture.close());

const nodes = (value: number) => [
  { node: 'model.shop.one', sql: `SELECT ${value} AS a`, location: fixture.at('root', 'one.parquet') },
  {
    node: 'model.shop.parts',
    sql: `SELECT ${value} AS a, i AS p FROM range(2) r(i)`,
    location: fixture.at('root', 'parts'),
    partitionBy: 'p',
  },
];

const seen = async () => {
  const catalog = await ask(fixture.options.publishPath, 'SELECT a, (SELECT max(a) FROM parts) AS b FROM one');
  return { catalog, number: (await ask(fixture.options.publishPath, 'SELECT "number" FROM eider.state'))[0]?.number };
};
const aliases = () =>
  ask(
    undefined,
    `SELECT a, (SELECT max(a) FROM '${fixture.at('root', 'parts')}/*/*.parquet') AS b FROM '${fixture.at('root', 'one.parquet')}'`,
  );

const points: readonly (readonly [FaultPoint, 'lost' | 'committed'])[] = [
  ['finish', 'lost'],
  ['sync', 'lost'],
  ['check', 'lost'],
  ['entry', 'committed'],
  ['aliases', 'committed'],
  ['catalog', 'committed'],
  ['published', 'committed'],
  ['live', 'committed'],
  ['retention', 'committed'],
];

const ways = points.flatMap(([point, fate]) => [[point, fate, 'killed'] as const, [point, fate, 'ended'] as const]);

test.each(ways)('a build cut off after %s is %s, %s', async (point, fate, how) => {
  await buildOf(fixture, await fixture.open(), nodes(1));
  const crash = await fixture.open({
    fault: (reached) => {
      if (reached === point) throw new Error(`killed after ${point}`);
    },
  });
  const build = await crash.begin('build');
  const cut = async () => {
    const generations = [];
    for (const each of nodes(2)) generations.push(await write(fixture, build, each));
    await commit(fixture, build, generations);
  };
  await expect(cut()).rejects.toThrow(`killed after ${point}`);
  const shown = ['published', 'live', 'retention'].includes(point) ? 2 : 1;
  expect(await seen()).toEqual({ catalog: [{ a: shown, b: shown }], number: BigInt(shown) });

  if (how === 'ended') await build.end();
  const lake = await fixture.open();
  expect(await lake.recover(fixture.session)).toBe(fate === 'committed' && point !== 'retention');
  const value = fate === 'committed' ? 2 : 1;
  expect((await seen()).catalog).toEqual([{ a: value, b: value }]);
  expect(await aliases()).toEqual([{ a: value, b: value }]);
  expect(await lake.recover(fixture.session)).toBe(false);

  await build.end();
  await buildOf(fixture, lake, nodes(3));
  expect((await seen()).catalog).toEqual([{ a: 3, b: 3 }]);
  expect(await aliases()).toEqual([{ a: 3, b: 3 }]);
  expect(await readlink(fixture.at('root', 'parts'))).toMatch(
    /^_eider\/shop\/dev-main\/data\/model\.shop\.parts\/.*\.alias$/,
  );
  expect(await readdir(fixture.at('root', '_eider', 'shop', 'dev-main', 'data', 'model.shop.one'))).toHaveLength(1);
  expect(
    (await readdir(fixture.at('root', '_eider', 'shop', 'dev-main', 'catalog'))).filter((name) =>
      name.endsWith('.duckdb'),
    ),
  ).toHaveLength(1);
});
