import {
  callValue,
  Decimal,
  Dict,
  hostFunction,
  isCallable,
  iterate,
  mappingOf,
  optional,
  PyError,
  Tuple,
  toStr,
} from '../../jinja/values/index.ts';
import { dataTypeOf } from './aggregation.ts';
import { type DataType, guessedType, isKindOf, numberType } from './data-type.ts';
import { asked } from './row-methods.ts';
import { listOf, positionOf, type ResultTable, type TableMethods, type TableRow, tableOf } from './table.ts';
import { unset } from './unset.ts';

/** Tables of other rows and columns than they are made of. */
export const reshapeMethods: TableMethods = {
  normalize: (table) =>
    hostFunction(
      'normalize',
      ['key', 'properties', optional('property_column', 'property'), optional('value_column', 'value'), types],
      (key, properties, property, value, given: unknown) => {
        const keys = keyList(key);
        const names = [...keys, property, value].map(toStr);
        const rows = table.rows.flatMap((row) => {
          const left = keys.map((name) => row.at(name));
          return listOf(properties).map((name) => [...left, name, row.at(name)]);
        });
        return typed(table, names, rows, typesFor(table, keys, given));
      },
    ),
  denormalize: (table) =>
    hostFunction(
      'denormalize',
      [
        optional('key'),
        optional('property_column', 'property'),
        optional('value_column', 'value'),
        optional('default_value', unset),
        types,
      ],
      (key, property, value, fallback, given: unknown) =>
        denormalized(table, key === null ? [] : keyList(key), { property, value, fallback, types: given }),
    ),
  homogenize: (table) =>
    hostFunction('homogenize', ['key', 'compare_values', optional('default_row')], (key, values, row) =>
      homogenized(table, listOf(key), values, row),
    ),
  merge: (table) =>
    hostFunction(
      'merge',
      ['tables', optional('row_names'), optional('column_names')],
      (tables, rowNames, columns: unknown) =>
        merged(
          table,
          Array.from(iterate(tables), tableOf),
          rowNames,
          columns === null ? null : Array.from(iterate(columns)),
        ),
    ),
  from_object: (table) =>
    hostFunction('from_object', ['obj', optional('row_names'), types], (objects, rowNames, given: unknown) => {
      const records = Array.from(iterate(objects), (one) => new Map(flattened(one, '')));
      const names = [...new Set(records.flatMap((record) => [...record.keys()]))];
      const rows = records.map((record) => names.map((name) => record.get(name) ?? null));
      const made = typed(table, names, rows, given === null ? [] : typesFor(table, [], given));
      return named(made, rowNames);
    }),
};

const types = optional('column_types');

/** The columns that stay. Throws TypeError for a tuple, to which Python adds no list. */
function keyList(key: unknown): readonly unknown[] {
  if (key instanceof Tuple) throw new PyError('TypeError', 'can only concatenate tuple (not "list") to tuple');
  return listOf(key);
}

/** Types of the key's columns, and those that were given for the others. */
function typesFor(table: ResultTable, keys: readonly unknown[], given: unknown): readonly DataType[] {
  const own = keys.map((name) => table.column(positionOf(table.columnNames, name)).type);
  return given === null ? own : [...own, ...Array.from(iterate(given), dataTypeOf)];
}

/** A table of new rows: types that are not known are guessed as agate does. Throws CastError with row and column. */
function typed(
  table: ResultTable,
  names: readonly string[],
  rows: readonly (readonly unknown[])[],
  known: readonly DataType[],
  rowNames: readonly unknown[] | null = null,
): ResultTable {
  const found = names.map((_, at) => known[at] ?? guessedType(rows.map((row) => row[at] ?? null)));
  if (known.length > names.length)
    throw new PyError('ValueError', 'column_names and column_types must be the same length.');
  const cast = rows.map((row, index) =>
    names.map((name, at) => {
      try {
        return found[at]?.cast(row[at] ?? null);
      } catch (thrown) {
        if (!(thrown instanceof PyError) || thrown.kind !== 'CastError') throw thrown;
        throw new PyError('CastError', `${thrown.message} Error at row ${index} column ${name}.`);
      }
    }),
  );
  return table.make(names, cast, { types: found, rowNames });
}

/** How `denormalize` reads a table: which column names the new ones, which fills them, and with what where nothing does. */
export interface Denormalizing {
  readonly property: unknown;
  readonly value: unknown;
  readonly fallback: unknown;
  /** Types of the new columns; null: they are guessed. */
  readonly types: unknown;
}

