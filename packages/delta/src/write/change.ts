import type {
  Action,
  AddFile,
  ChangeFile,
  CommitInfo,
  DeletionVectorDescriptor,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  Transaction,
} from '../actions/actions.ts';
import type { Snapshot } from '../log/snapshot.ts';

/** What an operation read of the table: nothing (an append of given rows), all of it, or the files that a condition could hold in. */
export type Reads = 'nothing' | 'everything' | ((file: AddFile) => boolean);

/** A commit that is staged: its files are written, nobody sees them. */
export interface Change {
  /** `WRITE`, `MERGE`, `DELETE`, `OPTIMIZE`…: what `history` shows. */
  readonly operation: string;
  /** Texts, as other writers read them. */
  readonly operationParameters?: Readonly<Record<string, string>>;
  readonly reads: Reads;
  readonly adds?: readonly AddFile[];
  /** Files of the table that go. */
  readonly removes?: readonly AddFile[];
  /** Files of the table that lose rows and stay. */
  readonly marks?: readonly { readonly file: AddFile; readonly deletionVector: DeletionVectorDescriptor }[];
  /** The rows that changed, where the table keeps a change data feed. */
  readonly changes?: readonly ChangeFile[];
  readonly metadata?: Metadata;
  readonly protocol?: Protocol;
  /** How far applications came: a change that is in the table already is not made again. */
  readonly transactions?: readonly Transaction[];
  readonly domains?: readonly DomainMetadata[];
  /** `false`: the rows stay what they were (compaction); or of which files, added and removed, the rows are others. True where absent. */
  readonly dataChange?: boolean | ((file: AddFile) => boolean);
  /** Rows that change or come in were held against the table's constraints and invariants. */
  readonly checked?: boolean;
  /** Name and version of the program, for `history`. */
  readonly engineInfo?: string;
}

/** What stands in every commit: when it is made, and a name that no other commit has. */
export interface Stamp {
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
  readonly txnId: string;
  /** Where the table keeps times in commits. */
  readonly inCommitTimestamp?: number;
}

/** Whether a file that a change adds or removes changes what rows the table has. */
export function changesData({ dataChange = true }: Pick<Change, 'dataChange'>, file: AddFile): boolean {
  return typeof dataChange === 'boolean' ? dataChange : dataChange(file);
}

/** The actions of a change, `commitInfo` first, as the protocol asks of tables with in-commit timestamps. */
export function actionsOf(change: Change, base: Snapshot | undefined, stamp: Stamp): readonly Action[] {
  const gone = [...(change.removes ?? []), ...(change.marks ?? []).map(({ file }) => file)];
  const marked = (change.marks ?? []).map(markedFile);
  return [
    { commitInfo: commitInfo(change, base, stamp) },
    ...(change.protocol ? [{ protocol: withoutNulls(change.protocol) }] : []),
    ...(change.metadata ? [{ metaData: withoutNulls(change.metadata) }] : []),
    ...(change.transactions ?? []).map((txn) => ({ txn: { lastUpdated: stamp.now, ...txn } })),
    ...(change.domains ?? []).map((domainMetadata) => ({ domainMetadata })),
    ...gone.map((file) => ({ remove: removeOf(file, stamp.now, changesData(change, file)) })),
    ...[...(change.adds ?? []), ...marked].map((file) => ({
      add: { ...withoutNulls(file), dataChange: changesData(change, file) },
    })),
    ...(change.changes ?? []).map((cdc) => ({ cdc })),
  ];
}

/** A file without the rows of a deletion vector. */
export function markedFile({ file, deletionVector }: NonNullable<Change['marks']>[number]): AddFile {
  return { ...looseBounds(file), deletionVector };
}

/** A file whose statistics say that they may be wider than the rows that are left (protocol, "Per-file Statistics"). */
function looseBounds(file: AddFile): AddFile {
  const { stats } = file;
  if (!stats) return file;
  const known = /"tightBounds"\s*:\s*(?:true|false)/;
  const loose = known.test(stats)
    ? stats.replace(known, '"tightBounds":false')
    : stats.replace(/,?\s*\}\s*$/, ',"tightBounds":false}');
  return { ...file, stats: loose };
}

function commitInfo(change: Change, base: Snapshot | undefined, { now, txnId, inCommitTimestamp }: Stamp): CommitInfo {
  const { operation, operationParameters = {}, engineInfo } = change;
  const isBlindAppend = change.reads === 'nothing' && !change.removes?.length && !change.marks?.length;
  return {
    ...(inCommitTimestamp === undefined ? {} : { inCommitTimestamp }),
    timestamp: now,
    operation,
    operationParameters,
    ...(base === undefined ? {} : { readVersion: base.version }),
    isolationLevel: 'Serializable',
    isBlindAppend,
    ...(engineInfo === undefined ? {} : { engineInfo }),
    txnId,
  };
}

/** The tombstone of a file. Its path is the add's, byte for byte: other writers compare texts. */
function removeOf(file: AddFile, deletionTimestamp: number, dataChange: boolean): RemoveFile {
  const { path, partitionValues, size, deletionVector = null, baseRowId = null, defaultRowCommitVersion = null } = file;
  return withoutNulls({
    ...{ path, deletionTimestamp, dataChange, extendedFileMetadata: true, partitionValues, size, deletionVector },
    ...{ baseRowId, defaultRowCommitVersion },
  });
}

/** A record without the fields that have no value: what was read from a checkpoint names them all. */
export function withoutNulls<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined)) as T;
}
