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

function record(given: unknown, more: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const constraint = recordOf(given);
  return { type: constraint.type ?? null, ...defaults, ...more, ...constraint };
}
