import type { Place } from '@eider/core';
import type { NodeResult } from '@eider/engine';
import { green, red, yellow } from './colors.ts';
import { diagnosticText, indent, placeText } from './diagnostic-lines.ts';
import { counted } from './fancy-line.ts';
import { findingRecord } from './finding-record.ts';
import { isFailed } from './is-failed.ts';
import { blank, type LogLine } from './log-line.ts';

/** What the end of a run says about a node. */
export interface NodeFact {
  readonly resourceType: string;
  readonly materialized: string;
  readonly name: string;
  /** Relative to the project, e.g. `models/orders.sql`. */
  readonly path: string;
  /** `target/compiled/…`, where its SQL was written. */
  readonly compiledPath: string | null;
  /** The table with the failing rows of a test, where they are kept. */
  readonly failuresTable: string | null;
}

export interface EndOfRun {
  readonly results: readonly NodeResult[];
  readonly facts: (node: string) => NodeFact;
  readonly elapsedMs: number;
  readonly interrupted: boolean;
}

/** The lines that end a run, in dbt's words: what was run, each failure and warning, and `Done. PASS=…`, which scripts look for. */
export function summaryLines(end: EndOfRun): readonly LogLine[] {
  // An ephemeral model that cannot be compiled has no result of its own: the first node that is skipped for it tells of it.
  const errors = end.results.filter((result) => isFailed(result.status) || result.skipCause !== undefined);
  const told = errors.filter(({ diagnostics, skipCause }) => skipCause === undefined || diagnostics.length > 0);
  const warnings = end.results.filter((result) => result.status === 'warn');
  return [
    blank,
    finishedLine(end),
    blank,
    completedLine(errors.length, warnings.length, end.interrupted),
    ...told.flatMap((result) => resultLines(result, end.facts(result.skipCause?.model ?? result.node), false)),
    ...warnings.flatMap((result) => resultLines(result, end.facts(result.node), true)),
    blank,
    statsLine(end.results),
  ];
}

function finishedLine({ results, facts, elapsedMs }: EndOfRun): LogLine {
  const counts = new Map<string, number>();
  for (const { node } of results) {
    const fact = facts(node);
    const type =
      fact.resourceType === 'model'
        ? `${fact.materialized} model`
        : fact.resourceType === 'operation'
          ? 'project hook'
          : fact.resourceType;
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const types = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const stats = types.map(([type, count]) => counted(count, type)).join(', ');
  const seconds = elapsedMs / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const duration = `${hours} hours ${minutes} minutes and ${(seconds % 60).toFixed(2)} seconds (${seconds.toFixed(2)}s)`;
  return info('FinishedRunningStats', 'E047', `Finished running ${stats} in ${duration}.`, {
    stat_line: stats,
    execution: ` in ${duration.replace(/ \(.*/, '')}`,
    execution_time: seconds,
  });
}

function completedLine(errors: number, warnings: number, interrupted: boolean): LogLine {
  const counts = { num_errors: errors, num_warnings: warnings, num_partial_success: 0 };
  const data = { ...counts, keyboard_interrupt: interrupted };
  const say = (text: string): LogLine => info('EndOfRunSummary', 'Z030', text, data);
  if (interrupted) return say(yellow('Exited because of keyboard interrupt'));
  if (errors > 0)
    return say(
      red(`Completed with ${counted(errors, 'error')}, 0 partial successes, and ${counted(warnings, 'warning')}:`),
    );
  if (warnings > 0) return say(yellow(`Completed with ${counted(warnings, 'warning')}:`));
  return say(green('Completed successfully'));
}

function resultLines(result: NodeResult, fact: NodeFact, isWarning: boolean): readonly LogLine[] {
  const level = isWarning ? 'warn' : 'error';
  const head = `${isWarning ? 'Warning' : 'Failure'} in ${fact.resourceType} ${fact.name}${fact.path === '' ? '' : ` (${fact.path})`}`;
  // The rows that a test found speak for themselves: only what could not run has a place worth showing.
  const [first] = result.diagnostics;
  const details =
    (result.status === 'error' || result.skipCause !== undefined) && first !== undefined
      ? result.diagnostics.map(diagnosticText).join('\n')
      : [first?.message ?? result.message, ...placeLines(first?.place)].join('\n');
  const data = {
    node_name: fact.name,
    path: fact.path,
    resource_type: fact.resourceType,
    node_info: { unique_id: result.node },
  };
  const lines: LogLine[] = [
    blank,
    {
      level,
      name: isWarning ? 'RunResultWarning' : 'RunResultFailure',
      code: isWarning ? 'Z021' : 'Z022',
      text: (isWarning ? yellow : red)(head),
      data,
    },
    {
      level,
      name: isWarning ? 'RunResultWarningMessage' : 'RunResultError',
      code: isWarning ? 'Z046' : 'Z024',
      text: isWarning ? details : indent(details, 2),
      data: {
        msg: first?.message ?? result.message,
        node_info: { unique_id: result.node },
        findings: result.diagnostics.map(findingRecord),
      },
    },
  ];
  if (fact.compiledPath !== null && result.compiledSql !== undefined) {
    lines.push(
      blank,
      info('SQLCompiledPath', 'Z026', `  compiled code at ${fact.compiledPath}`, {
        path: fact.compiledPath,
        node_info: { unique_id: result.node },
      }),
    );
  }
  if (fact.failuresTable !== null && result.status !== 'error' && result.skipCause === undefined) {
    const query = `select * from ${fact.failuresTable}`;
    const border = '-'.repeat(query.length);
    const text = `  See test failures:\n  ${border}\n  ${query}\n  ${border}`;
    const about = { relation_name: fact.failuresTable, node_info: { unique_id: result.node } };
    lines.push(blank, info('CheckNodeTestFailure', 'Z027', text, about));
  }
  return lines;
}

/** Where a test is written: its entry in a property file. A test of its own file needs no line. */
function placeLines(place: Place | undefined): readonly string[] {
  return place === undefined || (place.line === 1 && place.column === 1) ? [] : [`Written at ${placeText(place)}`];
}

function statsLine(results: readonly NodeResult[]): LogLine {
  const count = (...statuses: string[]): number => results.filter((result) => statuses.includes(result.status)).length;
  const stats = {
    pass: count('success', 'pass'),
    warn: count('warn'),
    error: count('error', 'partial success', 'fail'),
    skip: count('skipped'),
    noop: count('no-op'),
    total: results.length,
  };
  const text = `Done. PASS=${stats.pass} WARN=${stats.warn} ERROR=${stats.error} SKIP=${stats.skip} NO-OP=${stats.noop} TOTAL=${stats.total}`;
  return info('StatsLine', 'Z023', text, { stats });
}

function info(name: string, code: string, text: string, data: Readonly<Record<string, unknown>>): LogLine {
  return { level: 'info', name, code, text, data };
}
