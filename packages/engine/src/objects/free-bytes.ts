import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes that are free on the disk of a place, or of the nearest folder above it that is there. */
export async function freeBytes(place: string): Promise<number> {
  const found = await statfs(place).catch(() => undefined);
  if (found !== undefined) return found.bavail * found.bsize;
  return place === dirname(place) ? 0 : await freeBytes(dirname(place));
}
