import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { EiderError, type Target } from '@eider/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handTarget } from '../../../../test/support/hand-compiler.ts';
import { databasePort, describeQuery } from './database-port.ts';
import { openSession } from './open-session.ts';
import { type Session, SqlError } from './session.ts';

const base: Target = { ...handTarget, raw: {} };

let folder: string;
const sessions: Session[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-session-'));
});

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
  await rm(folder, { recursive: true });
});

async function open(more: Partial<Target> = {}, inMemory = false, lockTimeoutMs = 0): Promise<Session> {
  const session = await openSession({ ...base, ...more }, { inMemory, folder, lockTimeoutMs });
  sessions.push(session);
  return session;
}

describe('a session', () => {
  test.each([
    ['a file', false, {}],
    ['memory', true, {}],
    ['memory, as the profile says', false, { path: ':memory:', database: 'memory' }],
    ['a file named memory', false, { path: 'memory.duckdb', database: 'memory' }],
  ])('resolves three-part names in %s', async (_, inMemory, more) => {
    const session = await open(more, inMemory);
    const connection = await session.connect();
    await connection.query(`CREATE TABLE "${session.database}".main.t AS SELECT 1 AS a`);
    expect((await (await session.connect()).query('SELECT a FROM t')).rows).toEqual([[1]]);
  });

  test('keeps what it wrote in a file, in a folder that it made', async () => {
    const first = await open({ path: 'deep/shop.duckdb' });
    await (await first.connect()).query('CREATE TABLE t AS SELECT 42 AS a');
    await first.close();
    sessions.length = 0;
    const again = await open({ path: 'deep/shop.duckdb' });
    expect((await (await again.connect()).query('FROM t')).rows).toEqual([[42]]);
  });

  test('sets settings on every connection, makes secrets and attaches', async () => {
    const session = await open({
      settings: { TimeZone: 'Asia/Tokyo' },
      secrets: [
        { type: 'http', scope: ['http://a', 'http://b'], extra_http_headers: { A: "it's" } },
        { type: 'http', name: 'mine', bearer_token: 'x' },
      ],
      attach: [{ path: join(folder, 'other.duckdb'), alias: 'other', readOnly: false, options: {} }],
    });
    const connection = await session.connect();
    expect((await connection.query("SELECT current_setting('TimeZone')")).rows).toEqual([['Asia/Tokyo']]);
    expect((await connection.query('SELECT name, scope FROM duckdb_secrets() ORDER BY name')).rows).toEqual([
      ['_dbt_secret_1', ['http://a', 'http://b']],
      ['mine', []],
    ]);
    await connection.query('CREATE TABLE other.t AS SELECT 1 AS a');
  });

  test('reads relative paths from the project’s folder', async () => {
    await writeFile(join(folder, 'landing.csv'), 'a\n1\n');
    const session = await open({ attach: [{ path: 'other.duckdb', readOnly: false, options: {} }] });
    const connection = await session.connect();
    expect((await connection.query("FROM 'landing.csv'")).rows).toEqual([[1n]]);
    expect((await connection.query("SELECT path FROM duckdb_databases() WHERE database_name = 'other'")).rows).toEqual([
      [join(folder, 'other.duckdb')],
    ]);
  });

  test('says what to do about an extension that is not there', async () => {
    const failure = await open({
      extensions: [{ name: 'parquet' }, { name: 'nosuch', repo: join(folder, 'repo') }],
    }).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(EiderError);
    const [finding] = (failure as EiderError).diagnostics;
    expect(finding?.code).toBe('engine/extension');
    expect(finding?.message).toContain('nosuch');
    expect(finding?.hint).toMatch(/bring nosuch\.duckdb_extension .*\/v1\.5\.5\/\w+ here/);
  });

  test.each([
    ['secrets', [{ type: 's3', key_id: 'AKIA', secret: 'hush-hush' }], 'A secret of type s3', 'httpfs'],
    [
      'attach',
      [{ path: 'host=h password=hush-hush', type: 'postgres', readOnly: false, options: {} }],
      'An attached database of type postgres',
      'postgres',
    ],
  ])('says which of the %s needs an extension that is not there', async (key, entries, what, extension) => {
    const failure = await open({ [key]: entries, configOptions: { extension_directory: folder } }, true).catch(
      (e: unknown) => e,
    );
    expect((failure as EiderError).diagnostics).toMatchObject([
      {
        code: 'engine/extension',
        message: `${what} needs the DuckDB extension ${extension}, which is not installed.`,
        hint: expect.stringContaining(`Add \`${extension}\` to \`extensions:\``),
        excerpt: '',
      },
    ]);
    expect(inspect(failure, { depth: 9 })).not.toContain('hush-hush');
  });

  test('never repeats the values of a secret', async () => {
    const failure = await open(
      { secrets: [{ type: 'http', bearer_token: 'hush-hush', scope: 'hush-hush', nope: 'hush-hush' }] },
      true,
    ).catch((e: unknown) => e);
    expect((failure as EiderError).diagnostics).toMatchObject([
      { code: 'engine/profile', message: expect.stringContaining('nope') },
    ]);
    const connection = await (await open({}, true)).connect();
    const own = await connection.query("CREATE SECRET (type http, nope 'hush-hush')").catch((e: unknown) => e);
    expect(inspect([failure, own], { depth: 9 })).not.toContain('hush-hush');
  });

  test('looks for extensions where the settings say', async () => {
    const settings = { extension_directory: join(folder, 'mine') };
    const failure = await open({ settings, extensions: [{ name: 'nosuch', repo: join(folder, 'repo') }] }, true).catch(
      (e: unknown) => e,
    );
    expect((failure as EiderError).diagnostics[0]?.hint).toContain(`${join(folder, 'mine')}/v1.5.5/`);
  });

  test('installs nothing that the profile does not name', async () => {
    const connection = await (await open({}, true)).connect();
    expect((await connection.query("SELECT current_setting('autoinstall_known_extensions')")).rows).toEqual([[false]]);
  });

  test('waits for a database that comes late, as often as `connect_attempts` says', async () => {
    const late = join(folder, 'late.duckdb');
    const attach = [{ path: late, alias: 'late', readOnly: true, options: {} }];
    const said: string[] = [];
    const opening = (connectAttempts: number): Promise<Session> =>
      openSession(
        { ...base, attach, retries: { connectAttempts, queryAttempts: 1, retryableExceptions: ['IOException'] } },
        { inMemory: true, folder, onWait: (message) => said.push(message) },
      );
    await expect(opening(1)).rejects.toThrow(/late\.duckdb/);
    expect(said).toEqual([]);
    setTimeout(async () => {
      const made = await DuckDBInstance.create(late);
      made.closeSync();
    }, 300);
    const session = await opening(3);
    await session.close();
    expect(said).toEqual([expect.stringMatching(/^Opening the database: Attempt 2 of 3 in 1 s: IO Error: /)]);
  });

  test('names the process that holds the working database', async () => {
    const script = join(folder, 'hold.mjs');
    const binding = import.meta.resolve('@duckdb/node-api');
    await writeFile(
      script,
      `import { DuckDBInstance } from ${JSON.stringify(binding)};
      globalThis.held = await DuckDBInstance.create(${JSON.stringify(join(folder, 'shop.duckdb'))});
      process.send('held'); setInterval(() => globalThis.held, 1000);`,
    );
    const child = fork(script, { execArgv: [] });
    try {
      await new Promise((resolve) => child.once('message', resolve));
      const failure = await open().catch((e: unknown) => e);
      expect((failure as EiderError).diagnostics[0]?.message).toMatch(
        new RegExp(`: node hold.mjs \\(process ${child.pid}, since 20.*Z\\) has held it`),
      );
    } finally {
      child.kill();
    }
  });
});

