import type { RunEvent } from '@eider/engine';
import { batchLine } from './batch-lines.ts';
import { green, yellow } from './colors.ts';
import { diagnosticLine } from './diagnostic-lines.ts';
import { counted } from './fancy-line.ts';
import { hookLines } from './hook-lines.ts';
import { blank, type LogLine } from './log-line.ts';
import { type LineOptions, resultLines, startLines } from './node-lines.ts';

/** The lines that one event of a run is worth, in dbt's words. */
export function runLines(event: RunEvent, options: LineOptions): readonly LogLine[] {
  switch (event.kind) {
    case 'run-started':
      return [blank, concurrency(event.threads, event.target, event.total), blank];
    case 'hook-started':
    case 'hook-finished':
      return hookLines(event, options);
    case 'node-started':
      return startLines(event, options);
    case 'node-finished':
      return resultLines(event, options);
    case 'batch-started':
    case 'batch-finished':
      return [batchLine(event, options)];
    case 'log':
      return [jinjaLine(event.message, event.info, event.node)];
    case 'finding':
      return [diagnosticLine(event.diagnostic)];
    case 'withheld':
      return [withheldLine(event)];
    case 'dropped':
      return [
        line('info', 'NodeDropped', 'L002', `Dropped ${event.node}: it is no longer in the project`, {
          unique_id: event.node,
        }),
      ];
    case 'published':
      return [publishedLine(event)];
    case 'hook-rendered':
    case 'run-finished':
      return [];
  }
}

function line(
  level: LogLine['level'],
  name: string,
  code: string,
  text: string,
  data: Readonly<Record<string, unknown>>,
): LogLine {
  return { level, name, code, text, data };
}

function concurrency(threads: number, target: string, total: number): LogLine {
  const data = { node_count: total, num_threads: threads, target_name: target };
  return line('info', 'ConcurrencyLine', 'Q027', `Concurrency: ${threads} threads (target='${target}')`, data);
}

/** A line that a template asked for with `log()`; `node` by its unique id. */
export function jinjaLine(message: string, info: boolean, node: string | null): LogLine {
  const data = { msg: message, node_info: node === null ? {} : { unique_id: node } };
  return info
    ? line('info', 'JinjaLogInfo', 'I062', message, data)
    : line('debug', 'JinjaLogDebug', 'I063', message, data);
}

function withheldLine({ isFailed, node, tests, since }: Extract<RunEvent, { kind: 'withheld' }>): LogLine {
  const kept = since === null ? 'it stays out of the catalog' : `readers keep the one of ${since}`;
  const flag = tests.find((reason) => reason.startsWith('--'));
  const ids = tests.filter((reason) => reason !== flag);
  const named = (isTest: boolean): string =>
    ids.flatMap((id) => (id.startsWith('test.') === isTest ? (id.split('.')[2] ?? id) : [])).join(', ');
  const why = [
    ...(flag === undefined ? [] : [`built with ${flag}`]),
    ...(named(true) === '' ? [] : [`${named(true)} ${isFailed ? 'failed' : 'did not run'}`]),
    ...(named(false) === '' ? [] : [`${named(false)} not built`]),
  ];
  const text = `${yellow('Withheld')} ${node.display}: ${[...why, kept].join('; ')}`;
  return line('warn', 'NodeWithheld', 'L001', text, { unique_id: node.id, tests, is_failed: isFailed, since });
}

function publishedLine({ made, path, number, relations }: Extract<RunEvent, { kind: 'published' }>): LogLine {
  const text = `${green('Published')} ${counted(relations, 'relation')} as state ${number}: ${path}`;
  return line('info', 'CatalogPublished', 'L003', text, { path, number, relations, made });
}
