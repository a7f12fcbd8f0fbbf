import type { NodeResult, RunSummary } from './events.ts';

/** dbt's counts of a run's results. `failedHooks` count as errors. */
export function summarize(results: readonly NodeResult[], elapsedMs: number, failedHooks: number): RunSummary {
  const count = (...statuses: readonly NodeResult['status'][]): number =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const error = count('error', 'partial success', 'fail') + failedHooks;
  return {
    elapsedMs,
    pass: count('success', 'pass'),
    warn: count('warn'),
    error,
    skip: count('skipped'),
    noOp: count('no-op'),
    total: results.length + failedHooks,
    success: error === 0 && count('skipped') === 0,
  };
}
