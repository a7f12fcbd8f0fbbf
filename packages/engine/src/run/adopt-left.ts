import type { Layout, ManifestNode } from '@eider/core';
import type { FilesGeneration } from '../lake/generation.ts';
import { dataParents } from '../materialize/data-parents.ts';
import { openNodeTable } from '../materialize/delta-table.ts';
import { fingerprint } from '../materialize/fingerprint.ts';
import { generationQuery } from '../materialize/generation-query.ts';
import type { MaterializeContext, Materialized } from '../materialize/materialization.ts';
import { writesFolder } from '../materialize/write-files.ts';
import { relationOf, replaceView } from '../session/relation.ts';
import { isPure } from './pure-sql.ts';
import type { RunContext } from './run-context.ts';
import { speaksOfItself } from './speaks-of-itself.ts';

/** What a node that was taken over says in the place of `OK`. */
export const adoptedMessage = 'ADOPTED';

/** The fingerprint of a node's data in this run. */
export function fingerprintOf(
  { built, compiler, request }: RunContext,
  { compiled, head, node, reads }: Pick<MaterializeContext, 'compiled' | 'head' | 'node' | 'reads'>,
): string {
  const { configOptions, settings } = compiler.project.target;
  const inputs: Record<string, string | null> = {};
  for (const [parent, read] of Object.entries(reads)) inputs[parent] = built.get(parent)?.context.fingerprint ?? read;
  if (speaksOfItself(node)) inputs[node.unique_id] = head?.id ?? null;
  return fingerprint(
    node,
    compiled?.sql ?? null,
    inputs,
    JSON.stringify([request.eiderVersion, configOptions, settings]),
  );
}

/**
 * What a build that ended without a commit finished of a node, in the place of building it: where all that its data follows from is the same. A run that goes on
 * with another (`continues`) takes what that one read of sources as it was, as dbt's `retry` does; any other run takes only what can be known: what came from
 * sources, files or functions of time and chance is built anew. Undefined where there is nothing to take.
 */
export async function adoptLeft(run: RunContext, context: MaterializeContext): Promise<Materialized | undefined> {
  const { connection, node, reads } = context;
  const left = run.left.get(node.unique_id);
  if (left === undefined || left.fingerprint !== context.fingerprint || hasHooks(node)) return undefined;
  const layout = context.layout ?? (await context.compiler.layout(node.unique_id, context.port));
  if (layout.mode !== 'replace' || !(await isSamePlace(context, layout, left))) return undefined;
  if (!(await isTheSame(run, context))) return undefined;
  const generation = await context.build.take(left, reads);
  if (generation === undefined) return undefined;
  await replaceView(connection, relationOf(node), generationQuery(generation));
  const { bytes, rows } = generation;
  return { generation, later: null, rows, bytes, message: adoptedMessage, location: layout.location };
}

/** Whether the files would be written to the same place: of a Delta table, while it has the version that they replace all rows of. */
async function isSamePlace(context: MaterializeContext, layout: Layout, left: FilesGeneration): Promise<boolean> {
  if (layout.delta !== undefined || left.delta !== undefined) {
    if (layout.delta === undefined || left.delta === undefined || left.location !== layout.location) return false;
    const { snapshot } = await openNodeTable(context, layout);
    return (snapshot?.version ?? null) === left.delta.read;
  }
  const location = context.node.config.alias_location === false ? null : layout.location;
  return left.location === location && left.format === layout.format && left.folder === writesFolder(layout);
}

/** What hooks did may be gone with the build that did it. */
function hasHooks({ config }: ManifestNode): boolean {
  return [config['pre-hook'], config['post-hook']].some((hooks) => Array.isArray(hooks) && hooks.length > 0);
}

async function isTheSame(run: RunContext, context: MaterializeContext): Promise<boolean> {
  if (run.request.continues === undefined) return await isSteady(run, context);
  return await every(parentsOf(run, context), (parent) => isHeld(run, context, parent));
}

/** Whether a parent holds, or shows, what the build that is gone on with read of it. */
async function isHeld(run: RunContext, context: MaterializeContext, parent: string): Promise<boolean> {
  if (run.compiler.manifest.sources[parent] !== undefined) return true;
  const built = run.built.get(parent);
  if (built === undefined) return context.reads[parent] !== null;
  if (built.materialized.later?.kind === 'view')
    return await every(parentsOf(run, built.context), (each) => isHeld(run, built.context, each));
  return isAdopted(run, parent) || (await isSteady(run, built.context));
}

/** Materializations that begin from nothing each time. */
const made: ReadonlySet<string> = new Set(['external', 'table', 'view']);

/** Whether building a node twice gives the same: its fingerprint then says all of its data. */
async function isSteady(run: RunContext, context: MaterializeContext): Promise<boolean> {
  const { compiled, connection, node, session } = context;
  // dbt takes the path of a big seed for its checksum.
  if (node.resource_type === 'seed') return node.checksum.name !== 'path';
  if (compiled === null || !made.has(node.config.materialized)) return false;
  const { manifest } = run.compiler;
  const parents = parentsOf(run, context);
  const areSteady = await every(parents, async (parent) => {
    const built = run.built.get(parent);
    if (built === undefined) return manifest.nodes[parent] !== undefined && context.reads[parent] !== null;
    return isAdopted(run, parent) || (await isSteady(run, built.context));
  });
  if (!areSteady) return false;
  const readable = [...parents, node.unique_id].flatMap((id) => manifest.nodes[id] ?? []);
  const relations = readable.map(({ alias: identifier, schema }) => ({ schema, identifier }));
  return await isPure(connection, session, compiled.sql, relations);
}

function isAdopted({ built }: RunContext, id: string): boolean {
  return built.get(id)?.materialized.message === adoptedMessage;
}

function parentsOf({ compiler }: RunContext, { node }: MaterializeContext): readonly string[] {
  return dataParents(compiler.manifest, node.unique_id);
}

async function every<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (!(await holds(item))) return false;
  return true;
}
