import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { repository, runEider } from '../support/eider.ts';
import { type S3Call, s3Error } from '../support/s3/answer.ts';
import { type S3Server, startS3Server, testKeys } from '../support/s3/s3-server.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// Invariant: the rights that the page on buckets gives are enough for every command, and none of them is too many.

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: { readonly StringLike: { readonly 's3:prefix': readonly string[] } };
}

const page = readFileSync(join(repository, 'packages/cli/docs/buckets.md'), 'utf8');
const [, json = ''] = /```json\n(\{"Version"[\s\S]*?)```/.exec(page) ?? [];
const { Statement: statements } = JSON.parse(json) as { readonly Statement: readonly Statement[] };

/** Whether a text is one that a pattern with `*` means. */
const like = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll('*', '.*')}$`).test(text);

/** What a request asks of Amazon's rights: an action, and what it is done to. Who may not list a bucket is not told that an object is not there. */
function asked({ bucket, headers, key, method, query }: S3Call): readonly (readonly [action: string, key: string])[] {
  const object = `${bucket}/${key}`;
  if (key === '') return [['s3:ListBucket', bucket]];
  if (method === 'GET' || method === 'HEAD') {
    const isThere = server.buckets.get(bucket)?.objects.has(key) === true;
    return [['s3:GetObject', object], ...(isThere ? [] : [['s3:ListBucket', bucket] as const])];
  }
  if (method === 'DELETE') return [[query.has('uploadId') ? 's3:AbortMultipartUpload' : 's3:DeleteObject', object]];
  const source = headers['x-amz-copy-source'];
  const read = source === undefined ? [] : [['s3:GetObject', decodeURIComponent(source).replace(/^\//, '')] as const];
  return [['s3:PutObject', object], ...read];
}

const used = new Set<string>();

function isAllowed(call: S3Call): boolean {
  return asked(call).every(([action, resource]) => {
    used.add(action);
    const prefix = call.query.get('prefix');
    return statements.some(({ Action, Condition, Resource }) => {
      const prefixes = Condition?.StringLike['s3:prefix'];
      return (
        [Action].flat().includes(action) &&
        like(Resource, `arn:aws:s3:::${resource}`) &&
        (prefixes === undefined || prefixes.some((pattern) => prefix !== null && like(pattern, prefix)))
      );
    });
  });
}

const project = join(temporaryFolder('policy'), 'shop');
const refused: string[] = [];
let breaksOff = false;
let server: S3Server;

beforeAll(async () => {
  server = await startS3Server(['lake'], {
    fault: (call) => {
      if (!isAllowed(call)) {
        refused.push(`${call.method} ${call.bucket}/${call.key}?${call.query}`);
        return s3Error(403, 'AccessDenied');
      }
      // An upload in parts that comes to no end.
      return breaksOff && call.query.has('partNumber') ? s3Error(400, 'InvalidRequest') : undefined;
    },
  });
  const secret = {
    ...{ type: 's3', key_id: testKeys.accessKeyId, secret: testKeys.secretAccessKey, url_style: 'path' },
    ...{ endpoint: server.endpoint.slice('http://'.length), use_ssl: false, region: testKeys.region },
  };
  const target = {
    ...{ type: 'duckdb', threads: 4, external_root: 's3://lake/shop', extensions: ['httpfs'], secrets: [secret] },
    publish: { path: 's3://lake/shop/catalog.duckdb' },
  };
  const files = {
    'profiles.yml': JSON.stringify({ shop: { target: 'dev', outputs: { dev: target } } }),
    'dbt_project.yml': 'name: shop\nprofile: shop\nmodels: {+materialized: external}\nvars: {rows: 10}\n',
    'models/orders.sql': 'select i as id, i % 3 as p, hash(i) as h from range({{ var("rows") }}) t(i)',
    'models/parts.sql': "{{ config(options={'partition_by': 'p'}) }} select * from {{ ref('orders') }}",
    'models/feed.sql': "{{ config(format='delta') }} select * from {{ ref('orders') }}",
    'models/kept.sql': "{{ config(materialized='table') }} select count(*) as n from {{ ref('parts') }}",
  };
  mkdirSync(join(project, 'models'), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text);
});
beforeEach(() => {
  refused.length = 0;
});
afterAll(async () => {
  await server.close();
  removeFolder(join(project, '..'));
});

async function eider(...words: readonly string[]): Promise<number | null> {
  const env = { HOME: findPeers().home, EIDER_CACHE_DIR: join(project, 'copies') };
  return (await runEider([...words, '--profiles-dir', project], { cwd: project, env })).exitCode;
}

test.each([
  'debug',
  'build',
  'build --full-refresh',
  'show --inline select_1',
  'publish',
  'history',
  'optimize feed',
  'restore feed --to-commit 1',
  'rollback',
  'vacuum',
  'build --vars {rows:3000000} --select orders',
])('%s needs no more', async (command) => {
  const code = await eider(...command.split(' ').map((word) => word.replace('_', ' ').replace(':', ': ')));
  expect([refused, code]).toEqual([[], 0]);
});

test('each right is needed', async () => {
  breaksOff = true;
  expect(await eider('build', '--vars', '{rows: 4000000}', '--select', 'orders')).toBe(1);
  expect(refused).toEqual([]);
  expect([...used].sort()).toEqual(statements.flatMap(({ Action }) => Action).sort());
});
