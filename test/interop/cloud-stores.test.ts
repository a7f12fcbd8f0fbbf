import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { AzureCredentials } from '../../packages/store/src/azure/access.ts';
import { createAzureStore } from '../../packages/store/src/azure/container.ts';
import { testStore } from '../../packages/store/src/contract.ts';
import { StoreError } from '../../packages/store/src/errors.ts';
import { createGcsStore } from '../../packages/store/src/gcs/bucket.ts';
import type { Line } from '../../packages/store/src/remote/exchange.ts';
import type { Store } from '../../packages/store/src/store.ts';
import { faultyFetch, type LineFault } from '../support/faulty-fetch.ts';
import { type Azurite, startAzurite } from './azurite.ts';
import { type FakeGcs, startFakeGcs } from './fake-gcs.ts';
import { minioTimeout } from './minio.ts';

// Invariant: a container of Azure and a bucket of Google by its own interface keep the contract of all stores; whatever meets whichever request of whichever
// method, the answer is the right one, and the bucket holds what it would hold: nothing lost, doubled or torn.

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

interface Server {
  open(prefix: string, line?: Partial<Line>): Store;
  close(): Promise<void>;
}

const azure = { container: 'lake', root: 'az://lake' };
let azurite: Azurite;
let google: FakeGcs;

const servers: Readonly<Record<string, () => Promise<Server>>> = {
  azurite: async () => {
    azurite = await startAzurite();
    return {
      open: (prefix, line = {}) => createAzureStore(azure, prefix, { ...azurite.access, ...line }),
      close: azurite.close,
    };
  },
  'fake-gcs-server': async () => {
    google = await startFakeGcs();
    const bucket = { bucket: 'lake', root: 'gs://lake' };
    return {
      open: (prefix, line = {}) => createGcsStore(bucket, prefix, { ...google.access, ...line }),
      close: google.close,
    };
  },
};

/** Each method, in the ways that it sends requests. What it gives is compared. */
const methods: Readonly<Record<string, (store: Store) => Promise<unknown>>> = {
  get: async (store) => text(await store.get('a')),
  getRange: async (store) => text(await store.getRange('a', 1, 3)),
  put: (store) => store.put('a', bytes('new')),
  'put in parts': async (store) => {
    await store.put('large', large);
    return (await store.get('large')).length;
  },
  putIfAbsent: (store) => store.putIfAbsent('ledger/2', bytes('mine')),
  'putIfAbsent, taken': (store) => store.putIfAbsent('a', bytes('a of the seed')),
  'sync and list': async (store) => {
    await store.sync(['a', 'b/c']);
    return (await store.list({ prefix: 'b/' })).objects.map(({ key, bytes: size }) => [key, size]);
  },
  'names, stat': async (store) => [await store.names(''), (await store.stat('a'))?.bytes, await store.stat('none')],
  delete: (store) => store.delete('a'),
  copy: (store) => store.copy('a', 'b/c'),
};

const faults: readonly LineFault[] = ['torn', 'bad gateway when done', 412];
const large = Uint8Array.from({ length: 400_000 }, (_, i) => (i * 7) % 251);
const given = { a: 'a of the seed', 'b/c': 'c', 'b/d': 'd' };

