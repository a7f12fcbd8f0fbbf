import { type DatabasePort, EiderError, error, isCumulative, type ManifestNode, type RelationName } from '@eider/core';
import type { Generation } from '../lake/generation.ts';
import { isMicrobatch } from '../materialize/batches.ts';
import { dataParents } from '../materialize/data-parents.ts';
import { newestQuery } from '../materialize/delta-base.ts';
import { adoptRequest } from '../materialize/external.ts';
import { generationQuery } from '../materialize/generation-query.ts';
import { queryInDatabase } from '../materialize/query-in-database.ts';
import { isInternal } from '../materialize/registry.ts';
import { fillTable, hasNote, standAt } from '../materialize/working-table.ts';
import { databasePort } from '../session/database-port.ts';
import { quoteText } from '../session/quote.ts';
import { relationName, relationOf, replaceView } from '../session/relation.ts';
import type { Connection } from '../session/session.ts';
import { whyNotThere } from './candidates.ts';
import { nodesOfSources } from './own-sources.ts';
import { loadPluginSources } from './plugin-sources.ts';
import { nodeOf, type RunContext } from './run-context.ts';
import { speaksOfItself } from './speaks-of-itself.ts';

/** A parent that is nowhere, and what a node that reads it is told: `engine/never-built`. */
export interface MissingParent {
  readonly identifier: string;
  readonly error: EiderError;
}

/**
 * Makes every relation that a node reads resolve in the working database: parents that this run builds do already; others get a view over the
 * committed generation. A node that speaks of `this` gets its own. Gives the parents that are nowhere: they may be named in a comment alone, and dbt leaves it to
 * the database to miss them. Throws EiderError `engine/never-built` where the SQL is not to be tried: what tests withheld may lie in the working database, where
 * it must not be read.
 */
export async function resolveParents(
  run: RunContext,
  id: string,
  connection: Connection,
): Promise<readonly MissingParent[]> {
  const { manifest } = run.compiler;
  if (manifest.nodes[id]?.resource_type === 'unit_test') {
    await resolveInputs(run, id, connection);
    return [];
  }
  const node = nodeOf(run.compiler, id);
  const parents = dataParents(manifest, id);
  const others = parents.filter((parent) => manifest.nodes[parent] !== undefined && !run.built.has(parent));
  const tried = others.map((parent) => resolveParent(run, parent, id, connection).then(() => null, neverBuiltOnly));
  const missing = (await Promise.all(tried)).flatMap((error, at) => {
    return error === null ? [] : [{ error, identifier: nodeOf(run.compiler, others[at] ?? '').alias }];
  });
  await resolveSources(run, id, parents, connection);
  const [first] = missing;
  if (first !== undefined && !mayTry(run, node, parents)) throw first.error;
  await loadPluginSources(run, parents, connection);
  const head = speaksOfItself(node) ? await run.build.head?.generation(id) : undefined;
  if (head?.kind === 'files' && !isInternal(node)) {
    const newest = await newestQuery({ compiler: run.compiler, connection, node }, head);
    if (newest === undefined) await show(run, node, head, connection);
    else await replaceView(connection, relationOf(node), newest);
  }
  if (speaksOfItself(node) && hasNote(node, run.session))
    await standAt({ compiler: run.compiler, connection, node }, head);
  return missing;
}

/** What sources mean of the project itself, but for what this run builds: as in dbt nothing says that it comes first. */
async function resolveSources(
  run: RunContext,
  reader: string,
  parents: readonly string[],
  connection: Connection,
): Promise<void> {
  const { selected } = run.request;
  const meant = nodesOfSources(run.compiler.manifest, parents).filter((id) => !selected.includes(id));
  await Promise.all(meant.map((id) => resolveParent(run, id, reader, connection).catch(neverBuiltOnly)));
}

/** Whether the SQL of a node may be tried that names a parent which is nowhere. */
function mayTry(run: RunContext, node: ManifestNode, parents: readonly string[]): boolean {
  if (node.language === 'python' || isMicrobatch(node)) return false;
  const withheld = run.build.head?.entry.withheld ?? {};
  return parents.every((parent) => withheld[parent] === undefined);
}

/** What a unit test's inputs stand for, as far as it is there: only the types of its columns are asked. */
async function resolveInputs(run: RunContext, id: string, connection: Connection): Promise<void> {
  const { compiler } = run;
  const inputs = compiler.unitTestInputs(id).map((each) => nodeOf(compiler, each));
  const missing = inputs.filter((node) => !run.built.has(node.unique_id) && node.config.materialized !== 'ephemeral');
  await Promise.all(missing.map((node) => resolveParent(run, node.unique_id, id, connection).catch(neverBuiltOnly)));
}

function neverBuiltOnly(cause: unknown): EiderError {
  if (cause instanceof EiderError && cause.diagnostics[0]?.code === 'engine/never-built') return cause;
  throw cause;
}

/** What is read in another state is made readable under the name that it has there. */
async function resolveParent(run: RunContext, id: string, reader: string, connection: Connection): Promise<void> {
  const { compiler, deferred } = run;
  const other = deferred && (await compiler.deferredRelation(id, databasePort(connection)));
  if (deferred === undefined || other === undefined) return resolveOnce(run, id, reader, connection);
  const node = nodeOf(compiler, id);
  // What a function is made of is published nowhere: it is there, or it is not.
  if (!isCalled(node)) await deferred.state.show(id, reader, run.session);
  else if (!(await isFunction(other, connection))) throw neverBuilt(run, node, reader);
  deferred.read.add(id);
}

