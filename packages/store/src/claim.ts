import { mkdir, rename, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeNewFile } from './durable-file.ts';
import { errorCode } from './errors.ts';

/** A claim whose holder did nothing for so long is taken away from it, in milliseconds by the store's clock. */
const staleAfterMs = 30_000;

/**
 * Put-if-absent for file systems without hard links. The object is written into a folder of its own, which is moved to `<name>.claim`: only one
 * folder can stand there. Its holder looks whether the object is there already, and moves it out of the folder to its place if not. A holder that
 * lost its claim, because it was taken for dead, finds its file gone and cannot replace what another one put.
 */
export async function claimAndPut(path: string, bytes: Uint8Array, id: string): Promise<'created' | 'exists'> {
  const folder = dirname(path);
  const claim = join(folder, `${basename(path)}.claim`);
  const prepared = join(folder, `.eider-${id}`);
  for (;;) {
    if (await exists(path)) return 'exists';
    await mkdir(prepared);
    await writeNewFile(join(prepared, id), bytes, true);
    const outcome = (await moveFolder(prepared, claim)) ? await putClaimed(path, claim, id) : 'busy';
    await rm(prepared, { recursive: true, force: true });
    if (outcome !== 'busy') return outcome;
    await breakStale(claim, folder, id);
    await sleep(5 + Math.random() * 10);
  }
}

async function putClaimed(path: string, claim: string, id: string): Promise<'created' | 'exists' | 'busy'> {
  const mine = join(claim, id);
  if (await exists(path)) {
    await unlink(mine).catch(() => undefined);
    await rmdir(claim).catch(() => undefined);
    return 'exists';
  }
  try {
    await rename(mine, path);
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return 'busy';
    throw cause;
  }
  await rmdir(claim).catch(() => undefined);
  return 'created';
}

async function breakStale(claim: string, folder: string, id: string): Promise<void> {
  const probe = join(folder, `.eider-${id}-clock`);
  await mkdir(probe);
  const [now, held] = await Promise.all([stat(probe), stat(claim).catch(() => undefined)]);
  await rmdir(probe);
  if (held === undefined || now.mtimeMs - held.mtimeMs < staleAfterMs) return;
  const aside = join(folder, `.eider-${id}-broken`);
  if (await moveFolder(claim, aside)) await rm(aside, { recursive: true, force: true });
}

/** False where another folder stands there, or where `from` is gone. */
async function moveFolder(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (cause) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EACCES', 'EPERM'].includes(errorCode(cause))) return false;
    throw cause;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
