import { recordOf } from './read-values.ts';

const THRESHOLDS = ['warn_after', 'error_after'] as const;

/**
 * The freshness of a source table from what the source, its config, the table and its config say, later ones counting more: undefined where
 * nobody says anything, null where the last word is null.
 */
export function mergedFreshness(said: readonly unknown[]): Record<string, unknown> | null | undefined {
  let merged: Record<string, unknown> | null | undefined;
  for (const value of said) {
    if (value === undefined) continue;
    merged = value === null ? null : laidOver(merged ?? undefined, recordOf(value));
  }
  return merged;
}

function laidOver(
  base: Record<string, unknown> | undefined,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const threshold of THRESHOLDS) {
    const none = over[threshold] === null;
    result[threshold] = none
      ? null
      : { count: null, period: null, ...recordOf(base?.[threshold]), ...recordOf(over[threshold]) };
  }
  result.filter = over.filter ?? base?.filter ?? null;
  return result;
}
