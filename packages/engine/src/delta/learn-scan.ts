import {
  DeltaError,
  openSnapshot,
  type ReadRange,
  rangeOf,
  type Snapshot,
  type TablePorts,
  versionAt,
} from '@eider/delta';
import { type Store, StoreError } from '@eider/store';
import type { Connection } from '../session/session.ts';
import { changeFeedQuery } from './change-feed.ts';
import type { DeltaCall } from './delta-calls.ts';
import { readFileFacts } from './file-facts.ts';
import { duckParquetPort } from './parquet-port.ts';
import { scanQuery } from './scan-query.ts';

export type LearnedScan =
  | { readonly query: string }
  /** Why the table is left to DuckDB's extension. */
  | { readonly refused: string }
  /** Why it cannot be read at all, and what to do. */
  | { readonly failed: string };

/** The newest version of each table that a session met, by location. */
export type NewestVersions = Map<string, Promise<Snapshot>>;

/** Reads a table's log, and gives the query over the files of the version, or over the changes, that a call asks for. */
export async function learnScan(
  connection: Connection,
  store: Store,
  call: DeltaCall,
  newest: NewestVersions,
): Promise<LearnedScan> {
  const readRange: ReadRange = (location, start, length) => rangeOf(store, location, start, length);
  const ports = { store, parquet: duckParquetPort(connection) };
  const newestOne = (): Promise<Snapshot> => {
    const known = newest.get(call.location) ?? openSnapshot(ports);
    newest.set(call.location, known);
    return known;
  };
  try {
    if (call.changes !== undefined) {
      const { from, to = (await newestOne()).version } = call.changes;
      return { query: await changeFeedQuery({ ports, connection, readRange, from, to }) };
    }
    const snapshot = await snapshotOf(ports, call, newestOne);
    return { query: scanQuery(snapshot, await readFileFacts(connection, snapshot, readRange)) };
  } catch (cause) {
    const isRefused = cause instanceof DeltaError && cause.code === 'delta/unsupported-feature';
    if (isRefused && call.changes === undefined) return { refused: cause.message };
    if (cause instanceof DeltaError || cause instanceof StoreError) return { failed: `${cause.message} ${cause.hint}` };
    throw cause;
  }
}

async function snapshotOf(
  ports: TablePorts,
  { version, asOf }: DeltaCall,
  newest: () => Promise<Snapshot>,
): Promise<Snapshot> {
  if (version !== undefined) return await openSnapshot(ports, version);
  if (asOf === undefined) return await newest();
  const moment = Date.parse(asOf);
  if (Number.isNaN(moment)) {
    const hint = "Write a time as '2026-11-21T10:00:00Z'.";
    throw new DeltaError('delta/no-version', `'${asOf}' is no time that can be read.`, hint);
  }
  return await openSnapshot(ports, await versionAt(ports, await newest(), moment));
}
