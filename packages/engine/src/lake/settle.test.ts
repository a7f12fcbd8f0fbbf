import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../../../test/support/duckdb.ts';
import { buildOf, commit, type LakeFixture, lakeFixture, write } from '../../../../test/support/lake-fixture.ts';

let fixture: LakeFixture;
beforeEach(async () => {
  fixture = await lakeFixture();
});
afterEach(() => fixture.close());

const orders = (a: number) => ({
  node: 'model.shop.orders',
  sql: `SELECT ${a} AS a`,
  location: fixture.at('root', 'orders.parquet'),
});
const published = () => fixture.options.publishPath;

describe('the published path', () => {
  test('is put again when it was deleted', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [orders(1)]);
    await rm(published());
    expect(await lake.recover(fixture.session)).toBe(true);
    expect(await ask(published(), 'FROM orders')).toEqual([{ a: 1 }]);
  });

  test('that a client wrote to: its write-ahead file is moved aside, its changes reach no later catalog', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [orders(1)]);
    await writeFile(`${published()}.wal`, 'what a client left');
    const { findings } = await buildOf(fixture, lake, [orders(2)]);
    expect(findings).toMatchObject([{ code: 'lake/published-written' }]);
    expect(await readFile(`${published()}.2.wal-aside`, 'utf8')).toBe('what a client left');
    expect(await ask(published(), 'FROM orders')).toEqual([{ a: 2 }]);
  });

  test('whose file a client changed is built again from the ledger', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [orders(1), { ...orders(5), node: 'model.shop.other', location: null }]);

    await chmod(published(), 0o644);
    const instance = await DuckDBInstance.create(published());
    const connection = await instance.connect();
    await connection.run('CREATE TABLE intruder AS SELECT 1 AS x; DROP VIEW other');
    connection.closeSync();
    instance.closeSync();
    await buildOf(fixture, lake, [orders(2)]);
    expect(await ask(published(), 'SELECT orders.a, other.a AS b FROM orders, other')).toEqual([{ a: 2, b: 5 }]);
    await expect(ask(published(), 'FROM intruder')).rejects.toThrow('intruder');
  });

  test.each([
    ['a text', async (path: string) => void (await writeFile(path, 'not a database'))],
    [
      'another database',
      async (path: string) => void (await ask(undefined, `ATTACH '${path}' AS x; CREATE TABLE x.t AS SELECT 1 AS a`)),
    ],
  ])('where %s stands is refused before anything is committed', async (_, make) => {
    await mkdir(join(published(), '..'), { recursive: true });
    await make(published());
    const before = await readFile(published());
    const lake = await fixture.open();
    await expect(buildOf(fixture, lake, [orders(1)])).rejects.toMatchObject({ code: 'lake/published-path-taken' });
    expect(await lake.head()).toBeUndefined();
    expect(await readFile(published())).toEqual(before);
    await buildOf(fixture, await fixture.open({ takeOver: true }), [orders(1)]);
    expect(await ask(published(), 'FROM orders')).toEqual([{ a: 1 }]);
  });

  test('of another project is refused', async () => {
    await buildOf(fixture, await fixture.open(), [orders(1)]);
    const other = await fixture.open({ state: fixture.at('elsewhere'), project: 'bakery' });
    await expect(buildOf(fixture, other, [{ ...orders(2), location: null }])).rejects.toThrow('another project');
  });

  test('of another state of the project is replaced, whatever its number', async () => {
    const before = await fixture.open();
    await buildOf(fixture, before, [orders(1)]);
    await buildOf(fixture, before, [orders(2)]);
    await buildOf(fixture, await fixture.open({ state: fixture.at('elsewhere') }), [{ ...orders(3), location: null }]);
    expect(await ask(published(), 'FROM orders')).toEqual([{ a: 3 }]);
  });

  test('that is named as a schema is warned of', async () => {
    const lake = await fixture.open({ publishPath: fixture.at('Main.duckdb') });
    const { findings } = await buildOf(fixture, lake, [orders(1)]);
    expect(findings).toMatchObject([{ code: 'lake/ambiguous-name', message: expect.stringContaining('main') }]);
  });

  test('can be any other on request', async () => {
    const lake = await fixture.open();
    await expect(lake.publish(fixture.session)).rejects.toMatchObject({ code: 'lake/empty' });
    await buildOf(fixture, lake, [orders(1)]);
    expect(await lake.publish(fixture.session, { path: fixture.at('copy', 'x.duckdb') })).toBe(
      fixture.at('copy', 'x.duckdb'),
    );
    expect(await ask(fixture.at('copy', 'x.duckdb'), 'FROM orders')).toEqual([{ a: 1 }]);
  });
});

