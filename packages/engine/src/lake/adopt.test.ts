import { lstat, mkdir, readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';
import type { Build } from './lake.ts';

// What dbt-duckdb left: files at locations, partition columns only in folder names, one row of NULLs for an empty result.

let fixture: LakeFixture;
beforeEach(async () => {
  fixture = await lakeFixture();
  await mkdir(fixture.at('root'), { recursive: true });
});
afterEach(() => fixture.close());

const copy = (sql: string, name: string, options = '') =>
  ask(undefined, `COPY (${sql}) TO '${fixture.at('root', name)}' (FORMAT parquet${options})`);

const adopt = async (build: Build, name: string, folder: boolean) => {
  const connection = await fixture.session.connect();
  const relation = { database: 'shop', schema: 'main', identifier: 'old' };
  return await build.adopt({
    connection,
    node: 'model.shop.old',
    relation,
    materialized: 'external',
    location: fixture.at('root', name),
    folder,
    format: 'parquet',
    readOptions: { union_by_name: 'False' },
  });
};

describe('a file that dbt-duckdb left', () => {
  test('is generation 0, the same file under a second name', async () => {
    await copy('SELECT 1 AS a, 2 AS b', 'old.parquet');
    const build = await (await fixture.open()).begin('build');
    const generation = await adopt(build, 'old.parquet', false);
    expect(generation).toMatchObject({
      origin: 'adopted',
      rows: 1,
      columns: [
        { name: 'a', type: 'INTEGER' },
        { name: 'b', type: 'INTEGER' },
      ],
    });
    expect((await lstat(generation!.files[0]!.path)).ino).toBe((await lstat(fixture.at('root', 'old.parquet'))).ino);
    const result = await commit(fixture, build, [generation!]);
    await build.end();
    expect(result).toMatchObject({ findings: [], unbound: {} });
    expect(await ask(fixture.options.publishPath, 'FROM old')).toEqual([{ a: 1, b: 2 }]);
    await buildOf(fixture, await fixture.open(), [
      { node: 'model.shop.old', sql: 'SELECT 3 AS a', location: fixture.at('root', 'old.parquet') },
    ]);
    expect(await ask(undefined, `FROM '${fixture.at('root', 'old.parquet')}'`)).toEqual([{ a: 3 }]);
    expect(await ask(undefined, `FROM '${generation!.files[0]!.path}'`)).toEqual([{ a: 1, b: 2 }]);
  });

  test('of an empty result has no ghost row', async () => {
    await copy('SELECT NULL::INTEGER AS a, NULL::DATE AS d', 'old.parquet');
    const build = await (await fixture.open()).begin('build');
    const generation = await adopt(build, 'old.parquet', false);
    expect(generation).toMatchObject({
      rows: 0,
      files: [],
      columns: [
        { name: 'a', type: 'INTEGER' },
        { name: 'd', type: 'DATE' },
      ],
    });
    await commit(fixture, build, [generation!]);
    await build.end();
    expect(await ask(fixture.options.publishPath, 'SELECT count(*) AS n FROM old')).toEqual([{ n: 0n }]);
  });

  test('is not found where there is none, or where the alias is our own', async () => {
    const lake = await fixture.open();
    const build = await lake.begin('build');
    expect(await adopt(build, 'none.parquet', false)).toBeUndefined();
    const generation = await write(fixture, build, {
      node: 'model.shop.old',
      sql: 'SELECT 1 AS a',
      location: fixture.at('root', 'old.parquet'),
    });
    await commit(fixture, build, [generation]);
    expect(await adopt(build, 'old.parquet', false)).toBeUndefined();
    await build.end();
  });
});

describe('a folder that dbt-duckdb left', () => {
  const days = () =>
    copy("SELECT i AS a, DATE '2026-01-01' + i::INTEGER AS day FROM range(2) r(i)", 'old', ', PARTITION_BY (day)');

  test('keeps its partition columns, also beside new files that hold them', async () => {
    await days();
    const lake = await fixture.open();
    const build = await lake.begin('build');
    const generation = await adopt(build, 'old', true);
    expect(generation?.columns).toEqual([
      { name: 'a', type: 'BIGINT' },
      { name: 'day', type: 'DATE' },
    ]);
    expect((await commit(fixture, build, [generation!])).unbound).toEqual({});
    await build.end();
    expect((await lstat(fixture.at('root', 'old'))).isDirectory()).toBe(true);

    const next = await lake.begin('build');
    const carried = await next.head?.generation('model.shop.old');
    const sql = "SELECT 7::BIGINT AS a, DATE '2026-02-01' AS day";
    const added = await write(fixture, next, {
      node: 'model.shop.old',
      sql,
      location: fixture.at('root', 'old'),
      partitionBy: 'day',
    });
    const both = {
      ...added,
      files: [...(carried?.kind === 'files' ? carried.files : []), ...added.files],
      reader: generation!.reader,
    };
    await next.finish(both);
    const result = await commit(fixture, next, [both]);
    await next.end();
    expect(result).toMatchObject({ unbound: {}, findings: [] });
    expect((await lstat(fixture.at('root', 'old'))).isSymbolicLink()).toBe(true);
    expect(await ask(fixture.options.publishPath, 'SELECT a, day::VARCHAR AS day FROM old ORDER BY a')).toEqual([
      { a: 0n, day: '2026-01-01' },
      { a: 1n, day: '2026-01-02' },
      { a: 7n, day: '2026-02-01' },
    ]);
    const alias = `read_parquet('${fixture.at('root', 'old')}/*/*.parquet', hive_partitioning=true)`;
    expect(await ask(undefined, `SELECT count(*) AS n, max(day)::VARCHAR AS day FROM ${alias}`)).toEqual([
      { n: 3n, day: '2026-02-01' },
    ]);
    expect(await readdir(fixture.at('root', '_eider'))).not.toContain('replaced/old');
    expect(await readdir(fixture.at('root', '_eider', 'replaced'))).toEqual([]);
  });

  test('becomes an alias without losing what eider does not know', async () => {
    await days();
    await copy('SELECT 1 AS x', 'old/_notes.parquet');
    const lake = await fixture.open();
    const build = await lake.begin('build');
    await commit(fixture, build, [(await adopt(build, 'old', true))!]);
    await build.end();
    const result = await buildOf(fixture, lake, [
      { node: 'model.shop.old', sql: "SELECT 9 AS a, 'x' AS p", location: fixture.at('root', 'old'), partitionBy: 'p' },
    ]);
    expect(result.findings).toMatchObject([{ code: 'lake/moved-aside' }]);
    const [aside] = await readdir(fixture.at('root', '_eider', 'replaced'));
    expect(await readdir(fixture.at('root', '_eider', 'replaced', aside ?? ''))).toEqual(['_notes.parquet']);
    expect(await ask(fixture.options.publishPath, 'SELECT a FROM old')).toEqual([{ a: 9 }]);
  });
});
