import { dumpJson } from '../jinja/format/json.ts';
import { parseIsoDate, parseIsoDateTime } from '../jinja/modules/datetime/iso-format.ts';
import { TimeDelta } from '../jinja/modules/datetime/time-delta.ts';
import { type DateTime, PyDate, utcDateTime } from '../jinja/modules/index.ts';
import { Decimal, Dict, int, toStr } from '../jinja/values/index.ts';
import { floatText } from '../jinja/values/number.ts';

/** A value of a query's result as dbt's templates find it: decimals for fractions, Python's dates for dates, text for what has no other form. */
export function resultValue(value: unknown, type: string): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  const kind = type.toUpperCase();
  if (typeof value === 'bigint') return int(value);
  if (typeof value === 'number') return fractional(kind) ? fraction(value) : value;
  if (typeof value !== 'string') return dumpJson(kind.startsWith('MAP(') ? mapOf(value) : value);
  if (kind.startsWith('DECIMAL') || kind === 'DOUBLE' || kind === 'FLOAT')
    return orText(value, () => Decimal.parse(value));
  if (kind === 'DATE') return orText(value, () => new PyDate(parseIsoDate(value)));
  if (kind.startsWith('TIMESTAMP')) return orText(value, () => parseIsoDateTime(value.replace(/([+-]\d\d)$/, '$1:00')));
  if (kind === 'TIME WITH TIME ZONE') return value.replace(/([+-]\d\d)$/, '$1:00');
  if (kind === 'INTERVAL') return intervalText(value);
  if (kind === 'BLOB') return `b'${value.replaceAll(/\\x[\dA-F]{2}/g, (code) => code.toLowerCase())}'`;
  return value;
}

function fraction(value: number): Decimal {
  return Decimal.parse(floatText(value));
}

/** A map of the engine, pairs of `key` and `value`. */
function mapOf(value: unknown): Dict {
  const pairs = value as readonly { readonly key: unknown; readonly value: unknown }[];
  return new Dict(pairs.map((pair) => [pair.key, pair.value]));
}

const unitDays: Readonly<Record<string, number>> = { year: 360, month: 30, day: 1 };

/** DuckDB's `1 month 2 days 03:04:05` as Python's timedelta, in which a month has 30 days, prints. */
function intervalText(text: string): string {
  let days = 0;
  for (const [, count, unit = ''] of text.matchAll(/(-?\d+) (year|month|day)s?/g))
    days += Number(count) * (unitDays[unit] ?? 0);
  const [, sign = '', hours = 0, minutes = 0, seconds = 0] = /(-?)(\d+):(\d+):([\d.]+)/.exec(text) ?? [];
  const micros = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e6;
  return toStr(new TimeDelta(days, Math.round(sign === '-' ? -micros : micros)));
}

/** `run_started_at`. */
export function startedAtValue(moment: Date): DateTime {
  return utcDateTime(moment);
}

function fractional(kind: string): boolean {
  return kind === 'DOUBLE' || kind === 'FLOAT' || kind.startsWith('DECIMAL');
}

/** Infinite dates, NaN and the like stay text. */
function orText(text: string, make: () => unknown): unknown {
  try {
    return make();
  } catch {
    return text;
  }
}
