import { expect, test } from 'vitest';
import { EiderError } from '../../diagnostics.ts';
import { callMethod, repr, toStr } from '../../jinja/values/index.ts';
import { resultTable } from './agate-table.ts';
import type { ResultTable } from './table.ts';

// `test/interop/expressions.test.ts` holds some three hundred calls against agate itself; here is what needs no Python.

const printed: string[] = [];

function shop(): ResultTable {
  const columns = [
    { name: 'item', type: 'VARCHAR' },
    { name: 'sold', type: 'INTEGER' },
    { name: 'price', type: 'DECIMAL(5,2)' },
  ];
  const rows = [
    ['tea', 3, '2.50'],
    ['jam', 1, '4.00'],
    ['tea', 2, null],
  ];
  return resultTable({ columns, rows }, (text) => printed.push(text));
}

const call = (table: unknown, name: string, ...args: unknown[]): unknown => callMethod(table, name, args, null);

test('a table is reshaped', async () => {
  const counts = (await call(shop(), 'pivot', 'item')) as ResultTable;
  expect(counts.columnNames).toEqual(['item', 'Count']);
  expect(counts.rowValues().map(repr)).toEqual(["['tea', Decimal('2')]", "['jam', Decimal('1')]"]);
  expect(counts.rowNames).toEqual(['tea', 'jam']);
  const long = call(shop(), 'normalize', 'item', ['sold', 'price']) as ResultTable;
  expect(long.rowValues()[0]?.map(toStr)).toEqual(['tea', 'sold', '3']);
  const wide = call(shop(), 'denormalize', 'item', 'sold', 'price') as ResultTable;
  expect(wide.rowValues().map(repr)).toEqual([
    "['tea', Decimal('2.50'), Decimal('0'), None]",
    // agate takes a column of nothing but zeros for one of booleans.
    "['jam', Decimal('0'), Decimal('4.00'), False]",
  ]);
});

test('a set of tables does to each what a table does', async () => {
  const groups = await call(shop(), 'group_by', 'item');
  const sorted = await call(groups, 'order_by', 'sold');
  const merged = call(sorted, 'merge') as ResultTable;
  expect(merged.rowValues().map((row) => [row[1], row[2]])).toEqual([
    ['tea', 2],
    ['tea', 3],
    ['jam', 1],
  ]);
});

test('bars are drawn around the line of zero', async () => {
  printed.length = 0;
  call(await call(shop(), 'pivot', 'item'), 'print_bars', 'item', 'Count', null, 30);
  expect(printed).toMatchInlineSnapshot(`
    [
      "item Count
    tea      2 ▓░░░░░░░░░░░░░░░░░░
    jam      1 ▓░░░░░░░░░         
               +--------+--------+
               0.0     1.0     2.0",
    ]
  `);
});

test('nothing of a table reaches files', () => {
  for (const name of ['from_csv', 'from_fixed', 'from_json', 'to_csv', 'to_json', 'bar_chart', 'line_chart']) {
    expect(() => call(shop(), name, '/etc/passwd'), name).toThrow(EiderError);
  }
  expect(() => call(shop(), 'to_csv', 'x')).toThrow('Table.to_csv() is not supported');
});

test('what is no key of a table is an error in the words of agate', async () => {
  await expect(call(shop(), 'pivot', 'nothing')).rejects.toThrow("'nothing'");
  expect(() => call(shop(), 'select', 'nothing')).toThrow('tuple.index(x): x not in tuple');
  expect(() => call(shop(), 'denormalize', 'sold', 'item', 'price')).toThrow('Row names cannot be of type int');
  await expect(call(shop(), 'bins', 'sold')).rejects.toThrow("'int' object has no attribute 'normalize'");
});
