import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Store } from '@eider/store';

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

/** Deletes at once. */
export function deleting(store: Store): Remover {
  return {
    path: (path) => rm(path, { recursive: true, force: true }),
    object: (key) => store.delete(key),
    emptyFolders: pruneFolders,
  };
}

/** Counts what it is told to delete, and deletes it unless it is a rehearsal. Nothing is counted twice. */
export function counting(store: Store, rehearsal: boolean): Remover & { removed(): Removed } {
  const inner = deleting(store);
  const seen = new Set<string>();
  let bytes = 0;
  const count = async (path: string): Promise<void> => {
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined || seen.has(path)) return;
    if (found.isDirectory()) {
      for (const name of await readdir(path).catch(() => [])) await count(join(path, name));
      return;
    }
    seen.add(path);
    if (found.nlink === 1) bytes += found.size;
  };
  return {
    path: async (path) => {
      await count(path);
      if (!rehearsal) await inner.path(path);
    },
    object: async (key) => {
      await count(join(store.root, key));
      if (!rehearsal) await inner.object(key);
    },
    emptyFolders: async (from, stop) => {
      if (!rehearsal) await inner.emptyFolders(from, stop);
    },
    removed: () => ({ files: [...seen].sort(), bytes }),
  };
}

async function pruneFolders(from: string, stop: string): Promise<void> {
  for (let folder = from; folder.length > stop.length; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}
