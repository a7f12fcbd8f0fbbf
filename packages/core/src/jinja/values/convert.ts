import { blanks, stripEnds } from './blanks.ts';
import { textOfBytes } from './bytes.ts';
import { hostOf } from './host-object.ts';
import { replaceEach } from './large-text.ts';
import { float, int, isFloat, isInt, type PyFloat, type PyInt, refuseDigits, toNumber } from './number.ts';
import { PyError, typeError, valueError } from './py-error.ts';
import { repr } from './repr.ts';
import { textOf } from './text-value.ts';
import { typeName } from './type-name.ts';
import { Undefined } from './undefined.ts';
import { spendCharacters, spendText } from './work.ts';

/** Python's `int(value)`, or `int(text, base)`. Throws ValueError, TypeError, OverflowError in CPython's words. */
export function toInt(value: unknown, base: number = 10): PyInt {
  const text = textOf(value);
  if (text !== undefined) return parseInt10(text, base);
  if (isInt(value)) return value;
  if (typeof value === 'boolean') return Number(value);
  if (isFloat(value)) return truncated(toNumber(value));
  if (value instanceof Uint8Array) return parseInt10(textOfBytes(value), base, () => repr(value));
  if (value instanceof Undefined) throw value.error();
  const converted = hostOf(value)?.__int__?.();
  if (converted !== undefined) return converted;
  throw typeError(`int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`);
}

function truncated(value: number): PyInt {
  if (Number.isNaN(value)) throw valueError('cannot convert float NaN to integer');
  if (!Number.isFinite(value)) throw new PyError('OverflowError', 'cannot convert float infinity to integer');
  return int(BigInt(Math.trunc(value)));
}

const prefixes: Readonly<Record<number, RegExp>> = { 2: /^0b_?/i, 8: /^0o_?/i, 16: /^0x_?/i };

const foreignDigit = /[^0-9\P{Nd}]/gu;

/** The digits of other scripts that were met, with ASCII's. */
const digits = new Map<string, string>();

/** Digits of other scripts as ASCII ones: Unicode has them in runs of ten from zero on. */
function asciiDigits(text: string): string {
  spendText(text.length);
  if (!/[^\0-\x7f]/.test(text)) return text;
  spendCharacters(text.length);
  return replaceEach(text, foreignDigit, (digit) => {
    const known = digits.get(digit);
    if (known !== undefined) return known;
    let start = digit.codePointAt(0) ?? 0;
    const code = start;
    while (/\p{Nd}/u.test(String.fromCodePoint(start - 1))) start -= 1;
    const found = String((code - start) % 10);
    digits.set(digit, found);
    return found;
  });
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new PyError('OverflowError', 'int too large to convert to float');
}

/** What Python takes for white space around a number's text. */
const outer = `[${blanks.replace('\\x1c-\\x20', '\\x20')}]`;
const integerText = new RegExp(`^${outer}*([+-]?)([^${blanks}]*)${outer}*$`);
const outerBlank = new RegExp(outer);

/** More than a text has whose digits Python takes, each with a line before it. */
const longestInteger = 10_000;

function parseInt10(text: string, base: number, shown: () => string = () => repr(text)): PyInt {
  const invalid = (): PyError => valueError(`invalid literal for int() with base ${base}: ${shown()}`);
  if (base !== 0 && (base < 2 || base > 36)) throw valueError('int() base must be >= 2 and <= 36, or 0');
  if (base === 10 && text.length > longestInteger) refuseDigits(stripEnds(text, outerBlank).length / 2);
  const [, sign = '', body = ''] = integerText.exec(asciiDigits(text)) ?? [];
  const radix = base === 0 ? (Object.entries(prefixes).find(([, p]) => p.test(body))?.[0] ?? '10') : String(base);
  const prefix = prefixes[Number(radix)];
  const plain = prefix === undefined ? body : body.replace(prefix, '');
  if (!/^[0-9a-z]+(_[0-9a-z]+)*$/i.test(plain)) throw invalid();
  const value = bigOf(plain.replaceAll('_', '').toLowerCase(), Number(radix));
  if (value === null) throw invalid();
  return int(sign === '-' ? -value : value);
}

function bigOf(digits: string, radix: number): bigint | null {
  if (radix === 10) {
    if (!/^\d+$/.test(digits)) return null;
    refuseDigits(digits.length);
    return BigInt(digits);
  }
  if (Array.from(digits).some((character) => Number.parseInt(character, 36) >= radix)) return null;
  const prefix = bigPrefixes[radix];
  if (prefix !== undefined) return BigInt(prefix + digits);
  refuseDigits(digits.length);
  return Array.from(digits).reduce((value, one) => value * BigInt(radix) + BigInt(Number.parseInt(one, 36)), 0n);
}

/** JS reads long numbers of these bases in time that grows with their length. */
const bigPrefixes: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' };

/** Python's `float(value)`. Throws ValueError or TypeError in CPython's words. */
export function toFloat(value: unknown): number | PyFloat {
  const text = textOf(value);
  if (text !== undefined) return float(parseFloatText(text));
  if (value instanceof Uint8Array) return float(parseFloatText(textOfBytes(value), () => repr(value)));
  if (isFloat(value)) return value;
  if (isInt(value) || typeof value === 'boolean') return float(finite(Number(value)));
  if (value instanceof Undefined) throw value.error();
  const converted = hostOf(value)?.__float__?.();
  if (converted !== undefined) return float(converted);
  throw typeError(`float() argument must be a string or a real number, not '${typeName(value)}'`);
}

function parseFloatText(text: string, shown: () => string = () => repr(text)): number {
  const trimmed = stripEnds(asciiDigits(text), outerBlank);
  const plain = trimmed.replace(/(?<=\d)_(?=\d)/g, '');
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return Number(plain);
  const [, sign, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(trimmed) ?? [];
  if (word === undefined) throw valueError(`could not convert string to float: ${shown()}`);
  if (word.toLowerCase() === 'nan') return Number.NaN;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
