import type { ManifestNode } from './nodes.ts';

/** Whether a node's data follows from what it was before, beside what the node reads: incremental models and snapshots. */
export function isCumulative({ config }: Pick<ManifestNode, 'config'>): boolean {
  return config.materialized === 'incremental' || config.materialized === 'snapshot';
}
