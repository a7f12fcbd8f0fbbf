import type { Diagnostic, Frame, Place } from '@eider/core';
import { bold, dim, red, yellow } from './colors.ts';
import { findingRecord } from './finding-record.ts';
import type { LogLine } from './log-line.ts';

/** A finding as one line of the log. */
export function diagnosticLine(diagnostic: Diagnostic): LogLine {
  const isError = diagnostic.severity === 'error';
  return {
    level: isError ? 'error' : 'warn',
    name: 'Finding',
    code: diagnostic.code,
    text: diagnosticText(diagnostic),
    data: { ...findingRecord(diagnostic) },
  };
}

/**
 * A finding for people:
 * `error[ref/not-found] models/orders.sql:3:15`, the message, what Jinja said, the lines around the place, the way there, and what to do.
 */
export function diagnosticText(diagnostic: Diagnostic): string {
  const { severity, code, message, said, place, trace = [], excerpt, hint } = diagnostic;
  const paint = severity === 'error' ? red : yellow;
  const where = place === undefined ? '' : ` ${bold(placeText(place))}`;
  return [
    `${paint(severity)}${dim(`[${code}]`)}${where}`,
    indent(message, 2),
    ...(said === undefined ? [] : [dim(indent(`Jinja: ${said}`, 2))]),
    ...(excerpt === undefined || excerpt === '' ? [] : [indent(excerpt, 4)]),
    ...wayLines(wayThere(trace, place)).map((line) => dim(`  in ${line}`)),
    ...(hint === undefined ? [] : [indent(hint, 2)]),
  ].join('\n');
}

/** The macros on the way and the template they were called in; a lone frame at the place itself says nothing new. */
function wayThere(trace: readonly Frame[], place: Place | undefined): readonly Frame[] {
  const frames = trace.filter((frame) => !internal.test(frame.name));
  const [only] = frames;
  const says =
    frames.length > 1 || (only !== undefined && (place === undefined || placeText(only.place) !== placeText(place)));
  return says || only?.name.startsWith('macro.') ? frames : [];
}

/** A line for each step; macros that call themselves or one another again and again are one round. */
function wayLines(frames: readonly Frame[]): readonly string[] {
  const all = frames.map((frame) => `${frameName(frame)} (${placeText(frame.place)})`);
  const lines: string[] = [];
  for (let at = 0; at < all.length; ) {
    const round = roundAt(all, at);
    if (round === 0) {
      lines.push(all[at] ?? '');
      at += 1;
      continue;
    }
    lines.push(...all.slice(at, at + round).map((line) => `${line}, again and again`));
    while (all[at] !== undefined && all[at] === all[at + round]) at += 1;
    at += round;
  }
  return lines;
}

/** How many macros that call one another make a round. */
const longestRound = 10;

/** After how many lines those from here on come again; 0: they do not. */
function roundAt(lines: readonly string[], at: number): number {
  for (let round = 1; round <= longestRound; round += 1) {
    const isRound = lines.slice(at, at + round).every((line, i) => line === lines[at + round + i]);
    if (isRound) return round;
  }
  return 0;
}

/** Macros of dbt's own, where nobody can mend anything. */
const internal = /^macro\.dbt(_duckdb)?\./;

/** `macro doubled`, `macro dbt_utils.star` → as templates call it; other frames by their own name. */
function frameName({ name, place }: Frame): string {
  if (name === place.file) return 'the template';
  return name.replace(/^macro\./, 'macro ');
}

/** `models/orders.sql:3:15`. */
export function placeText(place: { readonly file: string; readonly line: number; readonly column: number }): string {
  return `${place.file}:${place.line}:${place.column}`;
}

/** Every line of a text moved to the right. */
export function indent(text: string, spaces: number): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : ' '.repeat(spaces) + line))
    .join('\n');
}
