import type { Diagnostic } from '../diagnostics.ts';
import { leafNodes } from '../manifest/leaf-nodes.ts';
import type { Manifest } from '../manifest/nodes.ts';
import { cycleDiagnostics } from './cycles.ts';
import type { Graph } from './graph.ts';
import { topologicalOrder } from './order.ts';

/**
 * The graph of a linked manifest: enabled nodes, sources, and what stands upon them, with an edge from each parent that exists to its child.
 * Circles are findings `graph/cycle`, one a circle; the graph is still usable then (`order` puts the nodes in a circle by id).
 */
export function buildGraph(manifest: Manifest): { readonly graph: Graph; readonly diagnostics: readonly Diagnostic[] } {
  const leaves = leafNodes(manifest);
  const ids = [
    ...Object.keys(manifest.nodes),
    ...Object.keys(manifest.sources),
    ...leaves.map((leaf) => leaf.unique_id),
  ].sort();
  const parents: Neighbours = new Map(ids.map((id) => [id, []]));
  const children: Neighbours = new Map(ids.map((id) => [id, []]));
  for (const child of [...Object.values(manifest.nodes), ...leaves]) {
    for (const parent of new Set(child.depends_on.nodes ?? [])) {
      const [above, below] = [parents.get(child.unique_id), children.get(parent)];
      if (above === undefined || below === undefined) continue;
      above.push(parent);
      below.push(child.unique_id);
    }
  }
  for (const list of [...parents.values(), ...children.values()]) list.sort();
  return { graph: graphView(ids, parents, children), diagnostics: cycleDiagnostics(children, parents, manifest) };
}

type Neighbours = Map<string, string[]>;

function graphView(ids: readonly string[], parents: Neighbours, children: Neighbours): Graph {
  const parentsOf = (id: string): readonly string[] => parents.get(id) ?? [];
  const childrenOf = (id: string): readonly string[] => children.get(id) ?? [];
  let order: readonly string[] | undefined;
  return {
    ids,
    parents: parentsOf,
    children: childrenOf,
    ancestors: (id, depth) => reach(id, parentsOf, depth),
    descendants: (id, depth) => reach(id, childrenOf, depth),
    order(some) {
      order ??= topologicalOrder(ids, parentsOf, childrenOf);
      if (some === undefined) return order;
      const wanted = new Set(some);
      return order.filter((id) => wanted.has(id));
    },
  };
}

function reach(
  start: string,
  next: (id: string) => readonly string[],
  depth = Number.POSITIVE_INFINITY,
): ReadonlySet<string> {
  const seen = new Set<string>();
  let layer: readonly string[] = [start];
  for (let step = 0; step < depth && layer.length > 0; step++) {
    const fresh = new Set(layer.flatMap(next).filter((id) => !seen.has(id)));
    for (const id of fresh) seen.add(id);
    layer = [...fresh];
  }
  seen.delete(start);
  return seen;
}
