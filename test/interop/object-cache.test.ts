import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import { stored } from '../support/s3/objects.ts';
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
    // Neither reads what the other replaces: both commit.
    await Promise.all([eider('build', '--select', 'lines'), eider('build', '--select', 'parts'), shown()]);
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

describe('the work of a node', () => {
  interface Work {
    readonly bytes_written: number;
    readonly requests: number;
    readonly bytes_sent: number;
    readonly bytes_received: number;
  }
  const worked = (): Record<string, Work> => {
    const { results } = JSON.parse(readFileSync(join(project, 'target', 'run_results.json'), 'utf8'));
    const list = results as readonly { readonly unique_id: string; readonly adapter_response: Work }[];
    return Object.fromEntries(list.map((result) => [result.unique_id.split('.')[2], result.adapter_response]));
  };
  /** What the server was asked about a key since the last time, by its own count. */
  const asked = (pattern: RegExp) => {
    const calls = server.calls.slice(seen).filter(({ key, method }) => method === 'PUT' && pattern.test(key));
    return { requests: calls.length, bytes_sent: calls.reduce((sum, { body }) => sum + body.length, 0) };
  };
  const sizeOf = (pattern: RegExp): number => {
    const found = [...(server.buckets.get('lake')?.objects ?? [])].filter(([key]) => pattern.test(key));
    return found.reduce((sum, [, { bytes }]) => sum + bytes.length, 0);
  };

  test('is what the server was asked for it', async () => {
    const csv = Buffer.from(`n\n${'7\n'.repeat(1000)}`);
    server.buckets.get('lake')?.objects.set('in/raw.csv', stored(csv, {}, new Date()));
    writeFileSync(join(project, 'models', 'raw.sql'), "select sum(n) as n from read_csv('s3://lake/in/raw.csv')");
    profile({ path: join(root, 'elsewhere') });
    await eider('build', '--select', 'orders raw');
    const { orders, raw } = worked();
    // Its files and what the journal says of it; the check before the commit and the location are the build's.
    const journal = asked(/journal\/.*\/model\.shop\.orders\.json$/);
    const data = asked(/\/data\/model\.shop\.orders\//);
    expect(orders?.requests).toBe(journal.requests + data.requests);
    expect(orders?.bytes_sent).toBe(journal.bytes_sent + data.bytes_sent);
    expect(data.bytes_sent).toBe(orders?.bytes_written);
    // DuckDB's own.
    const read = server.calls.slice(seen).filter(({ key }) => key === 'in/raw.csv');
    expect(read.length).toBeGreaterThan(1);
    expect(raw?.requests).toBe(2 + read.length);
    const ranges = read.flatMap(({ headers, method }) => (method === 'GET' ? [headers.range ?? ''] : []));
    const lengths = ranges.map((range) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
      return first === undefined ? csv.length : Math.min(Number(last), csv.length - 1) - Number(first) + 1;
    });
    expect(raw?.bytes_received).toBe(lengths.reduce((sum, length) => sum + length, 0));
  });

  test('counts a copy that is fetched once, and stands in the catalog', async () => {
    profile({ path: join(root, 'cold') });
    await eider('build', '--select', 'lines');
    const fetched = worked().lines;
    expect(fetched?.bytes_received).toBeGreaterThan(sizeOf(/orders\.parquet$/));
    await eider('build', '--select', 'lines');
    const { lines } = worked();
    expect(lines?.bytes_received).toBeLessThan(sizeOf(/orders\.parquet$/));
    const columns = 'bytes_written, requests, bytes_sent, bytes_received, request_ms';
    const sql = `SELECT COLUMNS(c -> list_contains(string_split('${columns}', ', '), c))::INTEGER FROM eider.nodes WHERE relation_name = 'lines'`;
    const [row] = await ask(join(project, 'catalog', 'dev.duckdb'), sql);
    expect({ _message: 'OK', ...row }).toEqual(lines);
  });
});

test('a setting that means nothing is refused', async () => {
  profile({ path: 'copies', size: 3 });
  const done = await runEider(['build', '--profiles-dir', project], { cwd: project, env });
  expect(done.exitCode).toBe(2);
  expect(done.stdout + done.stderr).toContain('object_cache');
});
