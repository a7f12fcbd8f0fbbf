import { createHash } from 'node:crypto';
import type { MaterializeContext } from './materialization.ts';

/** A digest of all that a node's data follows from; nothing where it read something without a generation, a source for one. */
export function fingerprint({ compiled, node, reads }: MaterializeContext): { readonly fingerprint?: string } {
  if (compiled === null || Object.values(reads).includes(null)) return {};
  const input = JSON.stringify([1, compiled.sql, sorted(node.config), sorted(reads)]);
  return { fingerprint: createHash('sha256').update(input).digest('hex') };
}

function sorted(record: object): readonly (readonly [string, unknown])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
