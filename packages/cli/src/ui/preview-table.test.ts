import { expect, test } from 'vitest';
import { previewColumns, previewJson, previewTable } from './preview-table.ts';
import { textWidth } from './text-width.ts';

type Values = readonly (readonly [string, string, readonly unknown[]])[];

function columnsOf(values: Values): ReturnType<typeof previewColumns> {
  const count = values[0]?.[2].length ?? 0;
  return previewColumns({
    columns: values.map(([name, type]) => ({ name, type })),
    rows: Array.from({ length: count }, (_, i) => values.map(([, , rows]) => rows[i])),
  });
}

function table(values: Values, width: number | null = null): readonly string[] {
  return previewTable(columnsOf(values), width).text.trimEnd().split('\n');
}

// The expected tables and JSON were printed by dbt-core 1.11.16, but for the widths of wide characters.

test('numbers stand at the right, thousands apart, with as many decimals as the longest up to three', () => {
  const values: Values = [
    ['f', 'DOUBLE', [12345.678912, null]],
    ['d', 'DECIMAL(18,1)', ['1234567.1', '-0.5']],
    ['big', 'DOUBLE', [1e20, 1]],
    ['nn', 'DOUBLE', [Number.NaN, 2]],
    ['s', 'DOUBLE', [1e-7, 1]],
    ['i', 'BIGINT', [12345678n, 1n]],
  ];
  expect(table(values)).toEqual([
    '|           f |           d |                  big |  nn |      s |        i |',
    '| ----------- | ----------- | -------------------- | --- | ------ | -------- |',
    '| 12,345.679… | 1,234,567.1 | 100,000,000,000,0... | NaN | 0.000… | 12345678 |',
    '|             |        -0.5 |                    1 |   2 | 1.000… |        1 |',
  ]);
});

test('halves go to the even neighbour', () => {
  expect(table([['d', 'DECIMAL(9,4)', ['0.0005', '0.0015', '-0.0025']]]).slice(2)).toEqual([
    '|  0.000… |',
    '|  0.002… |',
    '| -0.002… |',
  ]);
});

test('texts stand at the left, dates and booleans at the right, and so does what holds nothing', () => {
  const values: Values = [
    ['dt', 'DATE', ['2024-01-02', null]],
    ['ts', 'TIMESTAMP', ['2024-01-02 03:04:05', '2024-01-02 03:04:05.5']],
    ['b', 'BOOLEAN', [true, false]],
    ['s', 'VARCHAR', ['text', '']],
    ['empty', 'VARCHAR', [null, null]],
  ];
  expect(table(values)).toEqual([
    '|         dt |                   ts |     b | s    | empty |',
    '| ---------- | -------------------- | ----- | ---- | ----- |',
    '| 2024-01-02 |  2024-01-02 03:04:05 |  True | text |       |',
    '|            | 2024-01-02 03:04:... | False |      |       |',
  ]);
});

test('JSON is dbt’s: numbers exact, dates in ISO 8601, nested values as JSON in a text', () => {
  const values: Values = [
    ['h', 'HUGEINT', [170141183460469231731687303715884105727n]],
    ['d', 'DECIMAL(10,2)', ['1.50']],
    ['f', 'DOUBLE', [2]],
    ['ts', 'TIMESTAMP', ['2024-01-02 03:04:05.5']],
    ['tz', 'TIMESTAMP WITH TIME ZONE', ['2024-01-02 03:04:05+00']],
    ['tm', 'TIME', ['03:04:05.5']],
    ['b', 'BOOLEAN', [true]],
    ['l', 'INTEGER[]', [[1, 2, null]]],
    ['st', 'STRUCT(d DATE, x DECIMAL(3,2), s VARCHAR)', [{ d: '2024-01-02', x: '1.50', s: 'é' }]],
    ['m', 'MAP(INTEGER, TIMESTAMP)', [[{ key: 1, value: '2024-01-01 00:00:00' }]]],
    ['inf', 'DOUBLE', [Number.POSITIVE_INFINITY]],
    ['n', 'VARCHAR', [null]],
  ];
  expect(previewJson(columnsOf(values), 'types')).toBe(`{
  "node": "types",
  "show": [
    {
      "h": 170141183460469231731687303715884105727,
      "d": 1.5,
      "f": 2.0,
      "ts": "2024-01-02T03:04:05.500000",
      "tz": "2024-01-02T03:04:05+00:00",
      "tm": "03:04:05.500000",
      "b": true,
      "l": "[1, 2, null]",
      "st": "{\\"d\\": \\"2024-01-02\\", \\"x\\": 1.5, \\"s\\": \\"é\\"}",
      "m": "{\\"1\\": \\"2024-01-01T00:00:00\\"}",
      "inf": "Infinity",
      "n": null
    }
  ]
}`);
  expect(previewJson(columnsOf([['a', 'INTEGER', []]]), null)).toBe('{\n  "show": []\n}');
});

test('without a terminal six columns of twenty characters are shown, as by dbt', () => {
  const values: Values = Array.from(
    { length: 8 },
    (_, i) => [`column_${i}_${'x'.repeat(20)}`, 'INTEGER', [i]] as const,
  );
  const { hidden, text } = previewTable(columnsOf(values), null);
  expect(text.split('\n')[2]).toBe(`| ${[0, 1, 2, 3, 4, 5].map((i) => String(i).padStart(20)).join(' | ')} | ... |`);
  expect(text).toContain('| column_0_xxxxxxxx... |');
  expect(hidden).toHaveLength(2);
});

test.each([40, 60, 80, 140])('in a terminal of %i columns no line is wider, and as much is shown as fits', (width) => {
  const values: Values = [
    ['id', 'INTEGER', [1, 2]],
    ['name', 'VARCHAR', ['日本語テキスト日本語テキスト日本語', 'plain']],
    ['text', 'VARCHAR', ['long '.repeat(60), null]],
    ...Array.from({ length: 10 }, (_, i) => [`number_${i}`, 'INTEGER', [i, i]] as const),
  ];
  const { hidden, text } = previewTable(columnsOf(values), width);
  const widths = text.trimEnd().split('\n').map(textWidth);
  expect(new Set(widths).size).toBe(1);
  expect(widths[0]).toBeLessThanOrEqual(width);
  expect(hidden.length).toBeGreaterThan(0);
});

test('a terminal with room shows long values whole', () => {
  const text = 'a value of more than twenty characters';
  expect(table([['t', 'VARCHAR', [text]]], 80)[2]).toBe(`| ${text} |`);
  expect(table([['t', 'VARCHAR', [text]]], 30)[2]).toBe('| a value of more than tw... |');
});

test('what would move the cursor is written as an escape', () => {
  expect(table([['t', 'VARCHAR', ['a\nb\t\u001b[31mred']]], 80)[2]).toBe('| a\\nb\\t\\x1b[31mred |');
});

test('wide characters take two places', () => {
  expect(table([['name', 'VARCHAR', ['日本', 'é', '👍🏽']]])).toEqual([
    '| name |',
    '| ---- |',
    '| 日本 |',
    '| é    |',
    '| 👍🏽   |',
  ]);
});
