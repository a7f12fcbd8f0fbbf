import type { NodeLabel, NodeResult, RunEvent } from '@eider/engine';
import { green, red, yellow } from './colors.ts';
import { diagnosticLine } from './diagnostic-lines.ts';
import { counted, fancyLine } from './fancy-line.ts';
import { blank, type LogLine } from './log-line.ts';

/** The lines that one event of a run is worth, in dbt's words. `width` is the printer's. */
export function runLines(event: RunEvent, width: number): readonly LogLine[] {
  switch (event.kind) {
    case 'run-started':
      return [blank, concurrency(event.threads, event.target, event.total), blank];
    case 'hook-started':
    case 'hook-finished':
      return hookLines(event, width);
    case 'node-started':
      return [startLine(event, width)];
    case 'node-finished':
      return [resultLine(event, width)];
    case 'log':
      return [jinjaLine(event.message, event.info)];
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
  width: number,
): readonly LogLine[] {
  const { name, index, total, ms } = event;
  const common = { index, total, width, cut: true };
  const data = { statement: name, index, total };
  const isBefore = name.includes('.on-run-start.');
  if (event.kind === 'hook-started') {
    const text = fancyLine({ ...common, message: `START hook: ${name}`, status: 'RUN' });
    const start = { ...line('info', 'LogHookStartLine', 'Q032', text, data), transient: true };
    return index === 1 && !isBefore ? [blank, start] : [start];
  }
  const time = ms === undefined ? {} : { ms };
  const text = fancyLine({ ...common, ...time, message: `OK hook: ${name}`, status: green('OK') });
  const done = line('info', 'LogHookEndLine', 'Q033', text, {
    ...data,
    status: 'success',
    execution_time: (ms ?? 0) / 1000,
  });
  return index === total && isBefore ? [done, blank] : [done];
}

/** What dbt calls a node in its lines: `sql external model main.orders`, `seed file main.people`, `test unique_orders_id`. */
export function description(node: NodeLabel): string {
  if (node.resourceType === 'model') return `${node.language} ${node.materialized} model ${node.display}`;
  if (node.resourceType === 'seed') return `seed file ${node.display}`;
  return `${node.resourceType} ${node.display}`;
}

function startLine({ node, index, total }: Extract<RunEvent, { kind: 'node-started' }>, width: number): LogLine {
  const text = fancyLine({ message: `START ${description(node)}`, status: 'RUN', index, total, width });
  const data = { description: description(node), index, total, node_info: nodeInfo(node, 'started') };
  return { ...line('info', 'LogStartLine', 'Q011', text, data), transient: true };
}

function resultLine(
  { node, result, index, total }: Extract<RunEvent, { kind: 'node-finished' }>,
  width: number,
): LogLine {
  const { level, name, code, message, status, timed } = resultWords(node, result);
  const ms = result.compileMs + result.executeMs;
  const text = fancyLine({ message, status, index, total, width, ...(timed ? { ms } : {}) });
  const data = {
    description: description(node),
    index,
    total,
    status: result.status,
    execution_time: ms / 1000,
    num_failures: result.failures,
    node_info: nodeInfo(node, result.status),
  };
  return line(level, name, code, text, data);
}

interface ResultWords {
  readonly level: LogLine['level'];
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly status: string;
  readonly timed: boolean;
}

function resultWords(node: NodeLabel, result: NodeResult): ResultWords {
  const { status } = result;
  if (status === 'skipped') {
    const relation = ['model', 'seed', 'snapshot'].includes(node.resourceType);
    const message = relation ? `SKIP relation ${node.display}` : `SKIP ${node.resourceType} ${node.name}`;
    return { level: 'info', name: 'SkippingDetails', code: 'Q034', message, status: yellow('SKIP'), timed: false };
  }
  if (status === 'no-op') {
    return {
      level: 'info',
      name: 'LogNodeNoOpResult',
      code: 'Q019',
      message: `NO-OP ${description(node)}`,
      status: yellow('NO-OP'),
      timed: true,
    };
  }
  if (node.resourceType === 'test' || node.resourceType === 'unit_test') return testWords(node, result);
  const failed = status === 'error';
  const [name, code, done, broken] =
    node.resourceType === 'seed'
      ? ['LogSeedResult', 'Q016', 'OK loaded', 'ERROR loading']
      : ['LogModelResult', 'Q012', 'OK created', 'ERROR creating'];
  return {
    level: failed ? 'error' : 'info',
    name: name ?? '',
    code: code ?? '',
    message: `${failed ? broken : done} ${description(node)}`,
    status: failed ? red('ERROR') : green(result.message),
    timed: true,
  };
}

function testWords(node: NodeLabel, result: NodeResult): ResultWords {
  const words = { name: 'LogTestResult', code: 'Q007', timed: true };
  const of = (info: string): string => `${info} ${node.name}`;
  if (result.status === 'pass') return { ...words, level: 'info', message: of('PASS'), status: green('PASS') };
  if (result.status === 'warn')
    return {
      ...words,
      level: 'warn',
      message: of(`WARN ${result.failures}`),
      status: yellow(`WARN ${result.failures}`),
    };
  if (result.status === 'fail')
    return { ...words, level: 'error', message: of(`FAIL ${result.failures}`), status: red(`FAIL ${result.failures}`) };
  return { ...words, level: 'error', message: of('ERROR'), status: red('ERROR') };
}

function nodeInfo(node: NodeLabel, status: string): Readonly<Record<string, unknown>> {
  return {
    unique_id: node.id,
    node_name: node.name,
    resource_type: node.resourceType,
    materialized: node.materialized,
    node_status: status,
  };
}

/** A line that a template asked for with `log()`. */
export function jinjaLine(message: string, info: boolean): LogLine {
  return info
    ? line('info', 'JinjaLogInfo', 'I062', message, { msg: message })
    : line('debug', 'JinjaLogDebug', 'I063', message, { msg: message });
}

function withheldLine({ node, tests, since }: Extract<RunEvent, { kind: 'withheld' }>): LogLine {
  const kept = since === null ? 'it stays out of the catalog' : `readers keep the one of ${since}`;
  const names = tests.map((id) => (id.startsWith('test.') ? (id.split('.')[2] ?? id) : id));
  const text = `${yellow('Withheld')} ${node.display}: ${names.join(', ')} failed; ${kept}`;
  return line('warn', 'NodeWithheld', 'L001', text, { unique_id: node.id, tests, since });
}

function publishedLine({ path, number, relations }: Extract<RunEvent, { kind: 'published' }>): LogLine {
  const text = `${green('Published')} ${counted(relations, 'relation')} as state ${number}: ${path}`;
  return line('info', 'CatalogPublished', 'L003', text, { path, number, relations });
}
