import { open } from 'node:fs/promises';
import { storeError } from '../errors.ts';
import { readBytes } from '../read-bytes.ts';
import type { PartSource } from './parts.ts';

/** Opens a file of this machine as what is sent. A file that ends before its end is an error, not a shorter object. Throws StoreError. */
export async function fromFile(path: string, work: (source: PartSource) => Promise<void>): Promise<void> {
  const file = await open(path).catch((cause: unknown) => {
    throw storeError(`read ${path}`, cause);
  });
  try {
    const { size } = await file.stat();
    await work({
      bytes: size,
      read: async (start, end) => {
        const bytes = await readBytes(file, start, end - start);
        if (bytes.length < end - start) throw new Error(`${path} became shorter while it was sent`);
        return bytes;
      },
    });
  } finally {
    await file.close();
  }
}
