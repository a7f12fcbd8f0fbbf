import type { DatabasePort, RelationName } from '@eider/core';
import { quoteRelation, quoteText } from './quote.ts';
import { type Connection, SqlError } from './session.ts';

/** What templates ask of a database (`run_query`, `adapter.get_relation`, `get_columns_in_relation`, …), answered on one connection. */
export function databasePort(connection: Connection): DatabasePort {
  return {
    query: (sql) => connection.query(sql),
    relation: async (name) => {
      const [row] = await connection.objects(
        `${listing(name.database, name.schema)} AND lower(identifier) = lower(${quoteText(name.identifier)})`,
      );
      return row === undefined ? null : { type: row.type as 'table' | 'view' };
    },
    relations: async (database, schema) => {
      const rows = await connection.objects(`${listing(database, schema)} ORDER BY identifier`);
      return rows.map((row) => ({
        name: { database: String(row.database), schema: String(row.schema), identifier: String(row.identifier) },
        type: row.type as 'table' | 'view',
      }));
    },
    columns: (name) => columnsOf(connection, name),
  };
}

function listing(database: string | null, schema: string | null): string {
  const inDatabase =
    database === null ? 'database = current_database()' : `lower(database) = lower(${quoteText(database)})`;
  const inSchema = schema === null ? '"schema" = current_schema()' : `lower("schema") = lower(${quoteText(schema)})`;
  return `SELECT * FROM (
    SELECT database_name AS database, schema_name AS "schema", table_name AS identifier, 'table' AS type FROM duckdb_tables()
    UNION ALL SELECT database_name, schema_name, view_name, 'view' FROM duckdb_views() WHERE NOT internal
  ) WHERE ${inDatabase} AND ${inSchema}`;
}

/** Columns by DESCRIBE; none where the relation does not exist. */
async function columnsOf(
  connection: Connection,
  name: RelationName,
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  try {
    return await describe(connection, quoteRelation(name));
  } catch (cause) {
    if (cause instanceof SqlError && isMissing(cause)) return [];
    throw cause;
  }
}

/** A database that is not attached is a mistake to DuckDB's binder, a relation that is not there one of its catalog. */
function isMissing({ kind, message }: SqlError): boolean {
  return kind === 'Catalog' || /Catalog "[^"]*" does not exist/.test(message);
}

/** Names and DuckDB types of a query's columns, without running it. Throws SqlError; its position counts in `sql`. */
export async function describeQuery(
  connection: Connection,
  sql: string,
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const prefix = 'DESCRIBE (\n';
  try {
    return await describe(connection, `(\n${sql}\n)`);
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    const position = cause.position === undefined ? undefined : Math.max(0, cause.position - prefix.length);
    throw new SqlError(cause.message, { sql, kind: cause.kind, position });
  }
}

async function describe(
  connection: Connection,
  source: string,
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const rows = await connection.objects(`DESCRIBE ${source}`);
  return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
}
