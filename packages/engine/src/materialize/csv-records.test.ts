import { expect, test } from 'vitest';
import { csvRecords } from './csv-records.ts';

test.each<[string, string, string, [number, string[]][]]>([
  [
    'plain lines',
    'a,b\n1,2\n',
    ',',
    [
      [1, ['a', 'b']],
      [2, ['1', '2']],
    ],
  ],
  [
    'no line end, a byte order mark',
    '\uFEFFa\n1',
    ',',
    [
      [1, ['a']],
      [2, ['1']],
    ],
  ],
  [
    'Windows line ends',
    'a,b\r\n1,\r\n',
    ',',
    [
      [1, ['a', 'b']],
      [2, ['1', '']],
    ],
  ],
  [
    'quotes',
    'a,b\n"x ""y"", z","line\nbreak"\n3,4',
    ',',
    [
      [1, ['a', 'b']],
      [2, ['x "y", z', 'line\nbreak']],
      [4, ['3', '4']],
    ],
  ],
  [
    'blank lines',
    'a\n\n1\n\n',
    ',',
    [
      [1, ['a']],
      [3, ['1']],
    ],
  ],
  [
    'empty fields in quotes',
    '""\n1\n""\n',
    ',',
    [
      [1, ['']],
      [2, ['1']],
      [3, ['']],
    ],
  ],
  [
    'another delimiter',
    'a;b\n1,5;2',
    ';',
    [
      [1, ['a', 'b']],
      [2, ['1,5', '2']],
    ],
  ],
  [
    'an open quote',
    'a\n"x\ny',
    ',',
    [
      [1, ['a']],
      [2, ['x\ny']],
    ],
  ],
  ['nothing', '', ',', []],
])('reads %s', (_, text, delimiter, expected) => {
  expect([...csvRecords(text, delimiter)].map(({ fields, line }) => [line, fields])).toEqual(expected);
});
