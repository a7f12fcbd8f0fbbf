import type { Generation } from '../lake/generation.ts';
import type { Build } from '../lake/lake.ts';
import { dataParents } from '../materialize/data-parents.ts';
import type { BuiltNode } from './decide.ts';
import type { RunContext } from './run-context.ts';

type Candidates = ReadonlyMap<string, Generation>;

/** What tests withheld from the head and can still be published: generations that read nothing that was replaced since. */
export async function readCandidates({ head }: Pick<Build, 'head'>): Promise<Candidates> {
  const found = new Map<string, Generation>();
  for (const id of Object.keys(head?.entry.candidates ?? {})) {
    const generation = await head?.candidate(id);
    if (generation !== undefined) found.set(id, generation);
  }
  return withoutOutdated(found, head);
}

function withoutOutdated(candidates: Candidates, head: Build['head']): Candidates {
  const kept = new Map(candidates);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [id, { reads }] of kept) {
      const isCurrent = ([parent, read]: readonly [string, string | null]): boolean =>
        read === null || kept.get(parent)?.id === read || head?.entry.nodes[parent]?.generation === read;
      if (Object.entries(reads).every(isCurrent)) continue;
      kept.delete(id);
      changed = true;
    }
  }
  return kept;
}

/** Why nothing can be read of a node that is not there, as the end of "X, which …"; `withheld` names the tests or flags that hold it back. */
export function whyNotThere(withheld: readonly string[]): string {
  const flag = withheld.find(isFlag);
  if (flag !== undefined) return `was only built with ${flag}`;
  return withheld.length > 0 ? `was withheld when ${withheld.join(', ')} failed` : 'has never been built';
}

/** The candidates that a run may publish: of nodes that it did not build anew, and that read nothing of what it did. */
export function openCandidates({ build, built, candidates, compiler }: RunContext): Candidates {
  const left = [...candidates].filter(([id]) => !built.has(id) && compiler.manifest.nodes[id] !== undefined);
  return withoutOutdated(new Map(left), build.head);
}

/**
 * Candidates as `decide` takes them: each waits for the tests that withheld it, or what it was built upon, and for nodes that were missing beside it. A test
 * that the project has no more keeps nothing back.
 */
export function candidateNodes(
  { build, built, compiler }: RunContext,
  open: Candidates,
  tagsOf: (id: string, build: string) => readonly string[],
): readonly BuiltNode[] {
  const withheld = build.head?.entry.withheld ?? {};
  return [...open].map(([id, generation]) => {
    const why = (withheld[id] ?? []).filter((each) => isFlag(each) || compiler.manifest.nodes[each] !== undefined);
    const read = Object.keys(generation.reads).filter((parent) => open.get(parent)?.id === generation.reads[parent]);
    return {
      id,
      parents: [...read, ...why.filter((each) => built.has(each))],
      awaits: why.filter((each) => !built.has(each)),
      tags: tagsOf(id, generation.build),
    };
  });
}

/** `--empty`, `--sample`: not a test withheld the node, but how it was made. Only a run without that flag makes another. */
export function isFlag(reason: string): boolean {
  return reason.startsWith('--');
}

/** The parents that a built node must not be shown without: those that this run built, and those that it read as candidates. */
export function unpublishedParents({ built, candidates, compiler }: RunContext, id: string): readonly string[] {
  return dataParents(compiler.manifest, id).filter((parent) => built.has(parent) || candidates.has(parent));
}

/** What stays withheld whatever this run finds, and why; a node that nothing is known of waits for itself. */
export function waitingNodes({ build, built }: RunContext, open: Candidates): ReadonlyMap<string, readonly string[]> {
  const { candidates = {}, withheld = {} } = build.head?.entry ?? {};
  const ids = new Set([...Object.keys(candidates), ...Object.keys(withheld)]);
  const waiting = [...ids].filter((id) => !built.has(id) && !open.has(id));
  return new Map(waiting.map((id) => [id, withheld[id]?.length ? withheld[id] : [id]]));
}
