import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, type LakeFixture, lakeFixture } from '../../../../test/support/lake-fixture.ts';
import type { Lake, LakeOptions } from './lake.ts';

// Targets and projects on one root: each has a state of its own there, and whatever one of them does leaves the others as they are.

let fixture: LakeFixture;

beforeEach(async () => {
  fixture = await lakeFixture({ keep: { days: 0, builds: 1 } });
});

afterEach(() => fixture.close());

interface Tenant {
  readonly project: string;
  readonly target: string;
}

const tenants: readonly Tenant[] = [
  { project: 'shop', target: 'dev-main' },
  { project: 'shop', target: 'prod-main' },
  { project: 'blog', target: 'dev-main' },
];

const optionsOf = ({ project, target }: Tenant): Partial<LakeOptions> => ({
  project,
  state: fixture.at('root', '_eider', project, target),
  publishPath: fixture.at(project, `${target}.duckdb`),
});

const open = (tenant: Tenant): Promise<Lake> => fixture.open(optionsOf(tenant));

const build = (tenant: Tenant, lake: Lake, value: number, ...names: readonly string[]) =>
  buildOf(
    fixture,
    lake,
    names.map((name) => ({
      node: `model.${tenant.project}.${name}`,
      sql: `SELECT ${value} AS a`,
      location: fixture.at('root', tenant.project, tenant.target, `${name}.parquet`),
    })),
    { dropMissing: true },
  );

/** What each shows: the relation in its catalog, and the file at its location. */
async function seen(): Promise<readonly unknown[]> {
  return await Promise.all(
    tenants.map(async ({ project, target }) => {
      const published = await ask(fixture.at(project, `${target}.duckdb`), 'SELECT a FROM main.one');
      const located = await ask(undefined, `FROM '${fixture.at('root', project, target, 'one.parquet')}'`);
      return [published[0]?.a, located[0]?.a];
    }),
  );
}

describe('targets and projects on one root', () => {
  test('build, drop, go back and clean up without touching one another', async () => {
    const lakes = await Promise.all(tenants.map(open));
    const [first, lake] = [tenants[0], lakes[0]];
    if (first === undefined || lake === undefined) throw new Error('no tenant');
    for (const [i, tenant] of tenants.entries()) await build(tenant, lakes[i] ?? lake, i, 'one', 'two');
    expect(await seen()).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect((await build(first, lake, 7, 'one')).dropped).toEqual(['model.shop.two']);
    await build(first, lake, 8, 'one');
    expect((await lake.vacuum()).files).toEqual([]);
    expect(await seen()).toEqual([
      [8, 8],
      [1, 1],
      [2, 2],
    ]);
    expect(await readdir(fixture.at('root', 'shop', 'prod-main'))).toContain('two.parquet');
    expect(await readdir(fixture.at('root', 'shop', 'dev-main'))).not.toContain('two.parquet');
    for (const other of lakes.slice(1)) expect((await other.vacuum({ dryRun: true })).files).toEqual([]);
  });

  test('at once: builds of different states never conflict', async () => {
    const lakes = await Promise.all(tenants.map(open));
    const all = tenants.map(async (tenant, i) => {
      const lake = lakes[i];
      if (lake !== undefined) for (const value of [10, 20]) await build(tenant, lake, value + i, 'one');
    });
    await Promise.all(all);
    expect(await seen()).toEqual([
      [20, 20],
      [21, 21],
      [22, 22],
    ]);
  });

  test('the location of another project is refused by name, and can be taken over; its owner then is refused', async () => {
    const [dev, , blog] = tenants;
    if (dev === undefined || blog === undefined) throw new Error('no tenant');
    const location = fixture.at('root', 'shared.parquet');
    const wanted = (project: string) => [{ node: `model.${project}.one`, sql: 'SELECT 1 AS a', location }];
    await buildOf(fixture, await open(dev), wanted('shop'));
    const refused = buildOf(fixture, await open(blog), wanted('blog'));
    await expect(refused).rejects.toMatchObject({
      code: 'lake/location-taken',
      diagnostics: [{ message: expect.stringContaining('shop') }],
    });
    await buildOf(fixture, await fixture.open({ ...optionsOf(blog), takeOver: true }), wanted('blog'));
    await expect(buildOf(fixture, await open(dev), wanted('shop'))).rejects.toMatchObject({
      code: 'lake/location-taken',
    });
  });
});
