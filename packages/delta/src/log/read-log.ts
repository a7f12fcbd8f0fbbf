import { type Store, StoreError } from '@eider/store';
import { parseActions } from '../actions/action-lines.ts';
import type { Action, Sidecar } from '../actions/actions.ts';
import { DeltaError } from '../errors.ts';
import type { ParquetPort } from '../parquet-port.ts';
import { sidecarColumns, stateColumns } from './checkpoint-columns.ts';
import { sidecarKey } from './log-names.ts';
import { applyActions, type LogState } from './replay.ts';
import type { CheckpointFiles, CommitFile, LogSegment } from './segment.ts';

/** How many commits are in memory at once, before they are applied. */
const atOnce = 512;

/** What reading a table needs. */
export interface TablePorts {
  readonly store: Store;
  readonly parquet: ParquetPort;
}

/** Takes a segment's files into a state that stands before them: the checkpoint, then each commit. */
export async function replaySegment(ports: TablePorts, state: LogState, segment: LogSegment): Promise<void> {
  if (segment.checkpoint !== undefined) applyActions(state, await readCheckpoint(ports, segment.checkpoint));
  await replayCommits(ports.store, state, segment.commits);
}

/** Takes commits into a state, read side by side, applied in order. */
export async function replayCommits(
  store: Store,
  state: LogState,
  commits: readonly CommitFile[],
  onCommit?: (version: number, actions: readonly Action[]) => void,
): Promise<void> {
  const last = commits.at(-1);
  // Who made a commit is most of its text, and counts for the newest alone.
  const passed = (commit: CommitFile): string | undefined => (commit === last ? undefined : 'commitInfo');
  for await (const { commit, actions } of readCommits(store, commits, passed)) {
    applyActions(state, actions);
    onCommit?.(commit.version, actions);
  }
}

/** The actions of each commit, in order; without those of `passed` kinds, which are not even taken apart. */
export async function* readCommits<C extends CommitFile>(
  store: Store,
  commits: readonly C[],
  passed?: (commit: C) => string | undefined,
): AsyncGenerator<{ readonly commit: C; readonly actions: readonly Action[] }> {
  for (let start = 0; start < commits.length; start += atOnce) {
    const part = commits.slice(start, start + atOnce);
    const read = await getMany(store, part);
    for (const [index, commit] of part.entries()) {
      yield { commit, actions: parseActions(textOf(read[index]), commit.key, passed?.(commit)) };
    }
  }
}

const textOf = (bytes: Uint8Array = new Uint8Array()): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');

async function getMany(store: Store, commits: readonly CommitFile[]): Promise<readonly Uint8Array[]> {
  try {
    return await store.getMany(commits.map(({ key }) => key));
  } catch (cause) {
    if (!(cause instanceof StoreError) || cause.code !== 'store/not-found') throw cause;
    // One by one, to say which is gone.
    return await Promise.all(commits.map(({ key }) => getCommit(store, key)));
  }
}

/** The actions of one commit. Throws `delta/broken-log`; `delta/no-version` where it is gone, since a clean-up ran beside. */
export async function readCommit(store: Store, key: string): Promise<readonly Action[]> {
  return parseActions(textOf(await getCommit(store, key)), key);
}

async function getCommit(store: Store, key: string): Promise<Uint8Array> {
  try {
    return await store.get(key);
  } catch (cause) {
    if (!(cause instanceof StoreError) || cause.code !== 'store/not-found') throw cause;
    throw new DeltaError(
      'delta/no-version',
      `The commit ${key} of ${store.root} was deleted while it was read.`,
      'A clean-up of the log ran beside this. Open the table again.',
      { cause },
    );
  }
}

async function readCheckpoint(ports: TablePorts, checkpoint: CheckpointFiles): Promise<readonly Action[]> {
  const columns = [...stateColumns, ...sidecarColumns];
  const read = await Promise.all(
    checkpoint.keys.map((key) =>
      checkpoint.format === 'json' ? readCommit(ports.store, key) : readRows(ports, key, columns),
    ),
  );
  const actions = read.flat();
  const sidecars = actions.flatMap(({ sidecar }): readonly Sidecar[] => (sidecar ? [sidecar] : []));
  const rest = await Promise.all(sidecars.map(({ path }) => readRows(ports, sidecarKey(path), stateColumns)));
  return [...actions, ...rest.flat()];
}

async function readRows(
  { store, parquet }: TablePorts,
  key: string,
  columns: typeof stateColumns,
): Promise<readonly Action[]> {
  const rows = await parquet.readRows(`${store.root}/${key}`, columns);
  return rows.map((row) => JSON.parse(row) as Action);
}
