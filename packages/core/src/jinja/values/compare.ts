import { equals } from './equals.ts';
import { hostOf, type OrderOperator } from './host-object.ts';
import { isNumeric, PyFloat } from './number.ts';
import { typeError } from './py-error.ts';
import { textOf } from './text-value.ts';
import { Tuple } from './tuple.ts';
import { typeName } from './type-name.ts';
import { Undefined } from './undefined.ts';
import { spend, spendText } from './work.ts';

const mirrored: Readonly<Record<OrderOperator, OrderOperator>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const surrogate = /[\ud800-\udfff]/;

/** Python's ordering of two values. Throws TypeError for types that have none, UndefinedError for undefined values. */
export function compare(operator: OrderOperator, a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') return holds(operator, textOrder(a, b), 0);
  if (isNumeric(a) && isNumeric(b)) {
    return holds(operator, a instanceof PyFloat ? a.value : a, b instanceof PyFloat ? b.value : b);
  }
  const [left, right] = [textOf(a), textOf(b)];
  if (left !== undefined && right !== undefined) return compare(operator, left, right);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return holds(operator, Buffer.compare(a, b), 0);
  if (a instanceof Undefined) throw a.error();
  if (b instanceof Undefined) throw b.error();
  if (Array.isArray(a) && Array.isArray(b) && a instanceof Tuple === b instanceof Tuple) return lists(operator, a, b);
  const answer = hostOf(a)?.__compare__?.(operator, b) ?? hostOf(b)?.__compare__?.(mirrored[operator], a);
  if (answer !== undefined) return answer;
  throw typeError(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

function holds(operator: OrderOperator, a: number | bigint | boolean, b: number | bigint | boolean): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

/** Orders text by code point, as Python does; JS orders UTF-16 units. */
function textOrder(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  if (shorter > 256) spendText(shorter);
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : a > b ? 1 : 0;
  for (let i = 0; i < shorter; i += 1) {
    const difference = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** The place of a UTF-16 unit in the order of code points: surrogates stand for what comes behind all other units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}

function lists(operator: OrderOperator, a: readonly unknown[], b: readonly unknown[]): boolean {
  spend(1);
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    if (!equals(a[i], b[i])) return compare(operator, a[i], b[i]);
  }
  return holds(operator, a.length, b.length);
}
