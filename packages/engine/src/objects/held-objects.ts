import { rm, stat } from 'node:fs/promises';
import type { LocalObject, ObjectCache } from './object-cache.ts';
import type { ObjectPlace } from './object-reader.ts';

export interface HeldOptions {
  readonly cache: ObjectCache;
  /** What an object's copy is called. */
  readonly nameOf: (uri: string) => string;
  readonly place: (uri: string) => Promise<ObjectPlace>;
  /** Bytes that drafts may take together which stay until the end of their build. */
  readonly mostNear: number;
}

/** Files that are to be objects of a bucket. */
export interface HeldObjects {
  /** Those that are not yet a copy of something in the bucket, by URI. */
  readonly files: ReadonlyMap<string, LocalObject>;
  /** `near`: it may be read by its path, and stays there until its build ends, where there is room for that. */
  hold(uri: string, file: string, near: boolean): Promise<void>;
  /** The path by which an object may be read until its build ends. */
  near(uri: string): string | undefined;
  /** Sends an object; does nothing for one that was sent, or is not held. Throws StoreError. */
  send(uri: string): Promise<void>;
  /** Ends a build whose name is in its URIs: what was sent becomes a copy, what was not is forgotten. */
  end(part: string): Promise<void>;
}

interface Held extends LocalObject {
  readonly isNear: boolean;
  isSent: boolean;
}

/** Objects above this size, in bytes, are sent in parts, each of which takes memory: so few of them at once. */
const large = 16 * 1024 * 1024;
const largeAtOnce = 2;
const keptAtOnce = 8;

export function holdObjects({ cache, mostNear, nameOf, place }: HeldOptions): HeldObjects {
  const files = new Map<string, Held>();
  let nearBytes = 0;
  const inTurn = turns(largeAtOnce);
  const forget = (uri: string): void => {
    const local = files.get(uri);
    if (local?.isNear === true) nearBytes -= local.bytes;
    files.delete(uri);
  };
  const keep = async (uri: string, { path }: LocalObject): Promise<void> => {
    await cache.add(nameOf(uri), path);
    forget(uri);
  };
  return {
    files,
    hold: async (uri, file, near) => {
      const { size: bytes } = await stat(file);
      forget(uri);
      const isNear = near && nearBytes + bytes <= mostNear;
      if (isNear) nearBytes += bytes;
      files.set(uri, { path: file, bytes, isNear, isSent: false });
    },
    near: (uri) => {
      const local = files.get(uri);
      return local?.isNear === true ? local.path : undefined;
    },
    send: async (uri) => {
      const local = files.get(uri);
      if (local === undefined || local.isSent) return;
      const { key, store } = await place(uri);
      await (local.bytes > large ? inTurn(() => store.putFile(key, local.path)) : store.putFile(key, local.path));
      local.isSent = true;
      if (!local.isNear) await keep(uri, local);
    },
    end: async (part) => {
      const few = turns(keptAtOnce);
      const over = [...files].filter(([uri]) => uri.includes(part));
      const end = async (uri: string, local: Held): Promise<void> => {
        if (local.isSent) return await keep(uri, local);
        await rm(local.path, { force: true });
        forget(uri);
      };
      await Promise.all(over.map(([uri, local]) => few(() => end(uri, local))));
    },
  };
}

/** Does work, so much of it at once. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const running = new Set<Promise<unknown>>();
  return async (work) => {
    while (running.size >= most) await Promise.race(running);
    const job = work();
    const over = job.catch(() => undefined);
    running.add(over);
    return await job.finally(() => running.delete(over));
  };
}
