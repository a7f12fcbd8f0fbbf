import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { s3Error } from '../../../../test/support/s3/answer.ts';
import { stored } from '../../../../test/support/s3/objects.ts';
import { type Fault, type S3Server, startS3Server } from '../../../../test/support/s3/s3-server.ts';
import { StoreError } from '../errors.ts';
import { httpClient } from '../remote/client.ts';
import type { SendRequest } from '../remote/exchange.ts';
import type { Store } from '../store.ts';
import type { S3Access } from './access.ts';
import { createS3Store } from './bucket.ts';

// Invariant: whatever happens to whichever request of whichever method, the answer is the right one or an error that says what to do, and the bucket holds
// what it would hold, or what it held: nothing lost, doubled or torn. What passes is not seen at all.

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);
const large = bytes('0123456789'.repeat(25));

/** Each method, in all the ways that it sends requests. What it gives is compared. */
const methods: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  get: async (store) => text(await store.get('a')),
  'get, missing': async (store) => {
    try {
      return text(await store.get('none'));
    } catch (cause) {
      if (cause instanceof StoreError && cause.code === 'store/not-found') return cause.code;
      throw cause;
    }
  },
  getMany: async (store) => (await store.getMany(['a', 'b/c', 'b/d'])).map(text),
  getRange: async (store) => text(await store.getRange('a', 1, 3)),
  'getRange, past the end': async (store) => text(await store.getRange('a', 100, 3)),
  put: (store) => store.put('new', bytes('new')),
  'put over': (store) => store.put('a', bytes('new')),
  'put in parts': (store) => store.put('large', large),
  putIfAbsent: (store) => store.putIfAbsent('ledger/2', bytes('mine')),
  'putIfAbsent, taken': (store) => store.putIfAbsent('a', bytes('a of the seed')),
  sync: (store) => store.sync(['a', 'b/c']),
  list: async (store) => (await store.list({ prefix: 'b/' })).objects.map(({ key, bytes: size }) => [key, size]),
  'list by pages': async (store) => {
    const first = await store.list({ limit: 2 });
    const second = await store.list({ limit: 2, after: first.next ?? '' });
    return [first, second].map(({ objects }) => objects.map(({ key }) => key));
  },
  names: (store) => store.names(''),
  delete: (store) => store.delete('a'),
  copy: (store) => store.copy('a', 'b/c'),
  'copy in parts': (store) => store.copy('big', 'copied'),
  link: (store) => store.link('a', 'linked'),
  stat: async (store) => (await store.stat('a'))?.bytes,
  'stat, missing': (store) => store.stat('none'),
};

/** What may pass: the next try comes through. */
const passing: Readonly<Record<string, Fault>> = {
  'a reset before it is done': 'reset',
  'a reset after it is done': 'lost',
  'a reset in the answer': 'torn',
  'silence before it is done': 'mute',
  'silence after it is done': 'late',
  'HTTP 500': 500,
  'HTTP 502 of a proxy': {
    status: 502,
    headers: { 'content-type': 'text/html' },
    body: bytes('<html>Bad Gateway</html>'),
  },
  'SlowDown, HTTP 503': 503,
  'HTTP 429': 429,
  'HTTP 408': 408,
  'RequestTimeout, HTTP 400': s3Error(400, 'RequestTimeout'),
  'HTTP 412 that nobody asked for': s3Error(412, 'PreconditionFailed'),
};

/** One of each sort. */
const staying: ReadonlySet<unknown> = new Set(['reset', 'lost', 'late', 503]);

/** What stays until a person does something, and what the advice has to name. */
const lasting: Readonly<Record<string, readonly [Fault, RegExp]>> = {
  'keys that have run out': [s3Error(400, 'ExpiredToken'), /sign in again/],
  'no right': [s3Error(403, 'AccessDenied'), /right to list/],
  'another region, HTTP 301': [
    s3Error(301, 'PermanentRedirect', { Endpoint: 'lake.s3.eu-west-1.amazonaws.com' }),
    /region/,
  ],
  'another region, HTTP 307': [
    {
      ...s3Error(307, 'TemporaryRedirect'),
      headers: { location: 'http://127.0.0.1:1/', 'x-amz-bucket-region': 'eu-west-1' },
    },
    /`region: eu-west-1`/,
  ],
  'another region, HTTP 400': [
    s3Error(400, 'AuthorizationHeaderMalformed', { Region: 'eu-west-1' }),
    /`region: eu-west-1`/,
  ],
  'a wrong clock': [s3Error(403, 'RequestTimeTooSkewed'), /clock/],
};

