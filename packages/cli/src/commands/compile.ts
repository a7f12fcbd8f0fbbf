import { type DatabasePort, type ManifestNode, resourceTypesOf } from '@eider/core';
import type { NodeResult } from '@eider/engine';
import type { CommandAction, Invoked } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { introspection } from '../project/introspection.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { writeRunArtifacts } from '../project/run-artifacts.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import { nothingToDo } from '../ui/notes.ts';

/** `compile`: the SQL of the selected nodes in target/compiled; that of nodes named one by one, or of `--inline`, is printed. */
export const compile: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const session = open.flags.introspect ? introspection(open) : undefined;
  try {
    const port = session?.port ?? null;
    const { inline } = open.flags;
    return await reportingFailures(open, () =>
      inline === undefined ? compileSelected(open, invoked, port) : compileInline(open, inline, port),
    );
  } finally {
    await session?.close();
  }
};

async function compileInline(open: OpenProject, sql: string, port: DatabasePort | null): Promise<number> {
  try {
    print(open, null, (await open.compiler.compileInline(sql, port)).sql);
    return 0;
  } catch (failure) {
    const found = findingsOf(failure);
    if (found === null) throw failure;
    open.findings(found);
    return 2;
  }
}

/** Compiles every node, whatever fails; as in dbt, one that fails makes the exit code 2. */
async function compileSelected(open: OpenProject, invoked: Invoked, port: DatabasePort | null): Promise<number> {
  const { flags, graph, manifest } = open;
  const { ids } = await chooseNodes(open, resourceTypesOf('compile', flags.resourceTypes, flags.excludeResourceTypes));
  open.compiler.select(ids);
  const named = new Set([...flags.select, ...flags.models]);
  const startedAt = invoked.host.now();
  const results: NodeResult[] = [];
  const ephemeral: Record<string, string> = {};
  for (const id of graph.order(ids)) {
    const node = manifest.nodes[id];
    if (node === undefined) continue;
    const result = await compileOne(open, invoked, node, port);
    if (result.compiledSql !== undefined && named.has(node.name)) print(open, node, result.compiledSql);
    if (node.config.materialized !== 'ephemeral') results.push(result);
    else if (result.compiledSql !== undefined) ephemeral[id] = result.compiledSql;
    else results.push(result);
  }
  if (ids.length === 0) open.reporter.line(nothingToDo);
  const elapsedMs = invoked.host.now().getTime() - startedAt.getTime();
  await writeRunArtifacts(open, invoked, { results, ephemeral, elapsedMs });
  return results.some(({ status }) => status === 'error') ? 2 : 0;
}

/** What dbt says of a node that was compiled and not run. Seeds have nothing to compile. */
async function compileOne(
  open: OpenProject,
  { host }: Invoked,
  node: ManifestNode,
  port: DatabasePort | null,
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

/** dbt's words; `node` null for the SQL of `--inline`. */
function print({ reporter, flags }: OpenProject, node: ManifestNode | null, sql: string): void {
  const isJson = flags.output === 'json';
  const json = JSON.stringify({ ...(node === null ? {} : { node: node.name }), compiled: sql }, null, 2);
  const title = node === null ? 'Compiled inline node is:' : `Compiled node '${node.name}' is:`;
  const data = {
    node_name: node?.name ?? 'inline_query',
    unique_id: node?.unique_id ?? 'inline_query',
    is_inline: node === null,
    output_format: isJson ? 'json' : 'text',
    compiled: sql,
    quiet: flags.quiet,
  };
  const text = isJson ? json : flags.quiet ? sql : `${title}\n${sql}`;
  reporter.line({ level: 'info', name: 'CompiledNode', code: 'Q042', text, data, plain: true });
}
