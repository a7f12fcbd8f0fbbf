import type { HostObject } from '../jinja/values/index.ts';
import { hostFunction, PyError, repr, toStr } from '../jinja/values/index.ts';

/** The facts of a column, as `api.Column(…)` takes them. */
export interface ColumnParts {
  readonly column: string;
  readonly dtype: string;
  readonly charSize?: number | null;
  readonly precision?: number | null;
  readonly scale?: number | null;
}

const STRINGS = new Set(['text', 'character varying', 'character', 'varchar']);
const FLOATS = new Set(['real', 'float', 'float4', 'float8', 'double']);
const NUMERICS = new Set(['numeric', 'decimal']);
const INTEGERS = new Set(
  'tinyint smallint integer bigint hugeint utinyint usmallint uinteger ubigint int1 int2 int4 int8 short int signed long'.split(
    ' ',
  ),
);

/** dbt's Column for DuckDB. */
export class Column implements HostObject {
  readonly column: string;
  readonly dtype: string;
  readonly charSize: number | null;
  readonly precision: number | null;
  readonly scale: number | null;
  readonly __type__ = 'DuckDBColumn';

  constructor(parts: ColumnParts) {
    this.column = parts.column;
    this.dtype = parts.dtype;
    this.charSize = parts.charSize ?? null;
    this.precision = parts.precision ?? null;
    this.scale = parts.scale ?? null;
  }

  /** The type as DDL spells it. Only bare string and numeric types are rewritten, as dbt does. */
  get dataType(): string {
    if (this.isString()) return stringType(this.stringSize());
    if (NUMERICS.has(this.dtype.toLowerCase())) return numericType(this.dtype, this.precision, this.scale);
    return this.dtype;
  }

  isString(): boolean {
    return STRINGS.has(this.dtype.toLowerCase());
  }

  stringSize(): number {
    if (!this.isString()) throw new PyError('RuntimeError', 'Called string_size() on non-string field!');
    return this.dtype === 'text' || this.charSize === null ? 256 : this.charSize;
  }

  __getattr__(name: string): unknown {
    if (Object.hasOwn(attributes, name)) return attributes[name]?.(this);
    return Object.hasOwn(classMembers, name) ? classMembers[name] : undefined;
  }

  /** For suggestions. */
  __names__(): readonly string[] {
    return [...Object.keys(attributes), ...Object.keys(classMembers)];
  }

  __repr__(): string {
    const facts: readonly [string, unknown][] = [
      ['column', this.column],
      ['dtype', this.dtype],
      ['char_size', this.charSize],
      ['numeric_precision', this.precision],
      ['numeric_scale', this.scale],
      ['fields', structFields(this)],
    ];
    return `DuckDBColumn(${facts.map(([name, value]) => `${name}=${repr(value)}`).join(', ')})`;
  }

  __eq__(other: unknown): boolean {
    return other instanceof Column && other.column === this.column && other.dtype === this.dtype;
  }
}

/** dbt's only translation of a type for DuckDB. */
export const typeLabels: Readonly<Record<string, string>> = { STRING: 'TEXT' };

type Reader = (column: Column) => unknown;

function asked(name: string, answer: (column: Column) => unknown): Reader {
  return (column) => hostFunction(name, [], () => answer(column));
}

const isFloat = (c: Column): boolean => FLOATS.has(c.dtype.toLowerCase());
const isInteger = (c: Column): boolean => INTEGERS.has(c.dtype.toLowerCase());
const isNumeric = (c: Column): boolean => NUMERICS.has(c.dtype.toLowerCase());

const attributes: Readonly<Record<string, Reader>> = {
  column: (c) => c.column,
  name: (c) => c.column,
  dtype: (c) => c.dtype,
  char_size: (c) => c.charSize,
  numeric_precision: (c) => c.precision,
  numeric_scale: (c) => c.scale,
  quoted: (c) => `"${c.column}"`,
  data_type: (c) => c.dataType,
  expanded_data_type: (c) => c.dataType,
  fields: (c) => structFields(c),
  is_string: asked('is_string', (c) => c.isString()),
  is_number: asked('is_number', (c) => isInteger(c) || isNumeric(c) || isFloat(c)),
  is_float: asked('is_float', isFloat),
  is_integer: asked('is_integer', isInteger),
  is_numeric: asked('is_numeric', isNumeric),
  is_struct: asked('is_struct', isStruct),
  string_size: asked('string_size', (c) => c.stringSize()),
  flatten: asked('flatten', (c) => flattened(c)),
  literal: (c) => hostFunction('literal', ['value'], (value) => `${String(value)}::${c.dataType}`),
  can_expand_to: (c) => hostFunction('can_expand_to', ['other_column'], (other) => canExpand(c, other)),
};

function canExpand(column: Column, other: unknown): boolean {
  return other instanceof Column && column.isString() && other.isString() && other.stringSize() > column.stringSize();
}

function isStruct(column: Column): boolean {
  return column.dtype.toLowerCase().startsWith('struct');
}

/** The fields of `STRUCT(a VARCHAR, b DECIMAL(10, 2))`, split at the outermost commas. */
function structFields(column: Column): Column[] {
  const content = /^STRUCT\((.*)\)/is.exec(column.dtype)?.[1];
  if (content === undefined) return [];
  const parts: string[] = [''];
  let depth = 0;
  for (const char of content) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => {
    const [name = '', ...type] = part.trim().split(' ');
    return new Column({ column: name, dtype: type.join(' ') });
  });
}

/** A struct's fields, each a column of its own; any other column as it is. */
export function flattened(column: Column): Column[] {
  if (!isStruct(column)) return [column];
  return structFields(column).flatMap((field) =>
    flattened(field).map((inner) => new Column({ column: `${column.column}.${inner.column}`, dtype: inner.dtype })),
  );
}

export function stringType(size: number | string): string {
  return `character varying(${size})`;
}

export function numericType(dtype: string, precision: number | null, scale: number | null): string {
  return precision === null || scale === null ? dtype : `${dtype}(${precision},${scale})`;
}

/** What the class of columns answers, and each column. */
export const classMembers: Readonly<Record<string, unknown>> = {
  TYPE_LABELS: typeLabels,
  translate_type: hostFunction('translate_type', ['dtype'], (dtype) => translateType(String(dtype))),
  create: hostFunction('create', ['name', 'label_or_dtype'], (name, dtype) => {
    return new Column({ column: String(name), dtype: translateType(String(dtype)) });
  }),
  numeric_type: hostFunction('numeric_type', ['dtype', 'precision', 'scale'], (dtype, precision, scale) =>
    numericType(String(dtype), numberOrNull(precision), numberOrNull(scale)),
  ),
  string_type: hostFunction('string_type', ['size'], (size) => stringType(toStr(size))),
  from_description: hostFunction('from_description', ['name', 'raw_data_type'], (name, type) =>
    fromDescription(String(name), String(type)),
  ),
};

function translateType(dtype: string): string {
  return typeLabels[dtype.toUpperCase()] ?? dtype;
}

export function numberOrNull(value: unknown): number | null {
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
