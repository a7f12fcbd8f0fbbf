import { chmod } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { errorCode, syncPath } from '@eider/store';
import type { Objects } from '../objects/objects.ts';
import { isRemote } from '../session/place.ts';
import { buildOfName } from './build-id.ts';
import type { FilesGeneration, Generation } from './generation.ts';
import { inBatches } from './in-batches.ts';
import { LakeError } from './lake-error.ts';
import type { Reach } from './reach.ts';
import { type StoredFile, storedFiles } from './stored-files.ts';

/** The files of a generation that its own build wrote; carried ones are durable since theirs. */
export function ownFiles(generation: Generation): readonly StoredFile[] {
  if (generation.kind !== 'files') return [];
  // One that was taken over has its id of the build that wrote it.
  return writtenBy(new Set([generation.build, buildOfName(generation.id)]), generation);
}

/** Those of a generation's files that some builds wrote. */
export function writtenBy(builds: ReadonlySet<string | undefined>, generation: FilesGeneration): readonly StoredFile[] {
  return storedFiles(generation).filter(({ path }) =>
    path.split('/').some((part) => {
      const build = buildOfName(part);
      return build !== undefined && builds.has(build);
    }),
  );
}

function localFiles(generation: Generation): readonly StoredFile[] {
  return ownFiles(generation).filter(({ path }) => !isRemote(path));
}

/**
 * Syncs the files of a generation and takes away the right to write them, for DuckDB's COPY does neither; sends those that were written here and belong in a bucket.
 * Objects of a bucket are durable, and nobody writes into them.
 */
export async function sealFiles(generation: Generation, objects: Pick<Objects, 'send'> | undefined): Promise<void> {
  if (objects !== undefined) await inBatches(ownFiles(generation), 4, ({ path }) => objects.send(path));
  await inBatches(localFiles(generation), 8, async ({ path }) => {
    await syncPath(path);
    await chmod(path, 0o444).catch((cause) => {
      // A network share may have modes of its own.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP'].includes(errorCode(cause))) throw cause;
    });
  });
}

/** Syncs the folders that the files of generations lie in, each once, up to the folder that holds the nodes' folders. */
export async function syncFolders(generations: readonly Generation[], top: (path: string) => string): Promise<void> {
  const folders = new Set<string>();
  for (const generation of generations) {
    for (const { path } of localFiles(generation)) {
      const stop = top(path);
      for (let folder = dirname(path); !relative(stop, folder).startsWith('..'); folder = dirname(folder))
        folders.add(folder);
    }
  }
  await inBatches([...folders], 16, syncPath);
}

/** Throws `lake/files-lost` where a file is not there with the size that was told: a build that slept too long may have been taken for dead. */
export async function checkFiles(
  reach: Reach,
  generations: readonly Generation[],
  which: 'all' | 'on disk' = 'all',
): Promise<void> {
  const files = generations.flatMap((generation) => (which === 'all' ? ownFiles : localFiles)(generation));
  await inBatches(files, 32, async ({ path, bytes }) => {
    const found = await reach.bytes(path);
    if (found === (bytes ?? found) && found !== undefined) return;
    const what = found === undefined ? 'is gone' : `has ${found} bytes instead of ${bytes}`;
    throw new LakeError('lake/files-lost', `The file ${path} of this build ${what}.`, 'Run the build again.');
  });
}
