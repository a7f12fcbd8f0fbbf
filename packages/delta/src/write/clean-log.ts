import { flagProperty, intervalProperty } from '../actions/properties.ts';
import type { TablePorts } from '../log/read-log.ts';
import { logObjects } from '../log/segment.ts';
import type { Snapshot } from '../log/snapshot.ts';

const day = 86_400_000;

/**
 * Deletes what the log no longer needs (protocol, "Metadata Cleanup"): everything before the newest checkpoint that is as old as `delta.logRetentionDuration`
 * (30 days where not set). Nothing where `delta.enableExpiredLogCleanup` is false. Sidecars stay: only writers of V2 checkpoints make them.
 * @param now milliseconds since 1970, UTC
 * @returns the keys that are gone
 */
export async function cleanLog({ store }: TablePorts, snapshot: Snapshot, now: number): Promise<readonly string[]> {
  const { configuration } = snapshot.metadata;
  if (!flagProperty(configuration, 'delta.enableExpiredLogCleanup', true)) return [];
  const retention = intervalProperty(configuration, 'delta.logRetentionDuration', 30 * day);
  const cutOff = Math.floor((now - retention) / day) * day;
  const objects: { key: string; version: number; kind: string; modified: number; last: number }[] = [];
  for await (const [{ key, modified }, file] of logObjects(store)) {
    const last = file.kind === 'compacted' ? file.last : file.version;
    objects.push({ key, version: file.version, kind: file.kind, modified: modified.getTime(), last });
  }
  const cutOffCommit = newestOf(objects.filter(({ kind, modified }) => kind === 'commit' && modified <= cutOff));
  const checkpoint = newestOf(objects.filter(({ kind, version }) => kind === 'checkpoint' && version <= cutOffCommit));
  const old = objects.filter(
    ({ version, kind }) => version < checkpoint || (kind === 'compacted' && version <= checkpoint),
  );
  for (const { key } of old) await store.delete(key);
  return old.map(({ key }) => key);
}

const newestOf = (files: readonly { readonly version: number }[]): number =>
  Math.max(-1, ...files.map(({ version }) => version));
