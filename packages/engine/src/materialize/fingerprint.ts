import { createHash } from 'node:crypto';
import { buildConfig, type ManifestNode } from '@eider/core';
import type { MaterializeContext } from './materialization.ts';

/** A digest of all that a node's data follows from; nothing where it read something without a generation, a source for one. */
export function fingerprint({ compiled, head, node, reads }: MaterializeContext): { readonly fingerprint?: string } {
  if (compiled === null || Object.values(reads).includes(null)) return {};
  const before = isIncremental(node) ? [head?.id ?? null] : [];
  return { fingerprint: digest([1, compiled.sql, sorted(node.config), sorted(reads), ...before]) };
}

/**
 * A digest of what the project says of a node, whatever its data was made from: its SQL, or the content of a seed (`sql` null), and its config. The SQL of
 * an incremental model is another the second time: its template counts.
 */
export function definition(node: ManifestNode, sql: string | null): string {
  const relation = [node.database, node.schema, node.alias];
  const text = isIncremental(node) ? node.raw_code : (sql ?? node.checksum);
  return digest([1, text, relation, buildConfig(node.config)]);
}

function isIncremental({ config }: ManifestNode): boolean {
  return config.materialized === 'incremental';
}

function digest(input: unknown): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}

function sorted(record: object): readonly (readonly [string, unknown])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
