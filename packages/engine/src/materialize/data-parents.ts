import type { Manifest } from '@eider/core';

/** The nodes and sources whose data a node reads: its parents, and those of its ephemeral parents in their place. In order of mention, each once. */
export function dataParents(manifest: Manifest, id: string): readonly string[] {
  const found = new Set<string>();
  const visited = new Set<string>();
  const visit = (of: string): void => {
    if (visited.has(of)) return;
    visited.add(of);
    for (const parent of manifest.nodes[of]?.depends_on.nodes ?? []) {
      if (manifest.nodes[parent]?.config.materialized === 'ephemeral') visit(parent);
      else found.add(parent);
    }
  };
  visit(id);
  return [...found];
}
