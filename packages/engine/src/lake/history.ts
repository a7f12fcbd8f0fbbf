import { inBatches } from './in-batches.ts';
import type { LakeContext } from './lake-context.ts';
import type { LedgerEntry } from './ledger.ts';
import { readEntries, retainedByHint } from './retained-entries.ts';
import { findLost } from './rollback-plan.ts';

/** One commit as the history tells it. */
export interface HistoryLine {
  readonly number: number;
  readonly build: string;
  readonly command: string;
  /** Who committed; null in entries of before this was written. */
  readonly by: LedgerEntry['by'] | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly committedAt: string;
  /** Unique ids of the nodes whose head the commit made, sorted. */
  readonly published: readonly string[];
  /** Rows of those, where their generations tell; null in entries of before this was written. */
  readonly rows: number | null;
  readonly withheld: LedgerEntry['withheld'];
  readonly dropped: readonly string[];
  /** dbt's counts of the run. */
  readonly counts: LedgerEntry['counts'];
  /** The number of the entry that a rollback restored. */
  readonly restores: number | null;
  /** Node → the commit whose data of it is shown again. */
  readonly restoredNodes: Readonly<Record<string, number>>;
  readonly isHead: boolean;
  /** Whether retention keeps it: its catalog is there, and its data stays for the time that was set. */
  readonly isRetained: boolean;
  /** Whether its data is still there, so that one can go back to it: also where the time is over, and a commit that is retained has the same. */
  readonly isThere: boolean;
}

/** The newest commits, newest first. */
export async function readHistory(context: LakeContext, limit: number): Promise<readonly HistoryLine[]> {
  const head = await context.ledger.headNumber();
  const numbers = Array.from({ length: Math.min(limit, head) }, (_, i) => head - i);
  const isRetained = await retainedByHint(context.store);
  const isThere = numbers.every(isRetained) ? async () => true : await dataThere(context, head, isRetained);
  const lines: HistoryLine[] = [];
  await inBatches([...numbers.entries()], 8, async ([at, number]) => {
    const entry = await context.ledger.entry(number);
    lines[at] = lineOf(entry, {
      isHead: number === head,
      isRetained: isRetained(number),
      isThere: await isThere(entry),
    });
  });
  return lines;
}

/** Retention deletes no generation that a retained entry names, whoever else does. Others are looked for: what a killed build left to be gone on with may stay. */
async function dataThere(
  context: LakeContext,
  head: number,
  isRetained: (number: number) => boolean,
): Promise<(entry: LedgerEntry) => Promise<boolean>> {
  const retained = await readEntries(context.ledger, Array.from({ length: head }, (_, i) => i + 1).filter(isRetained));
  const keysOf = (lines: Readonly<Record<string, { readonly build: string }>>): readonly string[] =>
    Object.entries(lines).map(([node, { build }]) => `${build}/${node}`);
  const kept = new Set(retained.flatMap(({ candidates = {}, nodes }) => [...keysOf(nodes), ...keysOf(candidates)]));
  return async ({ nodes, number }) => {
    if (isRetained(number)) return true;
    const doubtful = Object.entries(nodes).filter(([node, { build }]) => !kept.has(`${build}/${node}`));
    return (await findLost(context, { nodes: Object.fromEntries(doubtful) })) === undefined;
  };
}

function lineOf(entry: LedgerEntry, stands: Pick<HistoryLine, 'isHead' | 'isRetained' | 'isThere'>): HistoryLine {
  const published = Object.entries(entry.nodes).flatMap(([node, { since }]) => (since === entry.number ? [node] : []));
  return {
    number: entry.number,
    build: entry.build,
    command: entry.command,
    by: entry.by ?? null,
    startedAt: entry.startedAt,
    committedAt: entry.committedAt,
    published: published.sort(),
    rows: entry.rows ?? null,
    withheld: entry.withheld,
    dropped: entry.dropped,
    counts: entry.counts,
    restores: entry.restores ?? null,
    restoredNodes: entry.restoredNodes ?? {},
    ...stands,
  };
}
