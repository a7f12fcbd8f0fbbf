import { allEnded } from '../all-ended.ts';
import { StoreError } from '../errors.ts';
import { checkKey, compareKeys, isBehind, isKey } from '../key.ts';
import type { ObjectStat, Store } from '../store.ts';
import type { Bucket } from './bucket.ts';
import { create } from './create.ts';
import { fromFile } from './file-source.ts';
import { firstLost } from './first-lost.ts';

/** A bucket, or the part of it under a prefix, as a store. Objects that a request made are durable, so `sync` only looks whether they are there. */
export function createBucketStore(bucket: Bucket, prefix: string): Store {
  const below = prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`;
  const at = (key: string): string => below + checkKey(key);
  const uri = (key: string): string => `${bucket.root}/${below}${key}`;
  const get = (key: string): Promise<Uint8Array> => bucket.read(at(key), `read ${uri(key)}`);
  const stat = async (key: string): Promise<ObjectStat | undefined> => {
    const there = await bucket.head(at(key), `look at ${uri(key)}`);
    return there && { key, bytes: there.bytes, modified: there.modified };
  };
  const copy: Store['copy'] = (from, to) => bucket.copy(at(from), at(to), `copy ${uri(from)} to ${uri(to)}`);
  const list = listBelow(bucket, below);
  return {
    root: `${bucket.root}/${below}`.replace(/\/$/, ''),
    get: async (key) => await get(key),
    getMany: async (keys) => await readInBatches(keys, get),
    getRange: async (key, start, length) => {
      if (length > 0) return await bucket.read(at(key), `read ${uri(key)}`, [start, start + length - 1]);
      if ((await stat(key)) === undefined) throw missing(uri(key));
      return new Uint8Array();
    },
    put: async (key, bytes) => {
      const read = (start: number, end: number): Uint8Array => bytes.subarray(start, end);
      await bucket.write(at(key), { bytes: bytes.length, read }, `write ${uri(key)}`);
    },
    putFile: async (key, path) => await fromFile(path, (source) => bucket.write(at(key), source, `write ${uri(key)}`)),
    putIfAbsent: async (key, bytes) => await create(bucket, at(key), bytes, uri(key)),
    sync: async (keys) => {
      const lost = await firstLost([...new Set(keys)], list, stat);
      if (lost !== undefined) throw missing(uri(lost));
    },
    list,
    names: async (folder, after) => {
      const start = after === undefined ? undefined : below + folder + after;
      const names = await bucket.names(below + folder, start, `list ${uri(folder)}`);
      return names.filter((name) => isKey(name) && isBehind(name, after)).sort(compareKeys);
    },
    delete: async (key) => await bucket.remove(at(key), `delete ${uri(key)}`),
    copy: async (from, to) => await copy(from, to),
    link: async (from, to) => {
      await copy(from, to);
      return 'copied';
    },
    stat,
  };
}

function listBelow(bucket: Bucket, below: string): Store['list'] {
  return async ({ prefix = '', after, limit = 1000 } = {}) => {
    const page = { prefix: below + prefix, after: after === undefined ? undefined : below + after, limit };
    const { objects, next } = await bucket.list(page, `list ${bucket.root}/${below}`);
    const named = objects.map((object) => ({ ...object, key: object.key.slice(below.length) }));
    // Others may put markers of folders and keys that a local store could not hold.
    return { objects: named.filter(({ key }) => isKey(key)), next: next?.slice(below.length) };
  };
}

function missing(uri: string): StoreError {
  return new StoreError('store/not-found', `There is no object ${uri}.`, 'Check the key.');
}

/** A bucket hides its latency behind several requests. */
const readsAtOnce = 32;

async function readInBatches(
  keys: readonly string[],
  get: (key: string) => Promise<Uint8Array>,
): Promise<readonly Uint8Array[]> {
  const read: Uint8Array[] = [];
  for (let start = 0; start < keys.length; start += readsAtOnce) {
    read.push(...(await allEnded(keys.slice(start, start + readsAtOnce).map(get))));
  }
  return read;
}

/** A time in whole seconds: requests and listings of one server tell it with different exactness. */
export function wholeSeconds(time: string | null | undefined): Date {
  return new Date(time ? Math.floor(Date.parse(time) / 1000) * 1000 : 0);
}
