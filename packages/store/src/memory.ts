import { readFile } from 'node:fs/promises';
import { StoreError, storeError } from './errors.ts';
import { checkKey, compareKeys, isBehind } from './key.ts';
import type { ListPage, ObjectStat, Store } from './store.ts';

/** A store that lives and dies with the process. For tests, and for trying things out. */
export function createMemoryStore(now: () => Date = () => new Date()): Store {
  const objects = new Map<string, { readonly bytes: Uint8Array; readonly modified: Date }>();

  const find = (key: string) => {
    const object = objects.get(checkKey(key));
    if (object === undefined) {
      throw new StoreError('store/not-found', `There is no object '${key}'.`, 'Check the key.');
    }
    return object;
  };
  const put = (key: string, bytes: Uint8Array): void => {
    objects.set(checkKey(key), { bytes: bytes.slice(), modified: now() });
  };
  const stat = (key: string): ObjectStat | undefined => {
    const object = objects.get(checkKey(key));
    return object && { key, bytes: object.bytes.length, modified: object.modified };
  };

  return {
    root: 'memory:',
    get: async (key) => find(key).bytes.slice(),
    getMany: async (keys) => keys.map((key) => find(key).bytes.slice()),
    getRange: async (key, start, length) => find(key).bytes.slice(start, start + length),
    put: async (key, bytes) => put(key, bytes),
    putFile: async (key, path) => put(key, await readAll(path)),
    putIfAbsent: async (key, bytes) => {
      if (objects.has(checkKey(key))) return 'exists';
      put(key, bytes);
      return 'created';
    },
    sync: async (keys) => {
      for (const key of keys) find(key);
    },
    list: async (options) => pageOf([...objects.keys()], options, (key) => stat(key)),
    names: async (folder, after) => namesBelow([...objects.keys()], folder).filter((name) => isBehind(name, after)),
    delete: async (key) => {
      objects.delete(checkKey(key));
    },
    copy: async (from, to) => put(to, find(from).bytes),
    link: async (from, to) => {
      put(to, find(from).bytes);
      return 'copied';
    },
    stat: async (key) => stat(key),
  };
}

async function readAll(path: string): Promise<Uint8Array> {
  return await readFile(path).catch((cause: unknown) => {
    throw storeError(`read ${path}`, cause);
  });
}

function namesBelow(keys: readonly string[], folder: string): readonly string[] {
  const below = keys.filter((key) => key.startsWith(folder)).map((key) => key.slice(folder.length).split('/')[0] ?? '');
  return [...new Set(below)].sort(compareKeys);
}

function pageOf(
  keys: readonly string[],
  { prefix = '', after, limit = 1000 }: { prefix?: string; after?: string; limit?: number } = {},
  stat: (key: string) => ObjectStat | undefined,
): ListPage {
  const found = keys.filter((key) => key.startsWith(prefix) && isBehind(key, after)).sort(compareKeys);
  const page = found.slice(0, limit);
  return {
    objects: page.map(stat).filter((object) => object !== undefined),
    next: found.length > page.length ? page.at(-1) : undefined,
  };
}
