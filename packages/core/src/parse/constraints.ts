import { type Diagnostic, error, type Place } from '../diagnostics.ts';
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

/** Primary keys that dbt refuses, contract or not, also of models that are switched off: of several columns in their entries, and in a column's and the model's at once. */
export function primaryKeyFaults(node: ManifestNode, place: Place): readonly Diagnostic[] {
  if (node.resource_type !== 'model') return [];
  const hasKey = (constraints: readonly unknown[]): boolean =>
    constraints.some((one) => recordOf(one).type === 'primary_key');
  const columns = Object.values(node.columns).filter(({ constraints }) => hasKey(constraints));
  const names = columns.map(({ name }) => `"${name}"`).join(' and ');
  const of = `The model "${node.name}" has`;
  const faults = [
    ...(columns.length > 1 ? [`${of} a primary key in each of the columns ${names}.`] : []),
    ...(columns.length > 0 && hasKey(node.constraints)
      ? [`${of} a primary key of its own, and one in the column ${names}.`]
      : []),
  ];
  const hint = 'Write one constraint `{type: primary_key, columns: […]}` under the model, and none under its columns.';
  return faults.map((fault) => error('project/invalid-value', fault, { place, node: node.unique_id, hint }));
}

function record(given: unknown, more: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const constraint = recordOf(given);
  return { type: constraint.type ?? null, ...defaults, ...more, ...constraint };
}
