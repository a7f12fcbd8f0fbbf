import { resourceTypesOf } from '@eider/core';
import type { Preview, ResultTable } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { deferRequest } from '../project/defer-request.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { ReportedFailure } from '../reported-failure.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import { nothingToDo } from '../ui/notes.ts';

/** What is shown: a node, or the query of the command line. */
interface Shown {
  readonly name: string;
  /** dbt's: `inline_query` for the query of the command line. */
  readonly id: string;
  readonly isInline: boolean;
  readonly read: (preview: Preview) => Promise<ResultTable>;
}

/** `show`: the first rows of the named nodes, or of the query given with `--inline`, over the committed state. Builds and writes nothing. */
export const show: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const { flags, host } = { flags: open.flags, host: invoked.host };
  // An empty text is none, as in dbt.
  const sql = flags.inline || (flags.inlineDirect ? asIs(flags.inlineDirect) : undefined);
  if (sql === undefined && [...flags.select, ...flags.models].length + (flags.selector?.length ?? 0) === 0)
    throw new UsageError('Either --select or --inline must be passed to show', 'Example: eider show --select orders');
  const width = host.stdout.isTTY === true ? (host.stdout.columns ?? null) : null;
  const shown = sql === undefined ? await chosen(open) : [inline(sql)];
  if (shown.length === 0) {
    open.reporter.line(nothingToDo);
    return 0;
  }
  return reportingFailures(open, () => showAll(open, shown, width));
};

async function showAll(open: OpenProject, shown: readonly Shown[], width: number | null): Promise<number> {
  const { compiler, eiderVersion, flags, findings } = open;
  const { openCompileSession } = await import('@eider/engine');
  const defer = await deferRequest(open);
  const head = openCompileSession(compiler, eiderVersion, { defer });
  // A test is shown over what it withheld: readers do not see the rows that it found.
  const candidates = openCompileSession(compiler, eiderVersion, { candidates: true, defer });
  let failed = false;
  try {
    for (const one of shown) {
      try {
        const limit = flags.limit < 0 ? null : flags.limit;
        const session = open.manifest.nodes[one.id]?.resource_type === 'test' ? candidates : head;
        await print(open, one, await one.read({ compiler, session, limit }), width);
      } catch (failure) {
        const found = findingsOf(failure);
        if (found === null) throw failure;
        findings(found);
        failed = true;
      }
    }
  } finally {
    await head.close();
    await candidates.close();
  }
  // dbt's exit code where a preview fails.
  if (failed) throw new ReportedFailure(2);
  return 0;
}

/** A template that gives a text. */
function asIs(text: string): string {
  return `{{ ${JSON.stringify(text)} }}`;
}

function inline(sql: string): Shown {
  return {
    name: 'inline_query',
    id: 'inline_query',
    isInline: true,
    read: async (preview) => (await import('@eider/engine')).previewInline(preview, sql),
  };
}

/** The nodes that the selection names; those of a selection that names none (`tag:daily`) are all shown. Tests are shown where they are asked for. */
async function chosen(open: OpenProject): Promise<readonly Shown[]> {
  const { flags, graph, manifest } = open;
  const types = resourceTypesOf('show', flags.resourceTypes, flags.excludeResourceTypes);
  const { ids } = await chooseNodes({ ...open, flags: { ...flags, indirectSelection: 'empty' } }, types);
  const words = [...flags.select, ...flags.models].flatMap((word) => word.split(',')).map(bareName);
  const all = [
    ...graph.order(ids.filter((id) => manifest.sources[id] === undefined)),
    ...ids.filter((id) => manifest.sources[id] !== undefined),
  ];
  const named = all.filter((id) => words.includes(manifest.nodes[id]?.name ?? id));
  return (named.length > 0 ? named : all).flatMap((id) => shownNode(open, id));
}

/** A word of a selection without graph operators and package: `2+shop.orders+1` → `orders`. */
function bareName(word: string): string {
  const name = word.replace(/^(@|\d*\+)/, '').replace(/\+\d*$/, '');
  return name.includes(':') ? '' : (name.split('.').at(-1) ?? name);
}

function shownNode({ manifest }: OpenProject, id: string): readonly Shown[] {
  const source = manifest.sources[id];
  if (source !== undefined) {
    const sql = `select * from {{ source('${source.source_name}', '${source.name}') }}`;
    return [{ ...inline(sql), name: `${source.source_name}.${source.name}`, id, isInline: false }];
  }
  const node = manifest.nodes[id];
  if (node === undefined) return [];
  const version = node.resource_type === 'model' ? node.version : null;
  return [
    {
      name: version === null ? node.name : `${node.name}.v${version}`,
      id,
      isInline: false,
      read: async (preview) => (await import('@eider/engine')).previewNode(preview, id),
    },
  ];
}

async function print(
  { flags, reporter }: OpenProject,
  { id, isInline, name }: Shown,
  table: ResultTable,
  width: number | null,
): Promise<void> {
  const { previewColumns, previewJson, previewTable } = await import('../ui/preview-table.ts');
  const columns = previewColumns(table);
  const isJson = flags.output === 'json';
  const { hidden, text } = isJson
    ? { hidden: [], text: previewJson(columns, isInline ? null : name) }
    : previewTable(columns, width);
  const head = isJson || flags.quiet ? '' : isInline ? 'Previewing inline node:\n' : `Previewing node '${name}':\n`;
  const data = {
    node_name: name,
    unique_id: id,
    is_inline: isInline,
    output_format: isJson ? 'json' : 'text',
    preview: text,
    quiet: flags.quiet,
  };
  reporter.line({ level: 'info', name: 'ShowNode', code: 'Q041', text: head + text, data, plain: true });
  if (hidden.length > 0)
    reporter.say(`${hidden.length} more columns: ${hidden.join(', ')}. --output json shows all of them.`);
}
