import type { CommitRequest } from './lake.ts';
import type { LedgerEntry, LedgerNode } from './ledger.ts';

/** What stands in a commit's way: a node whose head another build replaced since this one began. */
export interface Conflict {
  readonly node: string;
  readonly what: 'replaces' | 'read';
  /** The node of this build that read it; the node itself for `replaces`. */
  readonly by: string;
}

/** Step 3 of the commit: each generation that the build replaces, or read from outside itself, must still be the head's. */
export function findConflicts(
  start: LedgerEntry | undefined,
  head: LedgerEntry | undefined,
  publish: CommitRequest['publish'],
): readonly Conflict[] {
  const now = (node: string): string | undefined => head?.nodes[node]?.generation;
  const conflicts: Conflict[] = [];
  for (const [node, { generation, sameRows }] of Object.entries(publish)) {
    const current = now(node);
    if (current !== start?.nodes[node]?.generation && current !== generation.id) {
      conflicts.push({ node, what: 'replaces', by: node });
    }
    // What its rows were made of may be an older one: they only moved.
    if (sameRows === true) continue;
    for (const [parent, read] of Object.entries(generation.reads)) {
      if (read === null || publish[parent]?.generation.id === read || now(parent) === read) continue;
      conflicts.push({ node: parent, what: 'read', by: node });
    }
  }
  return conflicts;
}

/** Facts of a new entry that the request does not carry. */
export interface EntryFacts {
  readonly build: string;
  readonly command: string;
  readonly startedAt: string;
  readonly committedAt: string;
  readonly eiderVersion: string;
  readonly database: string;
  readonly facts: string;
  readonly by: NonNullable<LedgerEntry['by']>;
}

/** The entry after `head` with what the request publishes; undefined where it would change nothing. */
export function nextEntry(
  head: LedgerEntry | undefined,
  request: CommitRequest,
  facts: EntryFacts,
): LedgerEntry | undefined {
  const number = (head?.number ?? 0) + 1;
  const before = head?.nodes ?? {};
  const dropped = request.dropMissing
    ? Object.keys(before).filter((node) => request.nodes[node] === undefined && request.publish[node] === undefined)
    : [];
  const candidates = request.candidates ?? [];
  if (Object.keys(request.publish).length + dropped.length + candidates.length === 0) return undefined;
  const nodes: Record<string, LedgerNode> = { ...before };
  for (const node of dropped) delete nodes[node];
  for (const [node, { generation, sameRows, tests, work }] of Object.entries(request.publish)) {
    const old = before[node];
    const since = old?.generation === generation.id ? old.since : number;
    const rowsOf = old && (old.rowsOf ?? { generation: old.generation, since: old.since });
    const took = work ?? (old?.generation === generation.id ? old.work : undefined);
    const isMoved = sameRows === true || old?.generation === generation.id;
    nodes[node] = {
      ...{ generation: generation.id, build: generation.build, tests, since },
      ...(isMoved && rowsOf && (sameRows === true || old.rowsOf !== undefined) && { rowsOf }),
      ...(took && { work: took }),
    };
  }
  return {
    format: 1,
    number,
    ...facts,
    nodes,
    tests: request.tests,
    withheld: { ...without(head?.withheld, request), ...request.withheld },
    dropped,
    counts: request.counts,
    rows: Object.values(request.publish).reduce((sum, { generation }) => sum + (generation.rows ?? 0), 0),
    candidates: { ...without(head?.candidates, request), ...candidateLines(candidates) },
  };
}

/** What the head says of withheld nodes that this commit neither publishes nor withholds anew: it holds on. */
function without<T>(
  of: Readonly<Record<string, T>> = {},
  { dropMissing, nodes, publish, withheld }: CommitRequest,
): Readonly<Record<string, T>> {
  const kept = Object.entries(of).filter(
    ([node]) =>
      publish[node] === undefined && withheld[node] === undefined && !(dropMissing && nodes[node] === undefined),
  );
  return Object.fromEntries(kept);
}

function candidateLines(candidates: NonNullable<CommitRequest['candidates']>): NonNullable<LedgerEntry['candidates']> {
  return Object.fromEntries(candidates.map((each) => [each.node, { generation: each.id, build: each.build }]));
}