test('the state of another project is refused', async () => {
  await buildOf(fixture, await fixture.open(), [orders(1)]);
  await expect(fixture.open({ project: 'bakery' })).rejects.toMatchObject({
    code: 'lake/other-project',
    message: expect.stringContaining("'shop', not to 'bakery'"),
  });
});

test('a relation whose generation object is gone stays out of a new catalog, and is told of', async () => {
  const lake = await fixture.open();
  const first = await buildOf(fixture, lake, [orders(1), { node: 'model.shop.parts', sql: 'SELECT 1 AS a' }]);
  expect(first.unbound).toEqual({});
  const build = (await lake.head())?.entry.build ?? '';
  for (const gone of [`journal/${build}/model.shop.parts.json`, 'catalog/1.duckdb'])
    await rm(join(fixture.options.state, gone));
  const next = await buildOf(fixture, await fixture.open(), [orders(2)]);
  const lost = expect.stringContaining(`what build ${build} wrote down of it in the journal is gone`);
  expect(next.unbound).toEqual({ 'model.shop.parts': lost });
  expect(await ask(published(), 'SELECT a FROM main.orders')).toEqual([{ a: 2 }]);
});

test('the ledger is found without its hint, and with a wrong one', async () => {
  const lake = await fixture.open();
  for (let i = 1; i <= 3; i++) await buildOf(fixture, lake, [orders(i)]);
  const hint = join(fixture.options.state, 'ledger', 'head.json');
  for (const text of ['{"number":1}', '{"number":99}', 'torn']) {
    await rm(hint);
    await writeFile(hint, text);
    expect((await (await fixture.open()).head())?.entry.number).toBe(3);
  }
  await rm(hint);
  expect((await (await fixture.open()).head())?.entry.number).toBe(3);
});

test('the live file follows the aliases without being opened again', async () => {
  const livePath = fixture.at('live.duckdb');
  const lake = await fixture.open({ livePath });
  const parts = (a: number) => ({
    node: 'model.shop.parts',
    sql: `SELECT ${a} AS a, i AS p FROM range(2) r(i)`,
    location: fixture.at('root', 'parts'),
    partitionBy: 'p',
  });
  const inside = (a: number) => ({ node: 'model.shop.inside', sql: `SELECT ${a} AS a`, origin: 'internal' as const });
  await buildOf(fixture, lake, [orders(1), parts(1), inside(1)]);
  const connection = await fixture.session.connect();
  await connection.query(`ATTACH '${livePath}' AS pool (READ_ONLY)`);
  const query =
    'SELECT o.a, max(p.a), max(i.a) FROM pool.main.orders o, pool.main.parts p, pool.main.inside i GROUP BY o.a';
  expect((await connection.query(query)).rows).toEqual([[1, 1, 1]]);
  await buildOf(fixture, lake, [orders(2), parts(2), inside(2)]);
  expect((await connection.query(query)).rows).toEqual([[2, 2, 2]]);
  await connection.query('DETACH pool');
});

describe('internal relations', () => {
  const wanted = () => [{ node: 'model.shop.inside', sql: 'SELECT 1 AS a', origin: 'internal' as const }, orders(2)];

  test('are views over their exports', async () => {
    await buildOf(fixture, await fixture.open(), wanted());
    expect(await ask(published(), 'SELECT relation_name, shown_as FROM eider.nodes ORDER BY 1')).toEqual([
      { relation_name: 'inside', shown_as: 'view' },
      { relation_name: 'orders', shown_as: 'view' },
    ]);
  });

  test('are tables of the file with internal: copy, and follow their exports', async () => {
    const lake = await fixture.open({ internal: 'copy' });
    await buildOf(fixture, lake, wanted());
    await buildOf(fixture, lake, [{ ...wanted()[0]!, sql: "SELECT 'x' AS a, 2 AS b" }]);
    await rm(join(fixture.options.state, 'data', 'model.shop.inside'), { recursive: true });
    expect(await ask(published(), 'SELECT inside.a, b, orders.a AS c FROM inside, orders')).toEqual([
      { a: 'x', b: 2, c: 2 },
    ]);
    expect(await ask(published(), 'SELECT shown_as FROM eider.nodes ORDER BY relation_name')).toEqual([
      { shown_as: 'table' },
      { shown_as: 'view' },
    ]);
  });
});

