import { type DatabasePort, ephemeralParents, type ManifestNode } from '@eider/core';
import type { NodeResult } from '@eider/engine';
import type { Invoked } from '../invoked.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import type { OpenProject } from './open-project.ts';
import { writeRunArtifacts, writeSql } from './run-artifacts.ts';

/** Compiles nodes in the order of the graph, whatever fails, tells what is wrong and writes the artifacts; SQL alone where something fails. Gives what came of each. */
export async function compileNodes(
  open: OpenProject,
  invoked: Invoked,
  ids: readonly string[],
  port: DatabasePort,
  onCompiled: (node: ManifestNode, sql: string) => void = () => undefined,
): Promise<readonly NodeResult[]> {
  const { compiler, graph, manifest } = open;
  compiler.select(ids);
  const startedAt = invoked.host.now();
  const results: NodeResult[] = [];
  const ephemeral: Record<string, string> = {};
  // dbt tells of ephemeral models where nodes are chosen, and in the results of `compile` alone.
  const tellsEphemeral = invoked.command === 'compile' && open.flags.select.length > 0;
  for (const id of graph.order(ids)) {
    const node = manifest.nodes[id];
    if (node === undefined) continue;
    const result = await compileOne(open, invoked, node, port);
    if (result.compiledSql !== undefined) onCompiled(node, result.compiledSql);
    // Analyses and hooks of the run take configs from `models:` too, and are no models for it.
    const isEphemeral = node.resource_type === 'model' && node.config.materialized === 'ephemeral';
    const sql = isEphemeral ? result.compiledSql : undefined;
    if (sql !== undefined) ephemeral[id] = sql;
    if (sql === undefined || tellsEphemeral) results.push(result);
  }
  const compiled = results.flatMap(({ compiledSql, node }) => (compiledSql === undefined ? [] : [node]));
  for (const id of ephemeralParents(manifest, [...compiled, ...Object.keys(ephemeral)]))
    ephemeral[id] ??= (await compiler.compile(id, port)).sql;
  const elapsedMs = invoked.host.now().getTime() - startedAt.getTime();
  // As in dbt, the artifacts of the last run stay where something cannot be compiled: `retry` and `result:` go by them.
  if (results.some(({ status }) => status === 'error')) await writeSql(open, { results, ephemeral });
  else await writeRunArtifacts(open, invoked, { results, ephemeral, elapsedMs });
  return results;
}

/** What dbt says of a node that was compiled and not run. Seeds have nothing to compile. */
async function compileOne(
  open: OpenProject,
  { host }: Invoked,
  node: ManifestNode,
  port: DatabasePort,
): Promise<NodeResult> {
  const startedAt = host.now();
  const common = { node: node.unique_id, failures: null, rows: null, location: null, executeMs: 0 };
  const at = { startedAt: startedAt.toISOString(), thread: 'MainThread', relationName: node.relation_name };
  const took = (): number => host.now().getTime() - startedAt.getTime();
  try {
    const compiled = node.resource_type === 'seed' ? undefined : await open.compiler.compile(node.unique_id, port);
    open.findings(compiled?.diagnostics ?? []);
    const sql = compiled === undefined ? {} : { compiledSql: compiled.sql };
    return { ...common, ...at, status: 'success', message: '', diagnostics: [], compileMs: took(), ...sql };
  } catch (failure) {
    const found = findingsOf(failure);
    if (found === null) throw failure;
    open.findings(found);
    const message = found[0]?.message ?? 'It cannot be compiled.';
    return { ...common, ...at, status: 'error', message, diagnostics: found, compileMs: took() };
  }
}
