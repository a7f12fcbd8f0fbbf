import type { Generation } from './generation.ts';
import { inBatches } from './in-batches.ts';
import type { LakeContext } from './lake-context.ts';
import type { LedgerEntry, LedgerNode } from './ledger.ts';
import { storedFiles } from './stored-files.ts';

/** Facts of a rollback's own entry. */
export interface RollbackFacts {
  readonly build: string;
  readonly startedAt: string;
  readonly committedAt: string;
  readonly eiderVersion: string;
  readonly by: NonNullable<LedgerEntry['by']>;
}

/**
 * The entry after `head` whose state is that of `target`. A node that has the same generation in both stays the head's since then; any other one is the
 * head from now on. What the rollback tested is what the restored build tested.
 */
export function rollbackEntry(head: LedgerEntry, target: LedgerEntry, facts: RollbackFacts): LedgerEntry {
  const number = head.number + 1;
  const lines = Object.entries(target.nodes).map(([node, line]): [string, LedgerNode] => {
    const now = head.nodes[node];
    return [node, now?.generation === line.generation ? now : shownSince(line, number)];
  });
  return {
    format: 1,
    number,
    ...facts,
    command: 'rollback',
    nodes: Object.fromEntries(lines),
    tests: target.tests,
    withheld: {},
    dropped: Object.keys(head.nodes).filter((node) => target.nodes[node] === undefined),
    counts: {},
    database: target.database,
    facts: target.facts,
    restores: target.restores ?? target.number,
  };
}

/** The entry after `head` that shows one node as `target` does, and all others as before. */
export function restoreEntry(head: LedgerEntry, target: LedgerEntry, node: string, facts: RollbackFacts): LedgerEntry {
  const number = head.number + 1;
  const line = target.nodes[node];
  if (line === undefined) throw new Error(`bug: commit ${target.number} has no ${node}`);
  return {
    format: 1,
    number,
    ...facts,
    command: 'restore',
    nodes: { ...head.nodes, [node]: shownSince(line, number) },
    tests: [],
    withheld: without(head.withheld, node),
    dropped: [],
    counts: {},
    database: head.database,
    facts: head.facts,
    ...(head.candidates && { candidates: without(head.candidates, node) }),
    restoredNodes: { [node]: target.number },
  };
}

function shownSince(line: LedgerNode, since: number): LedgerNode {
  return { ...line, since, ...(line.rowsOf && { rowsOf: { ...line.rowsOf, since } }) };
}

function without<T>(lines: Readonly<Record<string, T>>, node: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(lines).filter(([each]) => each !== node));
}

/** Nodes that two states show differently: another generation, or only one of them has it. */
export function differingNodes(a: LedgerEntry, b: LedgerEntry): readonly string[] {
  const nodes = new Set([...Object.keys(a.nodes), ...Object.keys(b.nodes)]);
  return [...nodes].filter((node) => a.nodes[node]?.generation !== b.nodes[node]?.generation).sort();
}

/** Files of a lake go together; those of a Delta table may have been deleted by others too. */
async function areThere(reach: LakeContext['reach'], generation: Generation): Promise<boolean> {
  if (generation.kind === 'sql') return true;
  const asked = generation.delta === undefined ? generation.files.slice(0, 1) : storedFiles(generation);
  let missing = 0;
  await inBatches(asked, 16, async ({ path }) => {
    if ((await reach.bytes(path)) === undefined) missing += 1;
  });
  return missing === 0;
}

/** A node of an entry whose data retention has deleted; undefined where there is none. */
export async function findLost(
  { generations, reach }: LakeContext,
  entry: Pick<LedgerEntry, 'nodes'>,
): Promise<string | undefined> {
  let lost: string | undefined;
  await inBatches(Object.entries(entry.nodes), 16, async ([node, { build }]) => {
    if (lost !== undefined) return;
    const generation = await generations.read(build, node);
    if (generation === undefined || !(await areThere(reach, generation))) lost = node;
  });
  return lost;
}