describe.each(Object.entries(servers))('a store on %s', (_, start) => {
  let server: Server;
  let stores = 0;
  beforeAll(async () => {
    server = await start();
  }, minioTimeout);
  afterAll(() => server?.close());

  it.each(testStore(() => server.open(`store ${++stores}/state`)))('$name', ({ run }) => run());

  /** Runs a method on the given objects: how it ended, what is there then, and how many requests it sent. */
  const run = async (name: string, fault: (turn: number) => LineFault | undefined) => {
    const prefix = `faults/${++stores}`;
    const plain = server.open(prefix);
    await Promise.all(Object.entries(given).map(([key, value]) => plain.put(key, bytes(value))));
    let turns = 0;
    const fetch = faultyFetch((turn) => {
      turns = turn + 1;
      return fault(turn);
    });
    const store = server.open(prefix, { fetch, partSize: 262_144, waits: [1, 1] });
    const value = await methods[name]?.(store);
    const there = (await plain.list()).objects;
    const contents = await plain.getMany(there.map(({ key }) => key));
    return { value, objects: there.map(({ key }, i) => [key, text(contents[i] ?? new Uint8Array())]), turns };
  };

  test.each(Object.keys(methods))('%s comes through all that passes, at every request', async (name) => {
    const clean = await run(name, () => undefined);
    expect(clean.turns).toBeGreaterThan(0);
    for (const what of faults)
      for (let at = 0; at < clean.turns; at++) {
        const { objects, value } = await run(name, (turn) => (turn === at ? what : undefined));
        expect({ objects, value }, `${what} at request ${at}`).toEqual({
          objects: clean.objects,
          value: clean.value,
        });
      }
  });

  test('what stays is an error that says what to do, and is no half of an object', async () => {
    for (const what of ['reset', 'lost', 503] as const) {
      const store = server.open('stays', { fetch: faultyFetch(() => what), waits: [1] });
      await expect(store.put('k', large)).rejects.toMatchObject({
        code: 'store/failed',
        message: expect.stringContaining('2 tries'),
        hint: expect.stringMatching(/./),
      });
    }
    expect([undefined, large.length]).toContain((await server.open('stays').stat('k'))?.bytes);
  });

  test('one of many creators wins though every second answer is lost', async () => {
    const store = server.open('race', { fetch: faultyFetch((turn) => (turn % 2 === 0 ? 'lost' : undefined)) });
    const told = await Promise.all(Array.from({ length: 8 }, () => store.putIfAbsent('race', bytes('the same'))));
    expect(told.filter((outcome) => outcome === 'created')).toEqual(['created']);
  });
});

describe('who may', () => {
  let server: Azurite;
  beforeAll(async () => {
    server = await startAzurite();
  });
  afterAll(() => server.close());

  const opened = (credentials: AzureCredentials | null): Store =>
    createAzureStore(azure, 'who', { ...server.access, credentials: () => credentials });
  const refused = async (store: Store): Promise<StoreError> => {
    const cause: unknown = await store.list().catch((thrown: unknown) => thrown);
    if (!(cause instanceof StoreError)) throw new Error(`threw ${String(cause)}`);
    return cause;
  };

  test('a shared access signature reaches everything, a copy too', async () => {
    const store = opened({ sas: await signature(server, new Date(Date.now() + 3600_000)) });
    await store.put('k', bytes('1'));
    await store.copy('k', 'x/y');
    expect((await store.list()).objects.map(({ key }) => key)).toEqual(['k', 'x/y']);
  });

  test('a wrong key, no key, a signature that has run out and a missing container are told in words', async () => {
    const wrong = await refused(opened({ accountKey: Buffer.from('no such key').toString('base64') }));
    expect(wrong).toMatchObject({ code: 'store/denied', hint: expect.stringContaining('connection string') });
    expect(await refused(opened(null))).toMatchObject({ code: 'store/denied' });
    const late = await refused(opened({ sas: await signature(server, new Date(Date.now() - 3600_000)) }));
    expect(late).toMatchObject({ code: 'store/denied' });
    const none = createAzureStore({ container: 'none', root: 'az://none' }, '', server.access);
    expect(await refused(none)).toMatchObject({
      code: 'store/not-found',
      hint: expect.stringContaining("Make the container 'none'"),
    });
  });
});

/** A signature of all rights for an account: https://learn.microsoft.com/rest/api/storageservices/create-account-sas */
async function signature({ access }: Azurite, end: Date): Promise<string> {
  const keys = await access.credentials();
  if (keys === null || !('accountKey' in keys)) throw new Error('the emulator has a key');
  const [rights, services, kinds, version] = ['rwdlac', 'b', 'sco', '2021-12-02'];
  const expiry = `${end.toISOString().slice(0, 19)}Z`;
  const signed = [access.account, rights, services, kinds, '', expiry, '', '', version, '', ''].join('\n');
  const sig = createHmac('sha256', Buffer.from(keys.accountKey, 'base64')).update(signed).digest('base64');
  return new URLSearchParams({ sv: version, ss: services, srt: kinds, sp: rights, se: expiry, sig }).toString();
}