describe('a connection', () => {
  test('runs statements one after another', async () => {
    const connection = await (await open({}, true)).connect();
    await connection.query('CREATE TABLE t (a INT)');
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => connection.query(`BEGIN; INSERT INTO t VALUES (${i}); COMMIT`)),
    );
    expect((await connection.query('SELECT count(*) FROM t')).rows).toEqual([[20n]]);
  });

  test.each([
    ["SELECT 'é😀', foo FROM (SELECT 1 AS a)", 'Binder', 'foo'],
    ['SELECT 1,\n  nope(1)', 'Catalog', 'nope'],
    ['SELECT 1 selec 2', 'Parser', '2'],
    ["SELECT error('boom')", 'Invalid Input', undefined],
    [`SELECT ${"'aaaaaaaaaaaaaaaaaaaaaaaa',".repeat(20)} foo FROM (SELECT 1 AS a)`, 'Binder', 'foo'],
  ])('gives the place of the error in %s', async (sql, kind, at) => {
    const connection = await (await open({}, true)).connect();
    const failure = (await connection.query(sql).catch((e: unknown) => e)) as SqlError;
    expect(failure).toBeInstanceOf(SqlError);
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(new RegExp(`^${kind} Error: `));
    expect(failure.position).toBe(at === undefined ? undefined : sql.indexOf(at));
  });

  test('gives plain values', async () => {
    const connection = await (await open({}, true)).connect();
    const table = await connection.query(
      "SELECT NULL, 1, 2::BIGINT, 1.50::DECIMAL(5,2), DATE '2024-02-29', TIMESTAMP '2024-01-01 10:00:00', [1, 2], {'a': DATE '2024-01-01'}, MAP {'k': 1}, true, 'x'::ENUM('x')",
    );
    expect(table.rows[0]).toEqual([
      null,
      1,
      2n,
      '1.50',
      '2024-02-29',
      '2024-01-01 10:00:00',
      [1, 2],
      { a: '2024-01-01' },
      [{ key: 'k', value: 1 }],
      true,
      'x',
    ]);
  });

  test('throws where a query fails after its first rows', async () => {
    const connection = await (await open({}, true)).connect();
    await expect(
      connection.query("SELECT CASE WHEN i = 1500000 THEN error('boom') ELSE i END FROM range(2000000) r(i)"),
    ).rejects.toThrow('boom');
  });
});

