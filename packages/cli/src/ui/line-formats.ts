import { wrapAnsi } from 'fast-wrap-ansi';
import { withoutColors } from './colors.ts';
import { fittingLine } from './fancy-line.ts';
import type { LogLine } from './log-line.ts';
import { cutText, textWidth } from './text-width.ts';

/** Turns a line into what a sink writes, line end included. */
export type LineFormat = (line: LogLine, now: Date) => string;

/** `09:31:19  text`, in UTC, as dbt prints. */
export const timedText: LineFormat = (line, now) =>
  line.plain === true ? `${line.text}\n` : `${clock(now)}${line.text}\n`;

/** `09:31:19.750 [info ] text`: dbt's format for its log file. */
export const debugText: LineFormat = (line, now) =>
  `${now.toISOString().slice(11, 23)} [${line.level.padEnd(5)}] ${line.text}\n`;

const narrow = 60;

/**
 * As `timedText` for a terminal that is `columns()` wide: no line is wider, long ones go on below their text, and a narrow terminal is spared the time.
 * Results are printed as they are.
 */
export function screenText(columns: () => number, printerWidth: number): LineFormat {
  return (line, now) => {
    if (line.plain === true) return `${line.text}\n`;
    const width = Math.max(20, columns());
    const time = width < narrow ? '' : clock(now);
    const room = width - time.length;
    if (line.fancy !== undefined) return `${time}${fittingLine(line.fancy, printerWidth, room)}\n`;
    const lines = framesWithin(line.text.split('\n'), room).flatMap((text) => wrapped(text, room));
    return lines.map((text, i) => `${`${i === 0 ? time : ' '.repeat(time.length)}${text}`.trimEnd()}\n`).join('');
  };
}

const codeLine = /^(\s*>?\s*\d*\s*\| )(.*)$/;
const caretLine = /^\s*\| +\^/;

/** The lines of a text with source code in it that is too wide moved to the left, as far as it takes to see the caret. */
function framesWithin(lines: readonly string[], width: number): readonly string[] {
  const shown = [...lines];
  for (const [i, text] of lines.entries()) {
    const plain = withoutColors(text);
    if (!caretLine.test(plain) || textWidth(plain) < width - afterCaret) continue;
    const shift = textWidth(plain) - (width - afterCaret);
    for (let at = i - 1; at >= 0 && codeLine.test(withoutColors(lines[at] ?? '')); at--)
      shown[at] = moved(lines[at] ?? '', shift);
    shown[i] = moved(text, shift);
    for (let at = i + 1; at < lines.length && codeLine.test(withoutColors(lines[at] ?? '')); at++)
      shown[at] = moved(lines[at] ?? '', shift);
  }
  return shown;
}

/** How much of the line behind the caret stays in sight. */
const afterCaret = 12;

function moved(text: string, shift: number): string {
  const [, head = '', code = ''] = codeLine.exec(withoutColors(text)) ?? [];
  return head + code.slice(shift);
}

/** Lines of source code are cut, for a caret stands below them; other lines are wrapped between words, as far in as they begin. */
function wrapped(text: string, width: number): readonly string[] {
  if (textWidth(text) <= width) return [text];
  if (codeLine.test(withoutColors(text))) return [closed(cutText(text, width))];
  const indent = /^ */.exec(text)?.[0] ?? '';
  const room = Math.max(10, width - indent.length);
  return wrapAnsi(text.slice(indent.length), room, { trim: true })
    .split('\n')
    .map((part) => indent + part);
}

/** A text that was cut within a colour ends it. */
function closed(text: string): string {
  return withoutColors(text) === text ? text : `${text}\u001b[0m`;
}

function clock(now: Date): string {
  return `${now.toISOString().slice(11, 19)}  `;
}

/** One JSON object a line, in the shape of dbt's structured logs. */
export function jsonLines(invocationId: string, pid: number): LineFormat {
  return (line, now) => {
    const msg = withoutColors(line.text);
    const info = {
      category: '',
      code: line.code,
      extra: {},
      invocation_id: invocationId,
      level: line.level,
      msg,
      name: line.name,
      pid,
      thread: line.thread ?? 'MainThread',
      ts: now.toISOString(),
    };
    return `${JSON.stringify({ data: line.data, info })}\n`;
  };
}
