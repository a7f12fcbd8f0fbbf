import type { CatalogRelation, Compiler, ManifestNode, SourceNode } from '@eider/core';
import { fileDatabase } from '../session/other-relations.ts';
import type { ResultTable } from '../session/session.ts';
import { openCompileSession } from './compile-session.ts';

const relations = `SELECT c.database_name, c.schema_name, c.table_name, c.column_name, c.column_index, c.data_type, c.comment, t.kind, t.comment
FROM duckdb_columns() c JOIN (
  SELECT database_name, schema_name, table_name AS name, 'BASE TABLE' AS kind, comment FROM duckdb_tables()
  UNION ALL SELECT database_name, schema_name, view_name, 'VIEW', comment FROM duckdb_views()
) t ON t.database_name = c.database_name AND t.schema_name = c.schema_name AND t.name = c.table_name
WHERE NOT c.internal ORDER BY c.database_name, c.schema_name, c.table_name, c.column_index`;

const kinds = { table: 'BASE TABLE', view: 'VIEW' } as const;

interface Found {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly type: 'BASE TABLE' | 'VIEW';
  readonly comment: string | null;
  readonly columns: CatalogRelation['columns'][number][];
}

/**
 * What dbt's catalog says of the project's relations and sources that are there: in the committed state, and in the profile's database and those that it
 * attaches. Nothing is built, and no lock is waited for. Fails as `openCompileSession` does.
 */
export async function catalogRelations(compiler: Compiler, eiderVersion: string): Promise<readonly CatalogRelation[]> {
  const session = openCompileSession(compiler, eiderVersion);
  try {
    await session.showAll();
    const connection = await session.connect();
    try {
      const found = foundRelations(await connection.query(relations), compiler.project.target.database);
      const { nodes, sources } = compiler.manifest;
      const own: CatalogRelation[] = [];
      for (const node of Object.values(nodes)) {
        const one = ownRelation(node, found);
        const type = one && (await session.typeOf(node.unique_id));
        if (one !== undefined) own.push(type === undefined ? one : { ...one, type: kinds[type] });
      }
      return [...own, ...Object.values(sources).flatMap((source) => sourceRelation(source, found, own) ?? [])];
    } finally {
      connection.close();
    }
  } finally {
    await session.close();
  }
}

/** By their names in lower case. The working database's file knows better than the views over it what its tables are. */
function foundRelations({ rows }: ResultTable, database: string): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  const inFile = new Map<string, Found>();
  for (const [owner, schema, name, column, index, type, comment, kind, about] of rows) {
    const isFile = owner === fileDatabase;
    const all = isFile ? inFile : found;
    const key = keyOf(isFile ? database : String(owner), String(schema), String(name));
    const known = all.get(key) ?? {
      database: isFile ? database : String(owner),
      schema: String(schema),
      name: String(name),
      type: kind === 'VIEW' ? 'VIEW' : 'BASE TABLE',
      comment: textOrNull(about),
      columns: [],
    };
    known.columns.push({
      name: String(column),
      index: Number(index),
      type: String(type),
      comment: textOrNull(comment),
    });
    all.set(key, known);
  }
  return new Map([...found].map(([key, one]) => [key, inFile.get(key) ?? one]));
}

function keyOf(database: string, schema: string, name: string): string {
  return JSON.stringify([database, schema, name].map((part) => part.toLowerCase()));
}

/** Here every relation is a view without comments: what it was given with `persist_docs`, its node says. */
function ownRelation(node: ManifestNode, found: ReadonlyMap<string, Found>): CatalogRelation | undefined {
  const one = isRelation(node) ? found.get(keyOf(node.database, node.schema, node.alias)) : undefined;
  if (one === undefined) return undefined;
  const persisted = node.config.persist_docs as { readonly relation?: unknown; readonly columns?: unknown } | null;
  // dbt looks for a column by its very letters.
  const describe = (column: string): string | undefined =>
    Object.values(node.columns).find(({ name }) => name === column)?.description;
  return {
    ...one,
    id: node.unique_id,
    comment: persisted?.relation === true ? node.description || null : null,
    columns: one.columns.map((column) => ({
      ...column,
      // An entry without a description makes an empty comment.
      comment: persisted?.columns === true ? (describe(column.name) ?? null) : null,
    })),
  };
}

function isRelation({ config, resource_type: type }: ManifestNode): boolean {
  return /^(model|seed|snapshot)$/.test(type) && config.materialized !== 'ephemeral';
}

/** A source may be a relation of the project's own, a seed for one: then it is of that one's type, and has its comments. */
function sourceRelation(
  source: SourceNode,
  found: ReadonlyMap<string, Found>,
  own: readonly CatalogRelation[],
): CatalogRelation | undefined {
  const key = keyOf(source.database, source.schema, source.identifier);
  const one = found.get(key);
  const same = own.find(({ database, name, schema }) => keyOf(database ?? '', schema, name) === key);
  return one && { ...(same ?? one), id: source.unique_id };
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
