import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './errors.ts';
import { compareKeys, isOwnName } from './key.ts';
import type { ListOptions, ListPage, ObjectStat } from './store.ts';

/** One page of the files below a folder, as a store lists its objects: ordered by key, without the store's own files. */
export async function listFolder(root: string, options: ListOptions = {}): Promise<ListPage> {
  const { prefix = '', after, limit = 1000 } = options;
  const below = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const found = (await keysBelow(root, below, prefix))
    .filter((key) => after === undefined || compareKeys(key, after) > 0)
    .sort(compareKeys);
  const page = found.slice(0, limit);
  const objects = await Promise.all(page.map((key) => statOf(root, key)));
  return {
    objects: objects.filter((object) => object !== undefined),
    next: found.length > page.length ? page.at(-1) : undefined,
  };
}

/** The names in a folder below `root`, as a store tells them. */
export async function namesInFolder(root: string, folder: string): Promise<readonly string[]> {
  const names = (await entriesOf(join(root, folder))).map(({ name }) => name);
  return names.filter((name) => !isOwnName(name)).sort(compareKeys);
}

/** Keys that begin with `prefix` in the folder `below` (empty, or with a `/` at its end) and the folders in it. */
async function keysBelow(root: string, below: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for (const entry of await entriesOf(join(root, below))) {
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

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
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
