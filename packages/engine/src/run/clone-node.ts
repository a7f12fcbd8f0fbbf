import { type CompiledNode, isExternal, type ManifestNode, type RelationName } from '@eider/core';
import { canClone } from '../lake/clone-files.ts';
import type { FilesGeneration } from '../lake/generation.ts';
import { external } from '../materialize/external.ts';
import { generationFacts } from '../materialize/generation-facts.ts';
import { generationQuery } from '../materialize/generation-query.ts';
import type { MaterializeContext } from '../materialize/materialization.ts';
import { view } from '../materialize/view.ts';
import { writesFolder } from '../materialize/write-files.ts';
import { quoteRelation } from '../session/quote.ts';
import { isNamed, relationName, relationOf, replaceView } from '../session/relation.ts';
import type { PublishedThere } from './deferred-state.ts';
import type { Built, RunContext } from './run-context.ts';

/**
 * dbt's `clone` of one node: what the other state has of it, under this state's name. Data that was published there becomes a generation of this state over the same
 * files, linked and not copied where that can be; all else a view `select * from` the other's relation, as in dbt-duckdb. Gives null, and tells why, where
 * there is nothing to do: the other state has no such node, or this one has it already (without `--full-refresh`), or both are one relation.
 */
export async function cloneNode(run: RunContext, context: MaterializeContext): Promise<Built | null> {
  const { node, port, session } = context;
  const { deferred, request } = run;
  const id = node.unique_id;
  const say = (message: string): null => {
    request.onEvent({ kind: 'log', message, info: true, node: id });
    return null;
  };
  const other = await deferred?.state.relationOf(id);
  if (deferred === undefined || other === undefined) return say(`No relation found in state manifest for ${id}`);
  const isHere = context.head !== undefined || (await port.relation(relationName(node))) !== null;
  if (isHere && !request.fullRefresh) return say(`Relation ${relationOf(node)} already exists`);
  // What the data follows from is in the other state.
  const { fingerprint: _, ...plain } = context;
  const alone = { ...plain, reads: {} };
  const there = await deferred.state.published(id);
  if (there === undefined) {
    // A view of itself would take the relation away.
    if (isHere && isNamed(node, other))
      return say(`Target relation and defer relation are the same, skipping clone for relation: ${relationOf(node)}`);
    await deferred.state.show(id, id, session);
    return asView(alone, other);
  }
  return (await linked(alone, there)) ?? (await rewritten(alone, there));
}

/** The view reads the relation as it is there, so nothing of it may be taken for this state's own data: its rows are published. */
async function asView(context: MaterializeContext, other: RelationName): Promise<Built> {
  const selected = selecting(context, `select * from ${quoteRelation(other)}`);
  return { materialized: await view(selected), context: selected };
}

function selecting(context: MaterializeContext, sql: string): MaterializeContext {
  const compiled: CompiledNode = { id: context.node.unique_id, sql, segments: [], diagnostics: [] };
  const node = {
    ...context.node,
    config: { ...context.node.config, publish: context.node.config.publish === 'none' ? 'none' : 'data' },
  } as ManifestNode;
  return { ...context, node, compiled };
}

/** The rows of what cannot be linked: a view that was published as SQL, a file of another format, data in a bucket for a state on a disk. */
async function rewritten(context: MaterializeContext, there: PublishedThere): Promise<Built> {
  const selected = selecting(context, await there.query(context.connection));
  return { materialized: await (isExternal(context.node) ? external(selected) : view(selected)), context: selected };
}

/** The same files under names of this state; undefined where their format or place is another. */
async function linked(context: MaterializeContext, there: PublishedThere): Promise<Built | undefined> {
  const { build, compiler, connection, node, now } = context;
  const { generation } = there;
  if (generation.kind !== 'files') return undefined;
  const layout = isExternal(node)
    ? (context.layout ?? (await compiler.layout(node.unique_id, context.port)))
    : undefined;
  if (layout !== undefined && (layout.format !== generation.format || writesFolder(layout) !== generation.folder))
    return undefined;
  // The files of a Delta table are named by its own log.
  if (layout?.delta !== undefined || generation.delta !== undefined) return undefined;
  const startedAt = now();
  const location = layout === undefined || node.config.alias_location === false ? null : layout.location;
  const place = await build.newGeneration(node.unique_id, layout?.location ?? null);
  if (!canClone(generation, place.folder)) return undefined;
  const files = await build.cloneFiles(generation, { ...place, location });
  const { definition: _, ...facts } = generationFacts(context, place.id, generation.columns, startedAt);
  const made: FilesGeneration = {
    ...{ ...generation, ...facts, files, location },
    origin: layout === undefined ? (generation.origin === 'view' ? 'view' : 'internal') : 'external',
    createdAt: startedAt.toISOString(),
  };
  await Promise.all([replaceView(connection, relationOf(node), generationQuery(made)), build.finish(made)]);
  const { bytes, rows } = made;
  const done = { generation: made, later: null, rows, bytes, message: 'OK', location: layout?.location ?? null };
  return { materialized: done, context };
}
