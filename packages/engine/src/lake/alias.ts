import { lstat, mkdir, readlink, rename, rm, rmdir, stat, symlink, unlink } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { errorCode, linkOrCopy, renameOver } from '@eider/store';
import { aliasFolder, filesBelow, fillAliasFolder, isSameFile } from './alias-folder.ts';
import type { FilesGeneration } from './generation.ts';
import { inBatches } from './in-batches.ts';
import { nodeKey } from './state-keys.ts';

/** What was put at a location, so that a later commit knows its own. */
export interface AliasRecord {
  readonly generation: string;
  /** Null for a node without an alias. */
  readonly location: string | null;
  readonly how: 'link' | 'copy' | 'folder' | 'none' | 'table';
  /** Of a copy: by these its own is known again. */
  readonly bytes?: number;
  readonly modifiedMs?: number;
  /** Of copies in a bucket: names below the location; empty for the location itself. */
  readonly names?: readonly string[];
  /** Of a Delta table: the version of its log, null where it does not show the generation, and why. */
  readonly version?: number | null;
  readonly diverged?: string;
}

export interface AliasRequest {
  readonly generation: FilesGeneration;
  readonly location: string;
  /** The folder of the node's generations: `S/data/<node>`, on the location's device. */
  readonly dataFolder: string;
  /** What this state put there last. */
  readonly before: AliasRecord | undefined;
  /** The folder of the generations that it put there last: of another node, where a node was renamed. */
  readonly folderBefore: string;
  /** A name that nobody else uses, for a moment beside the location. */
  readonly temporaryName: string;
}

export interface AliasOutcome {
  readonly record: AliasRecord;
  /** Where something that was not eider's was moved to. */
  readonly movedTo?: string;
}

/**
 * Makes a location show a generation. One file: a hard link (a copy where links cannot be made) moved over it. A folder: a symbolic link, swapped by rename,
 * to a folder of hard links. What stood there and was not this state's is moved aside into `_eider/replaced`; files of an adopted folder are kept by
 * the generation that took them up, so their old names go.
 */
export async function placeAlias(request: AliasRequest): Promise<AliasOutcome> {
  const { before, generation, location } = request;
  if (before?.how === 'table' && before.location === location) throw isTable(location);
  await mkdir(dirname(location), { recursive: true });
  if (await isAdoptedInPlace(generation, location))
    return { record: { generation: generation.id, location, how: 'none' } };
  return generation.folder ? await placeFolder(request) : await placeFile(request);
}

/** A generation that was just taken up from its location, which therefore shows it already. */
async function isAdoptedInPlace(generation: FilesGeneration, location: string): Promise<boolean> {
  if (generation.origin !== 'adopted') return false;
  const there = await lstat(location).catch(() => undefined);
  if (there === undefined || there.isSymbolicLink() || there.isDirectory() !== generation.folder) return false;
  for (const { path, name } of generation.files) {
    if (!(await isSameFile(path, generation.folder ? join(location, name) : location))) return false;
  }
  return true;
}

/** A table's files belong to its history, and to older generations. */
function isTable(location: string): Error {
  return new Error(`a Delta table stands at ${location}; give the node another location, or delete the table`);
}

async function placeFile(request: AliasRequest): Promise<AliasOutcome> {
  const { generation, location } = request;
  const [file] = generation.files;
  if (file === undefined) return { record: { generation: generation.id, location, how: 'none' } };
  if (await isSameFile(file.path, location)) return { record: { generation: generation.id, location, how: 'link' } };
  const moved = await moveForeign(request);
  const temporary = join(dirname(location), request.temporaryName);
  const how = await moveOver(temporary, location, async () =>
    (await linkOrCopy(file.path, temporary)) === 'linked' ? 'link' : 'copy',
  );
  const { size, mtimeMs } = await stat(location);
  const copied = how === 'copy' ? { bytes: size, modifiedMs: mtimeMs } : {};
  return { record: { generation: generation.id, location, how, ...copied }, ...moved };
}

