import { statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The user's folder for what can be made again: `EIDER_CACHE_DIR`, else the system's for such. */
export function userCacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (env.EIDER_CACHE_DIR) return env.EIDER_CACHE_DIR;
  const home = env.HOME || homedir();
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'eider');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'eider');
}

/** Bytes that are free on the disk of a place, or of the nearest folder above it that is there. */
export async function freeBytes(place: string): Promise<number> {
  const found = await statfs(place).catch(() => undefined);
  if (found !== undefined) return found.bavail * found.bsize;
  return place === dirname(place) ? 0 : await freeBytes(dirname(place));
}
