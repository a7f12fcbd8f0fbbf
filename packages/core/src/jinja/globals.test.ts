import { expect, test } from 'vitest';
import { jinjaGlobals } from './globals.ts';
import { callMethod, callValue, getAttr, toStr } from './values/index.ts';

test('a cycler goes round and starts again', () => {
  const cycler = callValue(jinjaGlobals.cycler, ['a', 'b'], null);
  const next = (): unknown => callMethod(cycler, 'next', [], null);
  expect([next(), next(), next(), getAttr(cycler, 'current')]).toEqual(['a', 'b', 'a', 'b']);
  callMethod(cycler, 'reset', [], null);
  expect(next()).toBe('a');
});

test('a joiner is empty the first time', () => {
  const joiner = callValue(jinjaGlobals.joiner, [], { sep: '; ' });
  expect([1, 2, 3].map(() => callValue(joiner, [], null))).toEqual(['', '; ', '; ']);
});

test('a namespace keeps what is set', () => {
  const namespace = callValue(jinjaGlobals.namespace, [], { n: 1 }) as { __setattr__(n: string, v: unknown): void };
  namespace.__setattr__('n', 2);
  expect(getAttr(namespace, 'n')).toBe(2);
  expect(toStr(namespace)).toBe("<Namespace {'n': 2}>");
});
