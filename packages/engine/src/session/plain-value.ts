import {
  DuckDBArrayValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBUnionValue,
  type DuckDBValue,
} from '@duckdb/node-api';

/** A value of the binding as plain JavaScript: lists as arrays, structs as objects, maps as arrays of `{key, value}`, everything else that is no scalar as the text that DuckDB prints. */
export function plainValue(value: DuckDBValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(plainValue);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, item]) => [key, plainValue(item)]));
  }
  if (value instanceof DuckDBMapValue)
    return value.entries.map(({ key, value: item }) => ({ key: plainValue(key), value: plainValue(item) }));
  if (value instanceof DuckDBUnionValue) return plainValue(value.value);
  return value.toString();
}
