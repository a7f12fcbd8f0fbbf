import type { Diagnostic } from '@eider/core';
import { withoutColors } from './colors.ts';

/** A finding for programs: what `--output json` prints and `--log-format json` carries. Keys never change their meaning; further ones may come. */
export interface FindingRecord {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint: string | null;
  /** What Jinja or Python said, where `message` has other words for it. */
  readonly said: string | null;
  /** Relative to the project's folder where it lies inside it. */
  readonly file: string | null;
  /** From 1. */
  readonly line: number | null;
  /** From 1, in UTF-16 units. */
  readonly column: number | null;
  /** The way there, innermost first; empty where the place is all. */
  readonly trace: readonly {
    readonly name: string;
    readonly file: string;
    readonly line: number;
    readonly column: number;
  }[];
  /** The lines around the place as they are printed. */
  readonly excerpt: string | null;
  /** What dbt calls such a warning: what `--warn-error-options` knows it by beside its code. */
  readonly dbt_name: string | null;
  /** dbt's unique id of the node that the finding is about. */
  readonly unique_id: string | null;
}

/** A finding's record. */
export function findingRecord({
  code,
  dbtName,
  excerpt,
  hint,
  message,
  node,
  place,
  said,
  severity,
  trace = [],
}: Diagnostic): FindingRecord {
  return {
    code,
    severity,
    message: withoutColors(message),
    hint: hint ?? null,
    said: said ?? null,
    file: place?.file ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
    trace: trace.map(({ name, place: { file, line, column } }) => ({ name, file, line, column })),
    excerpt: excerpt === undefined || excerpt === '' ? null : excerpt,
    dbt_name: dbtName ?? null,
    unique_id: node ?? null,
  };
}
