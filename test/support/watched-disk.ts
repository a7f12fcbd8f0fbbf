import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** Calls of node's file system that change something, or make it durable. */
export type DiskCall = 'open' | 'write' | 'sync' | (typeof changing)[number];

const changing = [
  'rename',
  'link',
  'symlink',
  'unlink',
  'rm',
  'rmdir',
  'mkdir',
  'writeFile',
  'copyFile',
  'chmod',
] as const;

export interface DiskWatcher {
  /** Asked before each call with the path that it changes; may throw in its place. What comes back is called once it is done. */
  before(call: DiskCall, path: string): (() => void) | undefined;
}

type Anyhow = (...values: readonly unknown[]) => Promise<unknown>;

/**
 * Puts a watcher between this process and its disk for the time of an action: all that goes through `node:fs/promises`. What DuckDB writes does not pass here.
 * One action at a time.
 */
export async function withWatchedDisk<T>(watcher: DiskWatcher, action: () => Promise<T>): Promise<T> {
  const real = { ...fs };
  const disk = fs as unknown as Record<string, Anyhow>;
  const around = async (call: DiskCall, path: unknown, run: () => Promise<unknown>): Promise<unknown> => {
    const done = watcher.before(call, String(path));
    const result = await run();
    done?.();
    return result;
  };
  for (const call of changing) {
    const own = real[call] as unknown as Anyhow;
    // `link` and its like name the new thing second.
    const at = ['rename', 'link', 'symlink', 'copyFile'].includes(call) ? 1 : 0;
    disk[call] = (...values) => around(call, values[at], () => own(...values));
  }
  disk.open = (path, flags, ...more) => {
    const open = () =>
      real.open(String(path), flags as string, ...(more as [])).then((handle) => watched(handle, String(path), around));
    return flags === undefined || flags === 'r' ? open() : around('open', path, open);
  };
  syncBuiltinESMExports();
  try {
    return await action();
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
}

function watched(
  handle: fs.FileHandle,
  path: string,
  around: (call: DiskCall, path: string, run: () => Promise<unknown>) => Promise<unknown>,
): fs.FileHandle {
  const [sync, writeFile] = [handle.sync.bind(handle), handle.writeFile.bind(handle)];
  handle.sync = async () => {
    await around('sync', path, sync);
  };
  handle.writeFile = async (...values) => {
    await around('write', path, () => writeFile(...values));
  };
  return handle;
}
