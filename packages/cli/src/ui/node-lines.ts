import { adapterResponse } from '@eider/core';
import type { NodeLabel, NodeResult, RunEvent, SkipCause } from '@eider/engine';
import { green, red, yellow } from './colors.ts';
import { type FancyLine, fancyLine } from './fancy-line.ts';
import type { LogLine } from './log-line.ts';

/** How wide lines are, and what time it is. */
export interface LineOptions {
  /** The printer's width: where dots end. */
  readonly width: number;
  readonly now: Date;
}

type Started = Extract<RunEvent, { kind: 'node-started' }>;
type Finished = Extract<RunEvent, { kind: 'node-finished' }>;

/** What dbt calls a node in its lines: `sql external model main.orders`, `seed file main.people`, `test unique_orders_id`. */
export function description(node: NodeLabel): string {
  if (node.resourceType === 'model')
    return `${node.language} ${node.isMicrobatch ? 'microbatch' : node.materialized} model ${node.display}`;
  if (node.resourceType === 'seed') return `seed file ${node.display}`;
  if (node.resourceType === 'saved_query') return `saved query ${node.display}`;
  return `${node.resourceType} ${node.display}`;
}

/** The lines of a node that begins. */
export function startLines(event: Started, { now, width }: LineOptions): readonly LogLine[] {
  const { index, node, thread, total } = event;
  const info = nodeInfo(node, 'started', now.toISOString(), '');
  const fancy = {
    message: `START ${description(node)}`,
    brief: node.display,
    status: 'RUN',
    index,
    total,
  };
  const data = { description: description(node), index, total, node_info: info };
  return [
    {
      ...{ level: 'debug', name: 'NodeStart', code: 'Q024', text: `Began running node ${node.id}` },
      ...{ data: { node_info: info }, thread },
    },
    {
      ...{ level: 'info', name: 'LogStartLine', code: 'Q011', text: fancyLine(fancy, width), fancy },
      ...{ data, thread, transient: true },
    },
  ];
}

/** The lines of a node that came to its end, or was skipped. */
export function resultLines(event: Finished, { width }: LineOptions): readonly LogLine[] {
  const { index, node, result, total } = event;
  const ms = result.compileMs + result.executeMs;
  const words = resultWords(node, result);
  const fancy: FancyLine = {
    ...{ message: words.message, brief: words.brief, status: words.status, index, total },
    ...(words.isTimed ? { ms } : {}),
  };
  const startedAt = result.status === 'skipped' ? '' : result.startedAt;
  const finishedAt = new Date(Date.parse(result.startedAt) + ms).toISOString();
  const info = nodeInfo(node, result.status, startedAt, startedAt === '' ? '' : finishedAt);
  const data = {
    ...words.data,
    index,
    ...(words.name === 'LogTestResult' ? { num_models: total } : { total }),
    ...(words.isTimed ? { execution_time: ms / 1000 } : {}),
    node_info: info,
  };
  const thread = result.thread === '' ? {} : { thread: result.thread };
  const line: LogLine = {
    ...{ level: words.level, name: words.name, code: words.code, text: fancyLine(fancy, width), fancy, data },
    ...thread,
  };
  return result.status === 'skipped' || result.status === 'no-op' ? [line] : [line, finishedLine(node, result, info)];
}

function finishedLine(node: NodeLabel, result: NodeResult, info: Readonly<Record<string, unknown>>): LogLine {
  const started = Date.parse(result.startedAt);
  const at = (ms: number): string => new Date(started + ms).toISOString();
  const end = result.compileMs + result.executeMs;
  const run = {
    status: result.status,
    message: result.message,
    execution_time: end / 1000,
    num_failures: result.failures ?? 0,
    adapter_response: adapterResponse({ ...result, uniqueId: result.node }),
    rows: result.rows,
    thread: result.thread,
    timing_info: [
      { name: 'compile', started_at: at(0), completed_at: at(result.compileMs) },
      { name: 'execute', started_at: at(result.compileMs), completed_at: at(end) },
    ],
  };
  return {
    ...{ level: 'debug', name: 'NodeFinished', code: 'Q025', text: `Finished running node ${node.id}` },
    ...{ data: { node_info: info, run_result: run }, thread: result.thread },
  };
}

interface ResultWords {
  readonly level: LogLine['level'];
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly brief: string;
  readonly status: string;
  readonly isTimed: boolean;
  readonly data: Readonly<Record<string, unknown>>;
}

function resultWords(node: NodeLabel, result: NodeResult): ResultWords {
  if (result.status === 'skipped') return result.skipCause ? skipErrorWords(node, result.skipCause) : skipWords(node);
  if (result.status === 'no-op') {
    const text = description(node);
    const words = { level: 'info', name: 'LogNodeNoOpResult', code: 'Q019', isTimed: true } as const;
    const data = { description: text, status: 'no-op' };
    return { ...words, message: `NO-OP ${text}`, brief: node.display, status: yellow('NO-OP'), data };
  }
  if (node.resourceType === 'test' || node.resourceType === 'unit_test') return testWords(node, result);
  return buildWords(node, result);
}

