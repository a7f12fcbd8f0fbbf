import { type CompiledNode, type DatabasePort, type ManifestNode, resourceTypesOf } from '@eider/core';
import type { CommandAction } from '../invoked.ts';
import { writeManifestFile } from '../project/artifacts.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { type SqlFile, writeSqlFiles } from '../project/compiled-files.ts';
import { introspection } from '../project/introspection.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
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
      inline === undefined ? compileSelected(open, port) : compileInline(open, inline, port),
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
    return 1;
  }
}

async function compileSelected(open: OpenProject, port: DatabasePort | null): Promise<number> {
  const { flags, compiler, graph, manifest } = open;
  const { ids } = await chooseNodes(open, resourceTypesOf('compile', flags.resourceTypes, flags.excludeResourceTypes));
  const [named, compiled] = [
    new Set([...flags.select, ...flags.models]),
    new Map<string, { sql: string; ran: boolean }>(),
  ];
  const files: SqlFile[] = [];
  let failed = 0;
  for (const id of graph.order(ids)) {
    const node = manifest.nodes[id];
    if (node === undefined || node.resource_type === 'seed') continue;
    try {
      const result: CompiledNode = await compiler.compile(id, port);
      open.findings(result.diagnostics);
      compiled.set(id, { sql: result.sql, ran: false });
      files.push({ kind: 'compiled', node, sql: result.sql });
      if (named.has(node.name)) print(open, node, result.sql);
    } catch (failure) {
      failed += 1;
      report(open, failure);
    }
  }
  await writeSqlFiles(open.targetFolder, files);
  if (ids.length === 0) open.reporter.line(nothingToDo);
  if (flags.writeJson)
    await writeManifestFile(open.targetFolder, open.targetPath, manifest, compiled, open.invocation());
  return failed === 0 ? 0 : 1;
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

function report(open: OpenProject, failure: unknown): void {
  const found = findingsOf(failure);
  if (found === null) throw failure;
  open.findings(found);
}
