import type { Generation } from '../lake/generation.ts';
import type { Build, CommitRequest } from '../lake/lake.ts';
import { type Decision, decide } from './decide.ts';
import type { RunContext } from './run-context.ts';

/** What tests withheld from the head and can still be published: generations that read nothing that was replaced since. */
export async function readCandidates({ head }: Pick<Build, 'head'>): Promise<ReadonlyMap<string, Generation>> {
  const found = new Map<string, Generation>();
  for (const id of Object.keys(head?.entry.candidates ?? {})) {
    const generation = await head?.candidate(id);
    if (generation !== undefined) found.set(id, generation);
  }
  const committed = (id: string): string | undefined => head?.entry.nodes[id]?.generation;
  for (let changed = true; changed; ) {
    changed = false;
    for (const [id, { reads }] of found) {
      const isCurrent = ([parent, read]: readonly [string, string | null]): boolean =>
        read === null || found.get(parent)?.id === read || committed(parent) === read;
      if (Object.entries(reads).every(isCurrent)) continue;
      found.delete(id);
      changed = true;
    }
  }
  return found;
}

/** Which candidates a `test` makes visible: those whose every test that withheld them, or what they were built upon, passed now. */
export function decideCandidates(
  { build, candidates }: RunContext,
  tests: Parameters<typeof decide>[0]['tests'],
): Decision {
  const withheld = build.head?.entry.withheld ?? {};
  return decide({
    built: [...candidates].map(([id, { reads }]) => ({
      id,
      parents: Object.keys(reads),
      tests: withheld[id] ?? [],
      tags: [],
    })),
    tests,
    incomplete: false,
    policy: 'good',
    requireTests: true,
    require: [],
    lost: [],
  });
}

/** What a commit takes over from the head: candidates that this run neither built nor decided on, and why they are withheld. */
export async function carriedCandidates(
  { build, built, candidates, compiler }: RunContext,
  decided: Decision,
): Promise<Required<Pick<CommitRequest, 'candidates' | 'withheld'>>> {
  const carried: Generation[] = [];
  const withheld: Record<string, readonly string[]> = {};
  for (const id of Object.keys(build.head?.entry.candidates ?? {})) {
    const generation = candidates.get(id) ?? (await build.head?.candidate(id));
    const isGone = compiler.manifest.nodes[id] === undefined || built.has(id) || decided.publish.has(id);
    if (generation === undefined || isGone) continue;
    carried.push(generation);
    withheld[id] = build.head?.entry.withheld[id] ?? [];
  }
  return { candidates: carried, withheld };
}
