import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMemoryStore, type Store, StoreError } from '@eider/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { removeFolder, temporaryFolder } from '../../../../test/support/temporary-project.ts';
import type { Connection, ResultTable, Session } from '../session/session.ts';
import { wholeUpTo } from './object-reader.ts';
import { type Objects, openObjects } from './objects.ts';

const folder = 's3://lake/state/data';

let root = '';
let store: Store;
let calls: string[] = [];

beforeEach(() => {
  vi.stubEnv('UV_THREADPOOL_SIZE', '64');
  root = temporaryFolder('objects');
  calls = [];
  const memory = createMemoryStore();
  const noted = <Name extends 'get' | 'getRange' | 'stat' | 'putFile'>(name: Name): Pick<Store, Name> => {
    const method = memory[name] as (...given: readonly unknown[]) => unknown;
    const spy = (...given: readonly unknown[]): unknown => {
      calls.push(`${name} ${given[0]}`);
      return method(...given);
    };
    return { [name]: spy } as unknown as Pick<Store, Name>;
  };
  store = { ...memory, ...noted('get'), ...noted('getRange'), ...noted('stat'), ...noted('putFile') };
});
afterEach(() => {
  vi.unstubAllEnvs();
  removeFolder(root);
});

const open = (path = root, maxSize = 1e9): Objects =>
  openObjects({
    cache: { path, maxSize },
    folder,
    place: async (uri) => ({ store, key: uri.slice('s3://lake/'.length) }),
    buckets: { s3: () => ({ region: 'us-east-1', pathStyle: true, credentials: () => null }) },
  });

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}
type Ask = (uri: string, init?: RequestInit & { readonly key?: string }) => Promise<Answer>;

/** The statements that were run. */
let said: string[] = [];

const query = async (sql: string): Promise<ResultTable> => {
  said.push(sql);
  return { columns: [], rows: [] };
};
const connection = { query, close: () => undefined } as unknown as Connection;
const session = {
  target: { threads: 4 },
  connect: async () => connection,
} as unknown as Session;

/** Serves a session that runs nothing, and asks for objects as httpfs would with the secret that it was given. */
async function bound(objects: Objects): Promise<Ask> {
  said = [];
  await objects.serve(session);
  return asker();
}

