import { DuckDBInstance } from '@duckdb/node-api';
import { serialConnection } from '../session/connection.ts';
import { quoteName, quoteRelation } from '../session/quote.ts';
import { type Connection, SqlError } from '../session/session.ts';

/** A relation that a view may read, as the catalog will show it. */
export interface ProbeRelation {
  readonly schema: string;
  readonly identifier: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** A DuckDB like a stranger's: no extension, no file, no other database, and the catalog under another name. */
export interface ViewProbe {
  /** Whether a view of this SQL over exactly these relations opens there, with these columns. */
  opens(sql: string, uses: readonly ProbeRelation[], columns: ProbeRelation['columns']): Promise<boolean>;
  close(): void;
}

/** Opens a probe. It takes some milliseconds once. */
export async function openViewProbe(): Promise<ViewProbe> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoload_known_extensions: 'false',
    autoinstall_known_extensions: 'false',
  });
  const connection = serialConnection(await instance.connect());
  await connection.query("ATTACH ':memory:' AS __eider_probe; USE __eider_probe; SET enable_external_access = false");
  let last: Promise<unknown> = Promise.resolve();
  return {
    opens: (sql, uses, columns) => {
      const next = last.then(() => opens(connection, sql, uses, columns));
      last = next.catch(() => undefined);
      return next;
    },
    close: () => {
      connection.close();
      instance.closeSync();
    },
  };
}

async function opens(
  connection: Connection,
  sql: string,
  uses: readonly ProbeRelation[],
  columns: ProbeRelation['columns'],
): Promise<boolean> {
  await connection.query('BEGIN');
  try {
    for (const use of uses) {
      const list = use.columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(', ');
      await connection.query(
        `CREATE SCHEMA IF NOT EXISTS ${quoteName(use.schema)}; CREATE TABLE ${quoteRelation(use)} (${list})`,
      );
    }
    await connection.query(`CREATE VIEW __eider_view AS (\n${sql}\n)`);
    const { rows } = await connection.query('DESCRIBE __eider_view');
    return (
      rows.length === columns.length &&
      rows.every(([name, type], i) => name === columns[i]?.name && type === columns[i]?.type)
    );
  } catch (cause) {
    if (cause instanceof SqlError) return false;
    throw cause;
  } finally {
    await connection.query('ROLLBACK');
  }
}
