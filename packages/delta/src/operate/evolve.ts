import type { DeltaType, StructField, StructType } from '../actions/schema.ts';
import { DeltaError } from '../errors.ts';

/**
 * What a table does with columns that its rows bring and it lacks, or holds as a narrower type. `strict`: refuses both; `add`: takes new columns;
 * `widen`: makes types wider too, by writing every file anew; `replace`: takes the rows' columns for its own (an overwrite of everything).
 */
export type SchemaMode = 'strict' | 'add' | 'widen' | 'replace';

export interface Evolved {
  readonly schema: StructType;
  /** Columns that came, by path. */
  readonly added: readonly string[];
  readonly widened: readonly { readonly column: string; readonly from: string; readonly to: string }[];
}

/**
 * The columns of a table after rows with other ones. Names are the same whatever their case. Columns that the rows lack stay, as null.
 * Throws `delta/schema-mismatch`, which names every column that does not fit.
 */
export function evolve(table: StructType, rows: StructType, mode: SchemaMode, place: string): Evolved {
  if (mode === 'replace') return { schema: rows, added: [], widened: [] };
  const found: Findings = { added: [], widened: [], faults: [], mode };
  const schema = mergeStructs(table, rows, [], found);
  if (found.faults.length > 0) {
    throw new DeltaError(
      'delta/schema-mismatch',
      `The rows do not fit the table at ${place}: ${found.faults.join('; ')}.`,
      mode === 'strict'
        ? 'Cast or leave out these columns, or let the table take new ones.'
        : 'Cast these columns to the types of the table.',
    );
  }
  return { schema, added: found.added, widened: found.widened };
}

interface Findings {
  readonly mode: SchemaMode;
  readonly added: string[];
  readonly widened: { readonly column: string; readonly from: string; readonly to: string }[];
  readonly faults: string[];
}

function mergeStructs(table: StructType, rows: StructType, above: readonly string[], found: Findings): StructType {
  const known = new Map(rows.fields.map((field) => [field.name.toLowerCase(), field]));
  const fields = table.fields.map((field): StructField => {
    const other = known.get(field.name.toLowerCase());
    known.delete(field.name.toLowerCase());
    return other === undefined
      ? field
      : { ...field, type: mergeTypes(field.type, other.type, [...above, field.name], found) };
  });
  for (const field of known.values()) {
    const name = [...above, field.name].join('.');
    if (found.mode === 'strict') found.faults.push(`column "${name}" is new`);
    else found.added.push(name);
  }
  return { type: 'struct', fields: [...fields, ...(found.mode === 'strict' ? [] : known.values())] };
}

function mergeTypes(table: DeltaType, rows: DeltaType, path: readonly string[], found: Findings): DeltaType {
  if (typeof table !== 'string' && typeof rows !== 'string') {
    if (table.type === 'struct' && rows.type === 'struct') return mergeStructs(table, rows, path, found);
    if (table.type === 'array' && rows.type === 'array') {
      return { ...table, elementType: mergeTypes(table.elementType, rows.elementType, [...path, 'element'], found) };
    }
    if (table.type === 'map' && rows.type === 'map') {
      const keyType = mergeTypes(table.keyType, rows.keyType, [...path, 'key'], found);
      return { ...table, keyType, valueType: mergeTypes(table.valueType, rows.valueType, [...path, 'value'], found) };
    }
  } else if (typeof table === 'string' && typeof rows === 'string') {
    if (fits(rows, table)) return table;
    const wider = widest(table, rows);
    if (wider !== undefined && found.mode === 'widen') {
      found.widened.push({ column: path.join('.'), from: table, to: wider });
      return wider;
    }
  }
  const held = typeof table === 'string' ? table : table.type;
  const given = typeof rows === 'string' ? rows : rows.type;
  found.faults.push(`column "${path.join('.')}" is ${held} there, and ${given} in the rows`);
  return table;
}

/** The types that hold every value of one, without loss. Decimals are compared by their digits. */
const wider: Readonly<Record<string, readonly string[]>> = {
  byte: ['short', 'integer', 'long', 'float', 'double'],
  short: ['integer', 'long', 'float', 'double'],
  integer: ['long', 'double'],
  float: ['double'],
  date: ['timestamp_ntz'],
};
const digitsOf: Readonly<Record<string, number>> = { byte: 3, short: 5, integer: 10, long: 19 };

/** Whether every value of a type is one of another, as it is. */
function fits(from: string, to: string): boolean {
  if (from === to || from === 'void' || wider[from]?.includes(to) === true) return true;
  const [a, b] = [decimalOf(from), /^decimal/.test(to) ? decimalOf(to) : undefined];
  return a !== undefined && b !== undefined && b.scale >= a.scale && b.digits - b.scale >= a.digits - a.scale;
}

function decimalOf(type: string): { readonly digits: number; readonly scale: number } | undefined {
  const whole = digitsOf[type];
  if (whole !== undefined) return { digits: whole, scale: 0 };
  const match = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/.exec(type);
  return match === null ? undefined : { digits: Number(match[1]), scale: Number(match[2]) };
}

/** The least type that holds the values of both; undefined where there is none. */
function widest(a: string, b: string): string | undefined {
  if (fits(a, b)) return b;
  const [left, right] = [decimalOf(a), decimalOf(b)];
  if (left === undefined || right === undefined) return undefined;
  const scale = Math.max(left.scale, right.scale);
  const digits = Math.max(left.digits - left.scale, right.digits - right.scale) + scale;
  return digits > 38 ? undefined : `decimal(${digits},${scale})`;
}
