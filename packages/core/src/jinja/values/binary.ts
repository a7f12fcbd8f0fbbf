import { formatPercent, type PercentStyle, plainStyle } from '../format/percent.ts';
import { bytesOfText, textOfBytes } from './bytes.ts';
import { Dict, mappingOf } from './dict.ts';
import { type BinaryOperator, hostOf } from './host-object.ts';
import { escapedText, Markup } from './markup.ts';
import { isInt, isNumeric, type PyInt } from './number.ts';
import { absoluteNumber, arithmetic, negateNumber } from './numeric.ts';
import { PyError, typeError } from './py-error.ts';
import { asciiText } from './repr.ts';
import { TextValue, textOf } from './text-value.ts';
import { Tuple } from './tuple.ts';
import { typeName } from './type-name.ts';
import { Undefined } from './undefined.ts';
import { refuseItems, refuseText } from './work.ts';

/** Python's binary operators, with text and list forms of `+`, `*` and `%`. Throws TypeError in CPython's words. */
export function binary(operator: BinaryOperator, a: unknown, b: unknown): unknown {
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (isNumeric(a) && isNumeric(b)) return arithmetic(operator, a, b);
  if (operator === '%' && typeof a === 'string') return formatPercent(a, b);
  if (a instanceof TextValue || b instanceof TextValue) return textBinary(operator, a, b);
  if (a instanceof Uint8Array || b instanceof Uint8Array) return bytesBinary(operator, a, b);
  if (a instanceof Undefined) throw a.error();
  const answer = hostBinary(operator, a, b) ?? (b instanceof Undefined ? undefined : sequenceBinary(operator, a, b));
  if (answer !== undefined) return answer;
  throw b instanceof Undefined ? b.error() : unsupported(operator, a, b);
}

/** With `bytes`: joined, repeated, or what values are filled into. */
function bytesBinary(operator: BinaryOperator, a: unknown, b: unknown): unknown {
  const [text, other] = a instanceof Uint8Array ? [a, b] : [b as Uint8Array, a];
  if (operator === '*' && isCount(other)) {
    return bytesOfText(String(repeat(textOfBytes(text), other)));
  }
  if (a instanceof Undefined) throw a.error();
  if (operator === '%' && a instanceof Uint8Array) return bytesOfText(formatPercent(textOfBytes(a), b, bytesStyle));
  if (operator === '+' && a instanceof Uint8Array && b instanceof Uint8Array) {
    return bytesOfText(textOfBytes(a) + textOfBytes(b));
  }
  if (b instanceof Undefined) throw b.error();
  if (operator === '*') {
    // Of two sequences the right one is no count.
    throw typeError(`can't multiply sequence by non-int of type '${typeName(isSequence(a) ? b : other)}'`);
  }
  if (operator === '+' && a instanceof Uint8Array) throw typeError(`can't concat ${typeName(b)} to bytes`);
  if (operator === '+' && isSequence(a)) return concatenate(a, b);
  throw unsupported(operator, a, b);
}

/** How values come into `bytes`. */
const bytesStyle: PercentStyle = {
  text: (value) => {
    if (value instanceof Uint8Array) return textOfBytes(value);
    throw typeError(
      `%b requires a bytes-like object, or an object that implements __bytes__, not '${typeName(value)}'`,
    );
  },
  quoted: asciiText,
  character: (value) => {
    if (value instanceof Uint8Array && value.length === 1) return textOfBytes(value);
    if (!isCount(value)) throw typeError('%c requires an integer in range(256) or a single byte');
    if (Number(value) < 0 || Number(value) > 255) throw new PyError('OverflowError', '%c arg not in range(256)');
    return textOfBytes(Uint8Array.of(Number(value)));
  },
  types: /^[diouxXeEfFgGcrsab]$/,
  name: 'bytes',
};

/** With an instance of a subclass of `str`: Markup stays Markup and escapes the other operand. */
function textBinary(operator: BinaryOperator, a: unknown, b: unknown): unknown {
  if (a instanceof Markup || b instanceof Markup) return markupBinary(operator, a, b);
  return binary(operator, textOf(a) ?? a, textOf(b) ?? b);
}

const markupStyle: PercentStyle = { ...plainStyle, text: escapedText, quoted: escapedText };

function markupBinary(operator: BinaryOperator, a: unknown, b: unknown): unknown {
  if (a instanceof Undefined) throw a.error();
  const [left, right] = [textOf(a), textOf(b)];
  if (operator === '+' && left !== undefined && right !== undefined) return new Markup(escapedText(a) + escapedText(b));
  if (operator === '%' && a instanceof Markup) return new Markup(formatPercent(a.text, b, markupStyle));
  if (operator === '*') return repeatedMarkup(...(a instanceof Markup ? ([a, b] as const) : ([b, a] as const)));
  if (b instanceof Undefined) throw b.error();
  const answer = hostBinary(operator, left ?? a, right ?? b);
  if (answer !== undefined) return answer;
  return operator === '+' && Array.isArray(a) ? concatenate(a, b) : refused(operator, a, b);
}

