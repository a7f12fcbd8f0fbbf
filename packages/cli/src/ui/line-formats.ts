import { withoutColors } from './colors.ts';
import type { LogLine } from './log-line.ts';

/** Turns a line into what a sink writes, line end included. */
export type LineFormat = (line: LogLine, now: Date) => string;

/** `09:31:19  text`, in UTC, as dbt prints. */
export const timedText: LineFormat = (line, now) =>
  line.plain === true ? `${line.text}\n` : `${now.toISOString().slice(11, 19)}  ${line.text}\n`;

/** `09:31:19.750 [info ] text`: dbt's format for its log file. */
export const debugText: LineFormat = (line, now) =>
  `${now.toISOString().slice(11, 23)} [${line.level.padEnd(5)}] ${withoutColors(line.text)}\n`;

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
      thread: 'MainThread',
      ts: now.toISOString(),
    };
    return `${JSON.stringify({ data: line.data, info })}\n`;
  };
}
