import { expect, test } from 'vitest';
import { splicedBody } from './spliced-body.ts';

const records = { a: { text: 'größer', at: 1 }, b: { a: { at: 1 }, text: '"a":{"text"' }, c: { at: 2 } };
const text = JSON.stringify(records);
const body = new TextEncoder().encode(text);
const written = (key: keyof typeof records): string => `"${key}":${JSON.stringify(records[key])}`;

function joined(changes: Parameters<typeof splicedBody>[1]): string | undefined {
  return splicedBody(body, changes)
    ?.map((piece) => (typeof piece === 'string' ? piece : new TextDecoder().decode(piece)))
    .join('');
}

test('records are exchanged wherever they are, in any order', () => {
  const changes = [
    [written('c'), '"c":{"ü":3}'],
    [written('a'), '"a":{}'],
  ] as const;
  expect(JSON.parse(joined(changes) ?? '')).toStrictEqual({ ...records, a: {}, c: { ü: 3 } });
  expect(joined([])).toBe(text);
});

test('a record that is not there, or too many, are written anew', () => {
  expect(joined([['"a":{"at":2}', '"a":{}']])).toBeUndefined();
  expect(joined(Array.from({ length: 17 }, () => [written('c'), '"c":{}'] as const))).toBeUndefined();
});
