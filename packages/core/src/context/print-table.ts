import { rescale } from '../jinja/values/decimal.ts';
import { Decimal, toStr } from '../jinja/values/index.ts';
import { textType } from './agate-type.ts';
import type { ResultColumn, ResultTable } from './table.ts';

/** The limits of `print_table`; null: none. */
export interface PrintLimits {
  readonly rows: number | null;
  readonly columns: number | null;
  readonly width: number | null;
  readonly precision: number | null;
}

export const printLimits: PrintLimits = { rows: 20, columns: 6, width: 20, precision: 3 };

const ellipsis = '...';

/** A table as agate prints it: columns of text to the left, others to the right, longer than the limits cut. */
export function tableText(table: ResultTable, limits: PrintLimits): string {
  const rows = table.rows.slice(0, limits.rows ?? undefined);
  const columns = table.columns.slice(0, limits.columns ?? undefined);
  const isWider = columns.length < table.columns.length;
  const more = isWider ? [ellipsis] : [];
  const head = [...columns.map(({ name }) => cut(name, limits.width)), ...more];
  const cells = columns.map((column) => columnTexts(column, rows.length, limits));
  const body = rows.map((_, at) => [...cells.map((texts) => texts[at] ?? ''), ...more]);
  const widths = head.map((name, at) => Math.max(name.length, ...body.map((line) => line[at]?.length ?? 0)));
  const line = (texts: readonly string[]): string => {
    const padded = texts.map((text, at) => {
      const isText = table.columns[at]?.type === textType;
      return isText ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0);
    });
    return `|${padded.map((text) => ` ${text} `).join('|')}|`;
  };
  const lines = [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)];
  if (rows.length < table.rows.length) lines.push(line(head.map(() => ellipsis)));
  return lines.join('\n');
}

function columnTexts(column: ResultColumn, count: number, { width, precision }: PrintLimits): string[] {
  const values = Array.from(column.values).slice(0, count);
  const isNumber = column.type.name === 'Number';
  const places = isNumber ? Math.max(0, ...values.map(placesOf)) : 0;
  const most = Math.min(places, precision ?? places);
  return values.map((value) => {
    if (value === null) return '';
    return cut(isNumber ? numberText(value, most) + (places > most ? '…' : '') : toStr(value), width);
  });
}

function placesOf(value: unknown): number {
  return value instanceof Decimal ? -value.normalized().exponent : 0;
}

/** Thousands apart, so many digits behind the point. */
function numberText(value: unknown, places: number): string {
  const text = value instanceof Decimal ? toStr(rescale(value, -places)) : toStr(value);
  const [whole = '', fraction = ''] = text.split('.');
  const digits = fraction.padEnd(places, '0');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (digits === '' ? '' : `.${digits}`);
}

function cut(text: string, width: number | null): string {
  return width !== null && text.length > width ? `${text.slice(0, width - ellipsis.length)}${ellipsis}` : text;
}

/** A table as CSV, dates in ISO form. */
export function csvText(table: ResultTable): string {
  const lines = [table.columnNames, ...table.rows.map((row) => Array.from(row.values))];
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
