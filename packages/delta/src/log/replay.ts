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
import { fileKey } from '../actions/file-path.ts';

/** What a log comes to (protocol, "Action Reconciliation"), while it is read from its oldest action to its newest. */
export interface LogState {
  protocol: Protocol | undefined;
  metadata: Metadata | undefined;
  /** By `fileKey`. */
  readonly files: Map<string, AddFile>;
  /** Files that are gone and may still lie there, by `fileKey`. */
  readonly tombstones: Map<string, RemoveFile>;
  readonly transactions: Map<string, Transaction>;
  readonly domains: Map<string, DomainMetadata>;
  /** Of the newest commit; undefined where a checkpoint ends the log. */
  commitInfo: CommitInfo | undefined;
}

export function emptyState(): LogState {
  return {
    protocol: undefined,
    metadata: undefined,
    files: new Map(),
    tombstones: new Map(),
    transactions: new Map(),
    domains: new Map(),
    commitInfo: undefined,
  };
}

export function copyState(state: Readonly<LogState>): LogState {
  return {
    ...state,
    files: new Map(state.files),
    tombstones: new Map(state.tombstones),
    transactions: new Map(state.transactions),
    domains: new Map(state.domains),
  };
}

/** Takes the actions of one commit, or of one checkpoint, into a state. */
export function applyActions(state: LogState, actions: readonly Action[]): void {
  state.commitInfo = undefined;
  for (const action of actions) applyAction(state, action);
}

function applyAction(state: LogState, action: Action): void {
  const { add, remove, metaData, protocol, txn, domainMetadata, commitInfo } = action;
  if (add) {
    const key = fileKey(add);
    state.tombstones.delete(key);
    state.files.set(key, add);
  } else if (remove) {
    const key = fileKey(remove);
    state.files.delete(key);
    state.tombstones.set(key, remove);
  } else if (metaData) state.metadata = metaData;
  else if (protocol) state.protocol = protocol;
  else if (txn) state.transactions.set(txn.appId, txn);
  else if (domainMetadata) setDomain(state, domainMetadata);
  else if (commitInfo) state.commitInfo = commitInfo;
}

function setDomain({ domains }: LogState, entry: DomainMetadata): void {
  if (entry.removed) domains.delete(entry.domain);
  else domains.set(entry.domain, entry);
}