test('relations of another database stand under its name', async () => {
  await buildOf(fixture, await fixture.open(), [
    { ...orders(1), database: 'crm', schema: 'raw' },
    { ...orders(2), node: 'model.shop.mine', location: null, database: 'SHOP', schema: 'Odd "name"' },
  ]);
  expect(await ask(published(), 'SELECT o.a, m.a AS b FROM crm__raw.orders o, "Odd ""name""".mine m')).toEqual([
    { a: 1, b: 2 },
  ]);
});

test('two relations of one name: the second stays out, and says why', async () => {
  const result = await buildOf(fixture, await fixture.open(), [
    { ...orders(1), node: 'model.shop.b.Orders', location: null },
    { ...orders(2), node: 'model.shop.a.orders', location: null },
  ]);
  expect(result.unbound).toEqual({ 'model.shop.b.Orders': expect.stringContaining('taken by model.shop.a.orders') });
  expect(await ask(published(), 'FROM orders')).toEqual([{ a: 2 }]);
});

test('the schema eider tells what the file holds', async () => {
  const lake = await fixture.open();
  const build = await lake.begin('build --select orders');
  const generation = await write(fixture, build, { ...orders(1), sql: "SELECT 1 AS a, 'x'::VARIANT AS v" });
  const tests = [{ id: 'test.shop.t', status: 'pass', failures: 0, nodes: ['model.shop.orders'], message: null }];
  await commit(fixture, build, [generation], { tests, parents: { 'model.shop.orders': ['source.shop.raw'] } });
  await build.end();
  const one = async (sql: string) => (await ask(published(), sql))[0];
  expect(await one('SELECT command, published, counts FROM eider.builds')).toEqual({
    command: 'build --select orders',
    published: 1n,
    counts: '{"pass":1}',
  });
  expect(await one('SELECT description, tests, stale, "rows", tags, materialized, error FROM eider.nodes')).toEqual({
    description: 'about model.shop.orders',
    tests: 'passed',
    stale: false,
    rows: 1n,
    tags: 't',
    materialized: 'external',
    error: null,
  });
  expect(
    await ask(
      published(),
      'SELECT column_name, type, shown_type, note, description FROM eider.columns ORDER BY "position"',
    ),
  ).toEqual([
    { column_name: 'a', type: 'INTEGER', shown_type: 'INTEGER', note: null, description: 'the first' },
    {
      column_name: 'v',
      type: 'VARIANT',
      shown_type: 'VARCHAR',
      note: expect.stringContaining('DuckDB 1.0'),
      description: '',
    },
  ]);
  expect(await one('SELECT test, status, nodes FROM eider.tests')).toEqual({
    test: 'test.shop.t',
    status: 'pass',
    nodes: 'model.shop.orders',
  });
  expect(await one('SELECT name, "rows", bytes > 0 AS filled FROM eider.files')).toEqual({
    name: 'orders.parquet',
    rows: 1n,
    filled: true,
  });
  expect(await one('SELECT node, parent FROM eider.lineage')).toEqual({
    node: 'model.shop.orders',
    parent: 'source.shop.raw',
  });
  expect(await one("SELECT comment FROM duckdb_views() WHERE view_name = 'orders'")).toEqual({
    comment: 'about model.shop.orders',
  });
  expect(await one("SELECT comment FROM duckdb_columns() WHERE table_name = 'orders' AND column_name = 'a'")).toEqual({
    comment: 'the first',
  });
});

test('a rebuild from the ledger gives what changing the older file gave', async () => {
  const lake = await fixture.open();
  await buildOf(fixture, lake, [orders(1), { ...orders(1), node: 'model.shop.gone', location: null }]);
  await buildOf(fixture, lake, [orders(2)], { dropMissing: true, parents: { 'model.shop.orders': ['model.shop.x'] } });
  const tables = ['state', 'builds', 'nodes', 'columns', 'tests', 'files', 'lineage'];
  const dump = () => Promise.all(tables.map((table) => ask(published(), `SELECT * FROM eider.${table} ORDER BY ALL`)));
  const changed = await dump();
  for (const name of await readdir(join(fixture.options.state, 'catalog')))
    await rm(join(fixture.options.state, 'catalog', name));
  await rm(published());
  await lake.recover(fixture.session);
  expect(await dump()).toEqual(changed);
  expect((await stat(published())).mode & 0o222).toBe(0);
});

