import { DeltaError } from '../errors.ts';
import { openSnapshot, type Snapshot } from '../log/snapshot.ts';
import { afterCommit } from '../write/after-commit.ts';
import type { Change } from '../write/change.ts';
import { commit } from '../write/commit.ts';
import { discardKeys } from './leftovers.ts';
import type { OperatePorts, StagedChange } from './stage-edit.ts';

export type Operated =
  /** `failures`: what failed of the upkeep behind the commit; the table is right without it. */
  | {
      readonly kind: 'committed';
      readonly snapshot: Snapshot;
      readonly staged: StagedChange;
      readonly failures: readonly Error[];
    }
  /** An application that the change names came as far before. */
  | { readonly kind: 'repeated'; readonly snapshot: Snapshot }
  /** There was nothing to do. */
  | { readonly kind: 'unchanged'; readonly snapshot: Snapshot | undefined };

export interface OperateOptions {
  /** The newest version that is known; null for a table that is not there. Looked for where absent. */
  readonly base?: Snapshot | null;
  /** How often the operation is made again because of what others commit; 20 where absent. */
  readonly attempts?: number;
  /** Milliseconds since 1970, UTC. */
  readonly now?: () => number;
  /** A change that is in the table already is not even staged. */
  readonly transactions?: Change['transactions'];
}

/**
 * Makes an operation a table's next version: stages it of the newest one, commits, and makes it again where a commit of others hurts it. Nothing of an attempt that
 * was not committed stays. Throws `delta/conflict` where others were faster each time, what `stage` throws, and the store's error where that failed.
 * @param stage is given undefined where there is no table yet; undefined of it means that there is nothing to do
 */
export async function operate(
  ports: OperatePorts,
  stage: (snapshot: Snapshot | undefined) => Promise<StagedChange | undefined>,
  options: OperateOptions = {},
): Promise<Operated> {
  let base = options.base === undefined ? await openIfThere(ports) : (options.base ?? undefined);
  let reason = '';
  for (let attempt = 0; attempt < (options.attempts ?? 20); attempt += 1) {
    if (base !== undefined && isRepeated(options, base)) return { kind: 'repeated', snapshot: base };
    const staged = await stage(base);
    if (staged === undefined || isEmpty(staged.change)) return { kind: 'unchanged', snapshot: base };
    const outcome = await commitStaged(ports, base, staged, options);
    switch (outcome.kind) {
      case 'committed': {
        const failures = await afterCommit(ports, outcome.snapshot, (options.now ?? Date.now)());
        return { kind: 'committed', snapshot: outcome.snapshot, staged, failures };
      }
      case 'repeated':
        await discardKeys(ports.store, staged.keys);
        return outcome;
      case 'retryable':
        // Whether the entry is there could not be asked: files that it may name have to stay.
        throw outcome.cause;
      default:
        await discardKeys(ports.store, staged.keys);
        reason = outcome.conflict.message;
        base = outcome.snapshot;
    }
  }
  throw new DeltaError(
    'delta/conflict',
    `Other writers of ${ports.store.root} came first each time. ${reason}`,
    'Try again when they are done.',
  );
}

async function commitStaged(
  ports: OperatePorts,
  base: Snapshot | undefined,
  { change, keys }: StagedChange,
  { now }: OperateOptions,
) {
  try {
    return await commit(ports, base, change, now === undefined ? {} : { now });
  } catch (cause) {
    if (cause instanceof DeltaError) await discardKeys(ports.store, keys);
    throw cause;
  }
}

async function openIfThere(ports: OperatePorts): Promise<Snapshot | undefined> {
  try {
    return await openSnapshot(ports);
  } catch (cause) {
    if (cause instanceof DeltaError && cause.code === 'delta/no-table') return undefined;
    throw cause;
  }
}

function isRepeated({ transactions = [] }: OperateOptions, { transactions: known }: Snapshot): boolean {
  return transactions.some(({ appId, version }) => (known.get(appId)?.version ?? Number.NEGATIVE_INFINITY) >= version);
}

const isEmpty = ({ adds = [], removes = [], marks = [], metadata, transactions = [], domains = [] }: Change): boolean =>
  adds.length + removes.length + marks.length + transactions.length + domains.length === 0 && metadata === undefined;
