import { parseIsoDate, parseIsoDateTime } from '../jinja/modules/datetime/iso-format.ts';
import { type DateTime, PyDate, utcDateTime } from '../jinja/modules/index.ts';
import { Decimal, int } from '../jinja/values/index.ts';

/** A value of a query's result as dbt's templates find it: decimals for fractions, Python's dates for dates, text for what has no other form. */
export function resultValue(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  const kind = type.toUpperCase();
  if (typeof value === 'bigint') return int(value);
  if (typeof value === 'number') return fractional(kind) ? Decimal.parse(decimalText(value)) : value;
  if (typeof value !== 'string') return value;
  if (kind.startsWith('DECIMAL') || kind === 'DOUBLE' || kind === 'FLOAT')
    return orText(value, () => Decimal.parse(value));
  if (kind === 'DATE') return orText(value, () => new PyDate(parseIsoDate(value)));
  if (kind.startsWith('TIMESTAMP')) return orText(value, () => parseIsoDateTime(value.replace(/([+-]\d\d)$/, '$1:00')));
  return value;
}

/** `run_started_at`. */
export function startedAtValue(moment: Date): DateTime {
  return utcDateTime(moment);
}

function fractional(kind: string): boolean {
  return kind === 'DOUBLE' || kind === 'FLOAT' || kind.startsWith('DECIMAL');
}

/** A float's digits as Python writes them: a whole one keeps a zero after its point. */
function decimalText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value);
}

/** Infinite dates, NaN and the like stay text. */
function orText(text: string, make: () => unknown): unknown {
  try {
    return make();
  } catch {
    return text;
  }
}
