import { expect, test } from 'vitest';
import { repr } from '../values/index.ts';
import { literalEval } from './literal-eval.ts';

// What CPython 3.11 gives for `repr(ast.literal_eval(text))`.
test.each([
  ['1', '1'],
  ['-1', '-1'],
  ['+ 1', '1'],
  ['1.0', '1.0'],
  ['.5', '0.5'],
  ['5.', '5.0'],
  ['1e3', '1000.0'],
  ['1_000', '1000'],
  ['0x1F', '31'],
  ['0', '0'],
  ['00', '0'],
  ['12345678901234567890', '12345678901234567890'],
  ['"a\\n\\d"', "'a\\n\\\\d'"],
  [`'a' "b"`, "'ab'"],
  ["r'\\n'", "'\\\\n'"],
  ["'''a\nb'''", "'a\\nb'"],
  ["b''", "b''"],
  [`b'a' B"\\xe9\\u1"`, "b'a\\xe9\\\\u1'"],
  ["rb'\\n'", "b'\\\\n'"],
  ['None', 'None'],
  ['[1, [2,], ()]', '[1, [2], ()]'],
  ['(1)', '1'],
  ['(1,)', '(1,)'],
  ['1, 2', '(1, 2)'],
  ['{}', '{}'],
  ["{'a': 1, 2: [True]}", "{'a': 1, 2: [True]}"],
  ['{1}', '{1}'],
  ['  [1]  ', '[1]'],
  ['[1, # one\n 2]', '[1, 2]'],
])('%j is %s', (text, expected) => {
  expect(repr(literalEval(text)?.value)).toBe(expected);
});

test.each([
  '',
  'a',
  'true',
  'none',
  '1 + 1',
  '1 2',
  '[1',
  '1]',
  '007',
  '1__0',
  "'a",
  'f(1)',
  '[,]',
  '1.2.3',
  '--',
  'a.b',
  "{'a'}x",
  "b'a' 'b'",
  "b'é'",
])('%j is no literal', (text) => {
  expect(literalEval(text)).toBeNull();
});
