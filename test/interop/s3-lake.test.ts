import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eiderCommand, runEider } from '../support/eider.ts';
import { runProgram } from '../support/run-program.ts';
import { type S3Server, startS3Server, testKeys } from '../support/s3/s3-server.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// Invariant: a lake in a bucket is a lake. States, generations, ledger, catalogs and locations lie in it; readers see one state whole; a kill at any
// instant loses nothing; builds of different nodes both commit.

const project = temporaryFolder('s3-lake');
const catalog = join(project, 'catalog/shop.duckdb');
let server: S3Server;
let busy = 0;

/** Rows as Python's DuckDB reads them, with httpfs and the keys. */
async function ask(sql: string, database = catalog): Promise<unknown> {
  const { dbtPython, home } = findPeers();
  const program = `
import duckdb, json, sys
c = duckdb.connect(sys.argv[1], read_only=True) if sys.argv[1] != '' else duckdb.connect()
# A slow machine would see it among the rows.
c.execute("SET enable_progress_bar = false")
c.execute("LOAD httpfs")
c.execute("CREATE SECRET (TYPE s3, KEY_ID '${testKeys.accessKeyId}', SECRET '${testKeys.secretAccessKey}', ENDPOINT '${server.endpoint.slice('http://'.length)}', URL_STYLE 'path', USE_SSL false, REGION 'us-east-1')")
print(json.dumps(c.execute(sys.argv[2]).fetchall()))`;
  const done = await runProgram([dbtPython, '-c', program, database, sql], { env: { HOME: home } });
  expect(done.exitCode, done.stderr).toBe(0);
  return JSON.parse(done.stdout);
}

function options(round: number): string[] {
  return ['--vars', `{round: ${round}}`, '--profiles-dir', project];
}

async function eider(...words: readonly string[]) {
  return await runEider(words, { cwd: project, env: { HOME: findPeers().home } });
}

async function build(round: number, ...more: readonly string[]) {
  const done = await eider('build', ...more, ...options(round));
  expect(done.exitCode, done.stdout + done.stderr).toBe(0);
}

const objects = () => [...(server.buckets.get('lake')?.objects.keys() ?? [])].sort();
const rounds = 'SELECT DISTINCT o.round, p.round, t.round FROM main.orders o, main.parts p, main.total t';

beforeAll(async () => {
  server = await startS3Server(['lake'], { fault: () => (busy > 0 && busy-- % 3 === 0 ? 503 : undefined) });
  mkdirSync(join(project, 'models'));
  const models = 'models: {shop: {+materialized: external}}';
  writeFileSync(join(project, 'dbt_project.yml'), `name: shop\nversion: '1.0'\nprofile: shop\n${models}\n`);
  const secret = {
    type: 's3',
    key_id: testKeys.accessKeyId,
    secret: testKeys.secretAccessKey,
    endpoint: server.endpoint.slice('http://'.length),
    url_style: 'path',
    use_ssl: false,
    region: testKeys.region,
  };
  const target = {
    type: 'duckdb',
    schema: 'main',
    threads: 4,
    external_root: 's3://lake/shop',
    extensions: ['httpfs'],
    secrets: [secret],
    publish: { path: 'catalog/shop.duckdb', policy: 'all', keep: { days: 0, builds: 2 } },
  };
  writeFileSync(join(project, 'profiles.yml'), JSON.stringify({ shop: { target: 'dev', outputs: { dev: target } } }));
  const model = (name: string, sql: string): void => writeFileSync(join(project, 'models', `${name}.sql`), sql);
  model('orders', "select i as id, {{ var('round') }} as round from range(5000) t(i)");
  model('parts', "{{ config(options={'partition_by': 'p'}) }} select id, round, id % 3 as p from {{ ref('orders') }}");
  model(
    'total',
    "{{ config(materialized='table') }} select count(*) as n, max(round) as round from {{ ref('parts') }}",
  );
  model('by_part', "{{ config(materialized='view') }} select p, count(*) as n from {{ ref('parts') }} group by p");
  model('apart', "select {{ var('round') }} as round");
});
afterAll(async () => {
  await server.close();
  removeFolder(project);
});

