import { mapScalars, parseType, printType } from '../session/duck-type.ts';

/** Scalar types that DuckDB 1.0 knows. A view that names another one keeps 1.0 from opening the whole file. */
const known = new Set([
  ...['BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT'],
  ...['UHUGEINT', 'FLOAT', 'DOUBLE', 'VARCHAR', 'BLOB', 'BIT', 'UUID', 'JSON', 'DATE', 'TIME', 'TIME WITH TIME ZONE'],
  ...['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE', 'INTERVAL'],
]);

/** Types that every DuckDB reads from a file as the same type, so that a view need not cast them. */
const plain = new Set([
  ...['BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT'],
  ...['FLOAT', 'DOUBLE', 'VARCHAR', 'BLOB', 'DATE', 'TIMESTAMP', 'TIMESTAMP WITH TIME ZONE'],
]);

/** The type that the catalog shows for a column of `type`: itself, or with VARCHAR in the place of what DuckDB 1.0 does not know. */
export function publishedType(type: string): string {
  return printType(mapScalars(textForNameless(parseType(type)), showScalar));
}

/** Whether a view may read a column of this type from a Parquet file without a cast. */
export function isPlain(type: string): boolean {
  return plain.has(type) || isDecimal(type);
}

function showScalar(scalar: string): string {
  return known.has(scalar) || isDecimal(scalar) ? scalar : 'VARCHAR';
}

function isDecimal(type: string): boolean {
  return /^DECIMAL\(\d+,\s*\d+\)$/.test(type);
}

/** A struct without names cannot be written in SQL: as a whole it is text. */
function textForNameless(type: ReturnType<typeof parseType>): ReturnType<typeof parseType> {
  switch (type.kind) {
    case 'scalar':
      return type;
    case 'list':
      return { ...type, item: textForNameless(type.item) };
    case 'map':
      return { ...type, key: textForNameless(type.key), value: textForNameless(type.value) };
    default:
      if (type.fields.some((field) => field.name === null)) return { kind: 'scalar', text: 'VARCHAR' };
      return { kind: type.kind, fields: type.fields.map((field) => ({ ...field, type: textForNameless(field.type) })) };
  }
}
