import { createHash } from 'node:crypto';
import { buildConfig, isCumulative, type ManifestNode } from '@eider/core';

/**
 * A digest of all that is known of what a node's data follows from. `inputs`: of each thing that it reads the fingerprint, where the same build made it, else the
 * generation; null for a source, whose data nobody knows. `engine`: what else decides, the version of eider and the settings of the database.
 */
export function fingerprint(
  node: ManifestNode,
  sql: string | null,
  inputs: Readonly<Record<string, string | null>>,
  engine: string,
): string {
  const sorted = Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1));
  return digest([2, engine, definition(node, sql), sql, sorted]);
}

/**
 * A digest of what the project says of a node, whatever its data was made from: its SQL, or the content of a seed (`sql` null), and its config. The SQL of
 * an incremental model is another the second time: its template counts.
 */
export function definition(node: ManifestNode, sql: string | null): string {
  const relation = [node.database, node.schema, node.alias];
  const text = isCumulative(node) || node.language === 'python' ? node.raw_code : (sql ?? node.checksum);
  return digest([1, text, relation, buildConfig(node.config)]);
}

function digest(input: unknown): string {
  return createHash('sha256').update(JSON.stringify(input)).digest('hex');
}