describe('a client that writes to the published file', () => {
  const intrude = async (sql: string) => {
    await chmod(published(), 0o644);
    const instance = await DuckDBInstance.create(published());
    const connection = await instance.connect();
    await connection.run(sql);
    return () => {
      connection.closeSync();
      instance.closeSync();
    };
  };

  test('does not keep the next build from replacing it, though it has it open', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [orders(1)]);
    const leave = await intrude('CREATE TABLE intruder AS SELECT 1 AS x; CHECKPOINT');
    expect((await buildOf(fixture, lake, [orders(2)])).number).toBe(2);
    leave();
    expect(await ask(published(), 'FROM orders')).toEqual([{ a: 2 }]);
    await expect(ask(published(), 'FROM intruder')).rejects.toThrow('intruder');
  });

  test('gets its changes taken back by publish', async () => {
    const lake = await fixture.open();
    await buildOf(fixture, lake, [orders(1)]);
    (await intrude('DROP VIEW orders'))();
    await lake.publish(fixture.session);
    expect(await ask(published(), 'FROM orders')).toEqual([{ a: 1 }]);
  });
});

test('the catalog of an entry that the machine lost is not taken for that of the entry in its place', async () => {
  const lake = await fixture.open();
  await buildOf(fixture, lake, [orders(1)]);
  await rm(join(fixture.options.state, 'ledger'), { recursive: true });
  const { published: path } = await buildOf(fixture, await fixture.open(), [orders(2)]);
  expect(await ask(path ?? '', 'FROM orders')).toEqual([{ a: 2 }]);
});

test('what cannot be deleted is a warning: the commit is whole', async () => {
  const lake = await fixture.open();
  await mkdir(join(fixture.options.state, 'retention.json'), { recursive: true });
  const { findings, number } = await buildOf(fixture, lake, [orders(1)]);
  expect(number).toBe(1);
  expect(findings).toMatchObject([{ code: 'lake/retention-failed', severity: 'warning' }]);
});

test('a published file that a client of another process keeps locked, and wrote to, is replaced', async () => {
  const lake = await fixture.open();
  await buildOf(fixture, lake, [orders(1)]);
  await chmod(published(), 0o644);
  const script = `
    import { DuckDBInstance } from '@duckdb/node-api';
    const instance = await DuckDBInstance.create(process.argv[1]);
    await (await instance.connect()).run('CREATE TABLE intruder AS SELECT 1 AS x; CHECKPOINT');
    console.log('open');
    setInterval(() => {}, 1000);`;
  const client = spawn(process.execPath, ['--input-type=module', '-e', script, published()], {
    cwd: new URL('.', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(client.stdout, 'data');
    expect(await (await fixture.open()).recover(fixture.session)).toBe(true);
    expect(await ask(published(), 'FROM orders')).toEqual([{ a: 1 }]);
    await buildOf(fixture, lake, [orders(2)]);
    expect(await ask(published(), 'FROM orders')).toEqual([{ a: 2 }]);
  } finally {
    client.kill('SIGKILL');
  }
});

test('a location that cannot be replaced keeps neither the catalog nor the next build from being published', async () => {
  const lake = await fixture.open();
  const blocked = { ...orders(1), node: 'model.shop.blocked', location: fixture.at('file', 'blocked.parquet') };
  await writeFile(fixture.at('file'), 'a file stands where a folder is needed');
  const { findings, number } = await buildOf(fixture, lake, [orders(1), blocked]);
  expect({ findings, number }).toMatchObject({
    findings: [{ code: 'lake/alias-failed', severity: 'error', node: 'model.shop.blocked' }],
    number: 1,
  });
  expect(await ask(published(), 'SELECT blocked.a FROM orders, blocked')).toEqual([{ a: 1 }]);
  expect(await lake.recover(fixture.session)).toBe(true);
  await expect(lake.publish(fixture.session)).rejects.toMatchObject({ code: 'lake/alias-failed' });
  const moved = { ...blocked, location: fixture.at('root', 'moved.parquet') };
  expect((await buildOf(fixture, lake, [orders(2), moved])).findings).toEqual([]);
  expect(await lake.recover(fixture.session)).toBe(false);
  expect(await ask(undefined, `FROM '${moved.location}'`)).toEqual([{ a: 1 }]);
});
