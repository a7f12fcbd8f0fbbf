import { mappingOf } from '../values/dict.ts';
import { hostOf } from '../values/host-object.ts';
import { textLength } from '../values/iterate.ts';
import { isFloat, isInt, isNumeric, PyFloat, toNumber } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { Range } from '../values/range.ts';
import { asciiRepr, repr, toStr } from '../values/repr.ts';
import { TextValue, textOf } from '../values/text-value.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { Undefined } from '../values/undefined.ts';
import { formatReal } from './real.ts';

interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | null;
  readonly type: string;
}

const conversionPattern = /%(?:\(((?:[^()]|\([^()]*\))*)\))?([#0\- +]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]?(.)?/gsu;

/** What becomes of a value's text before it is filled in. */
export type Finish = (text: unknown) => string;

const plain: Finish = toStr;

/** Python's `text % values`; `finish` makes the text of a value. Throws TypeError or ValueError in CPython's words. */
export function formatPercent(text: string, values: unknown, finish: Finish = plain): string {
  const source = new Values(values);
  const result = text.replace(
    conversionPattern,
    (whole: string, key: string | undefined, flags: string, width, precision, type, offset: number) => {
      if (type === undefined) throw valueError('incomplete format');
      if (type === '%') return '%';
      const wide = size(width, source);
      const conversion = {
        flags: wide !== null && wide < 0 ? `${flags}-` : flags,
        width: Math.abs(wide ?? 0),
        precision: size(precision, source),
        type,
      };
      if (!/[diouxXeEfFgGcrsa]/.test(type)) throw unsupportedCharacter(type, offset + whole.length - 1);
      return convert(key === undefined ? source.next() : source.named(key), conversion, finish);
    },
  );
  source.finish();
  return result;
}

function unsupportedCharacter(type: string, index: number): PyError {
  const code = (type.codePointAt(0) ?? 0).toString(16);
  return valueError(`unsupported format character '${type}' (0x${code}) at index ${index}`);
}

function size(text: string | undefined, source: Values): number | null {
  if (text === undefined) return null;
  if (text !== '*') return Number(text);
  const value = source.next();
  if (!isInt(value)) throw typeError('* wants int');
  return Number(value);
}

/** The right operand of `%`: a tuple gives its elements one by one, a mapping its keys, any other value itself once. */
class Values {
  readonly #items: readonly unknown[];
  readonly #value: unknown;
  #used = 0;
  #byKey = false;

  constructor(value: unknown) {
    this.#value = value;
    this.#items = value instanceof Tuple ? value : [value];
  }

  next(): unknown {
    if (this.#used >= this.#items.length) throw typeError('not enough arguments for format string');
    this.#used += 1;
    return this.#items[this.#used - 1];
  }

  named(key: string): unknown {
    this.#byKey = true;
    if (this.#value instanceof Undefined) {
      if (this.#value.mode === 'parse') return this.#value;
      throw this.#value.error();
    }
    const mapping = mappingOf(this.#value);
    const host = mapping === null && textOf(this.#value) === undefined ? hostOf(this.#value) : null;
    if (mapping === null && host?.__getitem__ === undefined) throw typeError('format requires a mapping');
    const value = mapping === null ? host?.__getitem__?.(key) : mapping.get(key);
    if (value === undefined) throw new PyError('KeyError', repr(key));
    return value;
  }

  finish(): void {
    if (this.#byKey || this.#used >= this.#items.length) return;
    if (isSubscriptable(this.#value)) return;
    throw typeError('not all arguments converted during string formatting');
  }
}

function convert(value: unknown, conversion: Conversion, finish: Finish): string {
  const { type, precision } = conversion;
  if (/[sra]/.test(type)) {
    const text = finish(type === 's' ? value : type === 'a' ? asciiRepr(value) : repr(value));
    return align(precision === null ? text : Array.from(text).slice(0, precision).join(''), '', conversion, false);
  }
  if (type === 'c') return align(character(value), '', conversion, false);
  return /[diouxX]/.test(type) ? integer(value, conversion) : real(value, conversion);
}

function character(value: unknown): string {
  const text = textOf(value);
  if (text !== undefined && textLength(text) === 1) return text;
  if (isInt(value) || typeof value === 'boolean') return String.fromCodePoint(Number(value));
  throw typeError('%c requires int or char');
}

function integer(value: unknown, conversion: Conversion): string {
  const { type, flags, precision } = conversion;
  const whole = wholeNumber(value, type);
  const radix = type === 'o' ? 8 : type === 'x' || type === 'X' ? 16 : 10;
  const digits = whole
    .toString(radix)
    .replace('-', '')
    .padStart(precision ?? 0, '0');
  const prefix = flags.includes('#') && radix !== 10 ? (radix === 8 ? '0o' : '0x') : '';
  const sign = whole < 0n ? '-' : positiveSign(flags);
  return align(
    type === 'X' ? digits.toUpperCase() : digits,
    sign + (type === 'X' ? prefix.toUpperCase() : prefix),
    conversion,
    true,
  );
}

function wholeNumber(value: unknown, type: string): bigint {
  if (value instanceof Undefined && !/[oxX]/.test(type)) throw value.error();
  if (isInt(value) || typeof value === 'boolean') return BigInt(value);
  if (isFloat(value) && !/[oxX]/.test(type)) return BigInt(Math.trunc(toNumber(value)));
  const converted = /[oxX]/.test(type) ? undefined : hostOf(value)?.__int__?.();
  if (converted !== undefined) return BigInt(converted);
  const wanted = /[oxX]/.test(type) ? 'an integer is required' : 'a real number is required';
  throw typeError(`%${type} format: ${wanted}, not ${typeName(value)}`);
}

function real(value: unknown, conversion: Conversion): string {
  if (value instanceof Undefined) throw value.error();
  const number = isNumeric(value)
    ? toNumber(value instanceof PyFloat ? value.value : value)
    : hostOf(value)?.__float__?.();
  if (number === undefined) throw typeError(`must be real number, not ${typeName(value)}`);
  const { type, flags, precision } = conversion;
  const negative = number < 0 || Object.is(number, -0);
  const magnitude = Math.abs(number);
  const text = Number.isFinite(number)
    ? formatReal(magnitude, type, precision ?? 6, flags.includes('#'))
    : Number.isNaN(number)
      ? 'nan'
      : 'inf';
  return align(text, negative ? '-' : positiveSign(flags), conversion, Number.isFinite(number));
}

function positiveSign(flags: string): string {
  if (flags.includes('+')) return '+';
  return flags.includes(' ') ? ' ' : '';
}

function align(body: string, head: string, conversion: Conversion, numeric: boolean): string {
  const room = Math.max(0, conversion.width - textLength(head + body));
  if (conversion.flags.includes('-')) return head + body + ' '.repeat(room);
  if (numeric && conversion.flags.includes('0')) return head + '0'.repeat(room) + body;
  return ' '.repeat(room) + head + body;
}

/** What Python takes for a mapping here, which may stay unused: anything with `[…]` but text and tuples. */
function isSubscriptable(value: unknown): boolean {
  if (Array.isArray(value)) return !(value instanceof Tuple);
  if (value instanceof TextValue) return false;
  if (mappingOf(value) !== null || value instanceof Undefined || value instanceof Range) return true;
  return hostOf(value)?.__getitem__ !== undefined;
}
