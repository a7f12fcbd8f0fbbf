import { EiderError, error, type Target } from '@eider/core';
import { DeltaError, type OperatePorts, rangeOf } from '@eider/delta';
import { StoreError } from '@eider/store';
import { duckComputePort } from '../delta/compute-port.ts';
import { openOwnTable } from '../delta/open-table.ts';
import { duckParquetPort } from '../delta/parquet-port.ts';
import { explainSql } from '../session/explain-sql.ts';
import { openSession } from '../session/open-session.ts';
import { type Connection, SqlError } from '../session/session.ts';
import type { TablePlace } from './landing-place.ts';

/** A Delta table, and a DuckDB beside it that the profile set up; nothing of the project's is in it. */
export interface OpenDelta {
  readonly ports: OperatePorts;
  readonly connection: Connection;
}

/** Does work on a table. Errors of the table, the store and DuckDB come as EiderError, with the name by which the table was asked for. */
export async function withDelta<T>(
  { folder, place, target }: { readonly folder: string; readonly place: TablePlace; readonly target: Target },
  work: (table: OpenDelta) => Promise<T>,
): Promise<T> {
  try {
    const store = await openOwnTable(target, folder, place.location);
    const session = await openSession(target, { inMemory: true, folder });
    try {
      const connection = await session.connect();
      const compute = duckComputePort(connection, store.root, (location, start, length) =>
        rangeOf(store, location, start, length),
      );
      return await work({ connection, ports: { store, parquet: duckParquetPort(connection), compute } });
    } finally {
      await session.close();
    }
  } catch (cause) {
    throw readable(cause);
  }
}

function readable(cause: unknown): unknown {
  if (cause instanceof DeltaError)
    return new EiderError([error('engine/delta', cause.message, { hint: cause.hint })], { cause });
  if (cause instanceof StoreError)
    return new EiderError([error('engine/store-failed', cause.message, { hint: cause.hint })], { cause });
  if (!(cause instanceof SqlError)) return cause;
  const { message, hint } = explainSql(cause.message);
  return new EiderError(
    [error('engine/delta', message, { ...(hint === undefined ? {} : { hint }), cause: cause.message })],
    { cause },
  );
}
