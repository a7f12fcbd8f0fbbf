import type { Manifest } from '@eider/core';
import { counted } from '../ui/fancy-line.ts';

/** dbt's `Found 6 models, 6 data tests, 1 seed, …`: enabled nodes by type in the order of the manifest, then sources, exposures and macros. */
export function foundText(manifest: Manifest): string {
  const counts = new Map<string, number>();
  const add = (type: string, count: number): void => {
    if (count > 0) counts.set(type, (counts.get(type) ?? 0) + count);
  };
  for (const node of Object.values(manifest.nodes)) add(node.resource_type, 1);
  add('source', Object.keys(manifest.sources).length);
  add('exposure', Object.keys(manifest.exposures).length);
  add('metric', Object.keys(manifest.metrics).length);
  add('macro', Object.keys(manifest.macros).length);
  add('group', Object.keys(manifest.groups).length);
  add('semantic model', Object.keys(manifest.semantic_models).length);
  add('saved query', Object.keys(manifest.saved_queries).length);
  return `Found ${[...counts].map(([type, count]) => counted(count, type)).join(', ')}`;
}
