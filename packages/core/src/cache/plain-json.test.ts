import { expect, test } from 'vitest';
import { PyFloat } from '../jinja/values/index.ts';
import { fromPlainJson, plainJson } from './plain-json.ts';
import { printOf } from './print-of.ts';

const values: readonly (readonly [string, unknown])[] = [
  ['JSON', { a: [1, 'x', null, true, { b: [] }], c: {} }],
  ['an undefined value', { a: undefined, b: [undefined] }],
  ['numbers that JSON has no form for', [Number.NaN, Number.POSITIVE_INFINITY, -0, 10n ** 30n]],
  ['floats without a fraction', { a: new PyFloat(1), b: [new PyFloat(-0)] }],
  ['the mark itself', { $eider: ['float', '1'], inner: { $eider: 3, f: new PyFloat(2) } }],
  ['a key that is a name of JS', JSON.parse('{"__proto__": {"constructor": 1}}')],
  ['text with line ends', 'a\nb\u2028c'],
];

test.each(values)('%s comes back as it was, on one line', (_what, value) => {
  const text = plainJson(value);
  expect(text).not.toContain('\n');
  expect(fromPlainJson(text)).toStrictEqual(value);
  expect(printOf(fromPlainJson(text))).toBe(printOf(value));
});

test.each([new Date(), () => 1, Symbol('s'), new Map()])('%s is no data', (value) => {
  expect(() => plainJson({ value })).toThrow(TypeError);
});

test('prints tell apart what templates can tell apart', () => {
  const all = [1, 1n, '1', new PyFloat(1), true, null, undefined, [1], [[1]], { a: 1, b: 2 }, { b: 2, a: 1 }, -0, 0];
  expect(new Set(all.map(printOf)).size).toBe(all.length);
  const made = new Date(0);
  expect(printOf(made)).not.toBe(printOf(made));
});
