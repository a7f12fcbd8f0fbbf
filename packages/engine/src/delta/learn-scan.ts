import { DeltaError, openSnapshot, rangeOf, type Snapshot, versionAt } from '@eider/delta';
import { type Store, StoreError } from '@eider/store';
import type { Connection } from '../session/session.ts';
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

/** Reads a table's log, and gives the query over the files of the version that a call asks for. */
export async function learnScan(connection: Connection, store: Store, call: DeltaCall): Promise<LearnedScan> {
  try {
    const snapshot = await snapshotOf(connection, store, call);
    const facts = await readFileFacts(connection, snapshot, (location, start, length) =>
      rangeOf(store, location, start, length),
    );
    return { query: scanQuery(snapshot, facts) };
  } catch (cause) {
    if (cause instanceof DeltaError && cause.code === 'delta/unsupported-feature') return { refused: cause.message };
    if (cause instanceof DeltaError || cause instanceof StoreError) return { failed: `${cause.message} ${cause.hint}` };
    throw cause;
  }
}

async function snapshotOf(connection: Connection, store: Store, { version, asOf }: DeltaCall): Promise<Snapshot> {
  const ports = { store, parquet: duckParquetPort(connection) };
  if (asOf === undefined) return await openSnapshot(ports, version);
  const moment = Date.parse(asOf);
  if (Number.isNaN(moment)) {
    const hint = "Write a time as '2026-11-21T10:00:00Z'.";
    throw new DeltaError('delta/no-version', `'${asOf}' is no time that can be read.`, hint);
  }
  return await openSnapshot(ports, await versionAt(ports, await openSnapshot(ports), moment));
}
