import { randomUUID } from 'node:crypto';
import type { Action, RemoveFile } from '../actions/actions.ts';
import { featuresOf } from '../actions/features.ts';
import { flagProperty, intervalProperty } from '../actions/properties.ts';
import { stateColumns } from '../log/checkpoint-columns.ts';
import { checkpointKey, lastCheckpointKey, logFolder } from '../log/log-names.ts';
import type { TablePorts } from '../log/read-log.ts';
import type { Snapshot } from '../log/snapshot.ts';
import { withoutNulls } from './change.ts';

const week = 7 * 86_400_000;

/** Whether checkpoints of a table can be written here: statistics as columns cannot, and a table without a checkpoint is right as well. */
export function canCheckpoint({ metadata: { configuration }, protocol }: Snapshot): boolean {
  const asColumns = flagProperty(configuration, 'delta.checkpoint.writeStatsAsStruct', false);
  return !(asColumns && featuresOf(protocol).has('checkConstraints'));
}

/**
 * Writes the classic checkpoint of a snapshot (protocol, "V1 Spec"), then points `_last_checkpoint` at it. Any number of writers may do so at once: what they
 * write says the same. The file is written under another name first, for readers take a checkpoint by its name alone.
 * @param now milliseconds since 1970, UTC: tombstones that are older than the table's retention are left out
 */
export async function writeCheckpoint(ports: TablePorts, snapshot: Snapshot, now: number): Promise<void> {
  const { store, parquet } = ports;
  const rows = checkpointRows(snapshot, now).map((action) => JSON.stringify(action));
  const temporary = `${logFolder}.${randomUUID()}.tmp`;
  try {
    const sizeInBytes = await parquet.writeRows(`${store.root}/${temporary}`, stateColumns, rows);
    await store.sync([temporary]);
    await store.link(temporary, checkpointKey(snapshot.version));
    const hint = { version: snapshot.version, size: rows.length, sizeInBytes, numOfAddFiles: snapshot.files.size };
    await store.put(lastCheckpointKey, new TextEncoder().encode(JSON.stringify(hint)));
  } finally {
    await store.delete(temporary);
  }
}

function checkpointRows(snapshot: Snapshot, now: number): readonly Action[] {
  const { protocol, metadata, transactions, domains, files, tombstones } = snapshot;
  const { configuration } = metadata;
  const oldest = now - intervalProperty(configuration, 'delta.deletedFileRetentionDuration', week);
  const oldestApp =
    now - intervalProperty(configuration, 'delta.setTransactionRetentionDuration', Number.POSITIVE_INFINITY);
  const withStats = flagProperty(configuration, 'delta.checkpoint.writeStatsAsJson', true);
  return [
    { protocol },
    { metaData: metadata },
    ...[...transactions.values()]
      .filter(({ lastUpdated }) => (lastUpdated ?? now) >= oldestApp)
      .map((txn) => ({ txn })),
    ...[...domains.values()].map((domainMetadata) => ({ domainMetadata })),
    ...[...files.values()].map(({ stats, ...file }) => ({
      add: { ...withoutNulls(withStats ? { ...file, stats } : file), dataChange: false },
    })),
    ...[...tombstones.values()].filter(isYoung(oldest)).map((file) => ({ remove: tombstoneRow(file) })),
  ];
}

/** Those without a time count as old, as the reference has it. */
const isYoung =
  (oldest: number) =>
  ({ deletionTimestamp }: RemoveFile): boolean =>
    (deletionTimestamp ?? 0) > oldest;

function tombstoneRow({ stats, tags, ...file }: RemoveFile): RemoveFile {
  return { ...withoutNulls(file), dataChange: false } as RemoveFile;
}
