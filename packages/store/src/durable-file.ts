import { copyFile, link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './errors.ts';

/** Makes a file's bytes durable; a folder's entries, where it is a folder. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } catch (cause) {
    // Some network file systems cannot sync a folder, and need not.
    if (!['EINVAL', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF'].includes(errorCode(cause))) throw cause;
  } finally {
    await handle.close();
  }
}

/** Makes a folder and the missing ones above it, all of them durable. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  const stop = dirname(first);
  for (let folder = dirname(path); folder.length >= stop.length; folder = dirname(folder)) {
    await syncPath(folder);
    if (folder === dirname(folder)) return;
  }
}

/** Writes a new file and makes its bytes durable; its name is not, until its folder is synced. Throws where the file exists; leaves none after a failure. */
export async function writeNewFile(path: string, bytes: Uint8Array, durable: boolean): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    if (durable) await handle.sync();
  } catch (cause) {
    await unlink(path).catch(() => undefined);
    throw cause;
  } finally {
    await handle.close();
  }
}

/** Gives a file a second name; copies it where the file system has no hard links, or another one holds `to`. Throws where `to` exists. */
export async function linkOrCopy(from: string, to: string): Promise<'linked' | 'copied'> {
  try {
    await link(from, to);
    return 'linked';
  } catch (cause) {
    if (!cannotLink(cause)) throw cause;
  }
  await copyFile(from, to, 1);
  await syncPath(to);
  return 'copied';
}

/** Whether an error of `link` means that links cannot be made there, rather than that this one went wrong. */
export function cannotLink(cause: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EINVAL'].includes(errorCode(cause));
}

/** Renames over whatever file stands at `to`. Tries again for a while where the file system refuses because somebody has it open (SMB). */
export async function renameOver(from: string, to: string): Promise<void> {
  for (const wait of [20, 100, 400, 1000]) {
    try {
      return await rename(from, to);
    } catch (cause) {
      if (!['EBUSY', 'ETXTBSY', 'EACCES', 'EPERM'].includes(errorCode(cause))) throw cause;
      await sleep(wait);
    }
  }
  await rename(from, to);
}
