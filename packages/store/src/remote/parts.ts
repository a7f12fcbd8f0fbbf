import { allEnded } from '../all-ended.ts';

/** Objects above this size go up in parts of it, in bytes. */
export const partSize: number = 16 * 1024 * 1024;

const partsAtOnce = 4;

/** What is put: its size, and the bytes from `start` to before `end`. */
export interface PartSource {
  readonly bytes: number;
  read(start: number, end: number): Promise<Uint8Array> | Uint8Array;
}

/** What each part's sending gave, in order; some are sent at once. */
export async function allParts<T>(count: number, sendPart: (index: number) => Promise<T>): Promise<readonly T[]> {
  const given: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    try {
      for (let i = next++; i < count; i = next++) given[i] = await sendPart(i);
    } catch (cause) {
      next = count;
      throw cause;
    }
  };
  // A part that is still on its way when the upload is taken back may stay for good.
  await allEnded(Array.from({ length: partsAtOnce }, work));
  return given;
}
