import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCertificates } from '../../../../test/support/certificates.ts';
import { type Fault, type S3Server, startS3Server } from '../../../../test/support/s3/s3-server.ts';
import { testStore } from '../contract.ts';
import { partSize } from '../remote/parts.ts';
import type { S3Access } from './access.ts';
import { createS3Store } from './bucket.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
let server: S3Server;
let fault: (call: { readonly method: string; readonly key: string }) => Fault | undefined = () => undefined;
let stores = 0;

beforeAll(async () => {
  server = await startS3Server(['lake'], { fault: (call) => fault(call) });
});
afterAll(() => server.close());

function access(changes: Partial<S3Access> = {}): S3Access {
  const { accessKeyId, secretAccessKey, region } = server.keys;
  const credentials = () => ({ accessKeyId, secretAccessKey });
  return { endpoint: server.endpoint, region, pathStyle: true, credentials, waits: [1, 1, 1, 1], ...changes };
}

function freshStore(changes: Partial<S3Access> = {}) {
  fault = () => undefined;
  return createS3Store('lake', `store ${++stores}/state`, access(changes));
}

describe('a store in a bucket', () => {
  it.each(testStore(() => freshStore()))('$name', ({ run }) => run());
  it('may be the whole bucket', async () => {
    fault = () => undefined;
    const whole = createS3Store('lake', '', access());
    await whole.put('top', bytes('1'));
    expect((await whole.list({ prefix: 'top' })).objects.map(({ key }) => key)).toEqual(['top']);
    await whole.delete('top');
  });
});

describe('trouble on the way', () => {
  /** The first `count` requests of a method meet the fault. */
  const first = (count: number, method: string, what: Fault) => {
    let left = count;
    fault = (call) => (call.method === method && left-- > 0 ? what : undefined);
  };

  it.each(['reset', 'lost', 'torn', 500, 503, 429] as const)('%s is tried again', async (what) => {
    const store = freshStore();
    first(2, 'PUT', what);
    await store.put('k', bytes('whole'));
    first(2, 'GET', what);
    expect(new TextDecoder().decode(await store.get('k'))).toBe('whole');
    first(2, 'GET', what);
    expect((await store.list()).objects.map(({ key }) => key)).toEqual(['k']);
  });

  it('an object that was created without an answer is told as created, once', async () => {
    const store = freshStore();
    first(1, 'PUT', 'lost');
    expect(await store.putIfAbsent('ledger/1', bytes('same'))).toBe('created');
    first(1, 'PUT', 'lost');
    expect(await store.putIfAbsent('ledger/1', bytes('same'))).toBe('exists');
  });

  it('one of many creators wins though every second answer is lost', async () => {
    const store = freshStore();
    let turn = 0;
    fault = ({ method }) => (method === 'PUT' && turn++ % 2 === 0 ? 'lost' : undefined);
    const told = await Promise.all(
      Array.from({ length: 10 }, () => store.putIfAbsent('race', bytes('the same bytes'))),
    );
    expect(told.filter((outcome) => outcome === 'created')).toEqual(['created']);
  });

  it('what does not pass is an error that says so', async () => {
    const store = freshStore();
    fault = () => 503;
    await expect(store.get('k')).rejects.toMatchObject({
      code: 'store/failed',
      message: expect.stringContaining('SlowDown'),
    });
    fault = () => undefined;
    const down = createS3Store('lake', 'x', access({ endpoint: 'http://127.0.0.1:1' }));
    await expect(down.get('k')).rejects.toMatchObject({
      code: 'store/failed',
      hint: expect.stringContaining('endpoint'),
    });
  });

  it('a server that never answers is given up', async () => {
    const store = freshStore({
      timeout: 30,
      waits: [1],
      fetch: (_, init) =>
        new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
    });
    await expect(store.get('k')).rejects.toMatchObject({
      code: 'store/failed',
      message: expect.stringContaining('2 tries'),
    });
  });
});

describe('what is too large for one copy', () => {
  it('is copied in parts', async () => {
    const small = await startS3Server(['lake'], { largestCopy: 1000 });
    const store = createS3Store('lake', 'x', access({ endpoint: small.endpoint, largestCopy: 1000 }));
    const all = Uint8Array.from({ length: 4500 }, (_, i) => i % 251);
    await store.put('large', all);
    await store.copy('large', 'to/large');
    expect(new Uint8Array(await store.get('to/large'))).toEqual(all);
    expect(small.calls.filter(({ query }) => query.has('partNumber'))).toHaveLength(5);
    await expect(store.copy('none', 'to/none')).rejects.toMatchObject({ code: 'store/not-found' });
    await small.close();
  });
});

