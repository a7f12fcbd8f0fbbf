import { artifactMetadata, type Invocation } from './invocation.ts';
import type { SourceNode } from './nodes.ts';

const seconds: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** Whether `source freshness` looks at a source: where it says after how long a warning or an error is due. */
export function checksFreshness({ freshness }: SourceNode): boolean {
  return ['warn_after', 'error_after'].some((key) => secondsOf(freshness?.[key]) !== null);
}

/** What dbt says of data of this age. */
export function freshnessStatus({ freshness }: SourceNode, ageSeconds: number): 'pass' | 'warn' | 'error' {
  const isOver = (key: string): boolean => ageSeconds > (secondsOf(freshness?.[key]) ?? Number.POSITIVE_INFINITY);
  return isOver('error_after') ? 'error' : isOver('warn_after') ? 'warn' : 'pass';
}

function secondsOf(threshold: unknown): number | null {
  if (typeof threshold !== 'object' || threshold === null) return null;
  const { count, period } = threshold as { readonly count?: unknown; readonly period?: unknown };
  const unit = typeof period === 'string' ? seconds[period] : undefined;
  return typeof count === 'number' && unit !== undefined ? count * unit : null;
}

/** What came of one source, as plain data. */
export interface FreshnessRecord {
  readonly source: SourceNode;
  readonly status: 'pass' | 'warn' | 'error';
  readonly maxLoadedAt: string;
  readonly snapshottedAt: string;
  readonly ageSeconds: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly executeMs: number;
  readonly thread: string;
}

/** The document of `target/sources.json`, schema v3 as dbt-core 1.11 writes it: sources that could not be asked are not in it. */
export function writeSources(
  results: readonly FreshnessRecord[],
  elapsedMs: number,
  invocation: Invocation,
): Record<string, unknown> {
  return {
    metadata: artifactMetadata('sources/v3', invocation),
    results: results.map((result) => {
      const end = new Date(Date.parse(result.startedAt) + result.executeMs).toISOString();
      return {
        unique_id: result.source.unique_id,
        max_loaded_at: result.maxLoadedAt,
        snapshotted_at: result.snapshottedAt,
        max_loaded_at_time_ago_in_s: result.ageSeconds,
        status: result.status,
        criteria: result.source.freshness,
        adapter_response: { _message: 'OK' },
        timing: [
          { name: 'compile', started_at: result.startedAt, completed_at: result.startedAt },
          { name: 'execute', started_at: result.startedAt, completed_at: end },
        ],
        thread_id: result.thread,
        execution_time: result.executeMs / 1000,
      };
    }),
    elapsed_time: elapsedMs / 1000,
  };
}
