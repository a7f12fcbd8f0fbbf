import { afterCommit, commit, type Snapshot, type TablePorts } from '@eider/delta';
import { newestSnapshot, snapshotAt } from '../delta/newest-snapshot.ts';
import { changeOf } from '../delta/table-change.ts';
import type { Fault } from './fault.ts';
import type { DeltaFacts, FilesGeneration } from './generation.ts';

/** What became of a table's log. */
export interface SettledTable {
  /** The version that shows the generation; null where others changed the table so that it cannot. */
  readonly version: number | null;
  /** Why the log does not show it: a sentence. */
  readonly diverged?: string;
}

export interface SettleTableRequest {
  /** `eider/<state>/<node>`: whose commits these are. */
  readonly appId: string;
  /** The number of the ledger entry in which the generation became the head. */
  readonly since: number;
  /** Whether that entry is a rollback: then the table becomes what it was, whatever others did since. */
  readonly restores: boolean;
  readonly engineInfo: string;
  readonly now: () => number;
  readonly fault: Fault | undefined;
}

/**
 * Makes a Delta table's log show a generation: the files that it lacks are added, those that the generation does not have are removed, in one commit of the version
 * that the generation was made of. May run any number of times: the commit carries how far the state came (`txn`), and is made once. What others committed
 * meanwhile stays where it does not conflict; where it does the log stays as it is.
 */
export async function settleTable(
  ports: TablePorts,
  generation: FilesGeneration & { readonly delta: DeltaFacts },
  request: SettleTableRequest,
): Promise<SettledTable> {
  const { appId, engineInfo, now, since } = request;
  const newest = await newestSnapshot(ports);
  if ((newest?.transactions.get(appId)?.version ?? 0) >= since) return { version: newest?.version ?? null };
  const base = await baseOf(ports, newest, generation.delta, request.restores);
  if (base === 'gone') return diverged('the version that the build began with is not in its log any more');
  const change = changeOf(generation, base, request.restores);
  if (change === undefined) return { version: base?.version ?? null };
  const transactions = [{ appId, version: since }];
  const outcome = await commit(ports, base, { ...change, transactions, engineInfo }, { now });
  if (outcome.kind === 'retryable') throw outcome.cause;
  if (outcome.kind === 'conflicted') return diverged(sentence(outcome.conflict.message));
  if (outcome.kind === 'committed') {
    await request.fault?.('log');
    // Readers need neither: what fails is done after the next commit.
    await afterCommit(ports, outcome.snapshot, now());
  }
  return { version: outcome.snapshot.version };
}

function diverged(why: string): SettledTable {
  return { version: null, diverged: why };
}

/** As the end of a sentence. */
function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');
}

/** The version that a change is made of; undefined for a new table. */
async function baseOf(
  ports: TablePorts,
  newest: Snapshot | undefined,
  { read }: DeltaFacts,
  restores: boolean,
): Promise<Snapshot | undefined | 'gone'> {
  if (restores) return newest;
  if (read === null) return undefined;
  if (newest === undefined || newest.version < read) return 'gone';
  return newest.version === read ? newest : ((await snapshotAt(ports, read)) ?? 'gone');
}
