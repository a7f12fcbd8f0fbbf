import { randomUUID } from 'node:crypto';
import { actionLines, parseActions } from '../actions/action-lines.ts';
import { flagProperty } from '../actions/properties.ts';
import { commitKey } from '../log/log-names.ts';
import { readCommit, type TablePorts } from '../log/read-log.ts';
import { applyActions, copyState, emptyState } from '../log/replay.ts';
import { openSnapshot, refresh, type Snapshot, snapshotOf, stateOf } from '../log/snapshot.ts';
import { actionsOf, type Change, type Stamp } from './change.ts';
import { checkChange } from './check-change.ts';
import { type Conflict, conflictWith } from './conflicts.ts';

export type CommitOutcome =
  /** The change is the table's. `snapshot` is the version that it made. */
  | { readonly kind: 'committed'; readonly snapshot: Snapshot; readonly txnId: string }
  /** One of its applications came as far before: it is in the table already. */
  | { readonly kind: 'repeated'; readonly snapshot: Snapshot }
  /** A commit that won does not go together with it: make it again of `snapshot`. */
  | { readonly kind: 'conflicted'; readonly version: number; readonly conflict: Conflict; readonly snapshot: Snapshot }
  /** The store failed, and the change is not in the table: the same call may be made again. */
  | { readonly kind: 'retryable'; readonly cause: unknown };

export interface CommitOptions {
  /** Milliseconds since 1970, UTC; the machine's clock where absent. */
  readonly now?: () => number;
  /** How many commits of others may come first before it gives up with `retryable`; 1000 where absent. */
  readonly attempts?: number;
}

/**
 * Makes a staged change the table's next version. The commit is the one visible act: a log entry created if absent. Whoever loses a race looks at each
 * winner, and goes on behind them where none hurts. `base` is the version that the change was made of; undefined for a new table.
 * Throws `delta/invalid-commit` and what else `checkChange` finds, before anything is written.
 */
export async function commit(
  ports: TablePorts,
  base: Snapshot | undefined,
  change: Change,
  options: CommitOptions = {},
): Promise<CommitOutcome> {
  const now = options.now ?? Date.now;
  checkChange(change, base, ports.store.root);
  let current = base;
  const txnId = randomUUID();
  for (let attempt = 0; attempt < (options.attempts ?? 1000); attempt += 1) {
    if (current !== undefined && isRepeated(change, current)) return { kind: 'repeated', snapshot: current };
    const outcome = await tryCommit(ports, current, change, { now: now(), txnId });
    if (outcome !== 'lost') return outcome;
    const next = await behindWinners(ports, current, change);
    if ('kind' in next) return next;
    current = next;
  }
  return { kind: 'retryable', cause: new Error(`Other writers of ${ports.store.root} were faster each time.`) };
}

function isRepeated({ transactions = [] }: Change, { transactions: known }: Snapshot): boolean {
  return transactions.some(({ appId, version }) => (known.get(appId)?.version ?? Number.NEGATIVE_INFINITY) >= version);
}

async function tryCommit(
  { store }: TablePorts,
  base: Snapshot | undefined,
  change: Change,
  stamp: Stamp,
): Promise<CommitOutcome | 'lost'> {
  const version = (base?.version ?? -1) + 1;
  const actions = actionsOf(change, base, await withCommitTime(store, base, change, stamp));
  const text = actionLines(actions);
  try {
    const outcome = await store.putIfAbsent(commitKey(version), new TextEncoder().encode(text));
    if (outcome === 'exists') return 'lost';
  } catch (cause) {
    // A request can be done though its answer was lost: the entry's name tells whose it is.
    if ((await ownerOf(store, version)) !== stamp.txnId) return { kind: 'retryable', cause };
  }
  const state = base === undefined ? emptyState() : copyState(stateOf(base));
  applyActions(state, parseActions(text, commitKey(version)));
  const snapshot = snapshotOf(store.root, version, state, (base?.commitsRead ?? 0) + 1);
  return { kind: 'committed', snapshot, txnId: stamp.txnId };
}

async function ownerOf(store: TablePorts['store'], version: number): Promise<string | undefined> {
  try {
    return (await readCommit(store, commitKey(version))).find(({ commitInfo }) => commitInfo)?.commitInfo?.txnId;
  } catch {
    return undefined;
  }
}

/** Times in commits go forward by one millisecond at least (protocol, "In-Commit Timestamps"). */
async function withCommitTime(
  store: TablePorts['store'],
  base: Snapshot | undefined,
  change: Change,
  stamp: Stamp,
): Promise<Stamp> {
  const { configuration } = change.metadata ?? base?.metadata ?? { configuration: {} };
  if (!flagProperty(configuration, 'delta.enableInCommitTimestamps', false)) return stamp;
  if (base === undefined) return { ...stamp, inCommitTimestamp: stamp.now };
  const known = base.commitInfo ?? (await newestInfo(store, base.version));
  const before = known?.inCommitTimestamp ?? Number.NEGATIVE_INFINITY;
  return { ...stamp, inCommitTimestamp: Math.max(stamp.now, before + 1) };
}

async function newestInfo(store: TablePorts['store'], version: number) {
  const actions = await readCommit(store, commitKey(version));
  return actions.find(({ commitInfo }) => commitInfo)?.commitInfo;
}

/** The table after the commits that won, or the outcome where one of them hurts. */
async function behindWinners(
  ports: TablePorts,
  base: Snapshot | undefined,
  change: Change,
): Promise<Snapshot | CommitOutcome> {
  if (base === undefined) {
    const snapshot = await openSnapshot(ports);
    if (isRepeated(change, snapshot)) return { kind: 'repeated', snapshot };
    return { kind: 'conflicted', version: 0, conflict: created, snapshot };
  }
  let found: { readonly version: number; readonly conflict: Conflict } | undefined;
  const snapshot = await refresh(ports, base, (version, actions) => {
    const conflict = found === undefined ? conflictWith(change, actions, version) : undefined;
    if (conflict !== undefined) found = { version, conflict };
  });
  if (isRepeated(change, snapshot)) return { kind: 'repeated', snapshot };
  return found === undefined ? snapshot : { kind: 'conflicted', ...found, snapshot };
}

const created: Conflict = { reason: 'metadata-changed', message: 'Somebody else made the table.' };
