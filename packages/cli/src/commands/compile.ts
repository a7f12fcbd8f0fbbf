import { type DatabasePort, type ManifestNode, resourceTypesOf } from '@eider/core';
import type { CommandAction, Invoked } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { compileNodes } from '../project/compile-nodes.ts';
import { withIntrospection } from '../project/introspection.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import { nothingToDo } from '../ui/notes.ts';

/** `compile`: the SQL of the selected nodes in target/compiled; that of a node named first, or of `--inline`, is printed. */
export const compile: CommandAction = async (invoked) => compileOpen(await openProject(invoked), invoked);

/** Compiles what the flags of an open project select, or these nodes. */
export async function compileOpen(open: OpenProject, invoked: Invoked, only?: readonly string[]): Promise<number> {
  const { inline } = open.flags;
  return await withIntrospection(open, (port) =>
    reportingFailures(open, () =>
      inline ? compileInline(open, inline, port) : compileSelected(open, invoked, port, only),
    ),
  );
}

async function compileInline(open: OpenProject, sql: string, port: DatabasePort): Promise<number> {
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

/** Compiles every node, whatever fails; as in dbt, one that fails makes the exit code 2, and nodes whose name stands in the first word of the selection are printed. */
async function compileSelected(
  open: OpenProject,
  invoked: Invoked,
  port: DatabasePort,
  only?: readonly string[],
): Promise<number> {
  const { flags } = open;
  const types = resourceTypesOf('compile', flags.resourceTypes, flags.excludeResourceTypes);
  const ids = only ?? (await chooseNodes(open, types)).ids;
  const [first = ''] = [...flags.select, ...flags.models];
  const results = await compileNodes(open, invoked, ids, port, (node, sql) => {
    if (first.includes(node.name)) print(open, node, sql);
  });
  if (ids.length === 0) open.reporter.line(nothingToDo);
  return results.some(({ status }) => status === 'error') ? 2 : 0;
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
