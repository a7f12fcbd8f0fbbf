import type { Graph } from '../graph/graph.ts';
import type { Manifest } from '../manifest/nodes.ts';
import type { IndirectSelection } from './selection.ts';

/** What a selection means: nodes that are in, and tests that wait for their other parents to be in. */
export interface Picked {
  readonly direct: ReadonlySet<string>;
  readonly indirect: ReadonlySet<string>;
}

/**
 * Adds the tests of selected nodes, as dbt's `--indirect-selection` says. eager: any parent is selected; cautious: all are; buildable: all are
 * selected or ancestors of something selected (sources always are); empty: none. Tests whose other parents are missing come back as `indirect`.
 */
export function expandIndirectly(
  selected: ReadonlySet<string>,
  mode: IndirectSelection,
  manifest: Manifest,
  graph: Graph,
): Picked {
  const direct = new Set(selected);
  const indirect = new Set<string>();
  if (mode === 'empty') return { direct, indirect };
  const buildable = mode === 'buildable' ? withAncestors(selected, graph, Object.keys(manifest.sources)) : selected;
  for (const parent of selected) {
    for (const id of graph.children(parent)) {
      const test = testParents(id, manifest);
      if (test === undefined || direct.has(id)) continue;
      if (mode === 'eager' || test.every((each) => selected.has(each) || buildable.has(each))) direct.add(id);
      else indirect.add(id);
    }
  }
  return { direct, indirect };
}

/** Takes in the waiting tests whose parents are all in, now that several criteria are combined. */
export function incorporateIndirect(
  picked: Picked,
  mode: IndirectSelection,
  manifest: Manifest,
  graph: Graph,
): ReadonlySet<string> {
  if (mode === 'eager' || mode === 'empty') return picked.direct;
  const there = mode === 'buildable' ? withAncestors(picked.direct, graph, []) : picked.direct;
  const ready = [...picked.indirect].filter(
    (id) => testParents(id, manifest)?.every((parent) => there.has(parent)) === true,
  );
  return new Set([...picked.direct, ...ready]);
}

function testParents(id: string, manifest: Manifest): readonly string[] | undefined {
  const node = manifest.nodes[id];
  return node?.resource_type === 'test' || node?.resource_type === 'unit_test' ? node.depends_on.nodes : undefined;
}

function withAncestors(selected: ReadonlySet<string>, graph: Graph, more: readonly string[]): ReadonlySet<string> {
  const all = new Set([...selected, ...more]);
  for (let layer = [...selected]; layer.length > 0; ) {
    layer = [...new Set(layer.flatMap(graph.parents))].filter((id) => !all.has(id));
    for (const id of layer) all.add(id);
  }
  return all;
}
