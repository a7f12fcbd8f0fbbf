import type { AddFile } from '../actions/actions.ts';
import { type DeltaType, physicalName, type StructType } from '../actions/schema.ts';

/** What is known of a column's values: bounds that may be too wide, as SQL prints values, timestamps in UTC. */
export interface Bound {
  readonly min?: string;
  readonly max?: string;
}

/** By column. A column that is named holds no null in the rows that are meant. */
export type Bounds = ReadonlyMap<string, Bound>;

/**
 * Whether a file could hold rows within bounds, by its partition values and statistics. In doubt it could.
 * Partition values are exact; statistics of texts are prefixes, those of times may be cut to milliseconds.
 */
export function mayHold(
  file: AddFile,
  bounds: Bounds,
  schema: StructType,
  partitionColumns: readonly string[],
): boolean {
  if (bounds.size === 0) return true;
  const statistics = parseStatistics(file.stats);
  return schema.fields.every((field) => {
    const wanted = bounds.get(field.name);
    if (wanted === undefined) return true;
    const name = physicalName(field);
    if (partitionColumns.includes(field.name)) {
      const value = file.partitionValues[name] ?? null;
      return value !== null && value !== '' && meets(field.type, wanted, value, value);
    }
    if (statistics === undefined) return true;
    if (statistics.numRecords !== undefined && statistics.nullCount?.[name] === statistics.numRecords) return false;
    return meets(field.type, wanted, statistics.minValues?.[name], statistics.maxValues?.[name]);
  });
}

interface Statistics {
  readonly numRecords?: string;
  readonly minValues?: Readonly<Record<string, unknown>>;
  readonly maxValues?: Readonly<Record<string, unknown>>;
  readonly nullCount?: Readonly<Record<string, unknown>>;
}

/** Statistics with numbers as texts, which lose no digit. */
function parseStatistics(text: string | null | undefined): Statistics | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    return JSON.parse(
      text.replace(/("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)/g, (_whole, quoted, number) => quoted ?? `"${number}"`),
    );
  } catch {
    return undefined;
  }
}

/** Rows that a file holds by its statistics, deleted ones included; undefined where they do not tell. */
export function rowsOf({ stats }: Pick<AddFile, 'stats'>): number | undefined {
  const count = parseStatistics(stats)?.numRecords;
  return count === undefined ? undefined : Number(count);
}

function meets(type: DeltaType, { min, max }: Bound, low: unknown, high: unknown): boolean {
  const below = typeof high === 'string' && min !== undefined && compare(type, high, min, 'upper') < 0;
  const above = typeof low === 'string' && max !== undefined && compare(type, low, max, 'lower') > 0;
  return !below && !above;
}

/** How two values of a type are ordered; 0 where that is not known. `side`: what the first is, where it may be cut. */
function compare(type: DeltaType, a: string, b: string, side: 'upper' | 'lower'): number {
  if (typeof type !== 'string') return 0;
  if (type === 'string') return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
  if (type === 'float' || type === 'double') return order(Number(a), Number(b));
  if (type === 'timestamp' || type === 'timestamp_ntz') {
    return order(micros(a) + (side === 'upper' ? 999 : 0), micros(b));
  }
  if (type === 'date') return plainDate.test(a) && plainDate.test(b) ? order(a, b) : 0;
  if (['byte', 'short', 'integer', 'long'].includes(type) || type.startsWith('decimal')) return compareDecimals(a, b);
  return 0;
}

const plainDate = /^\d{4}-\d\d-\d\d$/;

function order<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Microseconds since 1970; NaN, which is neither before nor after anything, for what it cannot read. */
function micros(text: string): number {
  const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?)?(?:Z|\+00(?::?00)?)?$/.exec(text);
  if (match === null) return Number.NaN;
  const [, date, time = '00:00:00', fraction = ''] = match;
  return Date.parse(`${date}T${time}Z`) * 1000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

function compareDecimals(a: string, b: string): number {
  const [left, right] = [decimalParts(a), decimalParts(b)];
  if (left === undefined || right === undefined) return order(Number(a), Number(b));
  const digits = Math.max(left.fraction.length, right.fraction.length);
  const scaled = ({ sign, whole, fraction }: typeof left): bigint =>
    BigInt(`${sign}${whole}${fraction.padEnd(digits, '0')}`);
  const [x, y] = [scaled(left), scaled(right)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function decimalParts(text: string): { sign: string; whole: string; fraction: string } | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text);
  return match === null
    ? undefined
    : { sign: match[1] === '-' ? '-' : '', whole: match[2] ?? '0', fraction: match[3] ?? '' };
}
