import type { FancyLine } from './fancy-line.ts';

export type LineLevel = 'debug' | 'info' | 'warn' | 'error';

/** One thing to say. Names and codes are dbt's where the line is dbt's, so that what reads its JSON logs reads ours. */
export interface LogLine {
  readonly level: LineLevel;
  readonly name: string;
  readonly code: string;
  /** With colours. */
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Not printed where live progress shows the same. */
  readonly transient?: boolean;
  /** Printed as it is, without time: results of `ls`, `print()`. Shown even when quiet. */
  readonly plain?: boolean;
  /** What `text` is made of, where it is a line about a node: a terminal makes it again as wide as itself. */
  readonly fancy?: FancyLine;
  /** The thread that ran the node; default: the main one. */
  readonly thread?: string;
}

/** An empty line, as dbt puts between blocks. */
export const blank: LogLine = { level: 'info', name: 'Formatting', code: 'Z017', text: '', data: { msg: '' } };

const ranks: Readonly<Record<LineLevel | 'none', number>> = { debug: 0, info: 1, warn: 2, error: 3, none: 4 };

/** Whether a line is at least of this level. */
export function reaches(line: LogLine, least: LineLevel | 'none'): boolean {
  return line.plain === true || ranks[line.level] >= ranks[least];
}
