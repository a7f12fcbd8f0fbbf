import { expect, test } from 'vitest';
import { unitTestDiff } from './unit-test-diff.ts';

type Rows = readonly (readonly unknown[])[];

const column = (name: string, type: string): { name: string; type: string } => ({ name, type });
const columns = [column('Id', 'INTEGER'), column('name', 'VARCHAR'), column('amount', 'DECIMAL(10,2)')];

function diff(actual: Rows, expected: Rows, of = columns): string | null {
  const rows = [...actual.map((row) => [...row, 'actual']), ...expected.map((row) => [...row, 'expected'])];
  const drawn = unitTestDiff({ columns: [...of, column('actual_or_expected', 'VARCHAR')], rows });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters.
  return drawn?.replaceAll(/\u001b\[[\d;]*m/g, '') ?? null;
}

test('rows that are the same in another order do not differ', () => {
  expect(
    diff(
      [
        [1, 'a', '1.50'],
        [2, null, null],
      ],
      [
        [2, null, null],
        [1, 'a', '1.50'],
      ],
    ),
  ).toBeNull();
  expect(diff([], [])).toBeNull();
});

test('how often a row is there counts', () => {
  expect(
    diff(
      [[1, 'a', null]],
      [
        [1, 'a', null],
        [1, 'a', null],
      ],
    ),
  ).toContain('---,1 ,a   ,null');
});

// dbt-core 1.11 prints these.
test('a difference is drawn as dbt draws it', () => {
  const actual = [
    [2, 'ANN', '1.00'],
    [3, 'BOB', '2.00'],
    [4, 'CLAIRE', null],
  ];
  const expected = [
    [2, 'ANN', '1.00'],
    [3, 'BERT', '2.00'],
    [9, null, '2.25'],
  ];
  expect(diff(actual, expected)).toBe(
    [
      '@@ ,id,name    ,amount',
      '   ,2 ,ANN     ,1.00',
      '→  ,3 ,BERT→BOB,2.00',
      '+++,4 ,CLAIRE  ,null',
      "---,9 ,null    ,Decimal('2.25')",
      '',
    ].join('\r\n'),
  );
});

test('values of other types are shown as Python shows them', () => {
  const of = [
    column('day', 'DATE'),
    column('ok', 'BOOLEAN'),
    column('half', 'DOUBLE'),
    column('part', 'STRUCT(a INTEGER)'),
  ];
  expect(diff([['2024-01-01', true, 0.75, { a: 1 }]], [['2024-01-02', false, 0.25, { a: 1 }]], of)).toContain(
    '→ ,2024-01-02→2024-01-01,False→True,0.25→0.75,"{""a"": 1}"',
  );
});

test('numbers are sorted as numbers, so that like rows stand beside each other', () => {
  const drawn = diff(
    [
      [10, 'x', null],
      [9, 'y', null],
    ],
    [
      [9, 'y', null],
      [10, 'z', null],
    ],
  );
  expect(drawn).toContain(' ,9 ,y');
  expect(drawn).toContain('→ ,10,z→x');
});
