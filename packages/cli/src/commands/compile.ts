import { type CompiledNode, codeFrame, type DatabasePort, type Diagnostic, resourceTypesOf } from '@eider/core';
import type { CommandAction } from '../invoked.ts';
import { writeManifestFile } from '../project/artifacts.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { type SqlFile, writeSqlFiles } from '../project/compiled-files.ts';
import { introspection } from '../project/introspection.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { findingsOf } from '../ui/failure-findings.ts';

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
    print(open, 'inline_query', await open.compiler.render(null, sql, port));
    return 0;
  } catch (failure) {
    const found = findingsOf(failure);
    if (found === null) throw failure;
    open.findings(found.map((one) => atInline(one, sql)));
    return 1;
  }
}

/** Text without a file is rendered as the project's own: the place is one in the text of the flag. */
function atInline(finding: Diagnostic, sql: string): Diagnostic {
  const { place, trace: _, ...rest } = finding;
  if (place?.file !== 'dbt_project.yml') return finding;
  const excerpt = codeFrame(sql, place);
  return { ...rest, place: { ...place, file: '--inline' }, ...(excerpt === undefined ? {} : { excerpt }) };
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
      if (named.has(node.name)) print(open, node.name, result.sql);
    } catch (failure) {
      failed += 1;
      report(open, failure);
    }
  }
  await writeSqlFiles(open.targetFolder, files);
  if (ids.length === 0)
    open.reporter.warn('Nothing to do. Try checking your model configs and model specification args');
  if (flags.writeJson)
    await writeManifestFile(open.targetFolder, open.targetPath, manifest, compiled, open.invocation());
  return failed === 0 ? 0 : 1;
}

function print({ reporter, flags }: OpenProject, name: string, sql: string): void {
  if (flags.output === 'json') reporter.result(JSON.stringify({ node: name, compiled: sql }, null, 2));
  else reporter.result(flags.quiet ? sql : `Compiled node '${name}' is:\n${sql}`);
}

function report(open: OpenProject, failure: unknown): void {
  const found = findingsOf(failure);
  if (found === null) throw failure;
  open.findings(found);
}
