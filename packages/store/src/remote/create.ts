import { randomBytes } from 'node:crypto';
import { StoreError, withoutConditions } from '../errors.ts';
import type { Bucket } from './bucket.ts';

/** The name of one put, which goes with the object: who asks again after an answer that was lost finds out whether the object is its own. */
export function newPutName(): string {
  return randomBytes(12).toString('hex');
}

/** How often a server may say in turn that an object is there and that it is not. */
const mostDoubts = 3;

/**
 * Creates an object unless the key is taken. What is there tells by its name of the put whose it is: an earlier try, ours or that of something on the way, may have
 * won without our hearing of it.
 */
export async function create(
  bucket: Bucket,
  key: string,
  bytes: Uint8Array,
  where: string,
): Promise<'created' | 'exists'> {
  const name = newPutName();
  const doing = `create ${where}`;
  for (let turn = 0; turn < mostDoubts; turn++) {
    let outcome: Awaited<ReturnType<Bucket['create']>>;
    try {
      outcome = await bucket.create(key, bytes, name, doing);
    } catch (cause) {
      // Nobody knows whether it was done: the answers may all have been lost.
      if (!(cause instanceof StoreError) || cause.code !== 'store/failed') throw cause;
      const there = await bucket.head(key, doing, true).catch(() => undefined);
      if (there?.put === name) return 'created';
      throw cause;
    }
    if (outcome === 'unsupported') throw withoutConditions(where);
    if (outcome === 'created') return 'created';
    const there = await bucket.head(key, doing);
    if (there !== undefined) return there.put === name ? 'created' : 'exists';
  }
  throw new StoreError(
    'store/failed',
    `Could not ${doing}: the server says that it is there, and that it is not.`,
    'Try again; if it stays so, look at the server and at what stands before it.',
  );
}
