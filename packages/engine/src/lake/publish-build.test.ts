import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, type LakeFixture, lakeFixture } from '../../../../test/support/lake-fixture.ts';
import type { Lake } from './lake.ts';

// `eider publish --build N --to FILE`: the catalog of any retained commit as a file, while readers of the published one see nothing of it.

let fixture: LakeFixture;
let lake: Lake;

const node = 'model.shop.orders';

beforeEach(async () => {
  fixture = await lakeFixture({ keep: { days: 0, builds: 2 } });
  lake = await fixture.open();
  for (const value of [1, 2, 3]) await buildOf(fixture, lake, [{ node, sql: `SELECT ${value} AS a` }]);
});

afterEach(() => fixture.close());

const values = (path: string) => ask(path, 'SELECT a FROM main.orders');
const buildNumbered = async (number: number) =>
  (await lake.history(10)).find((line) => line.number === number)?.build ?? '?';

describe('the catalog of an older commit', () => {
  test.each([
    ['by its number', async () => '2'],
    ['by how its build begins', async () => (await buildNumbered(2)).slice(0, 30)],
  ])('is written %s, whole or as views', async (_, named) => {
    const build = await named();
    const [views, rows] = [fixture.at('views.duckdb'), fixture.at('rows.duckdb')];
    expect(await lake.publish(fixture.session, { path: views, build })).toBe(views);
    await lake.publish(fixture.session, { path: rows, build, whole: true });
    expect([await values(views), await values(rows)]).toEqual([[{ a: 2 }], [{ a: 2 }]]);
    expect(await ask(views, 'SELECT number FROM eider.state')).toEqual([{ number: 2n }]);
    expect(
      await ask(rows, 'SELECT count(*)::INTEGER AS tables FROM duckdb_tables() WHERE schema_name = $$main$$'),
    ).toEqual([{ tables: 1 }]);
    expect(await values(fixture.options.publishPath)).toEqual([{ a: 3 }]);
  });

  test('is made from the ledger where its file is gone, and the next commit goes on from the newest', async () => {
    await rm(fixture.at('root', '_eider', 'shop', 'dev-main', 'catalog', '2.duckdb'));
    await lake.publish(fixture.session, { path: fixture.at('x.duckdb'), build: '2' });
    expect(await values(fixture.at('x.duckdb'))).toEqual([{ a: 2 }]);
    await buildOf(fixture, lake, [{ node, sql: 'SELECT 4 AS a' }]);
    expect(await values(fixture.options.publishPath)).toEqual([{ a: 4 }]);
  });

  test('is refused where it is no longer retained, naming those that are', async () => {
    const publish = lake.publish(fixture.session, { path: fixture.at('x.duckdb'), build: '1' });
    await expect(publish).rejects.toMatchObject({
      code: 'lake/not-retained',
      diagnostics: [{ message: expect.stringContaining('commit 1'), hint: expect.stringContaining('2, 3') }],
    });
  });

  test('is not put where readers find the newest', async () => {
    const livePath = fixture.at('live.duckdb');
    const lives = await fixture.open({ livePath });
    const { publishPath } = fixture.options;
    const refused = { code: 'lake/file-taken', diagnostics: [{ hint: expect.stringContaining('eider rollback') }] };
    for (const wanted of [{ path: publishPath, build: '2' }, { path: publishPath, whole: true }, { path: livePath }])
      await expect(lives.publish(fixture.session, wanted)).rejects.toMatchObject(refused);
    expect(await values(publishPath)).toEqual([{ a: 3 }]);
  });

  test('is not put over what eider did not make, and says so of the file', async () => {
    const path = fixture.at('theirs.txt');
    await writeFile(path, 'theirs');
    for (const build of [{ build: '2' }, {}])
      await expect(lake.publish(fixture.session, { path, ...build })).rejects.toMatchObject({
        code: 'lake/file-taken',
        message: expect.stringMatching(
          /^The catalog should be written to .+theirs\.txt, where something that is no catalog/,
        ),
      });
    expect(await readFile(path, 'utf8')).toBe('theirs');
  });

  test.each(['4', '0', '2019'])('%s, which never was, is refused', async (build) => {
    const publish = lake.publish(fixture.session, { path: fixture.at('x.duckdb'), build });
    await expect(publish).rejects.toMatchObject({ code: 'lake/no-such-build' });
  });
});
