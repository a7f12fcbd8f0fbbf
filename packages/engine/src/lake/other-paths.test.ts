import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';

// Invariant: what is published at several paths is the same at each after every commit; what is missing at one, or has another's file there, is seen to.

let fixture: LakeFixture | undefined;
afterEach(() => fixture?.close());

async function build(lake: LakeFixture, value: number): Promise<void> {
  const made = await (await lake.open()).begin('build');
  try {
    await commit(lake, made, [await write(lake, made, { node: 'model.shop.a', sql: `SELECT ${value} AS a` })]);
  } finally {
    await made.end();
  }
}

test('each path shows the head, after each commit and each time that one is missing', async () => {
  fixture = await lakeFixture();
  const { folder } = fixture;
  const paths = ['project/catalog/shop.duckdb', 'one/shop.duckdb', 'two/other.duckdb'].map((path) =>
    join(folder, path),
  );
  const [publishPath = '', ...otherPaths] = paths;
  const lake: LakeFixture = {
    ...fixture,
    open: (more) => (fixture as LakeFixture).open({ publishPath, otherPaths, ...more }),
  };
  const shown = () => Promise.all(paths.map(async (path) => ask(path, 'SELECT a FROM main.a')));
  for (const a of [1, 2]) {
    await build(lake, a);
    expect(await shown()).toEqual([[{ a }], [{ a }], [{ a }]]);
  }
  await rm(join(folder, 'two/other.duckdb'));
  await (await lake.open()).publish(fixture.session);
  expect(await shown()).toEqual([[{ a: 2 }], [{ a: 2 }], [{ a: 2 }]]);
});

test('what is not eider’s at another path is left alone, before anything is made', async () => {
  fixture = await lakeFixture();
  const path = join(fixture.folder, 'theirs.duckdb');
  await writeFile(path, 'theirs');
  const lake = await fixture.open({ otherPaths: [path] });
  await expect(lake.check({ locations: new Map(), drops: () => false })).rejects.toMatchObject({
    code: 'lake/published-path-taken',
  });
});
