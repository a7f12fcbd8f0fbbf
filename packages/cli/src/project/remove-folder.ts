import type { Dirent } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Deletes a folder but for folders of these names at any depth; gives those that stayed. A folder that is not there is no error. Symlinks are removed, not followed. */
export async function removeAllBut(folder: string, names: ReadonlySet<string>): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) await rm(path, { force: true });
    else if (names.has(entry.name)) kept.push(path);
    else kept.push(...(await removeAllBut(path, names)));
  }
  if (kept.length === 0) await rmdir(folder).catch(ignoreMissing);
  return kept;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return await readFolder(folder).catch((failure: NodeJS.ErrnoException) => {
    ignoreMissing(failure);
    return [];
  });
}

function readFolder(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true });
}

function ignoreMissing(failure: NodeJS.ErrnoException): void {
  if (failure.code !== 'ENOENT' && failure.code !== 'ENOTDIR') throw failure;
}
