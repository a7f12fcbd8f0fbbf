import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Target } from '@eider/core';
import { serialConnection } from './connection.ts';
import { quoteText } from './quote.ts';
import { type Connection, SqlError } from './session.ts';
import { workingPath } from './working-database.ts';

/** A relation of a database file, or what else has a name there. */
export interface FileRelation {
  readonly schema: string;
  readonly identifier: string;
}

const found = `SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = $name AND NOT internal
UNION ALL SELECT schema_name, view_name FROM duckdb_views() WHERE database_name = $name AND NOT internal`;

const withFunctions = `${found}
UNION ALL SELECT schema_name, function_name FROM duckdb_functions() WHERE database_name = $name AND NOT internal
UNION ALL SELECT schema_name, type_name FROM duckdb_types() WHERE database_name = $name AND NOT internal
UNION ALL SELECT schema_name, sequence_name FROM duckdb_sequences() WHERE database_name = $name`;

/**
 * Whether a target's database holds what the project did not make: tables that a loader filled, views, functions and types that a person or an operation made. Then its
 * models may read them, and a project without relations of its own needs the database too. One that another process holds counts as such, and is waited for when it is
 * opened. So does one with notes of generations: tables were kept there, and what is a view now is to be one there too. A file that is no database, and a copy of the
 * catalog that eider put there, hold nothing of others.
 */
export async function hasOtherRelations(
  target: Pick<Target, 'path'>,
  folder: string,
  isOwn: (relation: FileRelation) => boolean,
): Promise<boolean> {
  const path = workingPath(target, folder);
  if (!isAbsolute(path)) return path !== ':memory:';
  const all = await contents(path);
  return all === 'locked' || (!isCatalog(all) && all.some((one) => one.schema === notesSchema || !isOwn(one)));
}

/** Whether relations are those of a catalog of eider's. */
export function isCatalog(relations: readonly FileRelation[]): boolean {
  return relations.some(({ schema }) => schema === 'eider');
}

/** All that has a name in a database file: nothing where it is none. */
export async function contents(path: string): Promise<readonly FileRelation[] | 'locked'> {
  if ((await stat(path).catch(() => undefined)) === undefined) return [];
  const instance = await DuckDBInstance.create(':memory:');
  const connection = serialConnection(await instance.connect());
  try {
    return await listed(connection, path, withFunctions);
  } catch (cause) {
    if (cause instanceof SqlError) return /Could not set lock on file/.test(cause.message) ? 'locked' : [];
    throw cause;
  } finally {
    connection.close();
    instance.closeSync();
  }
}

/** The schema of a database in which it stands which generation a table holds. */
export const notesSchema = '_eider';

/** The name under which a database file is looked into. */
export const fileDatabase = '__eider_file';

/** Attaches a database file read-only as `__eider_file` and gives the relations in it that are not the project's. Throws SqlError where it cannot be opened. */
export async function otherRelations(
  connection: Connection,
  path: string,
  isOwn: (relation: FileRelation) => boolean,
): Promise<readonly FileRelation[]> {
  const relations = await listed(connection, path, found);
  if (isCatalog(relations)) return [];
  return relations.filter((relation) => relation.schema !== notesSchema && !isOwn(relation));
}

async function listed(connection: Connection, path: string, listing: string): Promise<readonly FileRelation[]> {
  await connection.query(`ATTACH ${quoteText(path)} AS ${fileDatabase} (READ_ONLY)`);
  const { rows } = await connection.query(listing.replaceAll('$name', quoteText(fileDatabase)));
  return rows.map(([schema, identifier]) => ({ schema: String(schema), identifier: String(identifier) }));
}
