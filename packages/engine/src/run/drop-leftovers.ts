import type { Compiler } from '@eider/core';
import { quoteRelation } from '../session/quote.ts';
import type { Connection, Session } from '../session/session.ts';

/** dbt's names for what a model's relation is made as, and for the one of before until it is dropped. */
const suffixes: Readonly<Record<string, readonly string[]>> = {
  view: ['__dbt_tmp', '__dbt_backup'],
  table: ['__dbt_tmp', '__dbt_backup'],
  incremental: ['__dbt_tmp', '__dbt_backup'],
  external: ['__dbt_tmp', '__dbt_int', '__dbt_backup'],
};

interface Working {
  readonly compiler: Compiler;
  readonly session: Pick<Session, 'inMemory' | 'kinds'>;
}

/**
 * Drops from the working database what a dbt that was killed left beside the relations of models (`orders__dbt_tmp`), as dbt's materializations do when they begin.
 * Runs of eider leave nothing there. What cannot be listed or dropped, because a foreign key points at it, stays.
 */
export async function dropLeftovers(
  { compiler, session }: Working,
  ids: readonly string[],
  connection: Connection,
): Promise<void> {
  if (session.inMemory) return;
  const names = new Set(ids.flatMap((id) => leftoverNames(compiler, session, id)));
  if (names.size === 0) return;
  const found = await connection.objects(listing).catch(() => []);
  for (const { database, identifier, kind, schema } of found.map(asTexts))
    if (names.has(key(database, schema, identifier)))
      await connection.query(`DROP ${kind} ${quoteRelation({ database, schema, identifier })}`).catch(() => undefined);
}

function leftoverNames(compiler: Compiler, { kinds }: Working['session'], id: string): readonly string[] {
  const node = compiler.manifest.nodes[id];
  if (node?.resource_type !== 'model' || compiler.materialization(id)?.isOwn === true) return [];
  const { alias, config, database, schema } = node;
  if ((kinds.get(database.toLowerCase()) ?? 'duckdb') !== 'duckdb') return [];
  return (suffixes[config.materialized] ?? []).map((suffix) => key(database, schema, `${alias}${suffix}`));
}

function key(...parts: readonly string[]): string {
  return parts.join('\n').toLowerCase();
}

const listing = `SELECT * FROM (
    SELECT database_name AS database, schema_name AS "schema", table_name AS identifier, 'TABLE' AS kind FROM duckdb_tables()
    UNION ALL SELECT database_name, schema_name, view_name, 'VIEW' FROM duckdb_views() WHERE NOT internal
  ) WHERE regexp_matches(identifier, '__dbt_(tmp|int|backup)$', 'i')`;

function asTexts(
  row: Readonly<Record<string, unknown>>,
): Record<'database' | 'schema' | 'identifier' | 'kind', string> {
  const { database, identifier, kind, schema } = row;
  return {
    database: String(database),
    schema: String(schema),
    identifier: String(identifier),
    kind: String(kind),
  };
}
