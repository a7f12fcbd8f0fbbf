import type { Compiler } from '@eider/core';
import type { BuildPlan } from '../lake/lease.ts';
import { dataParents } from '../materialize/data-parents.ts';

/** What a run of these nodes makes, and what it and its tests read from the state. */
export function buildPlan({ manifest }: Pick<Compiler, 'manifest'>, ids: readonly string[]): BuildPlan {
  const isTest = (id: string): boolean => /test$/.test(manifest.nodes[id]?.resource_type ?? '');
  const writes = new Set(ids.filter((id) => !isTest(id)));
  const parents = ids.flatMap((id) => dataParents(manifest, id));
  const reads = new Set(parents.filter((id) => manifest.nodes[id] !== undefined && !writes.has(id)));
  return { writes: [...writes].sort(), reads: [...reads].sort() };
}
