import {
  callValue,
  Decimal,
  getAttr,
  isUndefined,
  iterate,
  PyError,
  toStr,
  typeName,
} from '../../jinja/values/index.ts';
import { DataType, numberType } from './data-type.ts';
import type { ResultTable } from './table.ts';

/** What makes one value of a table, as agate's Aggregation. */
export interface Aggregation {
  readonly name: string;
  readonly typeIn: (table: ResultTable) => Promise<DataType>;
  readonly validate: (table: ResultTable) => Promise<unknown>;
  readonly run: (table: ResultTable) => Promise<unknown>;
}

/** agate's Count without a column, the one aggregation that templates have without making it. */
export const rowCount: Aggregation = {
  name: 'Count',
  typeIn: async () => numberType,
  validate: async () => null,
  run: async (table) => new Decimal(BigInt(table.rows.length), 0),
};

/** A template's own aggregation: an object, such as a namespace, whose members are macros of agate's names. Throws AttributeError when one is missing. */
export function aggregationOf(part: unknown): Aggregation {
  return {
    name: toStr(part),
    typeIn: async (table) => dataTypeOf(await askPart(part, 'get_aggregate_data_type', table)),
    validate: (table) => askPart(part, 'validate', table),
    run: (table) => askPart(part, 'run', table),
  };
}

/** Calls a member of a template's own aggregation or computation. Throws AttributeError. */
export async function askPart(part: unknown, name: string, table: ResultTable): Promise<unknown> {
  const member = getAttr(part, name);
  if (isUndefined(member)) throw noAttribute(part, name);
  return callValue(member, [table], null);
}

/** The error of Python for a value without an attribute. */
export function noAttribute(value: unknown, name: string): PyError {
  return new PyError('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`);
}

/** The type that was given. Throws ValueError for anything else. */
export function dataTypeOf(value: unknown): DataType {
  if (value instanceof DataType) return value;
  throw new PyError('ValueError', 'Column types must be instances of DataType.');
}

/** Pairs of a name and what is computed under it. Throws TypeError, ValueError. */
export function namedParts(given: unknown): readonly (readonly [name: string, part: unknown])[] {
  return Array.from(iterate(given), (pair) => {
    const [name, part, ...more] = iterate(pair);
    if (part === undefined) throw new PyError('ValueError', 'not enough values to unpack (expected 2)');
    if (more.length > 0) throw new PyError('ValueError', 'too many values to unpack (expected 2)');
    return [toStr(name), part];
  });
}
