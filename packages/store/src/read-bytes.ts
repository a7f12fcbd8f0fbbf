import type { FileHandle } from 'node:fs/promises';

/** The bytes of an open file from `start`: `length` of them, fewer only where the file ends before. One read of the system may give less than there is. */
export async function readBytes(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
