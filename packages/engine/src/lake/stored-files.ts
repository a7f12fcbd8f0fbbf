import { vectorLocation } from '@eider/delta';
import type { DataFile, FilesGeneration } from './generation.ts';

/** A file that a generation needs. */
export interface StoredFile {
  /** Absolute path or URI. */
  readonly path: string;
  /** Undefined where nobody wrote it down. */
  readonly bytes: number | undefined;
}

/** Everything that a generation needs to be read, by the catalog and by its Delta table: files of rows, lists of rows that these have lost, and deletion vectors; each once. */
export function storedFiles({ files, location }: Pick<FilesGeneration, 'files' | 'location'>): readonly StoredFile[] {
  const found = new Map<string, StoredFile>();
  for (const file of files)
    for (const stored of [file, ...(file.deleted ? [file.deleted] : []), ...vectorOf(file, location)])
      found.set(stored.path, stored);
  return [...found.values()];
}

/** The file of the deletion vector, where it does not stand in the log. */
function vectorOf({ add }: DataFile, root: string | null): readonly StoredFile[] {
  const path = add?.deletionVector && root !== null ? vectorLocation(root, add.deletionVector) : undefined;
  return path === undefined ? [] : [{ path, bytes: undefined }];
}
