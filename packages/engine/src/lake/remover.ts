import { lstat, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Store } from '@eider/store';
import { isRemote, joinPlace } from '../session/place.ts';
import type { Reach } from './reach.ts';

/** What was deleted, or would be. */
export interface Removed {
  /** Absolute paths, each once. */
  readonly files: readonly string[];
  /** On disk, of files that had no other name. */
  readonly bytes: number;
}

/** Deletes what nobody names any more; the one place where the lake deletes. */
export interface Remover {
  /** A file, or a folder with all that is in it. Nothing there is no error. */
  path(path: string): Promise<void>;
  /** An object of the state. */
  object(key: string): Promise<void>;
  /** A folder and those above it, below `stop`, as long as they are empty. */
  emptyFolders(from: string, stop: string): Promise<void>;
}

interface RemoverContext {
  readonly store: Store;
  readonly reach: Reach;
}

/** Deletes at once. */
export function deleting({ reach, store }: RemoverContext): Remover {
  return {
    path: reach.remove,
    object: (key) => store.delete(key),
    emptyFolders: pruneFolders,
  };
}

/** Counts what it is told to delete, and deletes it unless it is a rehearsal. Nothing is counted twice. */
export function counting(context: RemoverContext, rehearsal: boolean): Remover & { removed(): Removed } {
  const { reach, store } = context;
  const inner = deleting(context);
  const seen = new Set<string>();
  let bytes = 0;
  const count = async (path: string): Promise<void> => {
    const below = (await reach.below(path)).map(({ name }) => joinPlace(path, name));
    for (const file of [path, ...below]) {
      const size = isRemote(file) ? await reach.bytes(file) : await sizeOf(file);
      if (size === undefined || seen.has(file)) continue;
      seen.add(file);
      bytes += size;
    }
  };
  return {
    path: async (path) => {
      await count(path);
      if (!rehearsal) await inner.path(path);
    },
    object: async (key) => {
      await count(joinPlace(store.root, key));
      if (!rehearsal) await inner.object(key);
    },
    emptyFolders: async (from, stop) => {
      if (!rehearsal) await inner.emptyFolders(from, stop);
    },
    removed: () => ({ files: [...seen].sort(), bytes }),
  };
}

/** What deleting a file frees: nothing where it has another name. Undefined for what is no file. */
async function sizeOf(path: string): Promise<number | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return undefined;
  return found.nlink === 1 ? found.size : 0;
}

async function pruneFolders(from: string, stop: string): Promise<void> {
  if (isRemote(from)) return;
  for (let folder = from; folder.length > stop.length; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}
