import { type Graph as DirectedGraph, Graph as GraphlibGraph } from '@dagrejs/graphlib';
import { type Diagnostic, error, type Frame, type Place } from '../diagnostics.ts';
import { resourceOf } from '../manifest/leaf-nodes.ts';
import type { Manifest } from '../manifest/nodes.ts';

type Neighbours = ReadonlyMap<string, readonly string[]>;

/** One finding a circle: the whole way round in the message, and the place of each reference in `trace`. */
export function cycleDiagnostics(children: Neighbours, parents: Neighbours, manifest: Manifest): readonly Diagnostic[] {
  if (isAcyclic(children, parents)) return [];
  return findCircles(knots(children)).map((circle) => cycleDiagnostic(circle, manifest));
}

/** Circles that share no edge, each as short as can be and beginning with its smallest id; together they cover every knot. Edges lead from parent to child. */
function findCircles(part: DirectedGraph): readonly (readonly string[])[] {
  const circles: (readonly string[])[] = [];
  for (let circle = shortestCircle(part); circle !== undefined; circle = shortestCircle(part)) {
    const ring = circle;
    circles.push(ring);
    ring.forEach((id, at) => {
      part.removeEdge(id, ring[(at + 1) % ring.length] ?? id);
    });
  }
  return circles.sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
}

/** Whether taking away nodes without parents again and again takes all. */
function isAcyclic(children: Neighbours, parents: Neighbours): boolean {
  const waiting = new Map(Array.from(parents, ([id, above]) => [id, above.length]));
  const free = [...waiting].flatMap(([id, count]) => (count === 0 ? [id] : []));
  let taken = 0;
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    taken += 1;
    for (const child of children.get(id) ?? []) {
      const left = (waiting.get(child) ?? 0) - 1;
      waiting.set(child, left);
      if (left === 0) free.push(child);
    }
  }
  return taken === waiting.size;
}

/** What is left when nodes without parents, and those without children, are taken away again and again. Without recursion: a project may be one long chain. */
function knots(children: Neighbours): DirectedGraph {
  const part = new GraphlibGraph({ directed: true });
  for (const [parent, below] of children) for (const child of below) part.setEdge(parent, child);
  const ends = [...part.sources(), ...part.sinks()];
  for (let id = ends.pop(); id !== undefined; id = ends.pop()) {
    if (!part.hasNode(id)) continue;
    const around = [...(part.predecessors(id) ?? []), ...(part.successors(id) ?? [])];
    part.removeNode(id);
    for (const next of around) {
      if (part.predecessors(next)?.length === 0 || part.successors(next)?.length === 0) ends.push(next);
    }
  }
  return part;
}

function shortestCircle(part: DirectedGraph): readonly string[] | undefined {
  let best: readonly string[] | undefined;
  for (const id of part.nodes().sort()) {
    const circle = circleThrough(part, id);
    if (circle !== undefined && (best === undefined || circle.length < best.length)) best = circle;
  }
  return best;
}

function circleThrough(part: DirectedGraph, start: string): readonly string[] | undefined {
  const cameFrom = new Map<string, string>();
  for (let layer = [start]; layer.length > 0; ) {
    const next: string[] = [];
    for (const id of layer) {
      for (const child of (part.successors(id) ?? []).sort()) {
        if (child === start) return pathTo(id, cameFrom);
        if (cameFrom.has(child)) continue;
        cameFrom.set(child, id);
        next.push(child);
      }
    }
    layer = next;
  }
  return undefined;
}

function pathTo(end: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const path = [end];
  for (let id = cameFrom.get(end); id !== undefined; id = cameFrom.get(id)) path.unshift(id);
  return path;
}

function cycleDiagnostic(circle: readonly string[], manifest: Manifest): Diagnostic {
  // Told as a reader of the files meets it: each node, and the one that it refers to.
  const steps = [...circle].reverse();
  const nodes = steps.map((id) => resourceOf(manifest, id));
  const frames: Frame[] = nodes.flatMap((node, at) => {
    if (node === undefined) return [];
    const parent = nodes[(at + 1) % nodes.length];
    return [{ name: label(node), place: referencePlace(node, parent?.name) }];
  });
  const names = nodes.map((node, at) => (node === undefined ? (steps[at] ?? '') : label(node)));
  const [first, ...others] = frames;
  const message =
    names.length === 1
      ? `${names[0]} refers to itself.`
      : `${names.length} nodes depend on one another in a circle: ${[...names, names[0]].join(' -> ')}.`;
  return error('graph/cycle', message, {
    hint: 'Take one of these references away, or move what both sides need into a node of its own.',
    ...(first === undefined ? {} : { place: first.place }),
    ...(others.length === 0 ? {} : { trace: others }),
    ...(steps[0] === undefined ? {} : { node: steps[0] }),
  });
}

type Node = NonNullable<ReturnType<typeof resourceOf>>;

function label(node: Node): string {
  return `${node.resource_type.replace('_', ' ')} ${node.name}`;
}

/** Where the node's file first names the other one inside a `ref`; the file's beginning where it does not (a macro does). */
function referencePlace(node: Node, parent: string | undefined): Place {
  const file = node.original_file_path;
  const code = 'raw_code' in node && node.resource_type === 'model' ? node.raw_code : '';
  for (const match of code.matchAll(/\bref\s*\(([^)]*)\)/g)) {
    const names = [...(match[1] ?? '').matchAll(/['"]([^'"]*)['"]/g)].map((quoted) => quoted[1]);
    if (parent === undefined || !names.includes(parent)) continue;
    const before = code.slice(0, match.index).split('\n');
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
  return { file, line: 1, column: 1 };
}
