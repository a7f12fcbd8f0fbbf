import { Graph as DirectedGraph } from '@dagrejs/graphlib';
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
  const directed = new DirectedGraph({ directed: true });
  const leaves = leafNodes(manifest);
  const ids = [
    ...Object.keys(manifest.nodes),
    ...Object.keys(manifest.sources),
    ...leaves.map((leaf) => leaf.unique_id),
  ].sort();
  for (const id of ids) directed.setNode(id);
  for (const child of [...Object.values(manifest.nodes), ...leaves]) {
    for (const parent of child.depends_on.nodes ?? []) {
      if (directed.hasNode(parent)) directed.setEdge(parent, child.unique_id);
    }
  }
  return { graph: graphView(directed, ids), diagnostics: cycleDiagnostics(directed, manifest) };
}

function graphView(directed: DirectedGraph, ids: readonly string[]): Graph {
  const parents = sortedNeighbours(ids, (id) => directed.predecessors(id));
  const children = sortedNeighbours(ids, (id) => directed.successors(id));
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

function sortedNeighbours(
  ids: readonly string[],
  neighbours: (id: string) => string[] | undefined,
): Map<string, readonly string[]> {
  return new Map(ids.map((id) => [id, (neighbours(id) ?? []).sort()]));
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
