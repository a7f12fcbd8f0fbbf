import { describe, expect, test } from 'vitest';
import { isPlain, publishedType } from './published-type.ts';

describe('publishedType', () => {
  test.each([
    ['INTEGER', 'INTEGER'],
    ['DECIMAL(18,3)', 'DECIMAL(18,3)'],
    ['TIMESTAMP WITH TIME ZONE', 'TIMESTAMP WITH TIME ZONE'],
    ['INTEGER[3]', 'INTEGER[3]'],
    ['STRUCT(a INTEGER, "b c" VARCHAR[])', 'STRUCT(a INTEGER, "b c" VARCHAR[])'],
    ['UNION(num INTEGER, str VARCHAR)', 'UNION(num INTEGER, str VARCHAR)'],
    ['VARIANT', 'VARCHAR'],
    ['BIGNUM', 'VARCHAR'],
    ['TIME_NS', 'VARCHAR'],
    ["GEOMETRY('OGC:CRS84')", 'VARCHAR'],
    ["ENUM('a', 'b, c')", 'VARCHAR'],
    ["ENUM('a')[]", 'VARCHAR[]'],
    ['MAP(VARCHAR, BIGNUM)', 'MAP(VARCHAR, VARCHAR)'],
    ['STRUCT(a STRUCT(b VARIANT)[])', 'STRUCT(a STRUCT(b VARCHAR)[])'],
    ['STRUCT(INTEGER, VARCHAR)', 'VARCHAR'],
    ['STRUCT(INTEGER, VARCHAR)[]', 'VARCHAR[]'],
    ['A_TYPE_OF_THE_FUTURE', 'VARCHAR'],
  ])('shows %s as %s', (type, shown) => {
    expect(publishedType(type)).toBe(shown);
  });
});

test('only types that every DuckDB reads alike need no cast', () => {
  expect(['BIGINT', 'DECIMAL(9,2)', 'VARCHAR'].every(isPlain)).toBe(true);
  expect(['HUGEINT', 'JSON', 'UUID', 'INTEGER[]', 'VARIANT', 'TIMESTAMP_NS'].some(isPlain)).toBe(false);
});
