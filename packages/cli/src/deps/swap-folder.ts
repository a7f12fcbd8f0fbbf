import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readyFolder } from '@eider/core';

/** A folder that is filled beside its place, and then put there. */
export interface FolderDraft {
  /** Absolute; to be filled. */
  readonly path: string;
  /** Puts it in the place of what was there: whoever is killed while doing so leaves the one or the other whole. */
  publish(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Begins a new content for a folder. What killed drafts left goes first. A folder cannot be replaced by one rename, so the finished draft gets a name of its
 * own before the old folder leaves: from then on it counts, and `installedPackages` of core puts it in its place if nobody else does.
 */
export async function draftFolder(folder: string, pid: number): Promise<FolderDraft> {
  const parent = dirname(folder);
  const head = `.${basename(folder)}.`;
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent, head, pid);
  const [path, old] = [join(parent, `${head}new-${pid}`), join(parent, `${head}old-${pid}`)];
  const ready = readyFolder(folder);
  return {
    path,
    async publish() {
      await rm(ready, { recursive: true, force: true });
      await rename(path, ready);
      if (await movedAway(folder, old)) await rename(ready, folder);
      else await refill(folder, ready);
      await rm(old, { recursive: true, force: true });
    },
    discard: () => rm(path, { recursive: true, force: true }),
  };
}

/** False where the folder cannot move: a volume is mounted there. */
async function movedAway(folder: string, old: string): Promise<boolean> {
  try {
    await rename(folder, old);
  } catch (failure) {
    const { code = '' } = failure as NodeJS.ErrnoException;
    if (code === 'EBUSY' || code === 'EXDEV') return false;
    if (code !== 'ENOENT') throw failure;
  }
  return true;
}

/** Exchanges the content of a folder that stays where it is: a kill in the middle leaves part of it, as dbt's own `deps` does. */
async function refill(folder: string, ready: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  await cp(ready, folder, { recursive: true, verbatimSymlinks: true });
  await rm(ready, { recursive: true, force: true });
}

async function removeLeftovers(parent: string, head: string, pid: number): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = name.startsWith(head) ? /^(?:new|old)-(\d+)$/.exec(name.slice(head.length))?.[1] : undefined;
    if (owner !== undefined && (Number(owner) === pid || !lives(Number(owner))))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === 'EPERM';
  }
}