describe('TLS', () => {
  it('trusts a private authority, and no other', async () => {
    const { ca, cert, key } = await testCertificates();
    const secure = await startS3Server(['lake'], { tls: { cert, key } });
    const { endpoint } = secure;
    const store = createS3Store('lake', 'x', access({ endpoint, ca }));
    await store.put('k', bytes('1'));
    expect((await store.list()).objects.map(({ key: name }) => name)).toEqual(['k']);
    const caSetting = '`ca_cert_file`';
    await expect(createS3Store('lake', 'x', access({ endpoint, caSetting })).get('k')).rejects.toMatchObject({
      message: expect.stringContaining('unable to verify the first certificate (one try)'),
      hint: expect.stringContaining('in `ca_cert_file`'),
    });
    const other = await testCertificates();
    await expect(createS3Store('lake', 'x', access({ endpoint, ca: other.ca })).get('k')).rejects.toMatchObject({
      hint: expect.stringContaining('did not sign'),
    });
    await secure.close();
  });

  it('tells a certificate of another name from one that nobody knows', async () => {
    const { ca, cert, key } = await testCertificates('minio.example');
    const secure = await startS3Server(['lake'], { tls: { cert, key } });
    await expect(createS3Store('lake', 'x', access({ endpoint: secure.endpoint, ca })).get('k')).rejects.toMatchObject({
      hint: expect.stringContaining('for other names'),
    });
    const plain = secure.endpoint.replace('https:', 'http:');
    await expect(createS3Store('lake', 'x', access({ endpoint: plain })).get('k')).rejects.toMatchObject({
      hint: expect.stringContaining('endpoint'),
    });
    await secure.close();
  });
});

describe('refusals', () => {
  const refusal = (changes: Partial<S3Access>, bucket = 'lake') =>
    createS3Store(bucket, 'x', access(changes))
      .get('k')
      .catch((cause: unknown) => cause);
  it('say what to look at', async () => {
    fault = () => undefined;
    const wrongSecret = { credentials: () => ({ accessKeyId: 'tester', secretAccessKey: 'wrong' }) };
    expect(await refusal(wrongSecret)).toMatchObject({ code: 'store/denied', hint: expect.stringContaining('secret') });
    const wrongId = { credentials: () => ({ accessKeyId: 'nobody', secretAccessKey: 'wrong' }) };
    expect(await refusal(wrongId)).toMatchObject({ code: 'store/denied', hint: expect.stringContaining('key_id') });
    expect(await refusal({ region: 'eu-west-1' })).toMatchObject({
      code: 'store/denied',
      hint: expect.stringContaining('region'),
    });
    expect(await refusal({ credentials: () => null })).toMatchObject({ code: 'store/denied' });
    expect(await refusal({}, 'nowhere')).toMatchObject({
      code: 'store/not-found',
      hint: expect.stringContaining("'nowhere'"),
    });
  });
  it('never show a key', async () => {
    const failure = await refusal({ credentials: () => ({ accessKeyId: 'tester', secretAccessKey: 'hush-hush' }) });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('hush-hush');
  });
});

describe('large objects', () => {
  const large = new Uint8Array(partSize * 2 + 12345).map((_, i) => i % 251);
  it('go up in parts, and are whole', async () => {
    const store = freshStore();
    await store.put('large', large);
    expect(Buffer.compare(await store.get('large'), large)).toBe(0);
    expect(server.calls.filter(({ query }) => query.has('partNumber')).length).toBeGreaterThanOrEqual(3);
    expect(server.buckets.get('lake')?.uploads.size).toBe(0);
  });
  it('survive lost answers of every request', async () => {
    const store = freshStore();
    const seen = new Set<string>();
    fault = ({ method, key }) => {
      const name = `${method} ${key}`;
      if (seen.has(name)) return undefined;
      seen.add(name);
      return 'lost';
    };
    await store.put('large', large);
    expect(Buffer.compare(await store.get('large'), large)).toBe(0);
  });
});
