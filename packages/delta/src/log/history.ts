import type { CommitInfo } from '../actions/actions.ts';
import { flagProperty, numberProperty } from '../actions/properties.ts';
import { DeltaError } from '../errors.ts';
import { readCommits, type TablePorts } from './read-log.ts';
import { type CommitFile, listCommits } from './segment.ts';
import type { Snapshot } from './snapshot.ts';

/** One commit that the log still holds. */
export interface HistoryEntry {
  readonly version: number;
  /** Milliseconds since 1970, UTC: `inCommitTimestamp` where the table keeps them, else the file's time, never before the commit that came first. */
  readonly timestamp: number;
  readonly commitInfo: CommitInfo | undefined;
}

/** The commits of a table from its oldest that is left to the snapshot's, newest first. */
export async function readHistory(ports: TablePorts, snapshot: Snapshot): Promise<readonly HistoryEntry[]> {
  const commits = (await listCommits(ports.store)).filter(({ version }) => version <= snapshot.version);
  const entries: HistoryEntry[] = [];
  const enabled = timesInCommits(snapshot);
  for await (const { commit, actions } of readCommits(ports.store, commits)) {
    const commitInfo = actions.find((action) => action.commitInfo)?.commitInfo;
    entries.push({
      version: commit.version,
      timestamp: timeOf(commit, commitInfo, enabled, entries.at(-1)),
      commitInfo,
    });
  }
  return entries.reverse();
}

/** From which version on commits hold their own time; Infinity where they do not. */
function timesInCommits({ metadata: { configuration } }: Snapshot): number {
  if (!flagProperty(configuration, 'delta.enableInCommitTimestamps', false)) return Number.POSITIVE_INFINITY;
  return numberProperty(configuration, 'delta.inCommitTimestampEnablementVersion', 0);
}

function timeOf(
  { version, modified }: CommitFile & { readonly modified: Date },
  commitInfo: CommitInfo | undefined,
  enabled: number,
  before: HistoryEntry | undefined,
): number {
  if (version >= enabled && typeof commitInfo?.inCommitTimestamp === 'number') return commitInfo.inCommitTimestamp;
  // Clocks and copies of folders can turn the times of files around: versions only go forward.
  return Math.max(modified.getTime(), (before?.timestamp ?? Number.NEGATIVE_INFINITY) + 1);
}

/**
 * The newest version that was there at a moment (milliseconds since 1970, UTC). Throws `delta/no-version` where the log begins later.
 * A moment after the newest commit gives the newest one.
 */
export async function versionAt(ports: TablePorts, snapshot: Snapshot, moment: number): Promise<number> {
  const history = await readHistory(ports, snapshot);
  const found = history.find(({ timestamp }) => timestamp <= moment);
  if (found !== undefined) return found.version;
  const first = history.at(-1);
  const since = first === undefined ? '' : `, which begins at ${new Date(first.timestamp).toISOString()}`;
  throw new DeltaError(
    'delta/no-version',
    `The table at ${ports.store.root} has no version of ${new Date(moment).toISOString()} in its log${since}.`,
    'Name a later moment. Older versions go when the log is cleaned up.',
  );
}
