import { createHash } from 'node:crypto';
import { buildConfig, type ManifestNode } from '@eider/core';
import type { MaterializeContext } from './materialization.ts';

/** A digest of all that a node's data follows from; nothing where it read something without a generation, a source for one. */
export function fingerprint({ compiled, node, reads }: MaterializeContext): { readonly fingerprint?: string } {
  if (compiled === null || Object.values(reads).includes(null)) return {};
  return { fingerprint: digest([1, compiled.sql, sorted(node.config), sorted(reads)]) };
}

/** A digest of what the project says of a node, whatever its data was made from: its SQL, or the content of a seed (`sql` null), and its config. */
export function definition(node: ManifestNode, sql: string | null): string {
  const relation = [node.database, node.schema, node.alias];
  return digest([1, sql ?? node.checksum, relation, buildConfig(node.config)]);
}

function digest(input: unknown): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}

function sorted(record: object): readonly (readonly [string, unknown])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
