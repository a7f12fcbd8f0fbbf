import type { DeltaType, StructField, StructType } from '@eider/delta';
import { type DuckType, parseType, printType } from '../session/duck-type.ts';
import { quoteName } from '../session/quote.ts';

/** A column of a query as a Delta table holds it. */
export interface DeltaColumn {
  readonly field: StructField;
  /** The DuckDB type that is written; the query's own where nothing has to change. */
  readonly fileType: string;
  /** What readers of the table do not get as it was: `HUGEINT becomes decimal(38,0)`. Null where nothing changes its meaning. */
  readonly note: string | null;
}

/** Why a column cannot be in a Delta table. */
export interface NoColumn {
  readonly name: string;
  readonly why: string;
}

interface Held {
  readonly type: DeltaType;
  readonly file: DuckType;
  readonly notes: readonly string[];
}

/** DuckDB type → Delta type, and the type that is written where it is another. Measured with five readers: what is not here fails in one of them, or changes. */
const scalars: Readonly<Record<string, readonly [delta: string, file?: string]>> = {
  BOOLEAN: ['boolean'],
  TINYINT: ['byte'],
  SMALLINT: ['short'],
  INTEGER: ['integer'],
  BIGINT: ['long'],
  UTINYINT: ['short', 'SMALLINT'],
  USMALLINT: ['integer', 'INTEGER'],
  UINTEGER: ['long', 'BIGINT'],
  UBIGINT: ['decimal(20,0)', 'DECIMAL(20,0)'],
  HUGEINT: ['decimal(38,0)', 'DECIMAL(38,0)'],
  UHUGEINT: ['decimal(38,0)', 'DECIMAL(38,0)'],
  FLOAT: ['float'],
  DOUBLE: ['double'],
  VARCHAR: ['string'],
  BIT: ['string', 'VARCHAR'],
  JSON: ['string', 'VARCHAR'],
  UUID: ['string', 'VARCHAR'],
  BIGNUM: ['string', 'VARCHAR'],
  BLOB: ['binary'],
  DATE: ['date'],
  TIMESTAMP: ['timestamp_ntz'],
  TIMESTAMP_S: ['timestamp_ntz', 'TIMESTAMP'],
  TIMESTAMP_MS: ['timestamp_ntz', 'TIMESTAMP'],
  TIMESTAMP_NS: ['timestamp_ntz', 'TIMESTAMP'],
  'TIMESTAMP WITH TIME ZONE': ['timestamp'],
  TIME: ['string', 'VARCHAR'],
  TIME_NS: ['string', 'VARCHAR'],
  'TIME WITH TIME ZONE': ['string', 'VARCHAR'],
  INTERVAL: ['string', 'VARCHAR'],
};

/** Casts that only make a type wider mean the same; these do not. */
const changing = new Set([
  'HUGEINT',
  'UHUGEINT',
  'UUID',
  'JSON',
  'BIGNUM',
  'TIME',
  'TIME_NS',
  'INTERVAL',
  'TIMESTAMP_NS',
]);

/** The column of a Delta table for a column of a query. */
export function deltaColumn(name: string, type: string): DeltaColumn | NoColumn {
  const held = heldType(parseType(type));
  if (typeof held === 'string') return { name, why: held };
  return {
    field: { name, type: held.type, nullable: true, metadata: {} },
    fileType: printType(held.file),
    note: held.notes.length === 0 ? null : [...new Set(held.notes)].join(', '),
  };
}

function heldType(type: DuckType): Held | string {
  switch (type.kind) {
    case 'scalar':
      return heldScalar(type.text);
    case 'list': {
      const item = heldType(type.item);
      if (typeof item === 'string') return item;
      const array = { type: 'array', elementType: item.type, containsNull: true } as const;
      return { type: array, file: { kind: 'list', item: item.file, size: null }, notes: item.notes };
    }
    case 'map': {
      const key = heldType(type.key);
      const value = heldType(type.value);
      if (typeof key === 'string') return key;
      if (typeof value === 'string') return value;
      const map = { type: 'map', keyType: key.type, valueType: value.type, valueContainsNull: true } as const;
      return {
        type: map,
        file: { kind: 'map', key: key.file, value: value.file },
        notes: [...key.notes, ...value.notes],
      };
    }
    case 'struct':
      return heldStruct(type.fields);
    default:
      return `its type ${printType(type)} has no counterpart in Delta`;
  }
}

function heldStruct(fields: readonly { readonly name: string | null; readonly type: DuckType }[]): Held | string {
  const inner = fields.map(({ name, type }) => ({
    name,
    held: name === null ? 'a struct without names has no counterpart in Delta' : heldType(type),
  }));
  const fault = inner.find(({ held }) => typeof held === 'string')?.held;
  if (typeof fault === 'string') return fault;
  const known = inner as readonly { readonly name: string; readonly held: Held }[];
  return {
    type: {
      type: 'struct',
      fields: known.map(({ name, held }) => ({ name: unquoted(name), type: held.type, nullable: true, metadata: {} })),
    },
    file: { kind: 'struct', fields: known.map(({ name, held }) => ({ name, type: held.file })) },
    notes: known.flatMap(({ held }) => held.notes),
  };
}

const unquoted = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);

function heldScalar(text: string): Held | string {
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(text);
  if (decimal !== null)
    return { type: `decimal(${decimal[1]},${decimal[2]})`, file: { kind: 'scalar', text }, notes: [] };
  const name = text.startsWith('ENUM(') ? 'VARCHAR' : text;
  const found = scalars[name];
  if (found === undefined) return `its type ${text} has no counterpart in Delta`;
  const [delta, file = name] = found;
  return {
    type: delta,
    file: { kind: 'scalar', text: file },
    notes: changing.has(text) ? [`${text} becomes ${delta}`] : [],
  };
}

const duckScalars: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  byte: 'TINYINT',
  short: 'SMALLINT',
  integer: 'INTEGER',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  timestamp_ntz: 'TIMESTAMP',
  decimal: 'DECIMAL(10,0)',
  void: 'INTEGER',
};

/** The DuckDB type of a Delta type, fields of structs by their logical names. */
export function duckTypeOf(type: DeltaType): string {
  if (typeof type === 'string') return duckScalars[type] ?? type.toUpperCase();
  if (type.type === 'array') return `${duckTypeOf(type.elementType)}[]`;
  if (type.type === 'map') return `MAP(${duckTypeOf(type.keyType)}, ${duckTypeOf(type.valueType)})`;
  return structType(type);
}

function structType({ fields }: StructType): string {
  return `STRUCT(${fields.map(({ name, type }) => `${quoteName(name)} ${duckTypeOf(type)}`).join(', ')})`;
}