function refused(operator: BinaryOperator, a: unknown, b: unknown): never {
  throw unsupported(operator, a, b);
}

function repeatedMarkup(text: unknown, count: unknown): Markup {
  if (isCount(count)) return new Markup(String(repeat(textOf(text) ?? '', count)));
  throw typeError(`'${typeName(count)}' object cannot be interpreted as an integer`);
}

function hostBinary(operator: BinaryOperator, a: unknown, b: unknown): unknown {
  const answer = hostOf(a)?.__binary__?.(operator, b, false);
  return answer === undefined ? hostOf(b)?.__binary__?.(operator, a, true) : answer;
}

function sequenceBinary(operator: BinaryOperator, a: unknown, b: unknown): unknown {
  if (operator === '+') return concatenate(a, b);
  if (operator === '*') {
    if (isSequence(a) && isCount(b)) return repeat(a, b);
    if (isSequence(b) && isCount(a)) return repeat(b, a);
    if (isSequence(a)) throw typeError(`can't multiply sequence by non-int of type '${typeName(b)}'`);
    if (isSequence(b)) throw typeError(`can't multiply sequence by non-int of type '${typeName(a)}'`);
  }
  return operator === '|' ? mergeMappings(a, b) : undefined;
}

function mergeMappings(a: unknown, b: unknown): unknown {
  const left = mappingOf(a);
  const right = mappingOf(b);
  if (left === null || right === null) return undefined;
  return new Dict([...left.entries(), ...right.entries()]);
}

function isSequence(value: unknown): value is string | unknown[] {
  return typeof value === 'string' || Array.isArray(value);
}

function isCount(value: unknown): value is PyInt | boolean {
  return isInt(value) || typeof value === 'boolean';
}

function concatenate(a: unknown, b: unknown): unknown {
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a instanceof Tuple !== b instanceof Tuple) {
      const type = a instanceof Tuple ? 'tuple' : 'list';
      throw typeError(`can only concatenate ${type} (not "${typeName(b)}") to ${type}`);
    }
    refuseItems(a.length + b.length);
    const joined = [...a, ...b];
    return a instanceof Tuple ? Tuple.from(joined) : joined;
  }
  if (typeof a === 'string') throw typeError(`can only concatenate str (not "${typeName(b)}") to str`);
  return undefined;
}

function repeat(value: string | unknown[], count: PyInt | boolean): unknown {
  if (typeof count === 'bigint' && BigInt.asIntN(64, count) !== count)
    throw new PyError('OverflowError', "cannot fit 'int' into an index-sized integer");
  // Nothing, however often, is nothing.
  const times = value.length === 0 ? 0 : Math.max(0, Number(count));
  if (typeof value === 'string') {
    refuseText(value.length * times);
    return value.repeat(times);
  }
  refuseItems(value.length * times);
  const items: unknown[] = [];
  for (let i = 0; i < times; i += 1) for (const item of value) items.push(item);
  return value instanceof Tuple ? Tuple.from(items) : items;
}

function unsupported(operator: BinaryOperator, a: unknown, b: unknown): PyError {
  const name = operator === '**' ? '** or pow()' : operator;
  return typeError(`unsupported operand type(s) for ${name}: '${typeName(a)}' and '${typeName(b)}'`);
}

/** Python's `-v`. */
export function negate(value: unknown): unknown {
  if (isNumeric(value)) return negateNumber(value);
  if (value instanceof Undefined) throw value.error();
  const answer = hostOf(value)?.__neg__?.();
  if (answer !== undefined) return answer;
  throw typeError(`bad operand type for unary -: '${typeName(value)}'`);
}

/** Python's `+v`. */
export function positive(value: unknown): unknown {
  if (isNumeric(value)) return typeof value === 'boolean' ? Number(value) : value;
  if (value instanceof Undefined) throw value.error();
  const host = hostOf(value);
  if (host?.__pos__ !== undefined) return host.__pos__();
  if (host?.__neg__ !== undefined) return value;
  throw typeError(`bad operand type for unary +: '${typeName(value)}'`);
}

/** Python's `abs(v)`. */
export function absolute(value: unknown): unknown {
  if (isNumeric(value)) return absoluteNumber(value);
  const answer = hostOf(value)?.__abs__?.();
  if (answer !== undefined) return answer;
  throw typeError(`bad operand type for abs(): '${typeName(value)}'`);
}
