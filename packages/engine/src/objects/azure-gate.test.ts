import { createMemoryStore } from '@eider/store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { removeFolder, temporaryFolder } from '../../../../test/support/temporary-project.ts';
import type { Connection, Session } from '../session/session.ts';
import { openObjects } from './objects.ts';

// Invariant: what DuckDB's extension azure asks this process for, with the secret that it was given, is what lies in the container; who has another key gets nothing.

let root: string;
beforeEach(() => {
  vi.stubEnv('UV_THREADPOOL_SIZE', '64');
  root = temporaryFolder('azure-gate');
});
afterEach(() => {
  vi.unstubAllEnvs();
  removeFolder(root);
});

test.each([
  ['az://lake/state/data', '/lake/state/data/n/a%20b.parquet'],
  ['az://me.blob.core.windows.net/lake/state/data', '/lake/state/data/n/a%20b.parquet'],
])('objects below %s are read whole and in parts', async (folder, path) => {
  const store = createMemoryStore();
  await store.put('n/a b.parquet', new TextEncoder().encode('0123456789'));
  const said: string[] = [];
  const query = async (sql: string) => {
    said.push(sql);
    return { columns: [], rows: [] };
  };
  const connection = { query, close: () => undefined } as unknown as Connection;
  const session = { target: { threads: 4 }, connect: async () => connection } as unknown as Session;
  const objects = openObjects({
    cache: { path: root, maxSize: 1e9 },
    folder,
    place: async (uri) => ({ store, key: uri.slice(folder.length + 1) }),
    buckets: {},
  });
  await objects.serve(session);
  const [, key = '', server = '', scope = ''] =
    /TYPE azure.*AccountName=(\w+);.*BlobEndpoint=(\S+?)'.*SCOPE '([^']+)'/.exec(said.at(-1) ?? '') ?? [];
  expect(scope).toBe(`${folder}/`);
  const ask = (account: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
    fetch(server + path, { method, headers: { authorization: `SharedKey ${account}:c2ln`, ...headers } });
  const head = await ask(key, {}, 'HEAD');
  expect([head.status, head.headers.get('content-length'), head.headers.get('x-ms-blob-type')]).toEqual([
    200,
    '10',
    'BlockBlob',
  ]);
  expect(await (await ask(key)).text()).toBe('0123456789');
  const part = await ask(key, { 'x-ms-range': 'bytes=2-4' });
  expect([part.status, await part.text()]).toEqual([206, '234']);
  expect((await ask('another')).status).toBe(403);
  expect(await objects.draft(`${folder}/n/new.parquet`)).toContain('new.parquet');
});

test('a folder that is read by another protocol is not served', async () => {
  const folder = 'abfss://lake/state/data';
  const place = async (uri: string) => ({ store: createMemoryStore(), key: uri });
  const objects = openObjects({ cache: { path: root, maxSize: 1e9 }, folder, place, buckets: {} });
  const connection = { query: () => Promise.reject(new Error('no statement is run')), close: () => undefined };
  await objects.serve({ target: { threads: 4 }, connect: async () => connection } as unknown as Session);
  expect(await objects.draft(`${folder}/n/new.parquet`)).toBeUndefined();
});