/** Asks for objects as httpfs would with the secret that was made last. */
function asker(): Ask {
  const [, key = '', endpoint = '', scope = ''] =
    /KEY_ID '(\w+)'.*ENDPOINT '([\d.:]+)'.*SCOPE '([^']+)'/.exec(said.at(-1) ?? '') ?? [];
  expect(scope).toBe(`${folder}/`);
  return async (uri, init = {}) => {
    const path = uri.slice('s3://'.length).split('/').map(encodeURIComponent).join('/');
    const authorization = `AWS4-HMAC-SHA256 Credential=${init.key ?? key}/20261122/us-east-1/s3/aws4_request`;
    const response = await fetch(`http://${endpoint}/${path}`, {
      ...init,
      headers: { authorization, ...init.headers },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
}

/** Writes a draft of an object, and holds it. */
async function write(objects: Objects, uri: string, text: string): Promise<void> {
  const draft = await objects.draft(uri);
  if (draft === undefined) throw new Error('no draft');
  writeFileSync(draft, text);
  await objects.hold(uri, draft);
}

describe('what is written', () => {
  test('is read before it is sent, sent once, and never fetched', async () => {
    const objects = open();
    const uri = `${folder}/model.shop.größe/b-1 x.parquet`;
    const ask = await bound(objects);
    await write(objects, uri, 'some rows');
    expect(await ask(uri)).toMatchObject({ status: 200, text: 'some rows' });
    expect(calls).toEqual([]);
    await objects.send(uri);
    await objects.send(uri);
    expect(calls).toEqual(['putFile state/data/model.shop.größe/b-1 x.parquet']);
    expect(Buffer.from(await store.get('state/data/model.shop.größe/b-1 x.parquet')).toString()).toBe('some rows');
    calls = [];
    const other = await bound(open());
    for (const each of [ask, other]) expect((await each(uri)).text).toBe('some rows');
    expect(calls).toEqual([]);
  });

  test('is read by its path while its build lasts, where nothing of the database is kept', async () => {
    const objects = open();
    const uri = `${folder}/n/b-1.parquet`;
    const ask = await bound(objects);
    await write(objects, uri, 'rows');
    expect(objects.near(uri)).toBeUndefined();
    await objects.serve({ ...session, inMemory: true });
    await write(objects, uri, 'other rows');
    const near = objects.near(uri) ?? '';
    for (const step of [async () => undefined, () => objects.send(uri), () => objects.send(uri)]) {
      await step();
      expect(readFileSync(near, 'utf8')).toBe('other rows');
      expect((await ask(uri)).text).toBe('other rows');
    }
    await objects.tidy('b-');
    expect(objects.near(uri)).toBeUndefined();
    expect(readdirSync(join(root, 'new'))).toEqual([]);
    const other = await bound(open());
    for (const each of [ask, other]) expect((await each(uri)).text).toBe('other rows');
    expect(calls).toEqual(['putFile state/data/n/b-1.parquet']);
  });

  test('is read by its path up to half of what copies may take', async () => {
    const objects = open(root, 100);
    await objects.serve({ ...session, inMemory: true });
    const uris = ['b-1', 'b-2', 'b-3'].map((name) => `${folder}/n/${name}.parquet`);
    for (const uri of uris) await write(objects, uri, 'x'.repeat(20));
    expect(uris.map((uri) => objects.near(uri) !== undefined)).toEqual([true, true, false]);
  });

  test('and not sent is forgotten with its build', async () => {
    const objects = open();
    const ask = await bound(objects);
    for (const name of ['b-1.parquet', 'c-1.parquet']) await write(objects, `${folder}/n/${name}`, name);
    await objects.tidy('b-');
    expect((await ask(`${folder}/n/b-1.parquet`)).status).toBe(404);
    expect((await ask(`${folder}/n/c-1.parquet`)).text).toBe('c-1.parquet');
    await objects.send(`${folder}/n/b-1.parquet`);
    await objects.tidy('c-');
    expect(readdirSync(join(root, 'new'))).toEqual([]);
    expect(calls.filter((call) => call.startsWith('put'))).toEqual([]);
  });

  test('goes to the bucket itself where that is not asked for, where it lies elsewhere, and where this machine cannot hold it', async () => {
    const objects = open();
    expect(await objects.draft(`${folder}/n/b-1.parquet`)).toBeUndefined();
    expect(await objects.draft('s3://other/place/b-1.parquet')).toBeUndefined();
    writeFileSync(join(root, 'file'), '');
    const without = open(join(root, 'file', 'below'));
    await without.serve(session);
    expect(await without.draft(`${folder}/n/b-1.parquet`)).toBeUndefined();
  });

  test('stays held where it could not be sent', async () => {
    const objects = open();
    const ask = await bound(objects);
    await write(objects, `${folder}/n/b-1.parquet`, 'rows');
    const { putFile } = store;
    store = { ...store, putFile: () => Promise.reject(new StoreError('store/failed', 'No.', 'Again.')) };
    await expect(objects.send(`${folder}/n/b-1.parquet`)).rejects.toThrow('No.');
    expect((await ask(`${folder}/n/b-1.parquet`)).text).toBe('rows');
    store = { ...store, putFile };
    await objects.send(`${folder}/n/b-1.parquet`);
    expect(await store.stat('state/data/n/b-1.parquet')).toMatchObject({ bytes: 4 });
  });
});

describe('what lies in the bucket', () => {
  const uri = `${folder}/n/b-1.parquet`;
  const key = 'state/data/n/b-1.parquet';

  test('is fetched once, by as many as want it at once, and by one request where its size is known', async () => {
    await store.put(key, Buffer.from('0123456789'));
    const objects = open();
    const ask = await bound(objects);
    objects.learn([{ path: uri, bytes: 10 }]);
    const answers = await Promise.all([
      ask(uri, { method: 'HEAD' }),
      ask(uri, { headers: { range: 'bytes=2-4' } }),
      ask(uri, { headers: { range: 'bytes=7-' } }),
      ask(uri, { headers: { range: 'bytes=-2' } }),
      ask(uri, { headers: { range: 'bytes=8-99' } }),
      ask(uri, { headers: { range: 'bytes=10-12' } }),
    ]);
    expect(answers.map(({ status, text }) => [status, text])).toEqual([
      [200, ''],
      [206, '234'],
      [206, '789'],
      [206, '89'],
      [206, '89'],
      [416, ''],
    ]);
    expect(answers[0]?.headers.get('content-length')).toBe('10');
    expect(answers[1]?.headers.get('content-range')).toBe('bytes 2-4/10');
    expect(calls).toEqual([`get ${key}`]);
  });

  test('is read in the parts that are asked for, where it is large or cannot be kept', async () => {
    const large = Buffer.alloc(wholeUpTo + 10, 'x');
    await store.put(key, large);
    await store.put('state/data/n/small', Buffer.from('abcdef'));
    const ask = await bound(open());
    const range = `bytes=${wholeUpTo}-${wholeUpTo + 4}`;
    expect(await ask(uri, { headers: { range } })).toMatchObject({ status: 206, text: 'xxxxx' });
    expect(calls).toEqual([`stat ${key}`, `getRange ${key}`]);
    const whole = await ask(uri);
    expect(createHash('md5').update(whole.text).digest('hex')).toBe(createHash('md5').update(large).digest('hex'));
    writeFileSync(join(root, 'file'), '');
    // No run is served from there, but catalogs are made.
    expect(await open(join(root, 'file', 'below')).bind(connection)).toBe(true);
    const without = asker();
    expect((await without(`${folder}/n/small`, { headers: { range: 'bytes=1-2' } })).text).toBe('bc');
  });

  test('is fetched again where the copy is damaged', async () => {
    await store.put(key, Buffer.from('as it was'));
    expect((await (await bound(open()))(uri)).text).toBe('as it was');
    const [copy] = readdirSync(join(root, 'objects'), { recursive: true, withFileTypes: true }).filter((e) =>
      e.isFile(),
    );
    const path = join(copy?.parentPath ?? '', copy?.name ?? '');
    writeFileSync(path, readFileSync(path, 'latin1').replace('was', 'saw'), 'latin1');
    calls = [];
    expect((await (await bound(open()))(uri)).text).toBe('as it was');
    expect(calls).toContain(`get ${key}`);
  });

  test('and is gone is not found; and what the bucket refuses is said', async () => {
    const objects = open();
    const ask = await bound(objects);
    expect((await ask(uri)).status).toBe(404);
    objects.learn([{ path: uri, bytes: 10 }]);
    expect((await ask(uri)).status).toBe(404);
    store = { ...store, get: () => Promise.reject(new StoreError('store/denied', 'Not <you>.', 'Ask.')) };
    expect(await ask(uri)).toMatchObject({ status: 503, text: expect.stringContaining('Not &#60;you&#62;.') });
  });

  test('is for this process alone, and only read', async () => {
    await store.put(key, Buffer.from('secret'));
    const ask = await bound(open());
    expect((await ask(uri, { key: 'guessed' })).status).toBe(403);
    expect((await ask(uri, { headers: { authorization: '' } })).status).toBe(403);
    expect((await ask(uri, { method: 'PUT', body: 'x' })).status).toBe(501);
    expect((await ask(uri, { method: 'DELETE' })).status).toBe(501);
    expect(Buffer.from(await store.get(key)).toString()).toBe('secret');
  });
});

describe('the bucket itself is read and written', () => {
  test('where DuckDB cannot reach this process', async () => {
    const failing = { query: () => Promise.reject(new Error('no httpfs')), close: () => undefined };
    const objects = open();
    await objects.serve({ ...session, connect: async () => failing as unknown as Connection });
    expect(await objects.draft(`${folder}/n/b-1.parquet`)).toBeUndefined();
  });

  test('where queries could hold all threads', async () => {
    said = [];
    const objects = open();
    await objects.serve({ ...session, target: { ...session.target, threads: 60 } });
    expect(said).toEqual([]);
    expect(await objects.draft(`${folder}/n/b-1.parquet`)).toBeUndefined();
  });

  test('from when this machine has no more room: all that is held is there by then', async () => {
    const objects = open();
    await bound(objects);
    await write(objects, `${folder}/n/b-1.parquet`, 'one');
    const late = await objects.draft(`${folder}/n/b-2.parquet`);
    writeFileSync(late ?? '', 'two');
    await Promise.all([objects.giveUp(), objects.giveUp()]);
    expect(said.filter((sql) => sql.startsWith('DROP'))).toHaveLength(1);
    await objects.hold(`${folder}/n/b-2.parquet`, late ?? '');
    expect(calls).toEqual(['putFile state/data/n/b-1.parquet', 'putFile state/data/n/b-2.parquet']);
    expect(await objects.draft(`${folder}/n/b-3.parquet`)).toBeUndefined();
    await bound(objects);
    expect(await objects.draft(`${folder}/n/b-3.parquet`)).toBeDefined();
  });
});