let server: S3Server;
let fault: (turn: number) => Fault | undefined = () => undefined;
let turn = 0;
const silences = new Map<string, AbortController>();
const given = Object.entries({ a: 'a of the seed', 'b/c': 'c', 'b/d': 'd', big: '0123456789'.repeat(30) });

beforeAll(async () => {
  server = await startS3Server(['lake'], {
    largestCopy: 100,
    fault: ({ headers }) => {
      const met = fault(turn++);
      // The client waits no longer, however quick or slow this machine is.
      if (met === 'mute' || met === 'late')
        silences.get(headers['x-test'] ?? '')?.abort(new Error('no answer within 60 s'));
      return met;
    },
  });
});
afterAll(() => server.close());

let sent = 0;
const client = httpClient();
const send: SendRequest = (url, { headers, ...request }) => {
  const silence = new AbortController();
  silences.set(String(++sent), silence);
  return client(url, { ...request, headers: { ...headers, 'x-test': String(sent) }, signal: silence.signal });
};

interface Ended {
  readonly value?: unknown;
  readonly error?: unknown;
  readonly objects: Readonly<Record<string, string>>;
  readonly uploads: number;
}

/** Runs a method on the given objects; `what` meets its requests from `from` to before `to`. */
async function run(name: string, what?: Fault, from = 0, to = Number.POSITIVE_INFINITY): Promise<Ended> {
  const bucket = server.buckets.get('lake');
  if (bucket === undefined) throw new Error('there is no bucket');
  bucket.objects.clear();
  bucket.uploads.clear();
  for (const [key, value] of given) bucket.objects.set(`x/${key}`, stored(bytes(value), {}, new Date(0)));
  const { accessKeyId, secretAccessKey, region } = server.keys;
  const access: S3Access = {
    ...{
      endpoint: server.endpoint,
      region,
      pathStyle: true,
      waits: [1, 1],
      fetch: send,
      partSize: 100,
      largestCopy: 100,
    },
    credentials: () => ({ accessKeyId, secretAccessKey }),
  };
  fault = (at) => (at >= from && at < to ? what : undefined);
  turn = 0;
  const method = methods[name] as (store: Store) => Promise<unknown>;
  const ended = await method(createS3Store('lake', 'x', access)).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  fault = () => undefined;
  const objects = Object.fromEntries([...bucket.objects].map(([key, object]) => [key, text(object.bytes)]));
  return { ...ended, objects, uploads: bucket.uploads.size };
}

describe.each(Object.keys(methods))('%s', (name) => {
  let clean: Ended;
  let count = 0;
  const before = Object.fromEntries(given.map(([key, value]) => [`x/${key}`, value]));
  beforeAll(async () => {
    clean = await run(name);
    count = turn;
    expect(clean).not.toHaveProperty('error');
    expect(count).toBeGreaterThan(0);
  });

  test.each(Object.entries(passing))('%s passes at every request', async (_, what) => {
    for (let at = 0; at < count; at++) {
      // An upload that was begun twice is left over once: nobody was told its id.
      const ended = await run(name, what, at, at + 1);
      expect({ ...ended, uploads: 0 }, `request ${at}`).toEqual({ ...clean, uploads: 0 });
    }
  });

  test.each(Object.entries(passing).filter(([, what]) => staying.has(what)))(
    '%s that stays is an error, and nothing is torn',
    async (_, what) => {
      for (let at = 0; at < count; at++) {
        const { error, objects, value } = await run(name, what, at);
        if (error !== undefined)
          expect(error).toMatchObject({ code: 'store/failed', hint: expect.stringMatching(/./) });
        else expect(value).toEqual(clean.value);
        expect([JSON.stringify(before), JSON.stringify(clean.objects)]).toContain(JSON.stringify(objects));
        if (error === undefined) expect(objects).toEqual(clean.objects);
      }
    },
  );

  test.each(Object.entries(lasting))('%s is told in words', async (_, [what, hint]) => {
    for (let at = 0; at < count; at++) {
      const { error, objects } = await run(name, what, at);
      expect(error).toBeInstanceOf(StoreError);
      expect(error).toMatchObject({ code: 'store/denied', hint: expect.stringMatching(hint) });
      expect([JSON.stringify(before), JSON.stringify(clean.objects)]).toContain(JSON.stringify(objects));
    }
  });
});

