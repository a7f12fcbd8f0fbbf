import { binary } from '../values/binary.ts';
import { isCallable } from '../values/call-value.ts';
import { compare } from '../values/compare.ts';
import { contains } from '../values/contains.ts';
import { Decimal } from '../values/decimal.ts';
import { mappingOf } from '../values/dict.ts';
import { equals } from '../values/equals.ts';
import { hashKey } from '../values/hash-key.ts';
import { hostOf, type OrderOperator } from '../values/host-object.ts';
import { iterableOf, lengthOf } from '../values/iterate.ts';
import { Markup } from '../values/markup.ts';
import { isFloat, isInt, isNumeric } from '../values/number.ts';
import type { RenderEnv, TestFunction } from '../values/render-env.ts';
import { toStr } from '../values/repr.ts';
import { bindArguments, type Parameter, signature } from '../values/signature.ts';
import { textOf } from '../values/text-value.ts';
import { isUndefined } from '../values/undefined.ts';
import { spendCharacters } from '../values/work.ts';

/** Whether a name is in a table of filters or tests. Throws TypeError for an unhashable one, as Python's `in` does. */
function isKnown(name: unknown, find: (name: string) => unknown): boolean {
  const text = textOf(name);
  if (text !== undefined) return find(text) !== undefined;
  hashKey(name);
  return false;
}

/** Declares a test by Jinja's name for it and its parameters, the tested value first. */
function test(
  name: string,
  parameters: readonly Parameter[],
  run: (env: RenderEnv, ...args: unknown[]) => boolean,
  hidden: 0 | 1 = 0,
): TestFunction {
  const sig = signature(name, parameters, hidden);
  return (env, value, args, kwargs) => run(env, ...bindArguments(sig, [value, ...args], kwargs));
}

const remainder = (value: unknown, divisor: unknown): unknown => binary('%', value, divisor);
const ordered = (name: string, operator: OrderOperator): TestFunction =>
  test(name, ['a', 'b'], (_env, a, b) => compare(operator, a, b));

const equal = test('eq', ['a', 'b'], (_env, a, b) => equals(a, b));
const different = test('ne', ['a', 'b'], (_env, a, b) => !equals(a, b));
const greater = ordered('gt', '>');
const atLeast = ordered('ge', '>=');
const less = ordered('lt', '<');
const atMost = ordered('le', '<=');
const upperText = /^(?=.*\p{Cased})(?!.*[\p{Lowercase}\p{Lt}])/su;
const lowerText = /^(?=.*\p{Cased})(?!.*[\p{Uppercase}\p{Lt}])/su;

function isCased(value: unknown, pattern: RegExp): boolean {
  const text = toStr(value);
  spendCharacters(text.length * 2);
  return pattern.test(text);
}

/** Every test of Jinja 3.1, by each of its names. */
export const tests: Readonly<Record<string, TestFunction>> = Object.freeze({
  odd: test('test_odd', ['value'], (_env, value) => equals(remainder(value, 2), 1)),
  even: test('test_even', ['value'], (_env, value) => equals(remainder(value, 2), 0)),
  divisibleby: test('test_divisibleby', ['value', 'num'], (_env, value, by) => equals(remainder(value, by), 0)),
  defined: test('test_defined', ['value'], (_env, value) => !isUndefined(value)),
  undefined: test('test_undefined', ['value'], (_env, value) => isUndefined(value)),
  filter: test('test_filter', ['value'], (env, name) => isKnown(name, env.filter), 1),
  test: test('test_test', ['value'], (env, name) => isKnown(name, env.test), 1),
  none: test('test_none', ['value'], (_env, value) => value === null || value === undefined),
  boolean: test('test_boolean', ['value'], (_env, value) => typeof value === 'boolean'),
  false: test('test_false', ['value'], (_env, value) => value === false),
  true: test('test_true', ['value'], (_env, value) => value === true),
  integer: test('test_integer', ['value'], (_env, value) => isInt(value) || isIndex(value)),
  float: test('test_float', ['value'], (_env, value) => isFloat(value)),
  lower: test('test_lower', ['value'], (_env, value) => isCased(value, lowerText)),
  upper: test('test_upper', ['value'], (_env, value) => isCased(value, upperText)),
  string: test('test_string', ['value'], (_env, value) => textOf(value) !== undefined),
  mapping: test('test_mapping', ['value'], (_env, value) => isMapping(value)),
  number: test(
    'test_number',
    ['value'],
    (_env, value) => isNumeric(value) || isIndex(value) || value instanceof Decimal,
  ),
  sequence: test('test_sequence', ['value'], (_env, value) => isSequence(value)),
  iterable: test('test_iterable', ['value'], (_env, value) => iterableOf(value) !== null),
  callable: test('callable', ['obj'], (_env, value) => isCallable(value)),
  sameas: test('test_sameas', ['value', 'other'], (_env, value, other) => (value ?? null) === (other ?? null)),
  escaped: test('test_escaped', ['value'], (_env, value) => value instanceof Markup),
  in: test('test_in', ['value', 'seq'], (_env, value, seq) => contains(seq, value)),
  '==': equal,
  eq: equal,
  equalto: equal,
  '!=': different,
  ne: different,
  '>': greater,
  gt: greater,
  greaterthan: greater,
  ge: atLeast,
  '>=': atLeast,
  '<': less,
  lt: less,
  lessthan: less,
  '<=': atMost,
  le: atMost,
});

function isMapping(value: unknown): boolean {
  return mappingOf(value) !== null || hostOf(value)?.__mapping__ === true;
}

/** An object that is an int in Python. */
function isIndex(value: unknown): boolean {
  return hostOf(value)?.__index__ !== undefined;
}

/** A length that raises counts as none. */
function hasLength(value: unknown): boolean {
  try {
    return lengthOf(value) !== null;
  } catch {
    return false;
  }
}

/** Jinja asks for a length and for `__getitem__`: a dict counts, a set or dict view does not. */
function isSequence(value: unknown): boolean {
  if (isUndefined(value)) return true;
  if (!hasLength(value)) return false;
  const host = hostOf(value);
  return host === null || value instanceof Uint8Array || host.__getitem__ !== undefined || isMapping(value);
}
