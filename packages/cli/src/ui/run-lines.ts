import type { NodeLabel, RunEvent } from '@eider/engine';
import { green, yellow } from './colors.ts';
import { diagnosticLine } from './diagnostic-lines.ts';
import { counted, type FancyLine, fancyLine } from './fancy-line.ts';
import { blank, type LogLine } from './log-line.ts';
import { type LineOptions, nodeInfo, resultLines, startLines } from './node-lines.ts';

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

function hookLines(
  event: Extract<RunEvent, { kind: 'hook-started' | 'hook-finished' }>,
  { now, width }: LineOptions,
): readonly LogLine[] {
  const { name, index, total, ms } = event;
  const startedAt = new Date(now.getTime() - (ms ?? 0)).toISOString();
  const info =
    event.kind === 'hook-started'
      ? nodeInfo(hookLabel(name), 'started', startedAt, '')
      : nodeInfo(hookLabel(name), 'success', startedAt, now.toISOString());
  const data = { statement: name, index, total, node_info: info };
  const isBefore = name.includes('.on-run-start.');
  const fancyOf = (verb: string, status: string, more: { readonly ms?: number } = {}): FancyLine => {
    const message = `${verb} hook: ${name}`;
    return { message, brief: `hook ${name}`, status, index, total, cut: true, ...more };
  };
  if (event.kind === 'hook-started') {
    const fancy = fancyOf('START', 'RUN');
    const text = fancyLine(fancy, width);
    const start = { ...line('info', 'LogHookStartLine', 'Q032', text, data), fancy, transient: true };
    return index === 1 && !isBefore ? [blank, start] : [start];
  }
  const fancy = fancyOf('OK', green('OK'), ms === undefined ? {} : { ms });
  const more = { status: 'success', execution_time: (ms ?? 0) / 1000 };
  const done = { ...line('info', 'LogHookEndLine', 'Q033', fancyLine(fancy, width), { ...data, ...more }), fancy };
  return index === total && isBefore ? [done, blank] : [done];
}

/** A hook as dbt's logs name it: `shop.on-run-start.0` is the operation `shop-on-run-start-0`. */
function hookLabel(hook: string): NodeLabel {
  const [packageName = ''] = hook.split('.');
  const name = hook.replaceAll('.', '-');
  const id = `operation.${packageName}.${name}`;
  return { id, name, resourceType: 'operation', materialized: 'view', language: 'sql', display: name };
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
