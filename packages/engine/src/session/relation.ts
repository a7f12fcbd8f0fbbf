import type { ManifestNode, RelationName } from '@eider/core';
import { quoteRelation } from './quote.ts';
import { type Connection, SqlError } from './session.ts';

/** A node's name in the working database: `"db"."schema"."alias"`. */
export function relationOf(node: Named): string {
  return quoteRelation(relationName(node));
}

/** What names a node's relation. */
type Named = Pick<ManifestNode, 'database' | 'schema' | 'alias'>;

/** The name of a node's relation in its parts. */
export function relationName({ alias: identifier, database, schema }: Named): Record<keyof RelationName, string> {
  return { database, schema, identifier };
}

/** Whether a name means a node's relation, in whatever case; what the name leaves out may be anything. */
export function isNamed(node: Named, name: RelationName): boolean {
  const same = (own: string, asked: string | null): boolean =>
    asked === null || own.toLowerCase() === asked.toLowerCase();
  return same(node.alias, name.identifier) && same(node.schema, name.schema) && same(node.database, name.database);
}

/** Makes a view of that name, in place of whatever relation has it. Throws SqlError whose position counts in `sql`. */
export async function replaceView(connection: Connection, name: string, sql: string): Promise<void> {
  await replace(connection, name, 'VIEW', `CREATE OR REPLACE VIEW ${name} AS (\n`, sql);
}

/** Makes a table of a query's rows, in place of whatever relation has that name; until then the old one can be read, by the query too. Throws SqlError whose position counts in `sql`. */
export async function replaceTable(connection: Connection, name: string, sql: string): Promise<void> {
  await replace(connection, name, 'TABLE', `CREATE OR REPLACE TABLE ${name} AS (\n`, sql);
}

async function replace(
  connection: Connection,
  name: string,
  kind: 'VIEW' | 'TABLE',
  head: string,
  sql: string,
): Promise<void> {
  const other = kind === 'VIEW' ? 'TABLE' : 'VIEW';
  const statement = `${head}${sql}\n)`;
  try {
    await connection.query(statement);
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    if (!/^Catalog Error: Existing object .* is of type/.test(cause.message)) throw shifted(cause, sql, head.length);
    await connection.query(`BEGIN; DROP ${other} ${name}`);
    try {
      await connection.query(statement);
      await connection.query('COMMIT');
    } catch (inner) {
      await connection.query('ROLLBACK');
      throw inner instanceof SqlError ? shifted(inner, sql, head.length) : inner;
    }
  }
}

/** The error of a statement as one of the query that it holds from `offset` on. */
export function shifted(cause: SqlError, sql: string, offset: number): SqlError {
  const position = cause.position === undefined ? undefined : cause.position - offset;
  const inside = position !== undefined && position >= 0 && position <= sql.length ? position : undefined;
  return new SqlError(cause.message, { sql, kind: cause.kind, position: inside });
}
