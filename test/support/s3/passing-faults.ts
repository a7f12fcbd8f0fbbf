import { seededNumbers } from '../random.ts';
import type { S3Call } from './answer.ts';
import type { Fault } from './s3-server.ts';

const kinds: readonly Fault[] = ['reset', 'lost', 'torn', 500, 503, 429];

/**
 * Trouble that passes, for the fraction `rate` of all requests and the same for the same seed and order: of requests for one thing, no second one in a row, so that every
 * client that tries again comes through.
 */
export function passingFaults(seed: number, rate: number): (call: S3Call) => Fault | undefined {
  const random = seededNumbers(seed);
  const met = new Set<string>();
  return ({ bucket, key, method, query }) => {
    const what = `${method} ${bucket}/${key}?${[...query].join('&')}`;
    if (met.delete(what) || random() >= rate) return undefined;
    met.add(what);
    return kinds[Math.floor(random() * kinds.length)];
  };
}
