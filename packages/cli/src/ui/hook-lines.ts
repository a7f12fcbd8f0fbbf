import type { NodeLabel, RunEvent } from '@eider/engine';
import { green, red, yellow } from './colors.ts';
import { type FancyLine, fancyLine } from './fancy-line.ts';
import { blank, type LogLine } from './log-line.ts';
import { type LineOptions, nodeInfo } from './node-lines.ts';

type Started = Extract<RunEvent, { kind: 'hook-started' }>;
type Finished = Extract<RunEvent, { kind: 'hook-finished' }>;

/** The lines of a hook of the project that begins, ends or is skipped: an empty one stands behind those before the nodes, and in front of those after them. */
export function hookLines(event: Started | Finished, options: LineOptions): readonly LogLine[] {
  const isBefore = event.name.includes('.on-run-start.');
  if (event.kind === 'hook-started') {
    const start = startLine(event, options);
    return event.index === 1 && !isBefore ? [blank, start] : [start];
  }
  const end = endLine(event, options);
  return event.index === event.total && isBefore ? [end, blank] : [end];
}

function startLine({ id, index, name, total }: Started, { now, width }: LineOptions): LogLine {
  const fancy: FancyLine = { ...words('START', name), status: 'RUN', index, total };
  const info = nodeInfo(hookLabel(id), 'started', now.toISOString(), '');
  const data = { statement: name, index, total, node_info: info };
  const about = { level: 'info', name: 'LogHookStartLine', code: 'Q032' } as const;
  return { ...about, text: fancyLine(fancy, width), data, fancy, transient: true };
}

const verbs = { success: ['OK', green], error: ['ERROR', red], skipped: ['SKIP', yellow] } as const;

function endLine({ id, index, ms, name, status, total }: Finished, { now, width }: LineOptions): LogLine {
  const [verb, paint] = verbs[status];
  const fancy: FancyLine = { ...words(verb, name), status: paint(verb), index, total, ms };
  const startedAt = status === 'skipped' ? '' : new Date(now.getTime() - ms).toISOString();
  const info = nodeInfo(hookLabel(id), status, startedAt, startedAt === '' ? '' : now.toISOString());
  const data = { statement: name, index, total, status, execution_time: ms / 1000, node_info: info };
  return { level: 'info', name: 'LogHookEndLine', code: 'Q033', text: fancyLine(fancy, width), data, fancy };
}

function words(verb: string, name: string): Pick<FancyLine, 'message' | 'brief' | 'cut'> {
  return { message: `${verb} hook: ${name}`, brief: `hook ${name}`, cut: true };
}

/** A hook as dbt's logs name it: by the operation that it is. */
function hookLabel(id: string): NodeLabel {
  const name = id.split('.').at(-1) ?? id;
  return { id, name, resourceType: 'operation', materialized: 'view', language: 'sql', display: name };
}
