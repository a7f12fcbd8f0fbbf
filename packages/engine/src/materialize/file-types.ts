import { mapScalars, parseType, printType } from '../session/duck-type.ts';

/** How wide integers are kept: as DECIMAL(38,0), which every engine reads as a number, or, for the few that have more digits, as text. */
export type WideIntegers = 'decimal' | 'text';

/**
 * What DuckDB 1.5.5 loses when it writes a type to Parquet as it is (measured): HUGEINT and UHUGEINT become DOUBLE, TIMETZ loses its offset,
 * INTERVAL its sign and its microseconds. All other types keep their values; some come back as another type (ENUM, BIT, BIGNUM, TIME_NS as VARCHAR,
 * TIMESTAMP_S and _MS as TIMESTAMP, an array as a list, a UNION as a struct) and are cast back by the view.
 */
const lossy: Readonly<Record<string, (wide: WideIntegers) => string>> = {
  HUGEINT: (wide) => (wide === 'decimal' ? 'DECIMAL(38,0)' : 'VARCHAR'),
  UHUGEINT: (wide) => (wide === 'decimal' ? 'DECIMAL(38,0)' : 'VARCHAR'),
  'TIME WITH TIME ZONE': () => 'VARCHAR',
  INTERVAL: () => 'VARCHAR',
};

/** The type to cast to before a value goes into a Parquet file; null where it may go as it is. */
export function castForParquet(type: string, wide: WideIntegers): string | null {
  const changed = printType(mapScalars(parseType(type), (scalar) => lossy[scalar]?.(wide) ?? scalar));
  return changed === printType(parseType(type)) ? null : changed;
}

const kept = new Set([
  ...[
    'BOOLEAN',
    'TINYINT',
    'SMALLINT',
    'INTEGER',
    'BIGINT',
    'UTINYINT',
    'USMALLINT',
    'UINTEGER',
    'UBIGINT',
    'FLOAT',
    'DOUBLE',
  ],
  ...['VARCHAR', 'JSON', 'UUID', 'BLOB', 'DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_NS', 'TIMESTAMP WITH TIME ZONE'],
]);

/** Whether a column comes back from Parquet as the very type that was written, so nobody needs to look into the file. */
export function isKeptByParquet(type: string): boolean {
  return kept.has(type) || /^DECIMAL\(\d+,\d+\)$/.test(type);
}
