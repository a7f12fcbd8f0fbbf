import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, linkOrCopy, syncPath } from '@eider/store';
import type { FilesGeneration } from './generation.ts';
import { inBatches } from './in-batches.ts';
import { LakeError } from './lake-error.ts';

/** The folder that a generation of several files shows at its location. `data`: the folder of the node's generations. */
export function aliasFolder(data: string, generation: string): string {
  return join(data, `${generation}.alias`);
}

/**
 * Makes a folder of hard links (copies, where links cannot be made) with the names that a generation's files have for other engines: durable, its own name
 * included. Done again it changes nothing.
 */
export async function fillAliasFolder(generation: FilesGeneration, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const folders = new Set([dirname(folder), folder]);
  for (const { name } of generation.files) {
    if (name.split('/').some((part) => part === '' || part === '..')) {
      throw new LakeError(
        'lake/bad-name',
        `'${name}' cannot be the name of a file of ${generation.node}.`,
        'This is a bug: please report it.',
      );
    }
    for (let each = dirname(join(folder, name)); each.length > folder.length; each = dirname(each)) folders.add(each);
  }
  for (const each of folders) await mkdir(each, { recursive: true });
  await inBatches(generation.files, 16, ({ path, name }) => linkOnce(path, join(folder, name)));
  await inBatches([...folders], 16, syncPath);
}

async function linkOnce(from: string, to: string): Promise<void> {
  const there = await lstat(to).catch(() => undefined);
  if (there === undefined) return await linkUnlessThere(from, to);
  const source = await lstat(from);
  if (there.ino === source.ino || there.size === source.size) return;
  await rm(to, { force: true });
  await linkUnlessThere(from, to);
}

/** Another one who settles the same head may be quicker. */
async function linkUnlessThere(from: string, to: string): Promise<void> {
  try {
    await linkOrCopy(from, to);
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw cause;
  }
}

/** Whether two names mean one file. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([lstat(a).catch(() => undefined), lstat(b).catch(() => undefined)]);
  return one !== undefined && other !== undefined && one.ino === other.ino && one.dev === other.dev;
}

/** The files below a folder, relative to it, with `/`. Links are not followed. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
