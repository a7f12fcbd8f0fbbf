import type { Graph, Manifest } from '@eider/core';

/** One node to run, with the nodes of the run that must be finished before it. */
export interface Task {
  readonly id: string;
  readonly isTest: boolean;
  readonly after: readonly string[];
  /** Skipped where this one fails. */
  readonly before: readonly string[];
  /** How many nodes of the run stand before it in the longest chain: of those that may run, the one of the lowest level goes first. */
  readonly level: number;
}

export type RunPlan = ReadonlyMap<string, Task>;

/**
 * The order of a run, as dbt has it: nodes wait for their selected ancestors, through unselected ones too. In a `build` the nodes below a test's
 * parents wait for the test as well, where all of these parents are above them: what fails a test is not built upon.
 */
export function planRun(ids: readonly string[], graph: Graph, manifest: Manifest, testsBlock: boolean): RunPlan {
  const selected = new Set(ids);
  const isUnit = (id: string): boolean => manifest.nodes[id]?.resource_type === 'unit_test';
  const isTest = (id: string): boolean => manifest.nodes[id]?.resource_type === 'test' || isUnit(id);
  const units = testsBlock ? ids.filter(isUnit) : [];
  const after = new Map(ids.map((id) => [id, selectedParents(id, selected, graph)]));
  if (testsBlock)
    addTests(
      ids.filter((id) => isTest(id) && !isUnit(id)),
      after,
      graph,
      isTest,
    );
  const levelOf = levels(after);
  const level = new Map(ids.map((id) => [id, levelOf(id)]));
  addUnitTests(units, after, graph, selected);
  const before = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const [id, parents] of after) for (const parent of parents) before.get(parent)?.push(id);
  return new Map(
    ids.map((id) => [
      id,
      {
        id,
        isTest: isTest(id),
        after: [...(after.get(id) ?? [])],
        before: before.get(id) ?? [],
        // A unit test goes where its model would.
        level: level.get(units.includes(id) ? (graph.parents(id)[0] ?? id) : id) ?? level.get(id) ?? 0,
      },
    ]),
  );
}

/** Nodes that have nothing to do with one another. */
export function planApart(ids: readonly string[]): RunPlan {
  return new Map(ids.map((id) => [id, { id, isTest: false, after: [], before: [], level: 0 }]));
}

function selectedParents(id: string, selected: ReadonlySet<string>, graph: Graph): Set<string> {
  const found = new Set<string>();
  const visited = new Set<string>();
  const visit = (of: string): void => {
    for (const parent of graph.parents(of)) {
      if (visited.has(parent)) continue;
      visited.add(parent);
      if (selected.has(parent)) found.add(parent);
      else visit(parent);
    }
  };
  visit(id);
  return found;
}

/** Adds each test as a parent of the topmost nodes that have all of its parents above them; the nodes below those wait for them anyway. */
function addTests(
  tests: readonly string[],
  after: ReadonlyMap<string, Set<string>>,
  graph: Graph,
  isTest: (id: string) => boolean,
): void {
  const known = new Map<string, readonly string[]>();
  const blocked = tests.map((test) => {
    const parents = [...new Set(graph.parents(test))].sort();
    const key = parents.join('\0');
    const top = known.get(key) ?? topBelow(parents, after, graph, isTest);
    known.set(key, top);
    return [test, top] as const;
  });
  for (const [test, top] of blocked) for (const id of top) after.get(id)?.add(test);
}

/**
 * Puts the unit tests of a model before it, one after another, as dbt does: what fails one is not built, nor are the further ones run. Before an ephemeral
 * model means before its readers.
 */
function addUnitTests(
  units: readonly string[],
  after: Map<string, Set<string>>,
  graph: Graph,
  selected: ReadonlySet<string>,
): void {
  const last = new Map<string, string>();
  for (const id of [...units].sort()) {
    const model = graph.parents(id)[0] ?? '';
    const before = last.get(model);
    after.set(id, new Set(after.get(model) ?? selectedParents(model, selected, graph)));
    if (before !== undefined) after.get(id)?.add(before);
    last.set(model, id);
  }
  for (const [model, id] of last)
    for (const reader of after.has(model) ? [model] : selectedReaders(model, after, graph, units))
      after.get(reader)?.add(id);
}

function selectedReaders(
  id: string,
  after: ReadonlyMap<string, unknown>,
  graph: Graph,
  tests: readonly string[],
): readonly string[] {
  const below = graph.children(id).filter((child) => !tests.includes(child));
  return below.flatMap((child) => (after.has(child) ? [child] : selectedReaders(child, after, graph, tests)));
}

function topBelow(
  parents: readonly string[],
  after: ReadonlyMap<string, ReadonlySet<string>>,
  graph: Graph,
  isTest: (id: string) => boolean,
): readonly string[] {
  const [first = new Set<string>(), ...others] = parents.map((parent) => graph.descendants(parent));
  const below = new Set([...first].filter((id) => after.has(id) && !isTest(id) && others.every((set) => set.has(id))));
  return [...below].filter((id) => ![...(after.get(id) ?? [])].some((parent) => below.has(parent)));
}

function levels(after: ReadonlyMap<string, ReadonlySet<string>>): (id: string) => number {
  const known = new Map<string, number>();
  const levelOf = (id: string): number => {
    const level = known.get(id) ?? Math.max(-1, ...[...(after.get(id) ?? [])].map(levelOf)) + 1;
    known.set(id, level);
    return level;
  };
  return levelOf;
}
