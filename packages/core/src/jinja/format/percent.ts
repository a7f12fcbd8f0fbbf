import { toFloat, toInt } from '../values/convert.ts';
import { mappingOf } from '../values/dict.ts';
import { hostOf } from '../values/host-object.ts';
import { textLength } from '../values/iterate.ts';
import { isFloat, isInt, isNumeric, toNumber } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { Range } from '../values/range.ts';
import { asciiRepr, repr, toStr } from '../values/repr.ts';
import { TextValue, textOf } from '../values/text-value.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { Undefined } from '../values/undefined.ts';
import { refuseText, spendText } from '../values/work.ts';
import { formatReal } from './real.ts';

interface Conversion {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | null;
  readonly type: string;
}

/** Largest precision that C's int holds, and width that its size type holds. */
const mostPrecision = 2 ** 31 - 1;
const mostWidth = 2 ** 63;

/** How values come into a text of one of Python's types. */
export interface PercentStyle {
  /** The text of a value for `%s`. */
  readonly text: (value: unknown) => string;
  /** What becomes of the text of `%r` and `%a`. */
  readonly quoted: (text: string) => string;
  /** The text of a value for `%c`. */
  readonly character: (value: unknown) => string;
  /** The letters of conversions. */
  readonly types: RegExp;
  /** What Python calls the type while it formats. */
  readonly name: 'string' | 'bytes';
}

/** How values come into a `str`. */
export const plainStyle: PercentStyle = {
  text: toStr,
  quoted: (text) => text,
  character,
  types: /^[diouxXeEfFgGcrsa]$/,
  name: 'string',
};

/** Python's `text % values`. Throws TypeError or ValueError in CPython's words. */
export function formatPercent(text: string, values: unknown, style: PercentStyle = plainStyle): string {
  const source = new Values(values);
  let result = '';
  let from = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', from)) {
    result += text.slice(from, at);
    if (text[at + 1] === '%') {
      result += '%';
      from = at + 2;
      continue;
    }
    const reader = new ConversionReader(text, at + 1, source);
    const conversion = reader.read();
    const value = source.next();
    if (!style.types.test(conversion.type)) throw unknownType(conversion.type, reader.at - 1);
    result += convert(value, conversion, style);
    from = reader.at;
    refuseText(result.length);
  }
  source.finish(style.name);
  return result + text.slice(from);
}

/** Reads one conversion behind its `%` in the order in which CPython does: key, flags, width, precision, length, type. */
class ConversionReader {
  readonly #text: string;
  readonly #source: Values;
  at: number;

  constructor(text: string, at: number, source: Values) {
    this.#text = text;
    this.at = at;
    this.#source = source;
  }