function skipWords(node: NodeLabel): ResultWords {
  const isRelation = ['model', 'seed', 'snapshot'].includes(node.resourceType);
  const message = isRelation ? `SKIP relation ${node.display}` : `SKIP ${node.resourceType} ${node.name}`;
  return {
    ...{ level: 'info', name: 'SkippingDetails', code: 'Q034', isTimed: false },
    ...{ message, brief: node.display, status: yellow('SKIP') },
    data: { resource_type: node.resourceType, schema: node.record?.schema ?? '', node_name: node.name },
  };
}

function skipErrorWords(node: NodeLabel, { status }: SkipCause): ResultWords {
  const schema = node.record?.schema ?? '';
  const message = `SKIP relation ${schema}.${node.name} due to ephemeral model status '${status}'`;
  return {
    ...{ level: 'error', name: 'LogSkipBecauseError', code: 'Z034', isTimed: false },
    ...{ message, brief: node.display, status: red('ERROR SKIP'), data: { schema, relation: node.name, status } },
  };
}

function testWords(node: NodeLabel, result: NodeResult): ResultWords {
  const { failures, status } = result;
  const [level, info, paint] =
    status === 'pass'
      ? (['info', 'PASS', green] as const)
      : status === 'warn'
        ? (['warn', `WARN ${failures}`, yellow] as const)
        : status === 'fail'
          ? (['error', `FAIL ${failures}`, red] as const)
          : (['error', 'ERROR', red] as const);
  const message = `${info} ${node.display}`;
  return {
    ...{ level, name: 'LogTestResult', code: 'Q007', message, brief: node.display, status: paint(info), isTimed: true },
    data: {
      name: node.name,
      status,
      num_failures: failures ?? 0,
      attached_node: node.record?.attachedNode ?? '',
    },
  };
}

function buildWords(node: NodeLabel, result: NodeResult): ResultWords {
  const isBroken = result.status === 'error';
  const { code, done, broken, name } = verbs[node.resourceType] ?? modelVerbs;
  const paint = result.status === 'partial success' ? yellow : green;
  const isFunction = node.resourceType === 'function';
  const status = isBroken ? red('ERROR') : paint(isFunction ? 'SUCCESS' : result.message);
  // dbt says no kind of a snapshot here.
  const text = node.resourceType === 'snapshot' ? node.display : description(node);
  const data =
    node.resourceType === 'seed'
      ? {
          status: result.status,
          result_message: isBroken ? 'ERROR' : result.message,
          schema: node.record?.schema ?? '',
          relation: node.record?.alias ?? node.name,
        }
      : { description: text, status: isFunction ? result.status : isBroken ? 'ERROR' : result.message };
  return {
    ...{ level: isBroken ? 'error' : 'info', name, code, isTimed: true, status, data },
    message: `${isBroken ? broken : result.message === adopted ? 'OK adopted' : done} ${text}`,
    brief: node.display,
  };
}

/** What the engine says of a node that it took over from a build that ended without a commit. */
const adopted = 'ADOPTED';

interface Verbs {
  readonly name: string;
  readonly code: string;
  readonly done: string;
  readonly broken: string;
}

const modelVerbs: Verbs = { name: 'LogModelResult', code: 'Q012', done: 'OK created', broken: 'ERROR creating' };
const verbs: Readonly<Record<string, Verbs>> = {
  seed: { name: 'LogSeedResult', code: 'Q016', done: 'OK loaded', broken: 'ERROR loading' },
  function: { name: 'LogFunctionResult', code: 'Q047', done: 'OK created', broken: 'ERROR creating' },
  snapshot: { name: 'LogSnapshotResult', code: 'Q015', done: 'OK snapshotted', broken: 'ERROR snapshotting' },
};

/** dbt's `node_info`. Times are empty while they are not known, as in dbt. */
export function nodeInfo(
  node: NodeLabel,
  status: string,
  startedAt: string,
  finishedAt: string,
): Readonly<Record<string, unknown>> {
  const { record } = node;
  return {
    unique_id: node.id,
    node_name: node.name,
    resource_type: node.resourceType,
    materialized: node.materialized,
    node_path: record?.path ?? '',
    node_checksum: record?.checksum ?? '',
    node_status: status,
    node_started_at: startedAt,
    node_finished_at: finishedAt,
    node_relation: {
      database: record?.database ?? '',
      schema: record?.schema ?? '',
      alias: record?.alias ?? '',
      relation_name: record?.relationName ?? '',
    },
    meta: record?.meta ?? {},
  };
}
