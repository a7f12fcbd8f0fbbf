import type { SourceNode } from '@eider/core';
import type { FreshnessResult, NodeLabel } from '@eider/engine';
import { green, red, yellow } from './colors.ts';
import { diagnosticText } from './diagnostic-lines.ts';
import { fancyLine } from './fancy-line.ts';
import { findingRecord } from './finding-record.ts';
import { blank, type LogLine } from './log-line.ts';
import { nodeInfo } from './node-lines.ts';

/** One source among those that are asked. */
export interface SourceAt {
  readonly source: SourceNode;
  readonly index: number;
  readonly total: number;
}

/** dbt's line of a source that is asked now. */
export function freshnessStart({ index, source, total }: SourceAt, width: number, now: string): LogLine {
  const text = `freshness of ${nameOf(source)}`;
  const fancy = { message: `START ${text}`, brief: nameOf(source), status: 'RUN', index, total };
  const data = { description: text, index, total, node_info: nodeInfo(labelOf(source), 'started', now, '') };
  return {
    ...{ level: 'info', name: 'LogStartLine', code: 'Q011', text: fancyLine(fancy, width) },
    ...{ data, fancy, transient: true },
  };
}

/** dbt's line of what came of a source. */
export function freshnessResult(
  { index, result, source, total }: SourceAt & { readonly result: FreshnessResult },
  width: number,
): LogLine {
  const status = result.freshness?.status ?? 'runtime error';
  const [level, word, paint] = words[status];
  const message = `${word} freshness of ${nameOf(source)}`;
  const fancy = { message, brief: nameOf(source), status: paint(word), index, total, ms: result.executeMs };
  const end = new Date(Date.parse(result.startedAt) + result.executeMs).toISOString();
  const info = nodeInfo(labelOf(source), status, result.startedAt, end);
  const data = {
    ...{ status, source_name: source.source_name, table_name: source.name, index, total },
    ...{ execution_time: result.executeMs / 1000, node_info: info },
  };
  return { level, name: 'LogFreshnessResult', code: 'Q018', text: fancyLine(fancy, width), data, fancy };
}

const words = {
  pass: ['info', 'PASS', green],
  warn: ['warn', 'WARN', yellow],
  error: ['error', 'ERROR STALE', red],
  'runtime error': ['error', 'ERROR', red],
} as const;

/** What is said of a source at the end: how old its data is, or why that could not be told. */
export function freshnessFailure(source: SourceNode, { diagnostics, freshness }: FreshnessResult): readonly LogLine[] {
  const head = `Failure in source ${source.name} (${source.original_file_path})`;
  const about = { unique_id: source.unique_id };
  const facts = { node_name: source.name, path: source.original_file_path, resource_type: 'source', node_info: about };
  const said = freshness === null ? diagnostics.map(diagnosticText).join('\n') : whenLoaded(freshness.maxLoadedAt);
  const data = { msg: diagnostics[0]?.message ?? said, node_info: about, findings: diagnostics.map(findingRecord) };
  return [
    blank,
    { level: 'error', name: 'RunResultFailure', code: 'Z022', text: red(head), data: facts },
    { level: 'error', name: 'RunResultError', code: 'Z024', text: `  ${said.replaceAll('\n', '\n  ')}`, data },
  ];
}

/** The last line, as dbt has it. */
export const freshnessComplete: LogLine = {
  ...{ level: 'info', name: 'FreshnessCheckComplete', code: 'Q036', text: 'Done.', data: {} },
};

/** A source as the lines of nodes know them. */
function labelOf(source: SourceNode): NodeLabel {
  const { database, identifier: alias, meta, name, path, relation_name: relationName, schema, unique_id: id } = source;
  const record = { path, checksum: '', meta, database, schema, alias, relationName, attachedNode: null };
  return { id, name, resourceType: 'source', materialized: '', language: 'sql', display: nameOf(source), record };
}

function nameOf({ name, source_name: owner }: SourceNode): string {
  return `${owner}.${name}`;
}

function whenLoaded(moment: string): string {
  return moment.startsWith('0001') ? 'It has no row with a time of loading.' : `Loaded last at ${moment}`;
}
