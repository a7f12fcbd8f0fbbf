import { expect, test } from 'vitest';
import { uniqueNames } from './column-names.ts';

// Expected: what DuckDB 1.5.5 calls the columns of the Parquet file of such a query.
test.each([
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  [
    ['a', 'a', 'A'],
    ['a', 'a_1', 'A_2'],
  ],
  [
    ['a', 'a', 'A', 'a_1'],
    ['a', 'a_1', 'A_2', 'a_1_1'],
  ],
  [
    ['a', 'a_1', 'a', 'A'],
    ['a', 'a_1', 'a_2', 'A_3'],
  ],
])('%s', (names, expected) => {
  expect(uniqueNames(names)).toEqual(expected);
});
