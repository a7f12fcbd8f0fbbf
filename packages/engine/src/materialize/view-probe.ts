import { DuckDBInstance } from '@duckdb/node-api';
import { inlineRelations } from '../catalog/inline-relations.ts';
import { publishedType } from '../catalog/published-type.ts';
import type { PublishedName } from '../catalog/relation-name.ts';
import { emptyQuery } from '../catalog/view-query.ts';
import { serialConnection } from '../session/connection.ts';
import { type Connection, SqlError } from '../session/session.ts';

/** A relation that a view may read, as the catalog will show it. */
export interface ProbeRelation {
  readonly name: PublishedName;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** A DuckDB like a stranger's: no extension, no file, and nothing that a name could mean. */
export interface ViewProbe {
  /** Whether a view of this SQL opens there with these relations' queries in it, and shows these columns. */
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
  await connection.query('SET enable_external_access = false');
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
  try {
    const relations = uses.map((use) => ({ name: use.name, query: emptyQuery(use.columns) }));
    const alone = await inlineRelations(connection, sql, relations);
    const { rows } = await connection.query(`DESCRIBE SELECT * FROM (\n${alone}\n)`);
    return (
      rows.length === columns.length &&
      rows.every(([name, type], i) => name === columns[i]?.name && isShownAs(String(type), columns[i]?.type))
    );
  } catch (cause) {
    if (cause instanceof SqlError) return false;
    throw cause;
  }
}

/** A relation's query gives what the catalog shows of it, so types are compared as they are shown. */
function isShownAs(type: string, built: string | undefined): boolean {
  return built !== undefined && publishedType(type) === publishedType(built);
}
