import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './errors.ts';
import { compareKeys, isBehind, isOwnName } from './key.ts';
import type { ListOptions, ListPage, ObjectStat } from './store.ts';

/** One page of the files below a folder, as a store lists its objects: ordered by key, without the store's own files. */
export async function listFolder(root: string, options: ListOptions = {}): Promise<ListPage> {
  const { prefix = '', after, limit = 1000 } = options;
  const below = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const found = (await keysBelow(root, below, prefix)).filter((key) => isBehind(key, after)).sort(compareKeys);
  const page = found.slice(0, limit);
  const objects = await Promise.all(page.map((key) => statOf(root, key)));
  return {
    objects: objects.filter((object) => object !== undefined),
    next: found.length > page.length ? page.at(-1) : undefined,
  };
}

/** The names in a folder below `root`, as a store tells them. */
export async function namesInFolder(root: string, folder: string, after?: string): Promise<readonly string[]> {
  const names = await noneWithout(() => readdir(join(root, folder)));
  return names.filter((name) => isBehind(name, after) && !isOwnName(name)).sort(compareKeys);
}

/** Keys that begin with `prefix` in the folder `below` (empty, or with a `/` at its end) and the folders in it. */
async function keysBelow(root: string, below: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for (const entry of await noneWithout(() => readdir(join(root, below), { withFileTypes: true }))) {
    const key = below + entry.name;
    if (isOwnName(entry.name)) continue;
    if (!entry.isDirectory()) {
      if (key.startsWith(prefix)) keys.push(key);
    } else if (`${key}/`.startsWith(prefix) || prefix.startsWith(`${key}/`)) {
      keys.push(...(await keysBelow(root, `${key}/`, prefix)));
    }
  }
  return keys;
}

/** Nothing where the folder is not there. */
async function noneWithout<T>(read: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await read();
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(cause))) return [];
    throw cause;
  }
}

/** Undefined where the file was deleted meanwhile. */
async function statOf(root: string, key: string): Promise<ObjectStat | undefined> {
  try {
    const found = await lstat(join(root, key));
    return { key, bytes: found.size, modified: found.mtime };
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}
