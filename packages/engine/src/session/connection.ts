import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api';
import { plainValue } from './plain-value.ts';
import type { Connection, ResultTable } from './session.ts';
import { sqlFailure } from './sql-failure.ts';

/** A connection over the binding's. Statements queue up: the binding would run two at once on one connection, and their transactions would mix. Results are materialised, never streamed. */
export function serialConnection(raw: DuckDBConnection): Connection {
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  const read = (sql: string): Promise<DuckDBResultReader> => {
    const next = last.then(async () => {
      try {
        return await raw.runAndReadAll(sql);
      } catch (cause) {
        throw sqlFailure(sql, cause);
      }
    });
    last = next.catch(() => undefined);
    return next;
  };

  return {
    query: async (sql) => tableOf(await read(sql)),
    objects: async (sql) => {
      const table = tableOf(await read(sql));
      return table.rows.map((row) => Object.fromEntries(table.columns.map((column, i) => [column.name, row[i]])));
    },
    interrupt: () => {
      if (!closed) raw.interrupt();
    },
    close: () => {
      if (!closed) raw.closeSync();
      closed = true;
    },
  };
}

function tableOf(reader: DuckDBResultReader): ResultTable {
  const types = reader.columnTypes();
  return {
    columns: reader.columnNames().map((name, i) => ({ name, type: String(types[i]) })),
    rows: reader.getRows().map((row) => row.map(plainValue)),
  };
}
