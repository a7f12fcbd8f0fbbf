import type { Action, AddFile, ChangeFile, DeletionVectorDescriptor, RemoveFile } from '../actions/actions.ts';
import { fileKey } from '../actions/file-path.ts';
import { flagProperty } from '../actions/properties.ts';
import { DeltaError } from '../errors.ts';
import { readHistory } from '../log/history.ts';
import { readCommits, type TablePorts } from '../log/read-log.ts';
import { listCommits } from '../log/segment.ts';
import { openSnapshot, type Snapshot } from '../log/snapshot.ts';

/** Rows of one file that a commit brought or took. */
export interface ChangedRows {
  /** `changes`: the file says of each row in `_change_type` what became of it. */
  readonly kind: 'changes' | 'insert' | 'delete';
  readonly file: ChangeFile | AddFile | RemoveFile;
  /** The rows that are meant, of those that the file holds: those that this names, and not those of `without`; all where absent. */
  readonly only?: DeletionVectorDescriptor;
  readonly without?: DeletionVectorDescriptor;
}

export interface ChangedVersion {
  readonly version: number;
  /** Milliseconds since 1970, UTC. */
  readonly timestamp: number;
  readonly files: readonly ChangedRows[];
}

/**
 * The change data feed of a table from one version to another, both included (protocol, "Change Data Files"): the commits' own change files, or where a
 * commit has none, the files that it added and removed. From the version after the last one there is nothing. Throws `delta/no-feed` where the feed was not on all the
 * time, `delta/no-version`.
 */
export async function readChanges(
  ports: TablePorts,
  from: number,
  to?: number,
): Promise<{ readonly snapshot: Snapshot; readonly versions: readonly ChangedVersion[] }> {
  const snapshot = await openSnapshot(ports, to);
  const isNext = from === snapshot.version + 1;
  if (from > snapshot.version && !isNext) throw noVersions(ports, from, snapshot);
  const first = isNext ? snapshot : await openSnapshot(ports, from);
  if (!isOn(first.metadata.configuration)) throw noFeed(ports, first.version, snapshot);
  const times = new Map((await readHistory(ports, snapshot)).map(({ version, timestamp }) => [version, timestamp]));
  const commits = (await listCommits(ports.store)).filter(
    ({ version }) => version >= from && version <= snapshot.version,
  );
  const versions: ChangedVersion[] = [];
  for await (const { commit, actions } of readCommits(ports.store, commits)) {
    const off = actions.find(({ metaData }) => metaData && !isOn(metaData.configuration));
    if (off !== undefined) throw noFeed(ports, commit.version, snapshot);
    versions.push({ version: commit.version, timestamp: times.get(commit.version) ?? 0, files: changedRows(actions) });
  }
  return { snapshot, versions };
}

const isOn = (configuration: Readonly<Record<string, string>>): boolean =>
  flagProperty(configuration, 'delta.enableChangeDataFeed', false);

function changedRows(actions: readonly Action[]): readonly ChangedRows[] {
  const own = actions.flatMap(({ cdc }): readonly ChangedRows[] => (cdc ? [{ kind: 'changes', file: cdc }] : []));
  if (own.length > 0) return own;
  const adds = actions.flatMap(({ add }) => (add && add.dataChange !== false ? [add] : []));
  const removes = actions.flatMap(({ remove }) => (remove && remove.dataChange !== false ? [remove] : []));
  const byPath = new Map(removes.map((remove) => [fileKey({ path: remove.path }), remove]));
  const pairs = new Set<RemoveFile>();
  const added = adds.flatMap((add) => {
    const remove = byPath.get(fileKey({ path: add.path }));
    if (remove === undefined) return [{ kind: 'insert' as const, file: add, ...withoutOf(add.deletionVector) }];
    pairs.add(remove);
    return differenceOf(add, remove);
  });
  const removed = removes
    .filter((remove) => !pairs.has(remove))
    .map((file) => ({ kind: 'delete' as const, file, ...withoutOf(file.deletionVector) }));
  return [...added, ...removed];
}

/** A file that stays and has another deletion vector: rows that went, and, after a restore, rows that came back. */
function differenceOf(add: AddFile, remove: RemoveFile): readonly ChangedRows[] {
  const went = add.deletionVector
    ? [{ kind: 'delete' as const, file: add, only: add.deletionVector, ...withoutOf(remove.deletionVector) }]
    : [];
  const came = remove.deletionVector
    ? [{ kind: 'insert' as const, file: add, only: remove.deletionVector, ...withoutOf(add.deletionVector) }]
    : [];
  return [...went, ...came];
}

const withoutOf = (vector: DeletionVectorDescriptor | null | undefined) => (vector ? { without: vector } : {});

function noVersions({ store }: TablePorts, from: number, { version }: Snapshot): DeltaError {
  return new DeltaError(
    'delta/no-version',
    `The table at ${store.root} has no changes from version ${from} to ${version}.`,
    `Begin with a version up to ${version}, or with the one that comes after the newest.`,
  );
}

function noFeed({ store }: TablePorts, version: number, { version: newest }: Snapshot): DeltaError {
  return new DeltaError(
    'delta/no-feed',
    `The table at ${store.root} keeps no change data feed of version ${version}; its newest version is ${newest}.`,
    'Set delta.enableChangeDataFeed = true: changes are kept from then on.',
  );
}
