import type { Compiler } from '@eider/core';
import { inlineRelations } from '../catalog/inline-relations.ts';
import { publishedName } from '../catalog/relation-name.ts';
import type { SqlGeneration } from '../lake/generation.ts';
import { relationName, relationOf } from '../session/relation.ts';
import type { Connection } from '../session/session.ts';

/**
 * The query of a view that is published as SQL, for the database in which the project's relations have their own names. What is published names no database, and
 * a schema `dev` means nothing to DuckDB beside a database `dev`; a relation of another database is published under a schema that is not there.
 */
export async function queryInDatabase(
  {
    compiler,
    connection,
  }: { readonly compiler: Pick<Compiler, 'manifest' | 'project'>; readonly connection: Connection },
  { sql, uses }: Pick<SqlGeneration, 'sql' | 'uses'>,
): Promise<string> {
  const { attach, database } = compiler.project.target;
  const databases = new Set(
    [database, ...attach.flatMap(({ alias }) => alias ?? [])].map((name) => name.toLowerCase()),
  );
  const unclear = uses.flatMap((id) => {
    const node = compiler.manifest.nodes[id];
    if (node === undefined) return [];
    const name = publishedName(relationName(node), database);
    const isClear = name.schema === node.schema && !databases.has(name.schema.toLowerCase());
    return isClear ? [] : [{ name, query: `FROM ${relationOf(node)}` }];
  });
  return unclear.length === 0 ? sql : inlineRelations(connection, sql, unclear);
}
