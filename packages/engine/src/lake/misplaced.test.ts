import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildOf, type LakeFixture, lakeFixture } from '../../../../test/support/lake-fixture.ts';

let fixture: LakeFixture;
beforeEach(async () => {
  fixture = await lakeFixture();
});
afterEach(() => fixture.close());

const model = (name: string, location = fixture.at('root', `${name}.parquet`)) => ({
  node: `model.shop.${name}`,
  sql: 'SELECT 1 AS a',
  location,
});
const places = (locations: Readonly<Record<string, string | null>>, dropped: readonly string[] = []) => ({
  locations: new Map(Object.entries(locations)),
  drops: (node: string) => dropped.includes(node),
});

test('places that are free are fine, and nothing is made by looking', async () => {
  const before = await readdir(fixture.folder);
  const lake = await fixture.open();
  await lake.check(places({ a: fixture.at('root', 'a.parquet'), b: fixture.at('root', 'parts'), c: null }));
  expect(await readdir(fixture.folder)).toEqual(before);
});

test.each([
  ['two nodes with one location', () => ({ a: fixture.at('x'), b: fixture.at('x') }), 'lake/same-location', 'b'],
  [
    'a location within another',
    () => ({ a: fixture.at('x', 'y', 'z'), b: fixture.at('x') }),
    'lake/same-location',
    'a',
  ],
  ['a location of a relation that stays', () => ({ a: fixture.at('root', 'old.parquet') }), 'lake/same-location', 'a'],
  ['a location around the state', () => ({ a: fixture.at('root') }), 'lake/location-holds', 'a'],
  ['a location around the published file', () => ({ a: fixture.at('project') }), 'lake/location-holds', 'a'],
] as const)('%s is refused', async (_, locations, code, node) => {
  const lake = await fixture.open();
  await buildOf(fixture, lake, [model('old')]);
  await expect(lake.check(places(locations()))).rejects.toMatchObject({
    code,
    diagnostics: expect.arrayContaining([expect.objectContaining({ code, node })]),
  });
});

test('a location of a relation that goes, or moves, is free', async () => {
  const lake = await fixture.open();
  await buildOf(fixture, lake, [model('old')]);
  const taken = fixture.at('root', 'old.parquet');
  await lake.check(places({ new: taken }, ['model.shop.old']));
  await lake.check(places({ new: taken, 'model.shop.old': fixture.at('root', 'elsewhere.parquet') }));
});

test('a location of another state is refused, before this one has an identity too', async () => {
  await buildOf(fixture, await fixture.open(), [model('one')]);
  const other = { state: fixture.at('other'), publishPath: fixture.at('other.duckdb') };
  const wanted = places({ mine: fixture.at('root', 'one.parquet') });
  const taken = { code: 'lake/location-taken', message: expect.stringContaining('belongs to model.shop.one') };
  await expect((await fixture.open(other)).check(wanted)).rejects.toMatchObject(taken);
  await (await fixture.open({ ...other, takeOver: true })).check(wanted);
});

test('all that is wrong is told at once', async () => {
  await mkdir(join(fixture.options.publishPath, '..'), { recursive: true });
  await writeFile(fixture.options.publishPath, 'not a database');
  await writeFile(fixture.at('live.duckdb'), 'not a database either');
  const lake = await fixture.open({ livePath: fixture.at('live.duckdb') });
  const error = await lake.check(places({ a: fixture.at('x'), b: fixture.at('x') })).catch((cause: unknown) => cause);
  expect(error).toMatchObject({
    diagnostics: [
      { code: 'lake/published-path-taken' },
      { code: 'lake/live-path-taken' },
      { code: 'lake/same-location' },
    ],
  });
});
