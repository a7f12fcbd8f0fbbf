import { expect, test } from 'vitest';
import type { SourceNode } from './nodes.ts';
import { checksFreshness, freshnessStatus, writeSources } from './source-freshness.ts';

const sourceOf = (freshness: SourceNode['freshness']): SourceNode =>
  ({ unique_id: 'source.shop.raw.orders', freshness }) as SourceNode;
const after = (count: number | null, period: string | null): Record<string, unknown> => ({ count, period });

test.each<readonly [SourceNode['freshness'], number, 'pass' | 'warn' | 'error' | null]>([
  [null, 1, null],
  [{ warn_after: null, error_after: after(null, null), filter: 'a' }, 1, null],
  [{ warn_after: after(1, null), error_after: null }, 1, null],
  [{ warn_after: after(1, 'minute'), error_after: null }, 60, 'pass'],
  [{ warn_after: after(1, 'minute'), error_after: null }, 61, 'warn'],
  [{ warn_after: after(2, 'hour'), error_after: after(1, 'day') }, 7201, 'warn'],
  [{ warn_after: after(2, 'hour'), error_after: after(1, 'day') }, 86_401, 'error'],
  [{ warn_after: null, error_after: after(0, 'day') }, 1, 'error'],
])('%j at %d s', (freshness, age, expected) => {
  expect(checksFreshness(sourceOf(freshness))).toBe(expected !== null);
  if (expected !== null) expect(freshnessStatus(sourceOf(freshness), age)).toBe(expected);
});

test('sources.json is of schema v3', () => {
  const source = sourceOf({ warn_after: after(1, 'day'), error_after: after(null, null), filter: null });
  const times = {
    maxLoadedAt: '2026-01-01T00:00:00+00:00',
    snapshottedAt: '2026-01-02T00:00:01+00:00',
    ageSeconds: 86_401,
  };
  const ran = { startedAt: '2026-01-02T00:00:00.500Z', executeMs: 250, thread: 'MainThread' };
  const invocation = { id: 'id', startedAt: new Date(0), generatedAt: new Date(1000), env: {} };
  expect(writeSources([{ source, status: 'warn', ...times, ...ran }], 300, invocation)).toMatchObject({
    metadata: { dbt_schema_version: 'https://schemas.getdbt.com/dbt/sources/v3.json' },
    results: [
      {
        ...{ unique_id: 'source.shop.raw.orders', status: 'warn', max_loaded_at_time_ago_in_s: 86_401 },
        ...{ max_loaded_at: times.maxLoadedAt, snapshotted_at: times.snapshottedAt, criteria: source.freshness },
        ...{ thread_id: 'MainThread', execution_time: 0.25, adapter_response: { _message: 'OK' } },
        timing: [{ name: 'compile' }, { name: 'execute', completed_at: '2026-01-02T00:00:00.750Z' }],
      },
    ],
    elapsed_time: 0.3,
  });
});
