import type { DuckDBConnection, DuckDBResultReader } from '@duckdb/node-api';
import { plainValue } from './plain-value.ts';
import { type Connection, type ResultTable, SqlError } from './session.ts';
import { splitLast } from './split-last.ts';
import { sqlFailure } from './sql-failure.ts';

/** A connection over the binding's. Statements queue up: the binding would run two at once on one connection, and their transactions would mix. Results are materialised, never streamed. */
export function serialConnection(raw: DuckDBConnection): Connection {
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  let stopped = false;
  let asked = 0;
  let ended = 0;

  const read = (sql: string): Promise<DuckDBResultReader> => {
    asked += 1;
    const own = asked;
    const next = last.then(async () => {
      try {
        if (stopped) throw new SqlError('INTERRUPT Error: Interrupted!', { sql, kind: 'Interrupt' });
        const [first, second] = await splitLast(raw, sql);
        const result = await raw.runAndReadAll(first);
        return second === undefined ? result : await raw.runAndReadAll(second);
      } catch (cause) {
        throw sqlFailure(sql, cause);
      } finally {
        ended = own;
      }
    });
    last = next.catch(() => undefined);
    return next;
  };

  /** Ends every statement that was asked for up to now, those that wait for their turn included. */
  const cancel = (upTo: number): void => {
    if (closed || ended >= upTo) return;
    raw.interrupt();
    // DuckDB forgets an interrupt that comes before it has begun with the statement.
    setTimeout(cancel, 50, upTo).unref();
  };

  const connection: Connection = {
    query: async (sql) => tableOf(await read(sql)),
    objects: async (sql) => {
      const table = tableOf(await read(sql));
      return table.rows.map((row) => Object.fromEntries(table.columns.map((column, i) => [column.name, row[i]])));
    },
    statements: async (sql) => (await raw.extractStatements(sql)).count,
    retry: (work) => work(connection, 1),
    cancel: () => cancel(asked),
    interrupt: () => {
      stopped = true;
      cancel(asked);
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
