import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { linkOrCopy } from '@eider/store';
import { isRemote, joinPlace } from '../session/place.ts';
import type { DataFile, FilesGeneration } from './generation.ts';
import { inBatches } from './in-batches.ts';
import type { Reach } from './reach.ts';
import { copyObject } from './remote-alias.ts';

/** Whether files can get a second name, or be copied by their store, in a folder: both are on this machine, or both in buckets. */
export function canClone(generation: FilesGeneration, folder: string): boolean {
  return generation.files.every(({ path }) => isRemote(path) === isRemote(folder));
}

/**
 * The files of a generation of another state under names of this one: hard links where the file system has them, else copies; in a bucket copies that its
 * store makes. Either state may then delete its own. `location` is the alias's, whose name a single file takes.
 */
export async function cloneFiles(
  reach: Reach,
  { files, folder: isFolder }: FilesGeneration,
  place: { readonly id: string; readonly folder: string; readonly location: string | null },
): Promise<readonly DataFile[]> {
  const named = files.map((file, at) => {
    const end = /(\.[A-Za-z0-9]+)?\.(gz|zst)$|\.[A-Za-z0-9]+$/.exec(basename(file.path))?.[0] ?? '';
    const own = isFolder
      ? joinPlace(place.folder, place.id, file.name)
      : joinPlace(place.folder, `${place.id}${at === 0 ? '' : `-${at}`}${end}`);
    const name = isFolder || place.location === null ? file.name : basename(place.location);
    return { from: file.path, to: { ...file, path: own, name } };
  });
  if (!isRemote(place.folder))
    for (const folder of new Set(named.map(({ to }) => dirname(to.path)))) await mkdir(folder, { recursive: true });
  await inBatches(named, 16, async ({ from, to }) => {
    if (isRemote(from)) await copyObject(reach, from, to.path);
    else await linkOrCopy(from, to.path);
  });
  return named.map(({ to }) => to);
}