/** agate's `denormalize`: rows of the same key become one, with a column for each property. Throws KeyError, ValueError. */
export function denormalized(table: ResultTable, keys: readonly unknown[], how: Denormalizing): ResultTable {
  const fields: string[] = [];
  const found = new Dict();
  for (const row of table.rows) {
    const key = Tuple.from(keys.map((name) => row.at(name)));
    const field = toStr(row.at(how.property));
    const values = (found.get(key) as Map<string, unknown> | undefined) ?? new Map<string, unknown>();
    found.set(key, values.set(field, row.at(how.value)));
    if (!fields.includes(field)) fields.push(field);
  }
  const isNumber = isKindOf(table.column(how.value).type, numberType);
  const fallback = how.fallback === unset ? (isNumber ? new Decimal(0n, 0) : null) : how.fallback;
  const entries = [...found.entries()] as [Tuple, Map<string, unknown>][];
  const rows = entries.map(([key, values]) => [
    ...key,
    ...fields.map((name) => (values.has(name) ? values.get(name) : fallback)),
  ]);
  const rowNames = entries.map(([key]) => (key.length === 1 ? key[0] : key));
  return typed(table, [...keys.map(toStr), ...fields], rows, typesFor(table, keys, how.types), rowNames);
}

async function homogenized(
  table: ResultTable,
  keys: readonly unknown[],
  given: unknown,
  defaultRow: unknown,
): Promise<ResultTable> {
  const compared = Array.from(iterate(given));
  const isFlat = keys.length === 1 && compared.some((one) => listOf(one) !== one);
  const columns = keys.map((name) => table.column(positionOf(table.columnNames, name)));
  const rows = [...table.rowValues()];
  const there = new Dict(table.rows.map((row) => [Tuple.from(columns.map(({ index }) => row.values[index])), true]));
  for (const one of compared) {
    const values = isFlat ? [one] : Array.from(iterate(one));
    const missing = Tuple.from(values.map((value, at) => columnAt(columns, at).type.cast(value)));
    if (there.has(missing)) continue;
    there.set(missing, true);
    const row = await rowFor(
      table,
      columns.map(({ index }) => index),
      missing,
      defaultRow,
    );
    rows.push(row.map((value, at) => columnAt(table.columns, at).type.cast(value)));
  }
  return table.make(table.columnNames, rows, { types: table.types });
}

function columnAt<T>(columns: readonly T[], at: number): T {
  const column = columns[at];
  if (column === undefined) throw new PyError('IndexError', 'list index out of range');
  return column;
}

/** The row for values that no row has: what a macro makes of them, or the other values with them in their places. */
async function rowFor(
  table: ResultTable,
  indexes: readonly number[],
  missing: Tuple,
  defaultRow: unknown,
): Promise<unknown[]> {
  if (isCallable(defaultRow)) return Array.from(iterate(await callValue(defaultRow, [missing], null)));
  const row: unknown[] =
    defaultRow === null
      ? Array.from({ length: table.columns.length - indexes.length }, () => null)
      : Array.from(iterate(defaultRow));
  for (const [at, index] of indexes.entries()) row.splice(index, 0, missing[at]);
  return row;
}

function merged(
  host: ResultTable,
  tables: readonly ResultTable[],
  rowNames: unknown,
  only: readonly unknown[] | null,
): Promise<ResultTable> {
  const columns = new Map<string, DataType>();
  for (const { name, type } of tables.flatMap((table) => table.columns)) {
    if (only !== null && !only.includes(name)) continue;
    const known = columns.get(name);
    if (known !== undefined && !isKindOf(type, known))
      throw new PyError('DataTypeError', 'Tables contain columns with the same names, but different types.');
    if (known === undefined) columns.set(name, type);
  }
  const names = [...columns.keys()];
  const rows = tables.flatMap((table) => table.rows.map((row) => names.map((name) => row.__getitem__(name) ?? null)));
  return named(host.make(names, rows, { types: [...columns.values()] }), rowNames);
}

/** The table with row names: a column's, what a macro answers, or a list. Throws ValueError for anything else. */
async function named(table: ResultTable, given: unknown): Promise<ResultTable> {
  const found = await rowNamesOf(table.rows, given);
  return found === null
    ? table
    : table.make(table.columnNames, table.rowValues(), { types: table.types, rowNames: found });
}

async function rowNamesOf(rows: readonly TableRow[], given: unknown): Promise<readonly unknown[] | null> {
  if (given === null) return null;
  if (typeof given === 'string') return rows.map((row) => row.at(given));
  if (isCallable(given)) return asked(rows, (row) => callValue(given, [row], null));
  if (listOf(given) === given) return Array.from(iterate(given));
  throw new PyError('ValueError', 'row_names must be a column name, function or sequence');
}

/** What is in an object, however deep, by its path: `a/b`. */
function flattened(value: unknown, path: string): [string, unknown][] {
  const entries = mappingOf(value)?.entries() ?? (Array.isArray(value) ? value.entries() : null);
  if (entries === null) return [[path.replace(/\/$/, ''), value]];
  return [...entries].flatMap(([key, one]) => flattened(one, `${path}${toStr(key)}/`));
}
