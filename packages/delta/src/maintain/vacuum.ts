import type { ObjectStat } from '@eider/store';
import type { AddFile, RemoveFile } from '../actions/actions.ts';
import { checkWritable } from '../actions/features.ts';
import { decodePath, isAbsolute } from '../actions/file-path.ts';
import { intervalProperty } from '../actions/properties.ts';
import { DeltaError } from '../errors.ts';
import type { TablePorts } from '../log/read-log.ts';
import type { Snapshot } from '../log/snapshot.ts';
import { vectorKey } from '../vectors/deletion-vector.ts';

const week = 7 * 86_400_000;

export interface VacuumOptions {
  /** How long a file that is gone stays, in milliseconds; the table's `delta.deletedFileRetentionDuration` (a week where not set) where absent. */
  readonly retention?: number;
  /** Allows a retention that is shorter than the table's: what others still read, or are about to commit, is deleted. */
  readonly force?: boolean;
  /** Keys that stay whatever the log says. */
  readonly keep?: (key: string) => boolean;
  readonly dryRun?: boolean;
}

export interface VacuumReport {
  readonly keys: readonly string[];
  readonly bytes: number;
}

/**
 * Deletes what no version within the retention needs: files whose removal is older, and files that no log names and are older themselves (left by writers that
 * died; younger ones may be about to be committed). Hidden folders and the log stay. Deletes nothing with `dryRun`.
 * Throws `delta/vacuum-too-young`.
 * @param now milliseconds since 1970, UTC
 */
export async function vacuum(
  ports: TablePorts,
  snapshot: Snapshot,
  now: number,
  options: VacuumOptions = {},
): Promise<VacuumReport> {
  const { protocol, metadata, root } = snapshot;
  checkWritable(protocol, metadata, root);
  const own = retentionOf(snapshot);
  const retention = options.retention ?? own;
  if (retention < own && options.force !== true) throw tooYoung(root, retention, own);
  const needed = neededKeys(snapshot, now - retention);
  const found = await oldObjects(ports, now - retention);
  const gone = found.filter(({ key }) => !needed.has(key) && options.keep?.(key) !== true);
  if (options.dryRun !== true) for (const { key } of gone) await ports.store.delete(key);
  return { keys: gone.map(({ key }) => key), bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function retentionOf({ metadata: { configuration } }: Snapshot): number {
  return intervalProperty(configuration, 'delta.deletedFileRetentionDuration', week);
}

/**
 * What a vacuum by the table's own retention leaves in any case: the keys of its files and vectors, and of those that went not long ago.
 * @param now milliseconds since 1970, UTC
 */
export function keptKeys(snapshot: Snapshot, now: number): ReadonlySet<string> {
  return neededKeys(snapshot, now - retentionOf(snapshot));
}

/** The keys of the table's files and vectors, and of those that went after `since`. */
function neededKeys({ files, tombstones }: Snapshot, since: number): ReadonlySet<string> {
  const young = [...tombstones.values()].filter(({ deletionTimestamp }) => (deletionTimestamp ?? 0) > since);
  return new Set([...files.values(), ...young].flatMap(keysOf));
}

function keysOf({ path, deletionVector }: AddFile | RemoveFile): readonly string[] {
  const data = isAbsolute(path) ? [] : [decodePath(path)];
  return deletionVector?.storageType === 'u' ? [...data, vectorKey(deletionVector.pathOrInlineDv)] : data;
}

/** What lies in the table's folder since before `since`, the log and hidden folders aside. */
async function oldObjects({ store }: TablePorts, since: number): Promise<readonly ObjectStat[]> {
  const found: ObjectStat[] = [];
  let after: string | undefined = '';
  while (after !== undefined) {
    const page = await store.list(after === '' ? {} : { after });
    found.push(...page.objects.filter(({ key, modified }) => !isHidden(key) && modified.getTime() <= since));
    after = page.next;
  }
  return found;
}

/** Names that begin with `_` or `.` are not data, but folders of partitions (`_p=1`), and `_change_data`, which ages as data does. */
function isHidden(key: string): boolean {
  return key.split('/').some((name) => /^[._]/.test(name) && !name.includes('=') && name !== '_change_data');
}

function tooYoung(root: string, retention: number, own: number): DeltaError {
  const hours = (span: number): string => `${Math.round(span / 3_600_000)} h`;
  return new DeltaError(
    'delta/vacuum-too-young',
    `A vacuum of ${root} that keeps ${hours(retention)} is shorter than the table's own ${hours(own)}.`,
    'Readers and writers may still use such files. Keep them longer, set delta.deletedFileRetentionDuration, or force it.',
  );
}
