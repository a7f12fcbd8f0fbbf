import { toStr } from '../../jinja/values/index.ts';
import { isKindOf, numberType, textType } from './data-type.ts';
import { numberText, placesOf } from './decimals.ts';
import type { ResultTable, TableColumn } from './table.ts';

/** The limits of `print_table`; null: none. */
export interface PrintLimits {
  readonly rows: number | null;
  readonly columns: number | null;
  readonly width: number | null;
  readonly precision: number | null;
}

export const printLimits: PrintLimits = { rows: 20, columns: 6, width: 20, precision: 3 };

const ellipsis = '...';

/** What of a table is shown: cells as text, cut to the limits. */
interface Shown {
  readonly head: readonly string[];
  readonly body: readonly (readonly string[])[];
  /** A row that stands for those which are left out; null where none is. */
  readonly rest: readonly string[] | null;
  readonly isText: (at: number) => boolean;
}

function shownOf(table: ResultTable, limits: PrintLimits): Shown {
  const rows = table.rows.slice(0, limits.rows ?? undefined);
  const columns = table.columns.slice(0, limits.columns ?? undefined);
  const more = columns.length < table.columns.length ? [ellipsis] : [];
  const head = [...columns.map(({ name }) => name), ...more];
  const cells = columns.map((column) => columnTexts(column, rows.length, limits));
  return {
    head,
    body: rows.map((_, at) => [...cells.map((texts) => texts[at] ?? ''), ...more]),
    rest: rows.length < table.rows.length ? head.map(() => ellipsis) : null,
    isText: (at) => table.columns[at]?.type.__type__ === textType.__type__,
  };
}

/** A table as agate prints it: columns of text to the left, others to the right, longer than the limits cut. */
export function tableText(table: ResultTable, limits: PrintLimits): string {
  const { head: names, body, rest, isText } = shownOf(table, limits);
  const head = names.map((name) => cut(name, limits.width));
  const widths = head.map((name, at) => Math.max(name.length, ...body.map((line) => line[at]?.length ?? 0)));
  const line = (texts: readonly string[]): string => {
    const padded = texts.map((text, at) =>
      isText(at) ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0),
    );
    return `|${padded.map((text) => ` ${text} `).join('|')}|`;
  };
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line), ...(rest === null ? [] : [line(rest)])].join('\n');
}

/** A table in HTML, as agate prints it: a line for each element, nothing escaped. */
export function htmlText(table: ResultTable, limits: PrintLimits): string {
  const { head, body, rest, isText } = shownOf(table, limits);
  const row = (texts: readonly string[]): string[] => {
    const cells = texts.map((text, at) => `<td style="text-align: ${isText(at) ? 'left' : 'right'};">${text}</td>`);
    return ['<tr>', ...cells, '</tr>'];
  };
  const names = head.map((name) => `<th>${name}</th>`);
  const rows = [...body, ...(rest === null ? [] : [rest])].flatMap(row);
  return ['<table>', '<thead>', '<tr>', ...names, '</tr>', '</thead>', '<tbody>', ...rows, '</tbody>', '</table>'].join(
    '\n',
  );
}

function columnTexts(column: TableColumn, count: number, { width, precision }: PrintLimits): string[] {
  const values = Array.from(column.values).slice(0, count);
  const isNumber = isKindOf(column.type, numberType);
  const places = isNumber ? placesOf(values) : 0;
  const most = Math.min(places, precision ?? places);
  return values.map((value) => {
    if (value === null) return '';
    return cut(isNumber ? numberText(value, most) + (places > most ? '…' : '') : toStr(value), width);
  });
}

function cut(text: string, width: number | null): string {
  return width !== null && text.length > width
    ? `${text.slice(0, Math.max(0, width - ellipsis.length))}${ellipsis}`
    : text;
}

/** A table as CSV, dates in ISO form. */
export function csvText(table: ResultTable): string {
  const lines = [table.columnNames, ...table.rowValues()];
  return lines.map((line) => line.map(csvCell).join(',')).join('\n');
}

function csvCell(value: unknown): string {
  const text = value === null ? '' : isoText(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A value as text; a moment has a T between its date and its time. */
export function isoText(value: unknown): string {
  return toStr(value).replace(/^(\d{4}-\d\d-\d\d) (\d\d:)/, typeof value === 'string' ? '$&' : '$1T$2');
}