  read(): Conversion {
    if (this.#text[this.at] === '(') this.#source.select(this.#key());
    let flags = this.#run(/[#0\- +]*/y);
    const width = this.#size(mostWidth, 'width too big');
    if (width !== null && width < 0) flags += '-';
    let precision: number | null = null;
    if (this.#text[this.at] === '.') {
      this.at += 1;
      precision = Math.max(0, this.#size(mostPrecision, 'precision too big') ?? 0);
    }
    this.#run(/[hlL]?/y);
    const type = String.fromCodePoint(this.#text.codePointAt(this.at) ?? 0);
    if (this.at >= this.#text.length) throw valueError('incomplete format');
    this.at += type.length;
    return { flags, width: Math.abs(width ?? 0), precision, type };
  }

  #run(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  #key(): string {
    this.#source.refuseUnlessMapping();
    const start = this.at + 1;
    let open = 1;
    while (open > 0) {
      this.at += 1;
      if (this.at >= this.#text.length) throw valueError('incomplete format key');
      if (this.#text[this.at] === '(') open += 1;
      else if (this.#text[this.at] === ')') open -= 1;
    }
    this.at += 1;
    return this.#text.slice(start, this.at - 1);
  }

  #size(most: number, tooBig: string): number | null {
    if (this.#text[this.at] === '*') {
      this.at += 1;
      const value = this.#source.next();
      if (!isInt(value) && typeof value !== 'boolean') throw typeError('* wants int');
      if (BigInt(value) >= BigInt(most) || BigInt(value) < -BigInt(most)) {
        const type = most === mostPrecision ? 'int' : 'ssize_t';
        throw new PyError('OverflowError', `Python int too large to convert to C ${type}`);
      }
      return Number(value);
    }
    const digits = this.#run(/\d*/y);
    if (Number(digits) > most) throw valueError(tooBig);
    return digits === '' ? null : Number(digits);
  }
}

function unknownType(type: string, index: number): PyError {
  const code = (type.codePointAt(0) ?? 0).toString(16);
  const shown = /^[\x20-\x7e]$/.test(type) ? type : '?';
  return valueError(`unsupported format character '${shown}' (0x${code}) at index ${index}`);
}

/** The right operand of `%`: a tuple gives its elements one by one, a mapping its keys, any other value itself once. */
class Values {
  readonly #items: readonly unknown[];
  readonly #value: unknown;
  #used = 0;
  #byKey = false;
  /** What the key of the conversion at hand stands for, which can be used once. */
  #selected: unknown;
  #isFresh = false;

  constructor(value: unknown) {
    this.#value = value;
    this.#items = value instanceof Tuple ? value : [value];
  }

  next(): unknown {
    if (this.#byKey && this.#isFresh) {
      this.#isFresh = false;
      return this.#selected;
    }
    if (this.#byKey || this.#used >= this.#items.length) throw typeError('not enough arguments for format string');
    this.#used += 1;
    return this.#items[this.#used - 1];
  }

  refuseUnlessMapping(): void {
    if (!isSubscriptable(this.#value)) throw typeError('format requires a mapping');
  }

  select(key: string): void {
    this.#byKey = true;
    this.#isFresh = true;
    this.#selected = this.#named(key);
  }

  #named(key: string): unknown {
    const from = this.#value;
    if (from instanceof Undefined) {
      if (from.mode === 'parse') return from;
      throw from.error();
    }
    if (Array.isArray(from)) throw typeError('list indices must be integers or slices, not str');
    if (from instanceof Uint8Array) throw typeError('byte indices must be integers or slices, not str');
    if (from instanceof Range) throw typeError('range indices must be integers or slices, not str');
    const mapping = mappingOf(from);
    const value = mapping === null ? hostOf(from)?.__getitem__?.(key) : mapping.get(key);
    if (value === undefined) throw new PyError('KeyError', repr(key));
    return value;
  }

  finish(name: PercentStyle['name']): void {
    if (this.#byKey || this.#used >= this.#items.length) return;
    const isSpare = name === 'bytes' && this.#value instanceof Uint8Array;
    if (isSubscriptable(this.#value) && !isSpare) return;
    throw typeError(`not all arguments converted during ${name} formatting`);
  }
}

function convert(value: unknown, conversion: Conversion, style: PercentStyle): string {
  const { type, precision } = conversion;
  if (/[sbra]/.test(type)) {
    const text = /[sb]/.test(type) ? style.text(value) : style.quoted(type === 'a' ? asciiRepr(value) : repr(value));
    return align(precision === null ? text : Array.from(text).slice(0, precision).join(''), '', conversion, false);
  }
  if (type === 'c') return align(style.character(value), '', conversion, false);
  return /[diouxX]/.test(type) ? integer(value, conversion) : real(value, conversion);
}

function character(value: unknown): string {
  const text = textOf(value);
  if (text !== undefined && textLength(text) === 1) return text;
  const code = hostOf(value)?.__index__?.() ?? value;
  if (isInt(code) || typeof code === 'boolean') {
    if (Number(code) >= 0 && Number(code) <= 0x10ffff) return String.fromCodePoint(Number(code));
    throw new PyError('OverflowError', '%c arg not in range(0x110000)');
  }
  throw typeError('%c requires int or char');
}

function integer(value: unknown, conversion: Conversion): string {
  const { type, flags, precision } = conversion;
  const whole = wholeNumber(value, type);
  refuseText(precision ?? 0);
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
  if (isFloat(value) && !/[oxX]/.test(type)) return BigInt(toInt(value));
  const converted = /[oxX]/.test(type) ? undefined : hostOf(value)?.__int__?.();
  if (converted !== undefined) return BigInt(converted);
  const wanted = /[oxX]/.test(type) ? 'an integer is required' : 'a real number is required';
  throw typeError(`%${type} format: ${wanted}, not ${typeName(value)}`);
}

function real(value: unknown, conversion: Conversion): string {
  if (value instanceof Undefined) throw value.error();
  const number = isNumeric(value) ? toNumber(toFloat(value)) : hostOf(value)?.__float__?.();
  if (number === undefined) throw typeError(`must be real number, not ${typeName(value)}`);
  const { type, flags, precision } = conversion;
  const negative = number < 0 || Object.is(number, -0);
  const magnitude = Math.abs(number);
  const text = Number.isFinite(number)
    ? formatReal(magnitude, type, precision ?? 6, flags.includes('#'))
    : Number.isNaN(number)
      ? 'nan'
      : 'inf';
  return align(/[EFG]/.test(type) ? text.toUpperCase() : text, negative ? '-' : positiveSign(flags), conversion, true);
}

function positiveSign(flags: string): string {
  if (flags.includes('+')) return '+';
  return flags.includes(' ') ? ' ' : '';
}

function align(body: string, head: string, conversion: Conversion, numeric: boolean): string {
  refuseText(conversion.width);
  spendText(conversion.width);
  const room = Math.max(0, conversion.width - textLength(head + body));
  if (conversion.flags.includes('-')) return head + body + ' '.repeat(room);
  if (numeric && conversion.flags.includes('0')) return head + '0'.repeat(room) + body;
  return ' '.repeat(room) + head + body;
}

/** What Python takes for a mapping here, which may stay unused: anything with `[…]` but text and tuples. */
function isSubscriptable(value: unknown): boolean {
  if (Array.isArray(value)) return !(value instanceof Tuple);
  if (value instanceof TextValue) return false;
  if (value instanceof Uint8Array) return true;
  if (mappingOf(value) !== null || value instanceof Undefined || value instanceof Range) return true;
  return hostOf(value)?.__getitem__ !== undefined;
}
