import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's folder for what can be made again: `EIDER_CACHE_DIR`, else the system's for such. */
export function userCacheFolder(env: Readonly<Record<string, string | undefined>>, platform: string): string {
  if (env.EIDER_CACHE_DIR) return env.EIDER_CACHE_DIR;
  const home = env.HOME || homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'eider');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'eider');
}