describe('the port for templates', () => {
  test('lists relations and describes them', async () => {
    const connection = await (await open({}, true)).connect();
    await connection.query('CREATE SCHEMA s; CREATE TABLE s.t (a INT, "b c" JSON); CREATE VIEW s.v AS SELECT 1 AS x');
    const port = databasePort(connection);
    expect(await port.relation({ database: 'shop', schema: 's', identifier: 'T' })).toEqual({ type: 'table' });
    expect(await port.relation({ database: 'shop', schema: 's', identifier: 'missing' })).toBeNull();
    expect(await port.relations('shop', 's')).toEqual([
      { name: { database: 'shop', schema: 's', identifier: 't' }, type: 'table' },
      { name: { database: 'shop', schema: 's', identifier: 'v' }, type: 'view' },
    ]);
    expect(await port.columns({ database: 'shop', schema: 's', identifier: 't' })).toEqual([
      { name: 'a', type: 'INTEGER' },
      { name: 'b c', type: 'JSON' },
    ]);
    expect(await port.columns({ database: 'shop', schema: 's', identifier: 'missing' })).toEqual([]);
  });

  test('describes a query without running it', async () => {
    const connection = await (await open({}, true)).connect();
    expect(await describeQuery(connection, "SELECT 1 AS a, error('never')::VARCHAR AS b -- comment")).toEqual([
      { name: 'a', type: 'INTEGER' },
      { name: 'b', type: 'VARCHAR' },
    ]);
    const sql = 'SELECT 1,\n missing';
    const failure = (await describeQuery(connection, sql).catch((e: unknown) => e)) as SqlError;
    expect(failure.position).toBe(sql.indexOf('missing'));
  });
});
