import { Decimal, repr, toStr } from '../jinja/values/index.ts';
import type { TableData } from './database-port.ts';
import { resultValue } from './result-value.ts';

/** A value of a result as Python has it. */
export interface ResultCell {
  /** What `str` gives; null for none. */
  readonly text: string | null;
  /** What dbt's diffs print of a row that only one side has: `true`, `Decimal('2.25')`. */
  readonly exact: string;
  /** Numbers, texts and truth values, each kind in its order: for sorting. */
  readonly order: number | bigint | string | boolean | null;
}

/** The cells of a result as dbt's unit tests compare them. */
export function resultCells(data: TableData): readonly (readonly ResultCell[])[] {
  return data.rows.map((row) => data.columns.map(({ type }, at) => cellOf(resultValue(row[at], type))));
}

function cellOf(value: unknown): ResultCell {
  if (value === null || value === undefined) return { text: null, exact: 'null', order: null };
  if (typeof value === 'boolean') return { text: toStr(value), exact: String(value), order: value };
  if (typeof value === 'string') return textCell(value);
  const text = toStr(value);
  if (typeof value === 'number' || typeof value === 'bigint') return { text, exact: text, order: value };
  return { text, exact: repr(value), order: value instanceof Decimal ? Number(text) : text };
}

function textCell(text: string): ResultCell {
  return { text, exact: text, order: text };
}
