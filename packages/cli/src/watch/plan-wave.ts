import { expandIndirectly, type Graph, type IndirectSelection, type Manifest } from '@eider/core';

export interface WaveRequest {
  readonly manifest: Manifest;
  readonly graph: Graph;
  /** Nodes and tests that are still to do. */
  readonly todo: ReadonlySet<string>;
  /** What the command's selection lets run. */
  readonly allowed: ReadonlySet<string>;
  /** Whether children of what is to do are built too. */
  readonly children: boolean;
  readonly indirectSelection: IndirectSelection;
}

/** What a wave runs. */
export interface WavePlan {
  /** All of it, unique ids. */
  readonly ids: readonly string[];
  /** Relations that are to do themselves, and those that are built because a parent is. */
  readonly own: readonly string[];
  readonly children: readonly string[];
  readonly tests: readonly string[];
}

/** What is to do, its children, and the tests of all of these, as far as the selection goes. */
export function planWave(request: WaveRequest): WavePlan {
  const { allowed, graph, manifest, todo } = request;
  const isRelation = (id: string): boolean => relationTypes.has(manifest.nodes[id]?.resource_type ?? '');
  const inside = (id: string): boolean => allowed.has(id);
  const wanted = [...todo].filter((id) => manifest.nodes[id] !== undefined);
  const own = wanted.filter((id) => isRelation(id) && inside(id));
  const below = request.children ? own.flatMap((id) => [...graph.descendants(id)]) : [];
  const children = [...new Set(below)].filter((id) => isRelation(id) && inside(id) && !todo.has(id));
  const relations = new Set([...own, ...children]);
  const expanded = expandIndirectly(relations, request.indirectSelection, manifest, graph).direct;
  const tests = [...new Set([...expanded, ...wanted])].filter((id) => !isRelation(id) && inside(id));
  return {
    ids: [...relations, ...tests],
    own: own.filter((id) => isBuilt(id, manifest)),
    children: children.filter((id) => isBuilt(id, manifest)),
    tests,
  };
}

const relationTypes: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot']);

function isBuilt(id: string, manifest: Manifest): boolean {
  return manifest.nodes[id]?.config.materialized !== 'ephemeral';
}

/** What came of a wave that was not stopped. */
export interface WaveResults {
  readonly ids: readonly string[];
  readonly results: readonly { readonly node: string; readonly status: string }[];
  /** Nodes that were built and are not published. */
  readonly withheld: ReadonlySet<string>;
}

/** What is to do after a wave: what was outside it, what failed or was skipped in it, and what it did not publish. */
export function leftToDo(todo: ReadonlySet<string>, wave: WaveResults): ReadonlySet<string> {
  const ran = new Set(wave.ids);
  const failed = wave.results.filter(({ status }) => unfinished.has(status)).map(({ node }) => node);
  return new Set([...[...todo].filter((id) => !ran.has(id)), ...failed, ...wave.withheld]);
}

const unfinished: ReadonlySet<string> = new Set(['error', 'partial success', 'fail', 'skipped']);