describe('a lake in a bucket', () => {
  test('is built, read, and found at its locations', async () => {
    await build(1);
    expect(await ask(rounds)).toEqual([[1, 1, 1]]);
    expect(await ask('FROM main.by_part ORDER BY p')).toEqual([
      [0, 1667],
      [1, 1667],
      [2, 1666],
    ]);
    const files = "SELECT count(*) FROM read_parquet('s3://lake/shop/parts/**/*.parquet')";
    expect(await ask(files, '')).toEqual([[5000]]);
    expect(objects().filter((key) => !key.includes('_eider/'))).toEqual([
      'shop/apart.parquet',
      'shop/orders.parquet',
      ...[0, 1, 2].map((p) => `shop/parts/p=${p}/data_0.parquet`),
    ]);
  });

  test('keeps the retained generations through reloads, and a busy server is waited for', async () => {
    for (const round of [2, 3, 4]) {
      busy = 60;
      await build(round);
    }
    busy = 0;
    expect(await ask(rounds)).toEqual([[4, 4, 4]]);
    const data = objects().filter((key) => key.includes('/data/'));
    expect(data).toHaveLength(2 * (1 + 3 + 1 + 1));
    expect(objects().filter((key) => /catalog\/\d+\.duckdb$/.test(key))).toHaveLength(2);
    const vacuum = await eider('vacuum', '--dry-run', '--quiet', '--output', 'json', ...options(0));
    expect(JSON.parse(vacuum.stdout)).toEqual({ dry_run: true, files: [], bytes: 0 });
  });

  test('goes back, at its locations too', async () => {
    const back = await eider('rollback', ...options(0));
    expect(back.exitCode, back.stdout).toBe(0);
    expect(await ask(rounds)).toEqual([[3, 3, 3]]);
    expect(await ask("SELECT DISTINCT round FROM 's3://lake/shop/orders.parquet'", '')).toEqual([[3]]);
    await build(5);
    expect(await ask(rounds)).toEqual([[5, 5, 5]]);
  });

  test('loses nothing to kills', async () => {
    const [program = '', ...start] = eiderCommand();
    for (let moment = 0; moment < 6; moment++) {
      const child = spawn(program, [...start, 'build', ...options(10 + moment)], {
        cwd: project,
        stdio: 'ignore',
        env: { ...process.env, HOME: findPeers().home },
      });
      const ended = new Promise((resolve) => child.on('close', resolve));
      await Promise.race([ended, wait(700 + moment * 250)]);
      child.kill('SIGKILL');
      await ended;
      const [seen] = (await ask(rounds)) as [readonly number[]];
      expect(new Set(seen).size).toBe(1);
    }
    await build(30);
    expect(await ask(rounds)).toEqual([[30, 30, 30]]);
    await eider('vacuum', ...options(0));
    const data = objects().filter((key) => key.includes('/data/'));
    expect(new Set(data.map((key) => /\d{8}T\d{9}Z-[0-9a-z]+/.exec(key)?.[0])).size).toBeLessThanOrEqual(2);
  });

  test('is gone on with by retry: what a killed build finished is not made again', async () => {
    const last =
      "select count(i % 7) as n, any_value(round) as round from range({{ var('rows', 1000000000000) }}) x(i)";
    writeFileSync(join(project, 'models/zlast.sql'), `${last}, {{ ref('parts') }} where id = 1 group by all`);
    const finished = (): readonly string[] => objects().filter((key) => key.endsWith('/model.shop.parts.json'));
    const before = finished().length;
    const [program = '', ...start] = eiderCommand();
    const env = { ...process.env, HOME: findPeers().home };
    const child = spawn(program, [...start, 'build', ...options(35)], { cwd: project, stdio: 'ignore', env });
    const ended = new Promise((resolve) => child.on('close', resolve));
    for (let tries = 0; tries < 600 && finished().length === before; tries++) await wait(100);
    child.kill('SIGKILL');
    await ended;
    const done = await eider('retry', '--vars', '{round: 35, rows: 7}', '--profiles-dir', project);
    expect(done.exitCode, done.stdout).toBe(0);
    expect(done.stdout).toMatch(/OK adopted sql external model main\.orders/);
    expect(done.stdout).toMatch(/OK adopted sql external model main\.parts/);
    expect(await ask(rounds)).toEqual([[35, 35, 35]]);
    expect(await ask('SELECT n, round FROM main.zlast')).toEqual([[7, 35]]);
    expect(objects().filter((key) => key.includes('/left/'))).toEqual([]);
    rmSync(join(project, 'models/zlast.sql'));
  });

  test('takes commits of two builds at once that do not meet', async () => {
    await Promise.all([build(40, '-s', 'orders+'), build(41, '-s', 'apart')]);
    expect(await ask(rounds)).toEqual([[40, 40, 40]]);
    expect(await ask('FROM main.apart')).toEqual([[41]]);
  });
});
