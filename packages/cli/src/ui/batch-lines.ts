import type { RunEvent } from '@eider/engine';
import { green, red, yellow } from './colors.ts';
import { fancyLine } from './fancy-line.ts';
import type { LogLine } from './log-line.ts';
import { type LineOptions, nodeInfo } from './node-lines.ts';

type Started = Extract<RunEvent, { kind: 'batch-started' }>;
type Finished = Extract<RunEvent, { kind: 'batch-finished' }>;

/** The line of a batch that begins, ends or is skipped, in dbt's words. Its number is that of the batches, so no terminal lines it up with those of nodes. */
export function batchLine(event: Started | Finished, { now, width }: LineOptions): LogLine {
  const { batch, index, node, total } = event;
  const description = `batch ${batch} of ${node.display}`;
  const data = { description, batch_index: index, total_batches: total };
  if (event.kind === 'batch-started') {
    const text = `Batch ${fancyLine({ message: `START ${description}`, brief: batch, status: 'RUN', index, total }, width)}`;
    const info = nodeInfo(node, 'started', now.toISOString(), '');
    return {
      ...{ level: 'info', name: 'LogStartBatch', code: 'Q045', text, transient: true },
      data: { ...data, node_info: info },
    };
  }
  const { ms, status } = event;
  const { level, verb, word } = words[status];
  const text = `Batch ${fancyLine({ message: `${verb} ${description}`, brief: batch, status: word, index, total, ms }, width)}`;
  const startedAt = status === 'skipped' ? '' : new Date(now.getTime() - ms).toISOString();
  const info = nodeInfo(node, status, startedAt, startedAt === '' ? '' : now.toISOString());
  const told = status === 'success' ? 'OK' : status;
  return {
    ...{ level, name: 'LogBatchResult', code: 'Q046', text },
    data: { ...data, status: told, execution_time: ms / 1000, node_info: info },
  };
}

const words = {
  success: { level: 'info', verb: 'OK created', word: green('OK') },
  error: { level: 'error', verb: 'ERROR creating', word: red('ERROR') },
  skipped: { level: 'info', verb: 'SKIP', word: yellow('SKIPPED') },
} as const;