/**
 * Sends refs to another state: to what this run has not built, what no commit holds and what the working database has not, or has only because tests
 * withheld it.
 */
export function deferRun(run: RunContext, favor: boolean): void {
  const { build, built, candidates, compiler, deferred } = run;
  if (deferred === undefined) return;
  const isHere = async (id: string, port: DatabasePort | null): Promise<boolean> => {
    if (built.has(id) || candidates.has(id) || (await build.head?.generation(id)) !== undefined) return true;
    if (build.head?.entry.withheld[id] !== undefined) return false;
    const node = compiler.manifest.nodes[id];
    if (node === undefined) return true;
    return (await port?.relation(relationName(node))) !== null;
  };
  compiler.defer({ favor, isHere, relationOf: deferred.state.relationOf });
}

async function resolveOnce(run: RunContext, id: string, reader: string, connection: Connection): Promise<void> {
  const node = nodeOf(run.compiler, id);
  const known = run.resolved.get(id) ?? resolve(run, node, connection);
  run.resolved.set(id, known);
  if (!(await known)) throw neverBuilt(run, node, reader);
}

/** Whether the relation is there now. */
async function resolve(run: RunContext, node: ManifestNode, connection: Connection): Promise<boolean> {
  const head = run.candidates.get(node.unique_id) ?? (await run.build.head?.generation(node.unique_id));
  const isNoted = hasNote(node, run.session);
  // What is in no table yet is read from its files, unless rows are to be added to it.
  if (isNoted && (isCumulative(node) || (await exists(node, connection))))
    await standAt({ compiler: run.compiler, connection, node }, head);
  if (isInternal(node) && (await exists(node, connection))) return isNoted || (await showTable(run, node, connection));
  const found = head ?? (node.config.materialized === 'external' ? await adopt(run, node, connection) : undefined);
  if (found === undefined) return exists(node, connection);
  await show(run, node, found, connection);
  return true;
}

/**
 * A table of the working database is read as it is there, unless tests withheld what a build put there: then it is filled again with what is published, or
 * with what this run reads in its place. False where it was never published.
 */
async function showTable(run: RunContext, node: ManifestNode, connection: Connection): Promise<boolean> {
  const id = node.unique_id;
  if (run.build.head?.entry.withheld[id] === undefined) return true;
  const generation = run.candidates.get(id) ?? (await run.build.head.generation(id));
  if (generation?.kind !== 'files') return false;
  await fillTable({ compiler: run.compiler, connection, node }, generation);
  return true;
}

/** Whether a node is in the database of a connection: its relation, or the function that it is. */
export async function exists(node: ManifestNode, connection: Connection): Promise<boolean> {
  if (isCalled(node)) return isFunction(relationName(node), connection);
  return (await databasePort(connection).relation(relationName(node))) !== null;
}

/** Whether SQL calls a node, in the place of reading it. */
function isCalled({ config, resource_type }: ManifestNode): boolean {
  return config.materialized === 'table_function' || resource_type === 'function';
}

/** Whether there is a function of that name. */
async function isFunction({ database, identifier, schema }: RelationName, connection: Connection): Promise<boolean> {
  const named = { function_name: identifier, database_name: database, schema_name: schema };
  const same = Object.entries(named).flatMap(([column, name]) =>
    name === null ? [] : [`lower(${column}) = ${quoteText(name.toLowerCase())}`],
  );
  const { rows } = await connection.query(
    `SELECT 1 FROM duckdb_functions() WHERE function_type IN ('macro', 'table_macro') AND ${same.join(' AND ')} LIMIT 1`,
  );
  return rows.length > 0;
}

async function show(
  run: RunContext,
  node: ManifestNode,
  generation: Generation,
  connection: Connection,
): Promise<void> {
  if (generation.kind === 'files') return replaceView(connection, relationOf(node), generationQuery(generation));
  await Promise.all(
    generation.uses.filter((id) => !run.built.has(id)).map((id) => resolveOnce(run, id, node.unique_id, connection)),
  );
  const query = await queryInDatabase({ compiler: run.compiler, connection }, generation);
  return replaceView(connection, relationOf(node), query);
}

async function adopt(run: RunContext, node: ManifestNode, connection: Connection): Promise<Generation | undefined> {
  const layout = await run.compiler.layout(node.unique_id, databasePort(connection));
  if (layout.delta !== undefined) return undefined;
  const generation = await run.build.adopt(adoptRequest({ connection, node }, layout));
  if (generation !== undefined) run.adopted.set(node.unique_id, generation);
  return generation;
}

function neverBuilt(run: RunContext, node: ManifestNode, reader: string): EiderError {
  const tests = run.build.head?.entry.withheld[node.unique_id] ?? [];
  const there = run.deferred === undefined ? '' : `, was never published by ${run.deferred.state.name}`;
  const message = `${nodeOf(run.compiler, reader).name} reads ${node.name}, which ${whyNotThere(tests)}${there} and is not selected.`;
  const build = `Build it too: \`eider build --select +${nodeOf(run.compiler, reader).name}\`.`;
  const isThere = run.build.head?.entry.candidates?.[node.unique_id] !== undefined;
  const hint = isThere ? `${build} Or read what was withheld: add \`--with-candidates\`.` : build;
  return new EiderError([error('engine/never-built', message, { node: reader, hint })]);
}
