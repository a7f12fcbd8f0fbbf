import { type Batch, EiderError, error, type ManifestNode } from '@eider/core';

export type BatchSize = 'hour' | 'day' | 'month' | 'year';

/** What decides the batches of a run, all times in UTC. */
export interface BatchesRequest {
  readonly node: Pick<ManifestNode, 'unique_id' | 'name' | 'config'>;
  /** Whether the table of before is added to. */
  readonly isIncremental: boolean;
  /** `--event-time-start` and `--event-time-end`. */
  readonly asked: { readonly start: Date; readonly end: Date } | undefined;
  /** When the command began: the end, where none was asked for. */
  readonly now: Date;
}

/** Whether a model is built batch by batch. */
export function isMicrobatch({ config }: Pick<ManifestNode, 'config'>): boolean {
  return config.materialized === 'incremental' && config.incremental_strategy === 'microbatch';
}

/**
 * The batches of a run, oldest first, as dbt has them: from what was asked for, from `begin` the first time, else from `lookback` batches before the newest;
 * to the end of the batch that now is in. Throws EiderError where `begin` or `batch_size` cannot be read.
 */
export function batchesOf({ asked, isIncremental, node, now }: BatchesRequest): readonly Batch[] {
  const size = sizeOf(node);
  const end = ceiling(asked?.end ?? now, size);
  const start = startOf({ asked, isIncremental, node, now }, size, end);
  const batches: Batch[] = [];
  for (let from = start; from < end || batches.length === 0; from = offset(from, size, 1)) {
    batches.push(batchFrom(from, offset(from, size, 1), size));
  }
  const last = batches.at(-1);
  return last === undefined ? [] : [...batches.slice(0, -1), { ...last, end }];
}

/** A batch by its times. */
export function batchFrom(start: Date, end: Date, size: BatchSize): Batch {
  return { id: batchLabel(start, size).replaceAll('-', ''), start, end };
}

function startOf({ asked, isIncremental, node }: BatchesRequest, size: BatchSize, end: Date): Date {
  if (asked !== undefined) return truncate(asked.start, size);
  if (!isIncremental) return truncate(beginOf(node), size);
  const lookback = Number(node.config.lookback ?? 1);
  // The end is the line between two batches: the newest one is before it.
  return offset(end, size, -(lookback + 1));
}

/** How dbt names a batch to people and in file names: `2024-01-02`, `2024-01-02T03`. */
export function batchLabel(start: Date, size: BatchSize): string {
  return start.toISOString().slice(0, { year: 4, month: 7, day: 10, hour: 13 }[size]);
}

/** The size of a model's batches. */
export function sizeOf({ config, name, unique_id: id }: BatchesRequest['node']): BatchSize {
  const size = config.batch_size;
  if (size === 'hour' || size === 'day' || size === 'month' || size === 'year') return size;
  const message = `Microbatch model '${name}' must provide a 'batch_size' config that is one of hour, day, month, year.`;
  throw new EiderError([error('config/invalid', message, { node: id, hint: "Write batch_size='day'." })]);
}

function beginOf({ config, name, unique_id: id }: BatchesRequest['node']): Date {
  const fields = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d))?)?)?/.exec(String(config.begin ?? ''));
  const [, year, month = 1, day, hour = 0, minute = 0, second = 0] = (fields ?? []).map(
    (field) => field && Number(field),
  );
  const begin = Date.UTC(Number(year), Number(month) - 1, ...[day, hour, minute, second].map(Number));
  if (fields !== null && !Number.isNaN(begin)) return new Date(begin);
  const message = `Microbatch model '${name}' must provide a 'begin' config of valid datetime (ISO format), but got: ${config.begin}.`;
  throw new EiderError([error('config/invalid', message, { node: id, hint: "Write begin='2024-01-01'." })]);
}

const depth: Readonly<Record<BatchSize, number>> = { year: 1, month: 2, day: 3, hour: 4 };

function truncate(moment: Date, size: BatchSize): Date {
  return offset(moment, size, 0);
}

/** The beginning of the batch that is so many after the one that a moment is in. */
function offset(moment: Date, size: BatchSize, by: number): Date {
  const fields = [moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate(), moment.getUTCHours()];
  const last = depth[size] - 1;
  const [year = 0, month = 0, day = 1, hour = 0] = fields
    .slice(0, last + 1)
    .map((value, i) => value + (i === last ? by : 0));
  const result = new Date(0);
  result.setUTCFullYear(year, month, day);
  result.setUTCHours(hour, 0, 0, 0);
  return result;
}

function ceiling(moment: Date, size: BatchSize): Date {
  const floor = truncate(moment, size);
  return floor.getTime() === moment.getTime() ? floor : offset(floor, size, 1);
}
