import type { FilesGeneration, Generation, GenerationColumn, SqlGeneration } from '../lake/generation.ts';
import { isRemote } from '../session/place.ts';
import type { Connection } from '../session/session.ts';
import { inlineRelations } from './inline-relations.ts';
import { whyNotPortable } from './portability.ts';
import { type PublishedName, publishedName } from './relation-name.ts';
import { emptyQuery, sqlQuery } from './view-query.ts';

/** How a relation is made in the catalog. */
export interface RelationQuery {
  readonly shownAs: 'view' | 'table';
  readonly query: string;
  readonly columns: readonly GenerationColumn[];
  /** Whether any of the files that it reads is in a bucket. */
  readonly inBucket: boolean;
}

/** Why a relation cannot be made. */
export interface NoQuery {
  readonly error: string;
}

export interface RelationQueries {
  of(generation: Generation): Promise<RelationQuery | NoQuery>;
}

export interface QueriesRequest {
  /** Any: nothing is read. */
  readonly connection: Connection;
  /** The working database's name. */
  readonly database: string;
  readonly generation: (node: string) => Promise<Generation | undefined>;
  readonly filesQuery: (generation: FilesGeneration) => string;
  /** Whose data is in the file itself: nobody's, that of the working database's relations, or everyone's. */
  readonly internal: 'files' | 'copy' | 'all';
}

interface Found extends RelationQuery {
  readonly id: string;
  readonly name: PublishedName;
  /** Whether its columns are those that it was built with. */
  readonly asBuilt: boolean;
}

/**
 * The queries of a catalog's relations. A view model's has those of what it reads in the place of their names, down to the files, so that it answers
 * wherever and under whatever name the file is open. What reads a table of the file has to name it, and becomes a table itself.
 */
export function relationQueries(request: QueriesRequest): RelationQueries {
  const found = new Map<string, Promise<Found | NoQuery>>();
  const find = (generation: Generation): Promise<Found | NoQuery> => {
    const known = found.get(generation.id) ?? make(generation);
    found.set(generation.id, known);
    return known;
  };
  const make = async (generation: Generation): Promise<Found | NoQuery> =>
    generation.kind === 'sql' ? await overSql(request, generation, find) : overFiles(request, generation);
  return { of: find };
}

function overFiles({ database, filesQuery, internal }: QueriesRequest, generation: FilesGeneration): Found {
  const isInternal = generation.origin === 'internal' || generation.origin === 'view';
  return {
    id: generation.id,
    name: publishedName(generation.relation, database),
    shownAs: internal === 'all' || (internal === 'copy' && isInternal) ? 'table' : 'view',
    query: filesQuery(generation),
    columns: generation.columns,
    inBucket: generation.files.some(({ path }) => isRemote(path)),
    asBuilt: true,
  };
}

async function overSql(
  request: QueriesRequest,
  generation: SqlGeneration,
  find: (generation: Generation) => Promise<Found | NoQuery>,
): Promise<Found | NoQuery> {
  const { connection } = request;
  const { id, reads, sql, uses } = generation;
  const reason = await whyNotPortable(connection, sql);
  if (reason !== null) return { error: `The view's SQL cannot be published: ${reason}.` };
  const parents: Found[] = [];
  for (const node of uses) {
    const used = await request.generation(node);
    const parent = used && (await find(used));
    if (parent !== undefined && 'error' in parent) return { error: `It reads ${node}. ${parent.error}` };
    if (parent !== undefined) parents.push(parent);
  }
  const asBuilt = parents.every((parent) => parent.asBuilt && Object.values(reads).includes(parent.id));
  const columns = asBuilt ? generation.columns : await describe(connection, sql, parents);
  if ('error' in columns) return columns;
  const views = parents.filter(({ shownAs }) => shownAs === 'view');
  return {
    id,
    name: publishedName(generation.relation, request.database),
    shownAs: views.length === parents.length ? 'view' : 'table',
    query: sqlQuery(columns, await inlineRelations(connection, sql, views)),
    columns,
    inBucket: parents.some((parent) => parent.inBucket),
    asBuilt,
  };
}

/** The columns of a view over relations that are others than when it was built. */
async function describe(
  connection: Connection,
  sql: string,
  parents: readonly Found[],
): Promise<readonly GenerationColumn[] | NoQuery> {
  const empty = parents.map(({ columns, name }) => ({ name, query: emptyQuery(columns) }));
  try {
    const rows = await connection.objects(
      `DESCRIBE SELECT * FROM (\n${await inlineRelations(connection, sql, empty)}\n)`,
    );
    return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  } catch (cause) {
    return { error: cause instanceof Error ? cause.message : String(cause) };
  }
}
