import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { type S3Server, startS3Server, testKeys } from '../support/s3/s3-server.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// Invariant: no byte of a generation that this machine wrote or once fetched is fetched again, and nothing rests on the copies: whatever becomes of them,
// what is built, committed and shown is what it is without them.

const root = temporaryFolder('object-cache');
// As the program sets it for itself.
const env = { HOME: findPeers().home, UV_THREADPOOL_SIZE: '64' };
const project = join(root, 'shop');
let server: S3Server;
let seen = 0;

/** The setting in the profile: the folder of a machine's copies, or none. */
function profile(objectCache: unknown): void {
  const secret = {
    ...{ type: 's3', key_id: testKeys.accessKeyId, secret: testKeys.secretAccessKey, url_style: 'path' },
    ...{ endpoint: server.endpoint.slice('http://'.length), use_ssl: false, region: testKeys.region },
  };
  const target = {
    ...{ type: 'duckdb', schema: 'main', threads: 4, external_root: 's3://lake/shop', extensions: ['httpfs'] },
    ...{ secrets: [secret], object_cache: objectCache },
  };
  writeFileSync(join(project, 'profiles.yml'), JSON.stringify({ shop: { target: 'dev', outputs: { dev: target } } }));
}

async function eider(...words: readonly string[]): Promise<string> {
  const done = await runEider([...words, '--profiles-dir', project], { cwd: project, env });
  expect(done.exitCode, done.stdout + done.stderr).toBe(0);
  return done.stdout;
}

const shown = async (): Promise<unknown> =>
  JSON.parse(await eider('-q', 'show', '--inline', "select sum(n) as n from {{ ref('total') }}", '--output', 'json'));

/** What was asked of data since the last time: the names of nodes that were read, sorted. */
function fetched(): readonly string[] {
  const calls = server.calls.slice(seen);
  seen = server.calls.length;
  return calls
    .filter(({ key, method }) => method === 'GET' && key.includes('/data/'))
    .map(({ key }) => /\/data\/model\.shop\.(\w+)/.exec(key)?.[1] ?? key)
    .sort();
}

const copies = (folder: string): readonly string[] =>
  existsSync(join(folder, 'objects'))
    ? readdirSync(join(folder, 'objects'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

beforeAll(async () => {
  server = await startS3Server(['lake']);
  mkdirSync(join(project, 'models'), { recursive: true });
  const models = 'models: {shop: {+materialized: external}}';
  writeFileSync(join(project, 'dbt_project.yml'), `name: shop\nversion: '1.0'\nprofile: shop\n${models}\n`);
  const model = (name: string, sql: string): void => writeFileSync(join(project, 'models', `${name}.sql`), sql);
  model('orders', 'select i as id, i % 3 as p from range(5000) t(i)');
  model('parts', "{{ config(options={'partition_by': 'p'}) }} select * from {{ ref('orders') }}");
  model('lines', "{{ config(format='csv') }} select id from {{ ref('orders') }} where id < 100");
  model('total', "select count(*) as n from {{ ref('parts') }} union all select count(*) from {{ ref('lines') }}");
});
beforeEach(() => {
  seen = server.calls.length;
});
afterAll(async () => {
  await server.close();
  removeFolder(root);
});

describe('copies of objects', () => {
  const here = join(root, 'here');
  const there = join(root, 'there');
  const all = [{ n: 5100 }];

  test('of what is written here are there at once', async () => {
    profile({ path: here });
    await eider('build');
    expect(fetched()).toEqual([]);
    expect(copies(here)).toHaveLength(6);
    expect(readdirSync(join(here, 'new'))).toEqual([]);
    await eider('build', '--select', 'parts total');
    expect(await shown()).toMatchObject({ show: all });
    expect(fetched()).toEqual([]);
  });

  test('of what another machine wrote are fetched once', async () => {
    profile({ path: there });
    expect(await shown()).toMatchObject({ show: all });
    await eider('build', '--select', 'total');
    await eider('build', '--select', 'parts');
    expect(fetched()).toEqual(['lines', 'orders', 'parts', 'parts', 'parts', 'total']);
    await eider('build', '--select', 'parts total');
    expect(await shown()).toMatchObject({ show: all });
    expect(fetched()).toEqual([]);
  });

  test('that are damaged are fetched again', async () => {
    profile({ path: here });
    const before = copies(here);
    for (const path of before) writeFileSync(path, readFileSync(path).fill(7, 4, 40));
    await eider('build', '--select', 'total');
    expect(await shown()).toMatchObject({ show: all });
    expect(fetched()).toEqual(['lines', 'parts', 'parts', 'parts']);
  });

  test('are shared by processes that run at once', async () => {
    const both = join(root, 'both');
    profile({ path: both, max_size: '10 kB' });
    const other = join(root, 'other');
    cpSync(project, other, { recursive: true });
    await Promise.all([eider('build', '--select', 'total'), eider('build', '--select', 'parts'), shown()]);
    expect(await shown()).toMatchObject({ show: all });
    const bytes = copies(both).reduce((sum, path) => sum + readFileSync(path).length, 0);
    expect(bytes).toBeLessThanOrEqual(10_000);
  });

  test.each([
    ['are switched off', () => false],
    ['cannot be kept', () => ({ path: join(project, 'dbt_project.yml', 'below') })],
  ])('are not needed: where they %s, the bucket is asked', async (_, setting) => {
    profile(setting());
    await eider('build');
    expect(fetched().length).toBeGreaterThan(3);
    expect(await shown()).toMatchObject({ show: all });
  });
});

test('a setting that means nothing is refused', async () => {
  profile({ path: 'copies', size: 3 });
  const done = await runEider(['build', '--profiles-dir', project], { cwd: project, env });
  expect(done.exitCode).toBe(2);
  expect(done.stdout + done.stderr).toContain('object_cache');
});
