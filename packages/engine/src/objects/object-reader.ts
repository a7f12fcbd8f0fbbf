import { closeSync, openSync, readSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type Store, StoreError } from '@eider/store';
import type { ServedObject } from './gate.ts';
import type { LocalObject, ObjectCache } from './object-cache.ts';

/** A bucket, and a key in it. */
export interface ObjectPlace {
  readonly store: Store;
  readonly key: string;
}

export interface ReaderOptions {
  readonly cache: ObjectCache;
  /** Written and not yet a copy of something in the bucket, by URI. */
  readonly held: ReadonlyMap<string, LocalObject>;
  /** Sizes that are known, by URI. */
  readonly sizes: ReadonlyMap<string, number>;
  /** What an object's copy is called. */
  readonly nameOf: (uri: string) => string;
  readonly draft: (uri: string) => Promise<string>;
  readonly place: (uri: string) => Promise<ObjectPlace>;
}

/** An object up to this size, in bytes, is fetched whole when something of it is read. */
export const wholeUpTo: number = 32 * 1024 * 1024;

const pieceBytes = 1024 * 1024;

/** Finds objects: what was written here, a copy, or the bucket's own, which becomes a copy unless it is large. Undefined where there is none. Throws StoreError. */
export function objectReader(options: ReaderOptions): (uri: string) => Promise<ServedObject | undefined> {
  const { cache, held, nameOf, place, sizes } = options;
  const fetching = new Map<string, Promise<LocalObject | undefined>>();
  const find = async (uri: string): Promise<ServedObject | undefined> => {
    const copyOf = (): Promise<LocalObject | undefined> => cache.find(nameOf(uri));
    const local = held.get(uri) ?? (await copyOf());
    if (local !== undefined) return fromFile(local, async () => (await copyOf()) ?? held.get(uri));
    const there = await place(uri);
    const bytes = sizes.get(uri) ?? (await there.store.stat(there.key))?.bytes;
    if (bytes === undefined) return undefined;
    if (bytes > wholeUpTo) return fromBucket(there, bytes);
    const fetched = fetching.get(uri) ?? fetchWhole(options, uri, there).finally(() => fetching.delete(uri));
    fetching.set(uri, fetched);
    const copy = await fetched;
    return copy === undefined ? fromBucket(there, bytes) : fromFile(copy, copyOf);
  };
  return async (uri) => {
    try {
      return await find(uri);
    } catch (cause) {
      if (cause instanceof StoreError && cause.code === 'store/not-found') return undefined;
      throw cause;
    }
  };
}

/** Undefined where this machine cannot keep a copy. */
async function fetchWhole(
  { cache, draft, nameOf }: ReaderOptions,
  uri: string,
  { key, store }: ObjectPlace,
): Promise<LocalObject | undefined> {
  const bytes = await store.get(key);
  try {
    const file = await draft(uri);
    await writeFile(file, bytes, { mode: 0o600 });
    return await cache.add(nameOf(uri), file);
  } catch {
    return undefined;
  }
}

/** A file may be moved, or taken away by another process, until it is open: then it is looked for once more. */
function fromFile(local: LocalObject, again: () => Promise<LocalObject | undefined>): ServedObject {
  return {
    bytes: local.bytes,
    read: async function* (start, end) {
      const file = await opened(local.path, again);
      try {
        for (let at = start; at < end; at += pieceBytes) yield piece(file, at, Math.min(pieceBytes, end - at));
      } finally {
        closeSync(file);
      }
    },
  };
}

async function opened(path: string, again: () => Promise<LocalObject | undefined>): Promise<number> {
  try {
    return openSync(path, 'r');
  } catch {
    return openSync((await again())?.path ?? path, 'r');
  }
}

/** At once: libuv's threads may all be busy with queries that wait for these bytes. */
function piece(file: number, start: number, length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const read = readSync(file, bytes, done, length - done, start + done);
    if (read === 0) throw new Error('A copy of an object became shorter while it was read.');
    done += read;
  }
  return bytes;
}

function fromBucket({ key, store }: ObjectPlace, bytes: number): ServedObject {
  return {
    bytes,
    read: async function* (start, end) {
      for (let at = start; at < end; at += pieceBytes) {
        const piece = await store.getRange(key, at, Math.min(pieceBytes, end - at));
        if (piece.length === 0) throw new StoreError('store/failed', `${key} ended before its end.`, 'Try again.');
        yield piece;
      }
    },
  };
}