async function placeFolder(request: AliasRequest): Promise<AliasOutcome> {
  const { generation, location, dataFolder } = request;
  const target = aliasFolder(dataFolder, generation.id);
  const record: AliasRecord = { generation: generation.id, location, how: 'folder' };
  if ((await linkTarget(location)) === target) return { record };
  await fillAliasFolder(generation, target);
  const temporary = join(dirname(location), request.temporaryName);
  const moved = await moveForeign(request);
  await moveOver(temporary, location, () => symlink(relative(dirname(location), target), temporary));
  const kept = await dropKnownFiles(asideOf(location, generation.id), dataFolder);
  return { record, ...(kept || moved.movedTo === undefined ? moved : {}) };
}

/** Where a location's symbolic link leads; undefined for anything else. */
async function linkTarget(location: string): Promise<string | undefined> {
  try {
    return resolve(dirname(location), await readlink(location));
  } catch (cause) {
    if (['ENOENT', 'EINVAL'].includes(errorCode(cause))) return undefined;
    throw cause;
  }
}

async function moveForeign({
  generation,
  location,
  dataFolder,
  before,
  folderBefore,
}: AliasRequest): Promise<{ readonly movedTo?: string }> {
  for (const folder of new Set([folderBefore, dataFolder])) if (await isOurs(location, folder, before)) return {};
  const aside = asideOf(location, generation.id);
  await mkdir(dirname(aside), { recursive: true });
  try {
    await rename(location, aside);
  } catch (cause) {
    // Another one who settles this head was quicker.
    if (errorCode(cause) !== 'ENOENT') throw cause;
    return {};
  }
  return { movedTo: aside };
}

/** Whether nothing stands at a location, or an alias of this state. */
async function isOurs(location: string, dataFolder: string, before: AliasRecord | undefined): Promise<boolean> {
  const there = await lstat(location).catch(() => undefined);
  if (there === undefined) return true;
  if (there.isSymbolicLink()) return (await linkTarget(location))?.startsWith(`${dataFolder}/`) === true;
  if (there.isDirectory()) return false;
  if (before?.location === location && before.how === 'copy') {
    return before.bytes === there.size && before.modifiedMs === there.mtimeMs;
  }
  return there.nlink > 1 && (await inodesBelow(dataFolder)).has(there.ino);
}

/** Takes an alias away, where it is this state's; true where it did. */
export async function removeAlias(before: AliasRecord, dataFolder: string): Promise<boolean> {
  if (before.location === null || before.how === 'none' || before.how === 'table') return false;
  if (!(await isOurs(before.location, dataFolder, before))) return false;
  await unlink(before.location).catch(() => undefined);
  return true;
}

/** In a folder that was moved aside: takes away the names of files that a generation keeps. True where others remain. */
async function dropKnownFiles(aside: string, dataFolder: string): Promise<boolean> {
  const there = await lstat(aside).catch(() => undefined);
  if (!there?.isDirectory()) return there !== undefined;
  const known = await inodesBelow(dataFolder);
  const files = await filesBelow(aside);
  let kept = 0;
  await inBatches(files, 16, async (name) => {
    if (known.has((await lstat(join(aside, name))).ino)) await unlink(join(aside, name));
    else kept++;
  });
  await removeEmptyFolders(aside, files);
  return kept > 0;
}

async function removeEmptyFolders(root: string, files: readonly string[]): Promise<void> {
  const folders = new Set<string>([root]);
  for (const file of files) {
    for (let folder = dirname(join(root, file)); folder.length > root.length; folder = dirname(folder))
      folders.add(folder);
  }
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) await rmdir(folder).catch(() => undefined);
}

async function inodesBelow(folder: string): Promise<ReadonlySet<number>> {
  const inodes = new Set<number>();
  const files = await filesBelow(folder).catch(() => []);
  await inBatches(files, 16, async (name) => {
    const found = await lstat(join(folder, name)).catch(() => undefined);
    if (found !== undefined) inodes.add(found.ino);
  });
  return inodes;
}

function asideOf(location: string, generation: string): string {
  return join(dirname(location), '_eider', 'replaced', `${basename(location)}-${nodeKey(generation)}`);
}

/** Makes something under a temporary name and moves it over what stands at `to`. */
async function moveOver<T>(temporary: string, to: string, make: () => Promise<T>): Promise<T> {
  try {
    const made = await make();
    await renameOver(temporary, to);
    return made;
  } finally {
    // After a failure; and a rename between two names of one file does nothing, and leaves the first.
    await rm(temporary, { force: true });
  }
}
