import { hostFunction, optional, PyError } from '../jinja/values/index.ts';
import { Column, numericType, stringType, typeLabels } from './column.ts';
import { membersOf, Namespace } from './namespace.ts';

const construct = hostFunction(
  'DuckDBColumn',
  ['column', 'dtype', ...['char_size', 'numeric_precision', 'numeric_scale'].map((name) => optional(name))],
  (column, dtype, charSize, precision, scale) =>
    new Column({
      column: String(column),
      dtype: String(dtype),
      charSize: numberOrNull(charSize),
      precision: numberOrNull(precision),
      scale: numberOrNull(scale),
    }),
);

const members = {
  TYPE_LABELS: typeLabels,
  translate_type: hostFunction('translate_type', ['dtype'], (dtype) => translateType(String(dtype))),
  create: hostFunction('create', ['name', 'label_or_dtype'], (name, dtype) => {
    return new Column({ column: String(name), dtype: translateType(String(dtype)) });
  }),
  numeric_type: hostFunction('numeric_type', ['dtype', 'precision', 'scale'], (dtype, precision, scale) =>
    numericType(String(dtype), numberOrNull(precision), numberOrNull(scale)),
  ),
  string_type: hostFunction('string_type', ['size'], (size) => stringType(Number(size))),
  from_description: hostFunction('from_description', ['name', 'raw_data_type'], (name, type) =>
    fromDescription(String(name), String(type)),
  ),
};

/** `api.Column`: makes columns, and translates type names. */
export const columnClass: Namespace = new Namespace('type', membersOf(members), {
  call: (args, kwargs) => construct.__call__(args, kwargs),
});

function translateType(dtype: string): string {
  return typeLabels[dtype.toUpperCase()] ?? dtype;
}

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function fromDescription(name: string, description: string): Column {
  const [, dtype, size] = /^([^(]+)(?:\(([^)]+)\))?/.exec(description) ?? [];
  if (dtype === undefined) throw new PyError('RuntimeError', `Could not interpret data type "${description}"`);
  const numbers = (size?.split(',') ?? []).map((part) => integer(description, part));
  const [first = null, second = null] = numbers;
  if (numbers.length === 1) return new Column({ column: name, dtype, charSize: first });
  return new Column({ column: name, dtype, precision: first, scale: second });
}

function integer(description: string, part: string): number {
  const value = Number(part);
  if (Number.isInteger(value)) return value;
  const reason = `could not convert "${part}" to an integer`;
  throw new PyError('RuntimeError', `Could not interpret data_type "${description}": ${reason}`);
}
