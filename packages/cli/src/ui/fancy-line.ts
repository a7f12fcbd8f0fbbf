import { cutMiddle, textWidth } from './text-width.ts';

export interface FancyLine {
  readonly message: string;
  /** What the line is about alone, for a narrow terminal: the status tells the rest. */
  readonly brief: string;
  readonly status: string;
  readonly index?: number;
  readonly total?: number;
  readonly ms?: number;
  /** Cut a message that is wider than the line (hooks). */
  readonly cut?: boolean;
}

/** dbt's line about one node: `3 of 13 START sql external model main.orders ....... [RUN]`, dots up to the printer's width. */
export function fancyLine(line: FancyLine, width: number): string {
  let padded = `${progressOf(line)}${line.message} `.padEnd(width, '.');
  if (line.cut === true && padded.length > width - 3) padded = `${padded.slice(0, width - 3)}...`;
  return `${padded} ${statusOf(line)}`;
}

const usualStatus = 17;

/**
 * The line for a terminal: never wider than `columns`, its dots ending where those of other lines end, numbers below one another. In fewer words where
 * the terminal is narrower than the printer.
 */
export function fittingLine(line: FancyLine, width: number, columns: number): string {
  const status = statusOf(line);
  const room = columns - textWidth(status) - 1;
  const dots = Math.min(width, room, columns - usualStatus);
  const words = columns < width + usualStatus ? line.brief : line.message;
  const progress = progressOf(line);
  const number = progress.padStart(2 * String(line.total ?? '').length + (progress === '' ? 0 : ' of  '.length));
  const text = `${number}${cutMiddle(words, Math.max(1, room - number.length - 1))}`;
  const missing = dots - textWidth(text) - 1;
  return `${text} ${'.'.repeat(Math.max(0, missing))}${missing > 0 ? ' ' : ''}${status}`;
}

function progressOf({ index, total }: FancyLine): string {
  return index === undefined || total === undefined ? '' : `${index} of ${total} `;
}

function statusOf({ ms, status }: FancyLine): string {
  return `[${status}${ms === undefined ? '' : ` in ${(ms / 1000).toFixed(2)}s`}]`;
}

/** `1 seed`, `2 seeds`, `1 test`, `2 data tests`, `2 analyses`: dbt's plurals of resource types. */
export function counted(count: number, type: string): string {
  if (count === 1) return `1 ${type.replaceAll('_', ' ')}`;
  const plural =
    type === 'test'
      ? 'data tests'
      : type === 'analysis'
        ? 'analyses'
        : type.endsWith('ry')
          ? `${type.slice(0, -1)}ies`
          : `${type}s`;
  return `${count} ${plural.replaceAll('_', ' ')}`;
}
