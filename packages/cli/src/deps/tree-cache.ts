import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Trees of files that never change, kept from one command to the next; and a folder for what is needed once. */
export interface TreeCache {
  /** The folder of a key; `make` fills a new one where there is none. */
  tree(key: string, make: (folder: string) => Promise<void>): Promise<string>;
  /** Whether a key has a folder already. */
  has(key: string): Promise<boolean>;
  /** An own, not yet existing path in a folder that goes with `close`. */
  scratch(): string;
  close(): Promise<void>;
}

/** What was not used for so long goes. */
const keptDays = 90;

/** Opens the cache in a folder; one that cannot be written is done without. */
export async function openTreeCache(folder: string, now: () => Date): Promise<TreeCache> {
  const scratchRoot = await mkdtemp(join(tmpdir(), 'eider-deps-'));
  const root = join(folder, 'packages');
  const isWritable = await mkdir(root, { recursive: true }).then(
    () => true,
    () => false,
  );
  const shelf = isWritable ? root : scratchRoot;
  const pathOf = (key: string): string => join(shelf, createHash('sha256').update(key).digest('hex').slice(0, 40));
  const running = new Map<string, Promise<string>>();
  const make = async (key: string, fill: (folder: string) => Promise<void>): Promise<string> => {
    const path = pathOf(key);
    if (await isFolder(path)) {
      await utimes(path, now(), now()).catch(() => undefined);
      return path;
    }
    const draft = join(shelf, `new-${randomUUID()}`);
    try {
      await fill(draft);
      // Another process may have been quicker.
      await rename(draft, path).catch(async (failure: unknown) => {
        if (!(await isFolder(path))) throw failure;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    await prune(shelf, now());
    return path;
  };
  return {
    tree(key, fill) {
      const asked = running.get(key) ?? make(key, fill);
      running.set(key, asked);
      return asked;
    },
    has: (key) => isFolder(pathOf(key)),
    scratch: () => join(scratchRoot, randomUUID()),
    close: () => rm(scratchRoot, { recursive: true, force: true }),
  };
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
}

/** Deletes what nobody used for long, what a kill left included. */
async function prune(shelf: string, now: Date): Promise<void> {
  const oldest = now.getTime() - keptDays * 24 * 3600 * 1000;
  for (const name of await readdir(shelf).catch(() => [])) {
    const path = join(shelf, name);
    const used = (await stat(path).catch(() => null))?.mtimeMs ?? oldest;
    if (used < oldest) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
