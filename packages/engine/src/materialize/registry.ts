import { isExternal, type ManifestNode } from '@eider/core';
import { external } from './external.ts';
import { incremental } from './incremental.ts';
import type { Materialize } from './materialization.ts';
import { seed } from './seed.ts';
import { snapshot } from './snapshot.ts';
import { table } from './table.ts';
import { view } from './view.ts';

/** Materializations by dbt's name. `ephemeral` is not among them: its SQL goes into its children when they are compiled. */
const materializations: Readonly<Record<string, Materialize>> = { external, incremental, table, view, seed, snapshot };

/** The materialization of a name, or undefined where there is none yet. */
export function materializationOf(name: string): Materialize | undefined {
  return Object.hasOwn(materializations, name) ? materializations[name] : undefined;
}

/** The names that a model may ask for. */
export const materializationNames: readonly string[] = ['external', 'incremental', 'table', 'view'];

/** Whether a node's relation is one of the working database: a table there, not a view. */
export function isInternal(node: Pick<ManifestNode, 'config'>): boolean {
  return !isExternal(node) && isTable(node);
}

/** Whether templates hear that a node's relation is a table; that of an external incremental model has its rows in files, and is added to like one. */
export function isTable({ config }: { readonly config: { readonly materialized: string } }): boolean {
  return !['external', 'view', 'ephemeral'].includes(config.materialized);
}
