import type {
  Action,
  AddFile,
  CommitInfo,
  DomainMetadata,
  Metadata,
  Protocol,
  RemoveFile,
  Transaction,
} from '../actions/actions.ts';
import { checkReadable } from '../actions/features.ts';
import { parseSchema, type StructType } from '../actions/schema.ts';
import { DeltaError } from '../errors.ts';
import { replayCommits, replaySegment, type TablePorts } from './read-log.ts';
import { copyState, emptyState, type LogState } from './replay.ts';
import { commitsAfter, findSegment } from './segment.ts';

/** One version of a table, seen whole. It never changes: `refresh` gives another. */
export interface Snapshot {
  /** The table's folder. */
  readonly root: string;
  readonly version: number;
  readonly protocol: Protocol;
  readonly metadata: Metadata;
  readonly schema: StructType;
  /** The files that make the table, by `fileKey`. */
  readonly files: ReadonlyMap<string, AddFile>;
  /** Files that are gone and may still lie there, by `fileKey`: for vacuum, and for checkpoints. */
  readonly tombstones: ReadonlyMap<string, RemoveFile>;
  /** How far each application came, by its id. */
  readonly transactions: ReadonlyMap<string, Transaction>;
  readonly domains: ReadonlyMap<string, DomainMetadata>;
  /** Of the newest commit, where the log still holds it. */
  readonly commitInfo: CommitInfo | undefined;
  /** Commits read since the last checkpoint: what opening the table costs. */
  readonly commitsRead: number;
}

/**
 * Reads a table at a version, the newest where none is named. Features that readers here do not understand are refused by name.
 * Throws `delta/no-table`, `delta/no-version`, `delta/broken-log`, `delta/unsupported-feature`, `delta/invalid-schema`.
 */
export async function openSnapshot(ports: TablePorts, version?: number): Promise<Snapshot> {
  const segment = await findSegment(ports.store, version);
  const state = emptyState();
  await replaySegment(ports, state, segment);
  return snapshotOf(ports.store.root, segment.version, state, segment.commits.length);
}

/**
 * The newest version of a table that was read before; the same snapshot where there is no newer one.
 * @param onCommit told of each commit that is new, in order
 */
export async function refresh(
  ports: TablePorts,
  snapshot: Snapshot,
  onCommit?: (version: number, actions: readonly Action[]) => void,
): Promise<Snapshot> {
  const commits = await commitsAfter(ports.store, snapshot.version);
  const last = commits.at(-1);
  if (last === undefined) return snapshot;
  const state = copyState(stateOf(snapshot));
  await replayCommits(ports.store, state, commits, onCommit);
  return snapshotOf(snapshot.root, last.version, state, snapshot.commitsRead + commits.length);
}

export function stateOf(snapshot: Snapshot): LogState {
  const { files, tombstones, transactions, domains } = snapshot;
  return {
    protocol: snapshot.protocol,
    metadata: snapshot.metadata,
    commitInfo: snapshot.commitInfo,
    files: files as Map<string, AddFile>,
    tombstones: tombstones as Map<string, RemoveFile>,
    transactions: transactions as Map<string, Transaction>,
    domains: domains as Map<string, DomainMetadata>,
  };
}

/** A state as a snapshot; it may not be changed after. Throws where it has no protocol or metadata, or is not readable here. */
export function snapshotOf(root: string, version: number, state: LogState, commitsRead: number): Snapshot {
  const { protocol, metadata, files, tombstones, transactions, domains, commitInfo } = state;
  if (protocol === undefined || typeof metadata?.schemaString !== 'string') {
    const what = protocol === undefined ? 'protocol' : metadata === undefined ? 'metadata' : 'schema';
    throw new DeltaError(
      'delta/broken-log',
      `The log of ${root} gives version ${version} no ${what}.`,
      'A log begins with a protocol and a metaData action: bring the missing files back from a backup.',
    );
  }
  checkReadable(protocol, root);
  const schema = parseSchema(metadata.schemaString);
  return {
    ...{ root, version, protocol, metadata, schema, files, tombstones, transactions, domains, commitInfo },
    commitsRead,
  };
}
