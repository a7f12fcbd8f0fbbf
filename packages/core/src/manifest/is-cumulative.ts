import type { ManifestNode } from './nodes.ts';

/** dbt's own materializations. */
const builtin: ReadonlySet<string> = new Set(
  'clone ephemeral external function incremental materialized_view seed snapshot table table_function test unit view'.split(
    ' ',
  ),
);

/** Whether the materialization of a node has a name of the project's own: a macro builds it, and only that knows how. */
export function isCustom({ config }: Pick<ManifestNode, 'config'>): boolean {
  return !builtin.has(config.materialized);
}

/** Whether a node's data follows from what it was before, beside what the node reads: incremental models and snapshots; a macro of the project's may look at it. */
export function isCumulative(node: Pick<ManifestNode, 'config'>): boolean {
  const { materialized } = node.config;
  return materialized === 'incremental' || materialized === 'snapshot' || isCustom(node);
}
