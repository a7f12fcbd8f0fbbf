import type { DatabasePort, ManifestNode, RelationName } from '@eider/core';
import { whyNotPortable } from '../catalog/portability.ts';
import { type PublishedName, publishedName } from '../catalog/relation-name.ts';
import { syntaxTree } from '../catalog/syntax-tree.ts';
import type { Generation, SqlGeneration } from '../lake/generation.ts';
import type { GenerationPlace } from '../lake/lake.ts';
import { describeQuery } from '../session/database-port.ts';
import { quoteRelation } from '../session/quote.ts';
import { relationName, relationOf } from '../session/relation.ts';
import { SqlError } from '../session/session.ts';
import { dataParents } from './data-parents.ts';
import { exportRelation } from './export-relation.ts';
import { generationFacts } from './generation-facts.ts';
import type { MaterializeContext } from './materialization.ts';
import { sameQuery } from './same-query.ts';
import type { ViewProbe } from './view-probe.ts';

/**
 * What is published of a view: its SQL where that works for every reader of the catalog, for it reads published relations alone and binds
 * without extensions where there is nothing but those, in DuckDB 1.0 too; else its rows. The config `publish` (`view`, `data`) decides by hand.
 */
export async function publishView(
  context: MaterializeContext,
  place: GenerationPlace,
  probe: ViewProbe,
): Promise<Generation> {
  const wanted = context.node.config.publish;
  const portable = wanted === 'data' ? undefined : await portableView(context, place, probe, wanted === 'view');
  return portable ?? exportRelation(context, place, 'view');
}

async function portableView(
  context: MaterializeContext,
  place: GenerationPlace,
  probe: ViewProbe,
  forced: boolean,
): Promise<SqlGeneration | undefined> {
  const { build, compiler, connection, node, session } = context;
  const startedAt = context.now();
  const parents = dataParents(compiler.manifest, node.unique_id).map((id) => compiler.manifest.nodes[id]);
  if (!forced && parents.some((parent) => parent === undefined || !isReadable(parent))) return undefined;
  const uses = parents.filter((parent) => parent !== undefined);
  const columns = await describeQuery(connection, `FROM ${relationOf(node)}`);
  const sql = await sqlWithoutDatabase(context);
  if (sql === undefined) return undefined;
  if (!forced && !(await sameQuery(connection, context.compiled?.sql ?? '', sql))) return undefined;
  if (!forced && (await whyNotPortable(connection, sql)) !== null) return undefined;
  if (!forced && !(await probe.opens(sql, await Promise.all(uses.map((parent) => probeRelation(parent))), columns)))
    return undefined;
  const generation: SqlGeneration = {
    ...generationFacts(context, place.id, columns, startedAt),
    kind: 'sql',
    origin: 'view',
    sql,
    uses: uses.map((parent) => parent.unique_id),
    rows: null,
    bytes: 0,
  };
  await build.finish(generation);
  return generation;

  async function probeRelation(parent: ManifestNode): Promise<Parameters<ViewProbe['opens']>[1][number]> {
    const name = inCatalog(relationName(parent), session.database);
    return { name, columns: await describeQuery(connection, `FROM ${relationOf(parent)}`) };
  }
}

/** Whether readers of the catalog find it there. */
function isReadable({ config, resource_type: type }: ManifestNode): boolean {
  return config.publish !== 'none' && config.materialized !== 'table_function' && type !== 'function';
}

/** The view's SQL, rendered once more with the names of the catalog; undefined where its template writes to the database, which it is to do but once. */
async function sqlWithoutDatabase(context: MaterializeContext): Promise<string | undefined> {
  const { compiler, connection, node, port, session } = context;
  const relationText = (relation: RelationName): string => {
    const { name, schema } = inCatalog(relation, session.database);
    return quoteRelation({ schema, identifier: name });
  };
  let writes = false;
  const query: DatabasePort['query'] = async (sql) => {
    writes ||= (await syntaxTree(connection, sql)).error;
    if (writes) throw new SqlError('What is rendered again only reads.', { sql, kind: 'Permission' });
    return await port.query(sql);
  };
  try {
    return (await compiler.compile(node.unique_id, { ...port, query }, { relationText })).sql;
  } catch (cause) {
    if (writes) return undefined;
    throw cause;
  }
}

function inCatalog({ database, identifier, schema }: RelationName, working: string): PublishedName {
  return publishedName({ database: database ?? working, schema: schema ?? 'main', identifier }, working);
}
