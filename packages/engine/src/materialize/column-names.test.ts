import { expect, test } from 'vitest';
import { seedNames, uniqueNames } from './column-names.ts';

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

// Expected: what agate, dbt's reader of seeds, calls the columns.
test.each([
  [
    ['id', '', 'b', '', ' '],
    ['id', 'b', 'b_2', 'd', ' '],
  ],
  [
    ['PTS', 'PTS', 'pts', 'PTS'],
    ['PTS', 'PTS_2', 'pts', 'PTS_3'],
  ],
  [
    ['a', 'a_2', 'a'],
    ['a', 'a_2', 'a_3'],
  ],
  [[...Array(26).fill('x'), '', ''].slice(-3), ['x', 'b', 'c']],
])('of a seed: %s', (names, expected) => {
  expect(seedNames(names)).toEqual(expected);
});
