import type { FileHandle } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readBytes } from './read-bytes.ts';

/** A file of these bytes whose reads give at most two at once, as some file systems do. */
function slowFile(content: Uint8Array): FileHandle {
  const read = async (into: Uint8Array, offset: number, length: number, position: number) => {
    const piece = content.subarray(position, position + Math.min(length, 2));
    into.set(piece, offset);
    return { bytesRead: piece.length, buffer: into };
  };
  return { read } as unknown as FileHandle;
}

test('bytes come whole though each read gives a few, and end where the file does', async () => {
  const file = slowFile(Uint8Array.from({ length: 9 }, (_, i) => i));
  expect([...(await readBytes(file, 2, 5))]).toEqual([2, 3, 4, 5, 6]);
  expect([...(await readBytes(file, 6, 10))]).toEqual([6, 7, 8]);
  expect([...(await readBytes(file, 20, 3))]).toEqual([]);
});
