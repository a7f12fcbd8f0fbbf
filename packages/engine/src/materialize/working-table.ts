import { isCustom, isExternal, type ManifestNode } from '@eider/core';
import type { FilesGeneration, Generation } from '../lake/generation.ts';
import type { GenerationPlace } from '../lake/lake.ts';
import { databasePort } from '../session/database-port.ts';
import { notesSchema } from '../session/other-relations.ts';
import { quoteName, quoteRelation, quoteText } from '../session/quote.ts';
import { relationName, relationOf, replaceTable } from '../session/relation.ts';
import type { Connection, Session } from '../session/session.ts';
import { hasContract } from './contract.ts';
import { contractTable } from './contract-table.ts';
import { generationQuery } from './generation-query.ts';
import { createIndexes } from './indexes.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';

/** Whether it is noted which generation a node's table holds: that of a table which is published, in a DuckDB file. Databases of other kinds have no views, or are written by others at the same time. */
export function hasNote(node: ManifestNode, { kinds }: Pick<Session, 'kinds'>): boolean {
  const { config, database } = node;
  if (isExternal(node) || !(tables.has(config.materialized) || isCustom(node))) return false;
  return config.publish !== 'none' && (kinds.get(database.toLowerCase()) ?? 'duckdb') === 'duckdb';
}

const tables: ReadonlySet<string> = new Set(['incremental', 'seed', 'snapshot', 'table']);

function noteOf({ alias, database, schema }: ManifestNode): string {
  return quoteRelation({ database, schema: notesSchema, identifier: `${schema}.${alias}` });
}

/** Notes which generation a table holds; in a transaction with the change itself it is true at any instant. */
export async function noteGeneration(connection: Connection, node: ManifestNode, generation: string): Promise<void> {
  await connection.query(`CREATE OR REPLACE VIEW ${noteOf(node)} AS SELECT ${quoteText(generation)} AS generation`);
}

/** Whether a statement is one of `noteGeneration`. */
export function isNote(sql: string): boolean {
  return (
    /^CREATE OR REPLACE VIEW .* AS SELECT '[^']*' AS generation$/.test(sql) && sql.includes(quoteName(notesSchema))
  );
}

/** Makes a table that will hold a generation, and notes which. */
export async function withNote<T>(
  { connection, node, session }: Pick<MaterializeContext, 'connection' | 'node' | 'session'>,
  id: string,
  make: () => Promise<T>,
): Promise<T> {
  if (!hasNote(node, session)) return await make();
  const before = await notedGeneration(connection, node);
  // Before the table: where this ends between the two, the next build finds a table that is not what it is noted to be.
  await noteGeneration(connection, node, id);
  try {
    return await make();
  } catch (cause) {
    if (before !== null) await noteGeneration(connection, node, before).catch(() => undefined);
    throw cause;
  }
}

/** What a materialization gives back of a table of the working database: it becomes a generation after on-run-end. */
export function tableMade(place: GenerationPlace, rows: number | null = null, message = 'OK'): Materialized {
  return { generation: null, later: { kind: 'internal', place }, rows, bytes: null, message, location: null };
}

/** The generation that a table is noted to hold; null where nothing is noted. */
async function notedGeneration(connection: Connection, node: ManifestNode): Promise<string | null> {
  const { alias, database, schema } = node;
  const name = { database, schema: notesSchema, identifier: `${schema}.${alias}` };
  if ((await databasePort(connection).relation(name)) === null) return null;
  const { rows } = await connection.query(`FROM ${noteOf(node)}`);
  return String(rows[0]?.[0]);
}

/**
 * Puts a table where readers see it: at the committed generation. It is elsewhere after a build that was killed or whose tests failed, after a rollback, and
 * in a database that never had it (in memory, on another host). A table about which nothing is noted is dbt's, and stays.
 */
export async function standAt(context: TableContext, head: Generation | undefined): Promise<void> {
  const { connection, node } = context;
  const found = await databasePort(connection).relation(relationName(node));
  if (found?.type === 'view') return;
  const noted = await notedGeneration(connection, node);
  if (found !== null && (noted === null || noted === head?.id)) return;
  if (head !== undefined && isTableLike(head)) {
    await fillTable(context, head);
    await noteGeneration(connection, node, head.id);
  } else if (found !== null) {
    await connection.query(`DROP TABLE ${relationOf(node)}; DROP VIEW ${noteOf(node)}`);
  }
}

/** A node's table, and what its contract is read with. */
type TableContext = Pick<MaterializeContext, 'compiler' | 'connection' | 'node'>;

/** Makes a node's table anew, of the rows of a generation, with the constraints of its contract. */
export async function fillTable(context: TableContext, rows: FilesGeneration): Promise<void> {
  const { connection, node } = context;
  const query = generationQuery(rows);
  const plain = (): Promise<void> => replaceTable(connection, relationOf(node), query);
  // Rows from before the contract said what it says now are what readers see all the same.
  if (hasContract(node)) await contractTable({ ...context, port: databasePort(connection) }, query).catch(plain);
  else await plain();
  await createIndexes(connection, node);
}

/** What dbt would go on from: a table, however it was made. */
function isTableLike(generation: Generation): generation is FilesGeneration {
  return generation.kind === 'files' && !['external', 'view'].includes(generation.materialized);
}

/** The schema for notes of a database, quoted. */
export function notesSchemaIn(database: string): string {
  return `${quoteName(database)}.${quoteName(notesSchema)}`;
}
