import type { Diagnostic } from '@eider/core';

/** `skipped`: it could not be tried, because something before it failed. */
export type CheckStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** One thing that `debug` looked at. */
export interface Check {
  readonly section: 'configuration' | 'connection' | 'extensions' | 'settings' | 'secrets' | 'attached' | 'paths';
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, in a few words. */
  readonly detail: string;
  /** What is wrong, and what to do. */
  readonly findings: readonly Diagnostic[];
  /** More of what was found, a line each. */
  readonly facts: readonly string[];
}

/** A check of a section; `ok` with nothing more to say, unless `more` says so. */
export function checkOf(
  section: Check['section'],
  name: string,
  detail: string,
  more: Partial<Pick<Check, 'status' | 'findings' | 'facts'>> = {},
): Check {
  return { section, name, detail, status: more.status ?? 'ok', findings: more.findings ?? [], facts: more.facts ?? [] };
}

/** Everything that `debug` tells. */
export interface DebugReport {
  /** Versions and places, in the order in which they are shown: `eider version` → `0.1.0`. */
  readonly about: Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
}

/** Whether nothing failed: what was skipped follows from what failed. */
export function isSuccess({ checks }: DebugReport): boolean {
  return checks.every(({ status }) => status !== 'failed');
}