describe('keys that run out', () => {
  test('are looked for anew, once for all', async () => {
    let asked = 0;
    const { secretAccessKey, accessKeyId, region } = server.keys;
    const keys = [
      { accessKeyId, secretAccessKey: 'old' },
      { accessKeyId, secretAccessKey, sessionToken: 'new' },
    ] as const;
    const access: S3Access = {
      ...{ endpoint: server.endpoint, region, pathStyle: true, waits: [] },
      credentials: (stale) => {
        if (stale !== undefined) asked++;
        return asked === 0 ? keys[0] : keys[1];
      },
      fetch: async (url, init) => {
        const isNew = init.headers['x-amz-security-token'] === 'new';
        return isNew
          ? await client(url, init)
          : new Response('<Error><Code>ExpiredToken</Code></Error>', { status: 400 });
      },
    };
    const store = createS3Store('lake', 'keys', access);
    await store.put('k', bytes('1'));
    expect(text(await store.get('k'))).toBe('1');
    expect(asked).toBe(1);
  });
});

test('an empty object is looked at again where its server failed once', async () => {
  let looks = 0;
  const access: S3Access = {
    ...{ region: 'us-east-1', pathStyle: true, credentials: () => null, endpoint: 'http://127.0.0.1:1', waits: [0] },
    fetch: async (_, { method }) => {
      if (method !== 'HEAD') return new Response('<Error><Code>InvalidRange</Code></Error>', { status: 416 });
      looks++;
      return new Response(null, { status: looks === 1 ? 500 : 200, headers: { 'content-length': '0' } });
    },
  };
  expect(await createS3Store('lake', '', access).stat('clock')).toMatchObject({ bytes: 0 });
  expect(looks).toBe(2);
});

test.each([
  'Client sent an HTTP request to an HTTPS server.\n',
  '<html>\n<head><title>400 The plain HTTP request was sent to HTTPS port</title></head>\n<body>…</body>\n</html>\n',
])('a server that wants TLS is told so: %j', async (body) => {
  const access: S3Access = {
    ...{ region: 'us-east-1', pathStyle: true, credentials: () => null, endpoint: 'http://127.0.0.1:1', waits: [0] },
    fetch: async () => new Response(body, { status: 400 }),
  };
  await expect(createS3Store('lake', '', access).list()).rejects.toMatchObject({
    message: expect.stringMatching(/HTTP 400: .*HTTP request .*to (an )?HTTPS (server\.|port)$/),
    hint: expect.stringContaining('use_ssl: true'),
  });
});

describe('time', () => {
  const silent = { region: 'us-east-1', pathStyle: true, credentials: () => null, endpoint: 'http://127.0.0.1:1' };

  test('an answer that comes slowly is waited for as long as it comes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const pieces = ['a', 'b', 'c', 'd'];
      const body = new ReadableStream({
        pull: (stream) => {
          vi.advanceTimersByTime(40_000);
          const piece = pieces.shift();
          if (piece === undefined) stream.close();
          else stream.enqueue(bytes(piece));
        },
      });
      const access: S3Access = { ...silent, waits: [], fetch: async () => new Response(body) };
      expect(text(await createS3Store('lake', '', access).get('k'))).toBe('abcd');
    } finally {
      vi.useRealTimers();
    }
  });

  test('a server that never answers is given up after the stated time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      let tries = 0;
      const started = performance.now();
      const never: SendRequest = (_, { signal }) =>
        new Promise((__, reject) => {
          tries++;
          signal?.addEventListener('abort', () => reject(signal.reason));
          vi.advanceTimersByTime(60_000);
        });
      const access: S3Access = { ...silent, waits: [0, 0, 0, 0, 0, 0], fetch: never };
      await expect(createS3Store('lake', '', access).get('k')).rejects.toMatchObject({
        code: 'store/failed',
        message: expect.stringContaining('no answer within 60 s (3 tries)'),
      });
      expect([tries, performance.now() - started]).toEqual([3, 180_000]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a clock that is off is told with the difference', async () => {
    const past = await startS3Server(['lake'], { now: () => new Date(Date.now() - 3 * 3600_000) });
    const { accessKeyId, secretAccessKey, region } = past.keys;
    const credentials = () => ({ accessKeyId, secretAccessKey });
    const store = createS3Store('lake', '', { endpoint: past.endpoint, region, pathStyle: true, credentials });
    await expect(store.list()).rejects.toMatchObject({
      message: expect.stringContaining("This machine's clock is 180 minutes ahead of the server's"),
      hint: expect.stringContaining('clock'),
    });
    await past.close();
  });
});
