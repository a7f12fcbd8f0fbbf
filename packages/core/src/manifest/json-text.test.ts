import { expect, test } from 'vitest';
import { jsonText } from './json-text.ts';

test('whole numbers keep all their digits', () => {
  const document = { id: 9007199254740993n, list: [-9223372036854775808n, 1.5], text: '"\\u00001"' };
  const text = '{"id":9007199254740993,"list":[-9223372036854775808,1.5],"text":"\\"\\\\u00001\\""}';
  expect(jsonText(document)).toBe(text);
});

test('everything else is JSON.stringify', () => {
  const document = { a: [1, 'b', null, { c: true }] };
  expect(jsonText(document, 2)).toBe(JSON.stringify(document, null, 2));
  const circle: Record<string, unknown> = {};
  circle.own = circle;
  expect(() => jsonText(circle)).toThrow('circular');
});
