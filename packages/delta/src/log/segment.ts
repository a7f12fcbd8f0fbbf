import { type ObjectStat, type Store, StoreError } from '@eider/store';
import { DeltaError } from '../errors.ts';
import { beforeVersion, type LogFile, lastCheckpointKey, logFolder, parseLogKey } from './log-names.ts';

/** The files that make one version of a table: a checkpoint, or none, and every commit after it. */
export interface LogSegment {
  readonly version: number;
  readonly checkpoint: CheckpointFiles | undefined;
  /** In the order of their versions, without a gap. */
  readonly commits: readonly CommitFile[];
}

export interface CheckpointFiles {
  readonly version: number;
  readonly format: 'parquet' | 'json';
  readonly unique: boolean;
  readonly keys: readonly string[];
}

export interface CommitFile {
  readonly version: number;
  readonly key: string;
}

interface Listed {
  readonly commits: ReadonlyMap<number, CommitFile>;
  /** Whole ones, by version. */
  readonly checkpoints: ReadonlyMap<number, CheckpointFiles>;
}

/**
 * Finds the files of a version, the newest where none is named. `_last_checkpoint` shortens the listing where it helps; one that is broken, or points at
 * nothing, is passed over, as the protocol has it. Throws `delta/no-table`, `delta/no-version` and `delta/broken-log`.
 */
export async function findSegment(store: Store, version?: number): Promise<LogSegment> {
  const hint = await readHint(store);
  if (hint !== undefined && (version === undefined || hint <= version)) {
    const listed = await listLog(store, hint);
    if (listed.checkpoints.has(hint)) return segmentOf(store, listed, version);
  }
  return segmentOf(store, await listLog(store, 0), version);
}

/** The commits after a version that is known, in order; empty where there are none. Throws `delta/broken-log` where one is missing between them. */
export async function commitsAfter(store: Store, version: number): Promise<readonly CommitFile[]> {
  const { commits } = await listLog(store, version + 1);
  const last = Math.max(version, ...commits.keys());
  return commitRange(store, commits, version + 1, last);
}

/** Every commit that the log still holds, in order. `modified`: by the store's clock. */
export async function listCommits(store: Store): Promise<readonly (CommitFile & { readonly modified: Date })[]> {
  const commits: (CommitFile & { readonly modified: Date })[] = [];
  for await (const [{ key, modified }, { kind, version }] of logObjects(store)) {
    if (kind === 'commit') commits.push({ version, key, modified });
  }
  return commits;
}

async function readHint(store: Store): Promise<number | undefined> {
  try {
    const { version } = JSON.parse(new TextDecoder().decode(await store.get(lastCheckpointKey))) as {
      version?: unknown;
    };
    return typeof version === 'number' && Number.isSafeInteger(version) && version >= 0 ? version : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError || (cause instanceof StoreError && cause.code === 'store/not-found'))
      return undefined;
    throw cause;
  }
}

/** A folder is read whole for each page, so pages are large; a bucket gives what it gives. */
const pageSize = 100_000;

/** Every file of the log, with what the store knows of it. */
export async function* logObjects(store: Store): AsyncGenerator<readonly [ObjectStat, LogFile]> {
  for (let after: string | undefined = logFolder + beforeVersion(0); after !== undefined; ) {
    const page = await store.list({ prefix: logFolder, after, limit: pageSize });
    for (const object of page.objects) {
      const file = parseLogKey(object.key);
      if (file !== undefined) yield [object, file];
      // Names of versions are digits; whatever sorts after them (`_sidecars/…`) is none.
      else if (object.key > `${logFolder}:`) return;
    }
    after = page.next;
  }
}

async function listLog(store: Store, from: number): Promise<Listed> {
  const commits = new Map<number, CommitFile>();
  const parts = new Map<string, { file: LogFile & { kind: 'checkpoint' }; keys: string[] }>();
  for (const found of await store.names(logFolder, beforeVersion(from))) {
    const key = logFolder + found;
    const file = parseLogKey(key);
    if (file === undefined) continue;
    if (file.kind === 'commit') commits.set(file.version, { version: file.version, key });
    if (file.kind !== 'checkpoint') continue;
    const name = file.unique ? key : `${file.version}/${file.parts}`;
    const known = parts.get(name);
    if (known === undefined) parts.set(name, { file, keys: [key] });
    else known.keys.push(key);
  }
  const checkpoints = new Map<number, CheckpointFiles>();
  for (const { file, keys } of parts.values()) {
    // A checkpoint in several files is not made in one step: one that misses a part is none.
    if (keys.length === file.parts) checkpoints.set(file.version, { ...pick(file), keys: keys.sort() });
  }
  return { commits, checkpoints };
}

const pick = ({ version, format, unique }: LogFile & { kind: 'checkpoint' }) => ({ version, format, unique });

function segmentOf(store: Store, { commits, checkpoints }: Listed, wanted: number | undefined): LogSegment {
  if (commits.size === 0 && checkpoints.size === 0) throw noTable(store);
  const newest = Math.max(...commits.keys(), ...checkpoints.keys());
  const version = wanted ?? newest;
  if (version > newest || version < 0 || !Number.isSafeInteger(version)) throw noVersion(store, version, newest);
  const start = Math.max(-1, ...[...checkpoints.keys()].filter((number) => number <= version));
  const checkpoint = checkpoints.get(start);
  if (checkpoint === undefined && !commits.has(0)) {
    if (wanted !== undefined) throw noVersion(store, version, newest);
    throw gap(store, 0);
  }
  return { version, checkpoint, commits: commitRange(store, commits, start + 1, version) };
}

function commitRange(
  store: Store,
  commits: ReadonlyMap<number, CommitFile>,
  first: number,
  last: number,
): readonly CommitFile[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const commit = commits.get(first + index);
    if (commit === undefined) throw gap(store, first + index);
    return commit;
  });
}

function noTable({ root }: Store): DeltaError {
  return new DeltaError(
    'delta/no-table',
    `There is no Delta table at ${root}: its _delta_log holds no commit.`,
    'Check the location; a table is named by the folder that holds _delta_log.',
  );
}

function noVersion({ root }: Store, version: number, newest: number): DeltaError {
  return new DeltaError(
    'delta/no-version',
    `The table at ${root} has no version ${version} that can be read; its newest is ${newest}.`,
    'Name a version that `history` lists. Older ones go when the log is cleaned up.',
  );
}

function gap({ root }: Store, version: number): DeltaError {
  return new DeltaError(
    'delta/broken-log',
    `The log of ${root} misses version ${version}, and no checkpoint stands for it.`,
    'Bring the file back from a backup: without it the table cannot be told.',
  );
}
