import { external } from './external.ts';
import type { Materialize } from './materialization.ts';
import { seed } from './seed.ts';
import { table } from './table.ts';
import { view } from './view.ts';

/** Materializations by dbt's name. `ephemeral` is not among them: its SQL goes into its children when they are compiled. */
const materializations: Readonly<Record<string, Materialize>> = { external, table, view, seed };

/** The materialization of a name, or undefined where there is none yet. */
export function materializationOf(name: string): Materialize | undefined {
  return Object.hasOwn(materializations, name) ? materializations[name] : undefined;
}

/** The names that a model may ask for. */
export const materializationNames: readonly string[] = ['external', 'table', 'view'];

/** Whether relations of a materialization live in the working database. */
export function isInternal(materialized: string): boolean {
  return materialized !== 'external' && materialized !== 'view' && materialized !== 'ephemeral';
}
