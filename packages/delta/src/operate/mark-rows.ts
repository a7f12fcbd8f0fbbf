import { randomUUID } from 'node:crypto';
import type { Store } from '@eider/store';
import type { AddFile } from '../actions/actions.ts';
import { DeltaError } from '../errors.ts';
import { readDeletionVector, writeDeletionVectors } from '../vectors/deletion-vector.ts';
import type { Change } from '../write/change.ts';

/**
 * Puts the deletion vectors of files that lose rows, together with those they had, into the table's folder, or one below it. `key`: the object that holds them;
 * undefined where nothing is marked.
 */
export async function markRows(
  store: Store,
  marked: readonly { readonly file: AddFile; readonly positions: readonly number[] }[],
  folder?: string,
): Promise<{ readonly marks: NonNullable<Change['marks']>; readonly key: string | undefined }> {
  if (marked.length === 0) return { marks: [], key: undefined };
  const lists = await Promise.all(marked.map(({ file, positions }) => allPositions(store, file, positions)));
  const { descriptors, file: stored } = writeDeletionVectors(lists, randomUUID(), folder);
  if (stored !== undefined) await store.put(stored.key, stored.bytes);
  const marks = marked.flatMap(({ file }, index) => {
    const deletionVector = descriptors[index];
    return deletionVector === undefined ? [] : [{ file, deletionVector }];
  });
  return { marks, key: stored?.key };
}

async function allPositions(
  store: Store,
  { deletionVector }: AddFile,
  positions: readonly number[],
): Promise<readonly number[]> {
  if (!deletionVector) return positions;
  const before = await readDeletionVector(store.root, deletionVector, (location, start, length) =>
    rangeOf(store, location, start, length),
  );
  return [...before, ...positions].sort((a, b) => a - b);
}

/** Bytes of a file of a table, by its location. Throws DeltaError where it lies elsewhere. */
export async function rangeOf(store: Store, location: string, start: number, length: number): Promise<Uint8Array> {
  const folder = `${store.root}/`;
  if (location.startsWith(folder)) return await store.getRange(location.slice(folder.length), start, length);
  throw new DeltaError(
    'delta/unsupported-feature',
    `The table at ${store.root} keeps a deletion vector outside of its folder, at ${location}.`,
    'Read it with the engine that wrote it.',
  );
}
