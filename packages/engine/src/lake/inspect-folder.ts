import { randomBytes } from 'node:crypto';
import { access, constants, lstat, mkdtemp, open, rename, rm, stat, statfs, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, linkOrCopy, syncPath } from '@eider/store';
import { fileSystemName } from './file-system-name.ts';

/** What a folder on a disk can do for a lake. Found out by doing it, in a folder of its own that is deleted afterwards. */
export interface FolderReport {
  readonly path: string;
  readonly exists: boolean;
  /** The folder that was tried: `path`, or the nearest one above it that exists. */
  readonly tried: string;
  /** Why nothing can be written there; null where it can. */
  readonly problem: string | null;
  /** Null where nothing could be tried. */
  readonly abilities: FolderAbilities | null;
  readonly fileSystem: FileSystem | null;
}

/** True: it works. A text: the system's reason why not. */
export interface FolderAbilities {
  readonly hardLinks: true | string;
  readonly symbolicLinks: true | string;
  readonly renameOver: true | string;
  readonly fsync: true | string;
  /** How far the file system's clock is ahead of this machine's, in ms. */
  readonly clockAheadMs: number;
}

/** The file system that a folder lies on. */
export interface FileSystem {
  /** `ext4`, `NFS`, …; null where it is none that is known by name. */
  readonly kind: string | null;
  /** Whether other machines write to it too. */
  readonly isNetwork: boolean;
  readonly freeBytes: number;
  /** Folders with the same number lie on one file system: files can be linked and moved between them. */
  readonly device: number;
}

/** Looks at a folder that is, or is to be, a lake's. Changes nothing that stays; makes no folder. */
export async function inspectFolder(path: string): Promise<FolderReport> {
  const tried = await nearestFolder(path);
  const report = { path, exists: tried === path, tried, fileSystem: await fileSystemOf(tried) };
  const nothing = (problem: string): FolderReport => ({ ...report, problem, abilities: null });
  if (!(await stat(tried)).isDirectory()) return nothing(`${tried} is a file`);
  try {
    await access(tried, constants.W_OK | constants.X_OK);
    return { ...report, problem: null, abilities: await tryAbilities(tried) };
  } catch (cause) {
    return nothing(reasonOf(cause));
  }
}

async function nearestFolder(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => null);
    if (found !== null || folder === dirname(folder)) return folder;
  }
}

async function fileSystemOf(folder: string): Promise<FileSystem | null> {
  try {
    const [{ bavail, bsize, type }, { dev }] = await Promise.all([statfs(folder), stat(folder)]);
    return { ...fileSystemName(type, process.platform), freeBytes: bavail * bsize, device: dev };
  } catch {
    return null;
  }
}

async function tryAbilities(folder: string): Promise<FolderAbilities> {
  const own = await mkdtemp(join(folder, '.eider-debug-'));
  const at = (name: string): string => join(own, name);
  try {
    const before = Date.now();
    await writeFile(at('first'));
    await writeFile(at('second'));
    const { mtimeMs } = await stat(at('first'));
    return {
      hardLinks: await works(async () => {
        if ((await linkOrCopy(at('first'), at('linked'))) === 'copied') throw new Error('the file system has none');
      }),
      symbolicLinks: await works(async () => {
        await symlink('first', at('symbolic'));
        await symlink('second', at('newer'));
        await rename(at('newer'), at('symbolic'));
        if (!(await lstat(at('symbolic'))).isSymbolicLink()) throw new Error('the link became a file');
      }),
      renameOver: await works(() => rename(at('second'), at('first'))),
      fsync: await works(() => syncPath(own)),
      clockAheadMs: Math.round(mtimeMs - (before + Date.now()) / 2),
    };
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

async function writeFile(path: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.write(randomBytes(16));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function works(attempt: () => Promise<unknown>): Promise<true | string> {
  try {
    await attempt();
    return true;
  } catch (cause) {
    return reasonOf(cause);
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'the file system does not allow it',
  EROFS: 'it is mounted read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENOENT: 'nothing can be made there',
  EINVAL: 'nothing can be made there',
};

function reasonOf(cause: unknown): string {
  return reasons[errorCode(cause)] ?? (cause instanceof Error ? cause.message : String(cause));
}
