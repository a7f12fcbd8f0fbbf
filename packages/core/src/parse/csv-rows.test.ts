import { expect, test } from 'vitest';
import { csvRows } from './csv-rows.ts';

test.each<readonly [string, string, readonly Record<string, string | null>[]]>([
  ['nothing', '', []],
  ['a header alone', 'a,b\n', []],
  [
    'rows, the last one without a line end',
    'a,b\n1,x\r\n2,y',
    [
      { a: '1', b: 'x' },
      { a: '2', b: 'y' },
    ],
  ],
  [
    'empty fields and an empty last one',
    'a,b\n,\n1,',
    [
      { a: '', b: '' },
      { a: '1', b: '' },
    ],
  ],
  ['lines without a field, which count for nothing', '\na\n\n1\n\n', [{ a: '1' }]],
  ['a quoted nothing, which is a field', 'a\n""\n', [{ a: '' }]],
  ['quotes, commas and line ends in a field', 'a,b\n"x ""y"", z","1\n2"\n', [{ a: 'x "y", z', b: '1\n2' }]],
  [
    'a line that is too short, and one that is too long',
    'a,b\n1\n1,2,3\n',
    [
      { a: '1', b: null },
      { a: '1', b: '2' },
    ],
  ],
  ['white space, which stays', 'a, b\n 1 ,2\n', [{ a: ' 1 ', ' b': '2' }]],
])('reads %s', (_, text, rows) => expect(csvRows(text)).toEqual(rows));
