import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api';
import { plainValue } from './plain-value.ts';
import { type Connection, type ResultTable, SqlError } from './session.ts';
import { sqlFailure } from './sql-failure.ts';

/** A connection over the binding's. Statements queue up: the binding would run two at once on one connection, and their transactions would mix. Results are materialised, never streamed. */
export function serialConnection(raw: DuckDBConnection): Connection {
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  let stopped = false;
  let begun = 0;
  let isRunning = false;

  const read = (sql: string): Promise<DuckDBResultReader> => {
    const next = last.then(async () => {
      if (stopped) throw new SqlError('INTERRUPT Error: Interrupted!', { sql, kind: 'Interrupt' });
      begun += 1;
      isRunning = true;
      try {
        return await raw.runAndReadAll(sql);
      } catch (cause) {
        throw sqlFailure(sql, cause);
      } finally {
        isRunning = false;
      }
    });
    last = next.catch(() => undefined);
    return next;
  };

  const cancel = (statement: number): void => {
    if (closed || !isRunning || statement !== begun) return;
    raw.interrupt();
    // DuckDB forgets an interrupt that comes before it has begun with the statement.
    setTimeout(cancel, 50, statement).unref();
  };

  const connection: Connection = {
    query: async (sql) => tableOf(await read(sql)),
    objects: async (sql) => {
      const table = tableOf(await read(sql));
      return table.rows.map((row) => Object.fromEntries(table.columns.map((column, i) => [column.name, row[i]])));
    },
    statements: async (sql) => (await raw.extractStatements(sql)).count,
    retry: (work) => work(connection, 1),
    cancel: () => cancel(begun),
    interrupt: () => {
      stopped = true;
      cancel(begun);
    },
    close: () => {
      if (!closed) raw.closeSync();
      closed = true;
    },
  };
  return connection;
}

function tableOf(reader: DuckDBResultReader): ResultTable {
  const types = reader.columnTypes();
  return {
    columns: reader.columnNames().map((name, i) => ({ name, type: String(types[i]) })),
    rows: reader.getRows().map((row) => row.map(plainValue)),
  };
}
