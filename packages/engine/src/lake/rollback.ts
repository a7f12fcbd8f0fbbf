import type { Diagnostic } from '@eider/core';
import type { Identity } from './identity.ts';
import { type LakeContext, readHead } from './lake-context.ts';
import { LakeError, nothingCommitted } from './lake-error.ts';
import type { LedgerEntry } from './ledger.ts';
import { retainedEntry } from './retained-entry.ts';
import { differingNodes, restoreEntry, rollbackEntry } from './rollback-plan.ts';
import { settle } from './settle.ts';
import { showCommitted } from './show.ts';

/** What a rollback did, or would do. */
export interface RollbackOutcome {
  /** The new entry's number; null where nothing was done. */
  readonly number: number | null;
  /** The entry whose state is shown again. */
  readonly restored: Pick<LedgerEntry, 'number' | 'build' | 'committedAt' | 'command'>;
  /** Nodes that are shown differently now, sorted: dropped ones included. */
  readonly changed: readonly string[];
  readonly dropped: readonly string[];
  /** Nodes whose table in the working database is newer than what is published, until a build reads or makes them. */
  readonly working: readonly string[];
  /** Absolute path of the published catalog; null where nothing was done. */
  readonly published: string | null;
  readonly findings: readonly Diagnostic[];
}

/**
 * Shows an older state again, as a new commit. Without `to` that is the state before the head's; after a rollback, the one before that which it restored.
 * With `node` only that one goes back. Throws `lake/empty`, `lake/no-such-build`, `lake/not-retained`, `lake/conflict`.
 */
export async function rollback(
  context: LakeContext,
  request: {
    readonly identity: Identity;
    readonly worker: string;
    readonly startedAt: string;
    readonly to?: string;
    /** Only this node goes back; all others stay. */
    readonly node?: string;
    readonly dryRun?: boolean;
    /** Says that the entry is read, so that retention leaves its data. */
    readonly pin: (number: number) => Promise<void>;
  },
): Promise<RollbackOutcome> {
  const { by, eiderVersion, now } = context.options;
  const head = (await readHead(context))?.entry;
  if (head === undefined) throw nothingCommitted(context.options.state);
  const { node, pin, to } = request;
  const target = await retainedEntry(context, head, {
    pin,
    ...(to !== undefined && { named: to }),
    ...(node !== undefined && { node }),
  });
  if (node !== undefined && target.nodes[node] === undefined) throw notInIt(target, node);
  const changed = differingNodes(head, target).filter((each) => node === undefined || each === node);
  const facts = {
    ...{ build: request.worker, startedAt: request.startedAt, committedAt: now().toISOString() },
    ...{ eiderVersion, by },
  };
  const entry = node === undefined ? rollbackEntry(head, target, facts) : restoreEntry(head, target, node, facts);
  const { number, build, committedAt, command } = target;
  const plan = {
    restored: { number, build, committedAt, command },
    changed,
    dropped: entry.dropped,
    working: await newerInWork(context, target, changed),
  };
  if (request.dryRun === true || changed.length === 0) return { ...plan, number: null, published: null, findings: [] };
  if (!(await context.ledger.add(entry))) throw overtaken();
  await context.options.fault?.('entry');
  const settled = await showCommitted(entry.number, () => settle(context, request.identity, request.worker));
  const findings = [...settled.findings, ...settled.failures];
  return { ...plan, number: entry.number, published: settled.published, findings };
}

/** Tables of the working database go back when they are next read or made. */
async function newerInWork(
  context: LakeContext,
  target: LedgerEntry,
  changed: readonly string[],
): Promise<readonly string[]> {
  const nodes: string[] = [];
  for (const node of changed) {
    const line = target.nodes[node];
    const generation = line && (await context.generations.read(line.build, node));
    if (generation?.kind === 'files' && generation.origin === 'internal') nodes.push(node);
  }
  return nodes;
}

function notInIt({ committedAt, number }: LedgerEntry, node: string): LakeError {
  const text = `Commit ${number}, of ${committedAt}, has no ${node}.`;
  return new LakeError('lake/no-such-build', text, 'eider history lists the commits, and what each published.');
}

function overtaken(): LakeError {
  const text = 'Another build committed while this rollback was prepared. Nothing was changed.';
  return new LakeError('lake/conflict', text, 'Look at eider history, then run it again.');
}
