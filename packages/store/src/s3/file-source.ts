import { open } from 'node:fs/promises';
import { storeError } from '../errors.ts';
import type { PartSource } from './upload.ts';

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
        const bytes = new Uint8Array(end - start);
        for (let done = 0; done < bytes.length; ) {
          const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
          if (bytesRead === 0) throw new Error(`${path} became shorter while it was sent`);
          done += bytesRead;
        }
        return bytes;
      },
    });
  } finally {
    await file.close();
  }
}
