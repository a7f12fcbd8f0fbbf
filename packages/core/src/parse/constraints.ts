import type { ManifestNode } from '../manifest/nodes.ts';
import { listOf, recordOf } from './read-values.ts';

const defaults = {
  name: null,
  expression: null,
  warn_unenforced: true,
  warn_unsupported: true,
  to: null,
  to_columns: [],
} as const;

/** The `constraints:` of a column as dbt records them, every field there. */
export function columnConstraints(given: unknown): Record<string, unknown>[] {
  return listOf(given).map((constraint) => record(constraint, {}));
}

/** The `constraints:` of a model, which name their columns. */
export function modelConstraints(given: unknown): Record<string, unknown>[] {
  return listOf(given).map((constraint) => record(constraint, { columns: [] }));
}

/** What the foreign keys of a model point at, each a `ref('…')` or `source('…', '…')` unless it is a mistake: a model reads these too. */
export function foreignKeyTargets(node: ManifestNode): readonly string[] {
  if (node.resource_type !== 'model') return [];
  const all = [node, ...Object.values(node.columns)].flatMap(({ constraints }) => constraints.map(recordOf));
  return all.flatMap(({ to, type }) => (type === 'foreign_key' && typeof to === 'string' && to !== '' ? [to] : []));
}

function record(given: unknown, more: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const constraint = recordOf(given);
  return { type: constraint.type ?? null, ...defaults, ...more, ...constraint };
}
