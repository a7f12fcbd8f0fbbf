import { floatText } from '../values/number.ts';
import { refuseText } from '../values/work.ts';

/** Exact decimal digits of a float, rounded half to even at `digits` places (JS's toFixed stops at 1e21 and 100 places). */
export function fixedText(value: number, digits: number): string {
  if (!Number.isFinite(value)) return floatText(value);
  refuseText(digits);
  // No float has more than 1,074 places behind its point.
  const places = Math.min(digits, 1100);
  const { coefficient, scale } = exact(Math.abs(value));
  const unit = scale - places;
  const scaled = unit > 0 ? roundedQuotient(coefficient, 10n ** BigInt(unit)) : coefficient * 10n ** BigInt(-unit);
  const text = scaled.toString().padStart(places + 1, '0');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (places === 0) return sign + text;
  return `${sign}${text.slice(0, -places)}.${text.slice(-places)}${'0'.repeat(digits - places)}`;
}

/** Python's `round(value, digits)` of a finite float, `digits` below zero too: half to even on the exact value. */
export function roundReal(value: number, digits: number): number {
  if (digits >= 0) return digits > 400 ? value : Number(fixedText(value, digits));
  if (digits < -310) return value < 0 ? -0 : 0;
  const { coefficient, scale } = exact(Math.abs(value));
  const size = Number(`${roundedQuotient(coefficient, 10n ** BigInt(scale - digits))}e${-digits}`);
  return value < 0 ? -size : size;
}

/** A finite float as `coefficient / 10^scale`, without rounding. */
function exact(value: number): { readonly coefficient: bigint; readonly scale: number } {
  let mantissa = value;
  let halvings = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    halvings += 1;
  }
  return { coefficient: BigInt(mantissa) * 5n ** BigInt(halvings), scale: halvings };
}

function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = (dividend % divisor) * 2n;
  return rest > divisor || (rest === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

/** A float that is not negative in one of C's forms `e f g` (or `E F G`). */
export function formatReal(value: number, type: string, precision: number, alternate: boolean): string {
  refuseText(precision);
  const lower = type.toLowerCase();
  const text =
    lower === 'f'
      ? fixedText(value, precision)
      : lower === 'e'
        ? exponentText(value, precision)
        : generalText(value, precision, alternate);
  const pointed = alternate ? withPoint(text) : text;
  return type === lower ? pointed : pointed.toUpperCase();
}

/** The first `count` significant digits of a float that is not negative, rounded half to even, and its power of ten. */
function significant(value: number, count: number): { readonly digits: string; readonly exponent: number } {
  if (value === 0) return { digits: '0'.repeat(count), exponent: 0 };
  const { coefficient, scale } = exact(value);
  const text = coefficient.toString();
  const exponent = text.length - scale - 1;
  if (text.length <= count) return { digits: text.padEnd(count, '0'), exponent };
  const rounded = roundedQuotient(coefficient, 10n ** BigInt(text.length - count)).toString();
  return rounded.length > count
    ? { digits: rounded.slice(0, count), exponent: exponent + 1 }
    : { digits: rounded, exponent };
}

/** The text with a point behind its whole part, if it has none. */
export function withPoint(text: string): string {
  return text.includes('.') ? text : text.replace(/^\d+/, '$&.');
}

function exponentText(value: number, precision: number): string {
  const { digits, exponent } = significant(value, precision + 1);
  const mantissa = precision === 0 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function generalText(value: number, precision: number, alternate: boolean): string {
  const text = plainOrExponent(value, Math.max(1, precision), Math.max(1, precision));
  return alternate ? text : withoutZeros(text);
}

/** A float in as many significant digits as wanted, always with a point or an exponent: `format` with a precision and no type. */
export function shortText(value: number, precision: number, alternate: boolean): string {
  refuseText(precision);
  const count = Math.max(1, precision);
  const full = plainOrExponent(value, count, count - 1);
  if (alternate) return withPoint(full);
  const text = withoutZeros(full);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** `largest`: the power of ten from which on the exponent form is taken. */
function plainOrExponent(value: number, count: number, largest: number): string {
  const { exponent } = significant(value, count);
  if (exponent < -4 || exponent >= largest) return exponentText(value, count - 1);
  return fixedText(value, count - 1 - exponent);
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0*(?=e|$)/, '') : text;
}

/** Puts separators between groups of digits of the whole part, and zeros in front up to `room` characters. */
export function group(body: string, separator: string, size: number, room: number): string {
  const [, whole = '', rest = ''] = /^([0-9a-fA-F]*)(.*)$/s.exec(body) ?? [];
  const integer = size === 3 ? (/^\d*/.exec(body)?.[0] ?? '') : whole;
  const tail = size === 3 ? body.slice(integer.length) : rest;
  // Of `n` characters, every group but the first takes one for its separator; a separator is never the first character.
  const space = Math.max(0, room - tail.length);
  const digits = space - Math.floor(space / (size + 1)) + (space % (size + 1) === 0 && space > 0 ? 1 : 0);
  return separated(integer.padStart(digits, '0'), separator, size) + tail;
}

function separated(digits: string, separator: string, size: number): string {
  const head = digits.length % size;
  const groups = head === 0 ? [] : [digits.slice(0, head)];
  for (let i = head; i < digits.length; i += size) groups.push(digits.slice(i, i + size));
  return groups.join(separator);
}
