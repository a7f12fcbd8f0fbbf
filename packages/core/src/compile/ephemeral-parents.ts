import type { Manifest } from '../manifest/nodes.ts';

/** The ephemeral models whose SQL goes into that of these nodes, through others of the kind too, each once. */
export function ephemeralParents({ nodes }: Manifest, ids: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const visit = (id: string): void => {
    for (const parent of nodes[id]?.depends_on.nodes ?? []) {
      const node = nodes[parent];
      if (found.has(parent) || node?.resource_type !== 'model' || node.config.materialized !== 'ephemeral') continue;
      found.add(parent);
      visit(parent);
    }
  };
  for (const id of ids) visit(id);
  return [...found];
}
