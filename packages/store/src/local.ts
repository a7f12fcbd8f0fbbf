import { randomBytes } from 'node:crypto';
import { copyFile, link, lstat, open, readFile, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { claimAndPut } from './claim.ts';
import { cannotLink, linkOrCopy, makeFolder, renameOver, syncPath, writeNewFile } from './durable-file.ts';
import { errorCode, StoreError, storeError } from './errors.ts';
import { checkKey } from './key.ts';
import { listFolder, namesInFolder } from './list-folder.ts';
import { readBytes } from './read-bytes.ts';
import { readMany } from './read-many.ts';
import type { ObjectStat, Store } from './store.ts';

export interface LocalOptions {
  /** `false`: behave as on a file system without hard links. For tests. */
  readonly links?: boolean;
}

/** A store in a folder (absolute), made at the first put: objects are plain files. */
export function createLocalStore(root: string, options: LocalOptions = {}): Store {
  const at = (key: string): string => join(root, ...checkKey(key).split('/'));
  const links = options.links !== false;
  return {
    root,
    get: (key) => during(`read ${at(key)}`, () => readFile(at(key))),
    getMany: (keys) => during(`read ${keys.length} objects of ${root}`, () => readMany(keys.map(at))),
    getRange: (key, start, length) => during(`read ${at(key)}`, () => readRange(at(key), start, length)),
    put: (key, bytes, { durable = true } = {}) => during(`write ${at(key)}`, () => put(at(key), bytes, durable)),
    putFile: (key, path) => during(`write ${at(key)}`, () => putFile(path, at(key))),
    putIfAbsent: (key, bytes) => during(`create ${at(key)}`, () => putIfAbsent(at(key), bytes, links)),
    sync: (keys) => during(`sync ${keys.length} objects of ${root}`, () => syncAll(keys.map(at))),
    list: (query) => during(`list ${root}`, () => listFolder(root, query)),
    names: (folder, after) => during(`list ${join(root, folder)}`, () => namesInFolder(root, folder, after)),
    delete: (key) => during(`delete ${at(key)}`, () => unlinkIfThere(at(key))),
    copy: async (from, to) => {
      await during(`copy ${at(from)} to ${at(to)}`, () => place(at(from), at(to), false));
    },
    link: (from, to) => during(`link ${at(from)} to ${at(to)}`, () => place(at(from), at(to), links)),
    stat: (key) => during(`look at ${at(key)}`, () => statOf(key, at(key))),
  };
}

async function during<T>(doing: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw storeError(doing, cause);
  }
}

/** A name for a new file or folder beside `path` that no listing shows. */
function besides(path: string): string {
  return join(dirname(path), `.eider-${randomBytes(8).toString('hex')}`);
}

async function put(path: string, bytes: Uint8Array, durable: boolean): Promise<void> {
  const temporary = besides(path);
  await inFolderOf(path, () => writeNewFile(temporary, bytes, durable));
  await moveInto(temporary, path);
  if (durable) await syncPath(dirname(path));
}

async function putFile(from: string, path: string): Promise<void> {
  const temporary = besides(path);
  await inFolderOf(path, () => copyFile(from, temporary));
  await syncPath(temporary);
  await moveInto(temporary, path);
  await syncPath(dirname(path));
}

async function putIfAbsent(path: string, bytes: Uint8Array, links: boolean): Promise<'created' | 'exists'> {
  if (!links) return await claim(path, bytes);
  const temporary = besides(path);
  await inFolderOf(path, () => writeNewFile(temporary, bytes, true));
  try {
    await link(temporary, path);
  } catch (cause) {
    if (errorCode(cause) === 'EEXIST') return 'exists';
    if (!cannotLink(cause)) throw cause;
    return await claim(path, bytes);
  } finally {
    await unlinkIfThere(temporary);
  }
  await syncPath(dirname(path));
  return 'created';
}

async function claim(path: string, bytes: Uint8Array): Promise<'created' | 'exists'> {
  const id = basename(besides(path)).slice('.eider-'.length);
  const outcome = await inFolderOf(path, () => claimAndPut(path, bytes, id));
  if (outcome === 'created') await syncPath(dirname(path));
  return outcome;
}

async function place(from: string, to: string, links: boolean): Promise<'linked' | 'copied'> {
  await stat(from);
  if (from === to) return 'linked';
  const temporary = besides(to);
  const how = await inFolderOf(to, async () => {
    if (links) return await linkOrCopy(from, temporary);
    await copyFile(from, temporary);
    await syncPath(temporary);
    return 'copied' as const;
  });
  await moveInto(temporary, to);
  // A rename between two names of one file does nothing, and leaves the first.
  await unlinkIfThere(temporary);
  await syncPath(dirname(to));
  return how;
}

/** Does what needs the folder of `path`, and makes that folder only where it is missing. */
async function inFolderOf<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
    await makeFolder(dirname(path));
    return await action();
  }
}

async function moveInto(temporary: string, path: string): Promise<void> {
  try {
    await renameOver(temporary, path);
  } catch (cause) {
    await unlinkIfThere(temporary);
    throw cause;
  }
}

async function readRange(path: string, start: number, length: number): Promise<Uint8Array> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return await readBytes(handle, start, Math.max(0, Math.min(length, size - start)));
  } finally {
    await handle.close();
  }
}

async function syncAll(paths: readonly string[]): Promise<void> {
  const targets = [...new Set([...paths, ...paths.map((path) => dirname(path))])];
  for (let i = 0; i < targets.length; i += 16) await Promise.all(targets.slice(i, i + 16).map(syncPath));
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (cause) {
    if (errorCode(cause) !== 'ENOENT') throw cause;
  }
}

async function statOf(key: string, path: string): Promise<ObjectStat | undefined> {
  try {
    const found = await lstat(path);
    if (found.isDirectory()) return undefined;
    return { key, bytes: found.size, modified: found.mtime };
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(cause))) return undefined;
    throw cause instanceof StoreError ? cause : storeError(`look at ${path}`, cause);
  }
}
