import { expect, test } from 'vitest';
import { mapScalars, parseType, printType } from './duck-type.ts';

test.each([
  'INTEGER',
  'DECIMAL(38,0)',
  'TIMESTAMP WITH TIME ZONE',
  'INTEGER[2][]',
  "ENUM('a,(b', 'it''s')",
  'STRUCT(a INTEGER, "b ""c"", (d" HUGEINT[])',
  'STRUCT(UTINYINT, INTEGER)',
  'STRUCT(TIMESTAMP WITH TIME ZONE, INTEGER)',
  'STRUCT(t TIME WITH TIME ZONE)',
  'MAP(VARCHAR, STRUCT(x MAP(INTEGER, HUGEINT)))',
  "UNION(e ENUM('x', 'y)'), s VARCHAR)[]",
  "GEOMETRY('OGC:CRS84')",
])('%s is read and written back', (text) => {
  expect(printType(parseType(text))).toBe(text);
});

test('scalars are changed wherever they stand, names are not', () => {
  const type = parseType('STRUCT(HUGEINT INTEGER, h HUGEINT, m MAP(HUGEINT, UNION(u HUGEINT[3])))');
  expect(printType(mapScalars(type, (text) => (text === 'HUGEINT' ? 'VARCHAR' : text)))).toBe(
    'STRUCT(HUGEINT INTEGER, h VARCHAR, m MAP(VARCHAR, UNION(u VARCHAR[3])))',
  );
});
