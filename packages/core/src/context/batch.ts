import { utcDateTime } from '../jinja/modules/index.ts';
import { toStr } from '../jinja/values/index.ts';
import type { ManifestNode, SourceNode } from '../manifest/nodes.ts';
import type { Config } from './config.ts';
import type { Relation } from './relation.ts';

/** A slice of time of a microbatch model. */
export interface Batch {
  /** `20240102`, or as the size of the batches has it. */
  readonly id: string;
  /** Inclusive. */
  readonly start: Date;
  /** Exclusive. */
  readonly end: Date;
}

/** What templates see of a batch: `model.batch`, times as Python's datetimes in UTC. */
export function batchRecord({ end, id, start }: Batch): Readonly<Record<string, unknown>> {
  return { id, event_time_start: utcDateTime(start), event_time_end: utcDateTime(end) };
}

/** A node's config while a batch of it is rendered: dbt gives the times here too, from before there was `model.batch`. */
export function batchConfig(config: Config, { end, start }: Batch): Config {
  return {
    ...config,
    __dbt_internal_microbatch_event_time_start: utcDateTime(start),
    __dbt_internal_microbatch_event_time_end: utcDateTime(end),
  };
}

/** A time: inclusive and exclusive. */
export type Span = Pick<Batch, 'start' | 'end'>;

/** What a render is limited to: its batch, the sample, or what is in both. */
export function spanOf(batch: Batch | undefined, sample: Span | undefined): Span | undefined {
  if (batch === undefined || sample === undefined) return batch ?? sample;
  return {
    start: new Date(Math.max(batch.start.getTime(), sample.start.getTime())),
    end: new Date(Math.min(batch.end.getTime(), sample.end.getTime())),
  };
}

type Filtered = Pick<ManifestNode | SourceNode, 'columns'> & {
  readonly config: Readonly<Record<string, unknown>>;
  readonly quoting?: Readonly<Record<string, unknown>>;
};

/** What a microbatch model, or any under `--sample`, refers to: of what has an `event_time` the rows of that time alone, unless it says `.render()`. */
export function inSpan(relation: Relation, { columns, config, quoting }: Filtered, span: Span | undefined): Relation {
  const { event_time: column } = config;
  if (span === undefined || typeof column !== 'string' || column === '') return relation;
  const isQuoted = (columns[column]?.quote ?? quoting?.column) === true;
  const name = isQuoted ? `"${column}"` : column;
  const [start, end] = [span.start, span.end].map((moment) => toStr(utcDateTime(moment)));
  return relation.with({ filter: `${name} >= '${start}' and ${name} < '${end}'` });
}
