import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { type S3Call, s3Error } from '../support/s3/answer.ts';
import { passingFaults } from '../support/s3/passing-faults.ts';
import { type Fault, type S3Server, startS3Server, testKeys } from '../support/s3/s3-server.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// Invariant: whole commands, eider's requests and DuckDB's, go their way though every tenth request fails, breaks off or is answered in part: nothing is lost or
// doubled, and nothing is left over. What stays ends the command with an error that says what to do, and the next one is right. EIDER_SEED: other requests that fail.

const project = temporaryFolder('s3-faults');
const published = 's3://lake/shop/shop.duckdb';
let server: S3Server;
let fault: (call: S3Call) => Fault | undefined = () => undefined;
let met = 0;

const isDuckdb = ({ headers }: S3Call): boolean => headers['user-agent']?.startsWith('duckdb') === true;
const duckdbWrites = (call: S3Call): boolean => isDuckdb(call) && call.method === 'PUT';
const objects = (part: string): readonly string[] =>
  [...(server.buckets.get('lake')?.objects.keys() ?? [])].filter((key) => key.includes(part));

async function eider(round: number, ...words: readonly string[]) {
  const vars = ['--vars', `{round: ${round}}`, '--profiles-dir', project];
  return await runEider([...words, ...vars], { cwd: project, env: { HOME: findPeers().home } });
}

async function expectRound(round: number): Promise<void> {
  const sql =
    "select min(o.round) || '-' || max(t.round) || ', ' || count(*) || ' rows' as seen from {{ ref('parts') }} o, {{ ref('total') }} t";
  const shown = await eider(round, 'show', '--inline', sql);
  expect(shown.stdout, shown.stderr).toContain(`${round}-${round}, 900 rows`);
}

function profile(more: Readonly<Record<string, unknown>> = {}): void {
  const secret = {
    ...{ type: 's3', key_id: testKeys.accessKeyId, secret: testKeys.secretAccessKey, region: testKeys.region },
    ...{ endpoint: server.endpoint.slice('http://'.length), url_style: 'path', use_ssl: false },
  };
  const publish = { path: [published, 'catalog/shop.duckdb'], policy: 'all', keep: { days: 0, builds: 2 } };
  const target = {
    type: 'duckdb',
    schema: 'main',
    external_root: 's3://lake/shop',
    extensions: ['httpfs'],
    secrets: [secret],
    publish,
    ...more,
  };
  writeFileSync(join(project, 'profiles.yml'), JSON.stringify({ shop: { target: 'dev', outputs: { dev: target } } }));
}

beforeAll(async () => {
  server = await startS3Server(['lake'], {
    fault: (call) => {
      const what = fault(call);
      if (what !== undefined) met++;
      return what;
    },
  });
  mkdirSync(join(project, 'models'));
  const put = (name: string, text: string): void => writeFileSync(join(project, name), text);
  put('dbt_project.yml', "name: shop\nversion: '1.0'\nprofile: shop\nmodels: {shop: {+materialized: external}}\n");
  profile();
  put('models/orders.sql', "select i as id, {{ var('round') }} as round from range(900) t(i)");
  put(
    'models/parts.sql',
    "{{ config(options={'partition_by': 'p'}) }} select id, round, id % 3 as p from {{ ref('orders') }}",
  );
  put('models/total.sql', "{{ config(materialized='table') }} select max(round) as round from {{ ref('parts') }}");
});
afterAll(async () => {
  await server.close();
  removeFolder(project);
});

test('builds, publishes, rollbacks and vacuums come through what passes', async () => {
  fault = passingFaults(Number(process.env.EIDER_SEED ?? 9), 0.1);
  for (const round of [1, 2, 3]) {
    const built = await eider(round, 'build');
    expect(built.exitCode, built.stdout + built.stderr).toBe(0);
  }
  for (const words of [['rollback'], ['publish'], ['vacuum']]) {
    const done = await eider(2, ...words);
    expect(done.exitCode, done.stdout + done.stderr).toBe(0);
  }
  expect(met).toBeGreaterThan(10);
  fault = () => undefined;
  await expectRound(2);
  // Three builds and a rollback: an entry each, none lost, none doubled.
  expect(objects('/ledger/0').map((key) => Number(/(\d+)\.json$/.exec(key)?.[1]))).toEqual([1, 2, 3, 4]);
  expect(server.buckets.get('lake')?.uploads.size).toBe(0);
  const left = await eider(2, 'vacuum', '--dry-run', '--quiet', '--output', 'json');
  expect(JSON.parse(left.stdout)).toEqual({ dry_run: true, files: [], bytes: 0 });
});

