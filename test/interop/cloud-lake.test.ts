import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { type ProgramResult, runProgram } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { startAzurite } from './azurite.ts';
import { startFakeGcs } from './fake-gcs.ts';
import { minioTimeout } from './minio.ts';
import { findPeers } from './peers.ts';

// Invariant: a lake in a container of Azure, or in a bucket of Google by its own interface, is a lake: built, built again, rolled back and vacuumed there, in
// Parquet and Delta, published there and on this disk, and read by others with DuckDB's own extensions.

const models = {
  orders: `select range as id, {{ var('round') }} as round from range(300)`,
  parts: `{{ config(options={'partition_by': 'p'}) }} select id, round, id % 3 as p from {{ ref('orders') }}`,
  merged: `{{ config(materialized='incremental', format='delta', unique_key='id', incremental_strategy='merge') }}
select id, round from {{ ref('orders') }} where id < {{ var('round') }} * 100`,
  total: `{{ config(materialized='table') }} select count(*) as n, max(round) as round from {{ ref('merged') }}`,
};

interface Cloud {
  /** `az://lake`. */
  readonly root: string;
  /** As the extension is called that DuckDB reads it with. */
  readonly extension: string;
  /** A secret as profiles have it, and the text in it that nobody may see. */
  readonly secret: Readonly<Record<string, unknown>>;
  readonly hidden: string;
  close(): Promise<void>;
}

const clouds: Readonly<Record<string, () => Promise<Cloud>>> = {
  Azure: async () => {
    const { close, connectionString } = await startAzurite();
    const [, hidden = ''] = /AccountKey=([^;]+)/.exec(connectionString) ?? [];
    const secret = { type: 'azure', connection_string: connectionString };
    return { root: 'az://lake', extension: 'azure', secret, hidden, close };
  },
  Google: async () => {
    const { close, endpoint } = await startFakeGcs();
    const hidden = 'a-token-of-the-test';
    const server = { endpoint: new URL(endpoint).host, url_style: 'path', use_ssl: false };
    return {
      root: 'gs://lake',
      extension: 'httpfs',
      secret: { type: 'gcs', bearer_token: hidden, ...server },
      hidden,
      close,
    };
  },
};

const asking = `
import duckdb, json, sys
database, extension, secret, sql = sys.argv[1:]
c = duckdb.connect()
c.execute("SET enable_progress_bar = false")
c.execute("LOAD " + extension)
c.execute(secret)
c.execute("ATTACH '" + database + "' AS lake (READ_ONLY)")
c.execute("USE lake")
print(json.dumps(c.execute(sql).fetchall()))
`;
const state = `SELECT (SELECT max(round) FROM main.orders), (SELECT count(*) FROM main.parts WHERE p = 1), (SELECT list(DISTINCT round ORDER BY round) FROM main.merged), (SELECT count(*) FROM main.merged), (SELECT n FROM main.total)`;

describe.each(Object.entries(clouds))('a lake of %s', (name, start) => {
  const project = temporaryFolder(`cloud-${name}`);
  let cloud: Cloud;

  const profile = (secret: Readonly<Record<string, unknown>>): void => {
    const { extension, root } = cloud;
    const publish = { path: ['catalog/shop.duckdb', `${root}/published/shop.duckdb`] };
    const target = {
      type: 'duckdb',
      external_root: `${root}/shop`,
      extensions: [extension],
      publish,
      secrets: [secret],
    };
    writeFileSync(join(project, 'profiles.yml'), JSON.stringify({ shop: { target: 'dev', outputs: { dev: target } } }));
  };
  const eider = async (...words: readonly string[]): Promise<ProgramResult> =>
    await runEider([...words, '--profiles-dir', project], { cwd: project, env: { HOME: findPeers().home } });
  const done = async (...words: readonly string[]): Promise<string> => {
    const ran = await eider(...words);
    expect(ran.exitCode, `${words.join(' ')}\n${ran.stdout}${ran.stderr}`).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain(cloud.hidden);
    return ran.stdout;
  };
  const build = (round: number): Promise<string> => done('build', '--vars', `{round: ${round}}`);
  /** The state as Python's DuckDB reads it by a catalog. */
  const read = async (database = join(project, 'catalog/shop.duckdb')): Promise<unknown> => {
    const { dbtPython, home } = findPeers();
    const values = Object.entries(cloud.secret).map(([key, value]) =>
      key === 'type' || typeof value === 'boolean' ? `${key} ${value}` : `${key} '${value}'`,
    );
    const words = [database, cloud.extension, `CREATE SECRET (${values.join(', ')})`, state];
    const ran = await runProgram([dbtPython, '-c', asking, ...words], { env: { HOME: home } });
    expect(ran.exitCode, ran.stderr).toBe(0);
    return (JSON.parse(ran.stdout) as readonly unknown[])[0];
  };

  beforeAll(async () => {
    cloud = await start();
    mkdirSync(join(project, 'models'));
    const config = "name: shop\nversion: '1.0'\nprofile: shop\nmodels: {shop: {+materialized: external}}\n";
    writeFileSync(join(project, 'dbt_project.yml'), config);
    for (const [model, sql] of Object.entries(models)) writeFileSync(join(project, `models/${model}.sql`), sql);
    profile(cloud.secret);
  }, minioTimeout);
  afterAll(async () => {
    await cloud?.close();
    removeFolder(project);
  });

  test('is tried by debug, built twice, read by others from both places, rolled back and vacuumed', async () => {
    expect(await done('debug')).toMatch(/conditional write[\s\S]*All checks passed/);
    await build(1);
    expect(await read()).toEqual([1, 100, [1], 100, 100]);
    await build(2);
    const second = [2, 100, [2], 200, 200];
    expect(await read()).toEqual(second);
    expect(await read(`${cloud.root}/published/shop.duckdb`)).toEqual(second);
    expect(await done('show', '--inline', "select count(*) as n from {{ ref('merged') }}")).toContain('200');
    await done('rollback');
    expect(await read()).toEqual([1, 100, [1], 100, 100]);
    await done('vacuum');
    expect(await read()).toEqual([1, 100, [1], 100, 100]);
    await build(3);
    expect(await read()).toEqual([3, 100, [3], 300, 300]);
  });

  test('a key that is wrong, or of the wrong sort, is told in words', async () => {
    const type = String(cloud.secret.type);
    const wrong =
      type === 'azure'
        ? { type, account_name: 'nobody', provider: 'credential_chain', chain: 'env' }
        : { type, key_id: 'hmac', secret: 'hmac' };
    const hint = type === 'azure' ? /npm install @azure\/identity/ : /HMAC keys alone[\s\S]*keyfile/;
    profile(wrong);
    const refused = await eider('build', '--vars', '{round: 4}');
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toMatch(hint);
    expect(refused.stdout + refused.stderr).not.toMatch(/^\s+at /m);
    profile(cloud.secret);
  });
});
