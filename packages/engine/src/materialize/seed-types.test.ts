import { expect, test } from 'vitest';
import { seedType } from './seed-types.ts';

// Expected: what dbt-core 1.11 with dbt-duckdb 1.11 makes of such a column, `bigint` aside.
test.each([
  [['1', '-2', ''], 'integer'],
  [['1.0', '2'], 'integer'],
  [['1e3'], 'integer'],
  [['1.5', '2'], 'float8'],
  [['3000000000'], 'bigint'],
  [['007'], 'integer'],
  [[], 'integer'],
  [['', 'null', 'NULL'], 'integer'],
  [['2024-01-31', '2024-2-1'], 'date'],
  [['2024-02-30'], 'text'],
  [['2024-01-01 10:00:00'], 'timestamp without time zone'],
  [['2024-01-01T10:00:00', '2024-01-01T10:00:00.5Z'], 'timestamp without time zone'],
  [['2024-01-01 10:00:00', '2024-01-01T10:00:00'], 'text'],
  [['2024-01-01', '2024-01-01 10:00:00'], 'text'],
  [['10:00:00'], 'text'],
  [['true', 'FALSE', ''], 'boolean'],
  [['yes'], 'text'],
  [['1', 'true'], 'text'],
  [['1', 'x'], 'text'],
  [[' 1 '], 'integer'],
])('%j is %s', (values, expected) => {
  expect(seedType(values)).toBe(expected);
});
