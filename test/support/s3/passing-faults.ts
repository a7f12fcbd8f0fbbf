import type { S3Call } from './answer.ts';
import type { Fault } from './s3-server.ts';

const kinds: readonly Fault[] = ['reset', 'lost', 'torn', 500, 503, 429];

/**
 * Trouble that passes, for the fraction `rate` of all requests and the same for the same seed and order: of requests for one thing, no second one in a row, so that every
 * client that tries again comes through.
 */
export function passingFaults(seed: number, rate: number): (call: S3Call) => Fault | undefined {
  const random = generator(seed);
  const met = new Set<string>();
  return ({ bucket, key, method, query }) => {
    const what = `${method} ${bucket}/${key}?${[...query].join('&')}`;
    if (met.delete(what) || random() >= rate) return undefined;
    met.add(what);
    return kinds[Math.floor(random() * kinds.length)];
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