test('batches land once, though requests fail and programs start again', async () => {
  const before = met;
  const land = async (file: string, ...words: readonly string[]): Promise<Readonly<Record<string, unknown>>> => {
    const done = await eider(2, 'land', 'landing.orders', file, ...words, '--output', 'json', '--quiet');
    expect(done.exitCode, done.stdout + done.stderr).toBe(0);
    return JSON.parse(done.stdout);
  };
  const days = ['id,n\n1,10\n2,20\n', 'id,n\n3,30\n', 'id,n\n2,25\n4,40\n'];
  for (const [day, rows] of days.entries()) writeFileSync(join(project, `day-${day}.csv`), rows);
  fault = passingFaults(Number(process.env.EIDER_SEED ?? 9), 0.3);
  const kinds: unknown[] = [];
  let location = '';
  for (const day of [0, 1, 0, 2, 2]) {
    const landed = await land(`day-${day}.csv`, ...(day === 2 ? ['--mode', 'merge', '--key', 'id'] : []));
    kinds.push(landed.kind);
    location = String(landed.location ?? location);
  }
  fault = () => undefined;
  expect(met - before).toBeGreaterThan(5);
  expect(kinds).toEqual(['landed', 'landed', 'repeated', 'landed', 'repeated']);
  expect(objects('/orders/_delta_log/').filter((key) => key.endsWith('.json'))).toHaveLength(3);
  const sql = `select string_agg(id || '=' || n, ' ' order by id) as seen from delta_scan('${location}')`;
  const shown = await eider(2, 'show', '--inline', sql);
  expect(shown.stdout, shown.stderr).toContain('1=10 2=25 3=30 4=40');
});

test('who attached the catalog of a commit goes on, who attached the fixed key attaches it anew', async () => {
  fault = () => undefined;
  const config = { extension_directory: join(findPeers().home, '.duckdb', 'extensions') };
  const instance = await DuckDBInstance.create(':memory:', config);
  const reader = await instance.connect();
  const round = async (database: string): Promise<unknown> =>
    (await reader.runAndReadAll(`SELECT DISTINCT round FROM ${database}.main.parts`)).getRowsJS();
  const { accessKeyId, secretAccessKey, region } = testKeys;
  const host = server.endpoint.slice('http://'.length);
  const uri = await eider(2, '--quiet', 'publish', '--print-uri');
  const ofCommit = /s3:\/\/\S+/.exec(uri.stdout)?.[0] ?? '';
  expect(ofCommit).toMatch(/\/catalog\/\d+\.duckdb$/);
  for (const sql of [
    'LOAD httpfs',
    `CREATE SECRET (TYPE s3, KEY_ID '${accessKeyId}', SECRET '${secretAccessKey}', ENDPOINT '${host}', URL_STYLE 'path', USE_SSL false, REGION '${region}')`,
    `ATTACH '${ofCommit}' AS ofcommit (READ_ONLY)`,
    `ATTACH '${published}' AS fixed (READ_ONLY)`,
    `ATTACH '${join(project, 'catalog/shop.duckdb')}' AS here (READ_ONLY)`,
  ])
    await reader.run(sql);
  expect([await round('ofcommit'), await round('fixed'), await round('here')]).toEqual([[[2]], [[2]], [[2]]]);
  const built = await eider(5, 'build');
  expect(built.exitCode, built.stdout).toBe(0);
  expect(await round('ofcommit')).toEqual([[2]]);
  await reader.run(`DETACH fixed; ATTACH '${published}' AS fixed (READ_ONLY)`);
  await reader.run(`DETACH here; ATTACH '${join(project, 'catalog/shop.duckdb')}' AS here (READ_ONLY)`);
  expect([await round('fixed'), await round('here')]).toEqual([[[5]], [[5]]]);
  reader.closeSync();
  instance.closeSync();
  expect((await eider(2, 'rollback')).exitCode).toBe(0);
});

describe('what stays', () => {
  test.each([
    ['keys of DuckDB that have run out', duckdbWrites, s3Error(400, 'ExpiredToken'), /keys that have run out/],
    [
      'a ledger that cannot be written',
      ({ key, method }: S3Call) => method === 'PUT' && key.includes('/ledger/'),
      s3Error(403, 'AccessDenied'),
      /AccessDenied[\s\S]*right to list/,
    ],
    [
      'another region',
      () => true,
      s3Error(400, 'AuthorizationHeaderMalformed', { Region: 'eu-west-1' }),
      /`region: eu-west-1`/,
    ],
    ['a wrong clock', () => true, s3Error(403, 'RequestTimeTooSkewed'), /Set this machine's clock/],
  ] as const)('%s', async (_, meets, what, words) => {
    // DuckDB writes into the bucket itself where nothing is written here first.
    profile(meets === duckdbWrites ? { object_cache: false } : {});
    fault = (call) => (meets(call) ? what : undefined);
    const before = objects('/ledger/0');
    const built = await eider(7, 'build');
    expect(built.exitCode, built.stdout).toBeGreaterThan(0);
    expect(built.stdout + built.stderr).toMatch(words);
    expect(built.stdout + built.stderr).not.toContain('Unexpected failure');
    fault = () => undefined;
    expect(objects('/ledger/0')).toEqual(before);
    await expectRound(2);
  });

  test('is forgotten by the next build', async () => {
    fault = () => undefined;
    const built = await eider(8, 'build');
    expect(built.exitCode, built.stdout).toBe(0);
    await expectRound(8);
  });
});
