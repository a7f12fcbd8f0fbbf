import { stripBlanks } from './blanks.ts';
import { answerOf, type DecimalKind, type Operand } from './decimal-kind.ts';
import { exponentialOf, naturalLogarithm, places, precision, ten, unit } from './decimal-logarithm.ts';
import { type Cut, roundsAway } from './decimal-rounding.ts';
import { identity } from './hash-key.ts';
import { type BinaryOperator, hostOf, type OrderOperator } from './host-object.ts';
import { int, isInt, type PyInt } from './number.ts';
import { PyError } from './py-error.ts';
import { spend } from './work.ts';

export { precision };

const largestExponent = 999_999n;
const leastExponent = 1 - precision - Number(largestExponent);

/**
 * A Python Decimal (what DECIMAL and DOUBLE columns hold): `coefficient * 10^exponent`, printed with its own digits. A zero has a sign of its own. An infinite
 * one, and what is no number, have no digits: their coefficient is zero.
 */
export class Decimal {
  readonly __type__ = 'decimal.Decimal';
  readonly coefficient: bigint;
  readonly exponent: number;
  readonly isNegative: boolean;
  readonly kind: DecimalKind;

  /** `isNegative` is asked of a zero, and of what has no digits. */
  constructor(coefficient: bigint, exponent: number, isNegative: boolean = false, kind: DecimalKind = 'finite') {
    this.coefficient = coefficient;
    this.exponent = exponent;
    this.kind = kind;
    this.isNegative = coefficient === 0n ? isNegative : coefficient < 0n;
  }

  /** An infinite decimal, or one that is no number. */
  static without(digits: 'Infinity' | 'NaN', isNegative: boolean = false): Decimal {
    return new Decimal(0n, 0, isNegative, digits);
  }

  /** Reads a number's text. Throws InvalidOperation for anything else. */
  static parse(text: string): Decimal {
    const stripped = stripBlanks(text);
    const [, minus, word] = /^([+-]?)(inf|infinity|nan)$/i.exec(stripped) ?? [];
    if (word !== undefined) return Decimal.without(/^n/i.test(word) ? 'NaN' : 'Infinity', minus === '-');
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(stripped.replaceAll('_', ''));
    const [, sign = '', whole = '', fraction = '', power = '0'] = match ?? [];
    if (whole + fraction === '') {
      throw new PyError('InvalidOperation', "[<class 'decimal.ConversionSyntax'>]");
    }
    const digits = BigInt(whole + fraction);
    return new Decimal(sign === '-' ? -digits : digits, Number(power) - fraction.length, sign === '-');
  }

  get isFinite(): boolean {
    return this.kind === 'finite';
  }

  __str__(): string {
    if (!this.isFinite) return `${this.isNegative ? '-' : ''}${this.kind}`;
    const digits = String(this.unsigned().coefficient);
    const adjusted = this.exponent + digits.length - 1;
    if (this.exponent <= 0 && adjusted >= -6) return this.positional();
    const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
    return `${this.isNegative ? '-' : ''}${mantissa}E${adjusted < 0 ? '-' : '+'}${Math.abs(adjusted)}`;
  }

  /** All digits of a number whose exponent is not above zero, without an exponent. */
  positional(): string {
    const sign = this.isNegative ? '-' : '';
    const digits = String(this.unsigned().coefficient);
    if (this.exponent === 0) return sign + digits;
    const padded = digits.padStart(1 - this.exponent, '0');
    return `${sign}${padded.slice(0, this.exponent)}.${padded.slice(this.exponent)}`;
  }

  toString(): string {
    return this.__str__();
  }

  __repr__(): string {
    return `Decimal('${this.__str__()}')`;
  }

  __bool__(): boolean {
    return this.coefficient !== 0n || !this.isFinite;
  }

  __float__(): number {
    if (this.kind === 'NaN') return Number.NaN;
    const size = this.isFinite ? Number(`${this.unsigned().coefficient}e${this.exponent}`) : Number.POSITIVE_INFINITY;
    return this.isNegative ? -size : size;
  }

  /** Throws OverflowError and ValueError for what has no digits. */
  __int__(): PyInt {
    if (!this.isFinite)
      throw new PyError(this.kind === 'NaN' ? 'ValueError' : 'OverflowError', `cannot convert ${this.kind} to integer`);
    if (this.exponent >= 0) return int(this.coefficient * 10n ** BigInt(this.exponent));
    return int(this.coefficient / 10n ** BigInt(-this.exponent));
  }

  __hash__(): string | number | bigint {
    if (!this.isFinite) return this.kind === 'NaN' ? `\0d${identity(this)}` : this.__float__();
    const { coefficient, exponent } = this.normalized();
    if (exponent >= 0) return int(coefficient * 10n ** BigInt(exponent));
    const real = this.__float__();
    return new Decimal(coefficient, exponent).__eq__(real) ? real : `\0d${coefficient}e${exponent}`;
  }

  __eq__(other: unknown): boolean {
    const right = exactDecimal(other);
    return right !== null && this.kind !== 'NaN' && right.kind !== 'NaN' && order(this, right) === 0;
  }

  __compare__(operator: OrderOperator, other: unknown): boolean | undefined {
    const right = exactDecimal(other);
    if (right === null) return undefined;
    if (this.kind === 'NaN' || right.kind === 'NaN') throw invalid('InvalidOperation');
    const difference = order(this, right);
    if (operator === '<') return difference < 0;
    if (operator === '<=') return difference <= 0;
    return operator === '>' ? difference > 0 : difference >= 0;
  }

  __binary__(operator: BinaryOperator, other: unknown, reflected: boolean): unknown {
    const right = other instanceof Decimal ? other : decimalOfInt(other);
    if (right === null) return undefined;
    return reflected ? calculate(operator, right, this) : calculate(operator, this, right);
  }

  __neg__(): Decimal {
    if (!this.isFinite) return this.kind === 'NaN' ? this : this.negated();
    return this.coefficient === 0n ? this.unsigned() : rounded(this.negated());
  }

  __pos__(): Decimal {
    if (!this.isFinite) return this;
    return this.coefficient === 0n ? this.unsigned() : rounded(this);
  }

  __abs__(): Decimal {
    if (!this.isFinite) return this.kind === 'NaN' ? this : this.unsigned();
    return rounded(this.unsigned());
  }

  /** With the other sign, a zero too. */
  negated(): Decimal {
    return new Decimal(-this.coefficient, this.exponent, !this.isNegative, this.kind);
  }

  /** Without its sign. */
  unsigned(): Decimal {
    return this.isNegative ? this.negated() : this;
  }

  /** Throws InvalidOperation for more digits than Python computes with. */
  __round__(digits: number): Decimal {
    if (this.kind === 'NaN') return this;
    if (!this.isFinite) throw invalid('InvalidOperation');
    if (digits > precision || digits < -largestExponent) throw invalid('InvalidOperation');
    const result = rescale(this, -digits);
    if (String(result.unsigned().coefficient).length > precision) throw invalid('InvalidOperation');
    return result;
  }

  /** The same number without trailing zeros. */
  normalized(): Decimal {
    if (this.coefficient === 0n) return new Decimal(0n, 0, this.isNegative);
    let { coefficient, exponent } = this;
    while (coefficient % 10n === 0n) {
      coefficient /= 10n;
      exponent += 1;
    }
    return new Decimal(coefficient, exponent);
  }
}

function decimalOfInt(value: unknown): Decimal | null {
  const whole = isInt(value) || typeof value === 'boolean' ? value : hostOf(value)?.__index__?.();
  return whole === undefined ? null : new Decimal(BigInt(whole), 0);
}

function exactDecimal(value: unknown): Decimal | null {
  if (value instanceof Decimal) return value;
  const whole = decimalOfInt(value);
  if (whole !== null) return whole;
  const real = typeof value === 'object' && value !== null ? value.valueOf() : value;
  return typeof real === 'number' ? exactOfFloat(real) : null;
}

/** The exact binary value of a float: its fraction bits are moved into the exponent of ten one by one. */
export function exactOfFloat(value: number): Decimal {
  if (!Number.isFinite(value)) return Decimal.without(Number.isNaN(value) ? 'NaN' : 'Infinity', value < 0);
  let mantissa = value;
  let halvings = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    halvings += 1;
  }
  return new Decimal(BigInt(mantissa) * 5n ** BigInt(halvings), -halvings, Object.is(value, -0));
}

function order(a: Decimal, b: Decimal): number {
  if (!a.isFinite || !b.isFinite) return rank(a) - rank(b);
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Infinite ones stand before and behind all others. */
function rank(value: Decimal): number {
  return value.isFinite ? 0 : value.isNegative ? -1 : 1;
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  spend(Math.abs(a.exponent - b.exponent) / 4);
  const scale = (d: Decimal): bigint => d.coefficient * 10n ** BigInt(d.exponent - exponent);
  return [scale(a), scale(b), exponent];
}

/** Computes as the decimal module does; `undefined` for an operator that decimals have not. */
export function calculate(operator: BinaryOperator, a: Decimal, b: Decimal): Decimal | undefined {
  if (!a.isFinite || !b.isFinite) return withoutDigits(operator, a, b);
  switch (operator) {
    case '+':
      return rounded(sum(a, b));
    case '-':
      return rounded(sum(a, b.negated()));
    case '*':
      return rounded(product(a, b));
    case '/':
      return divide(a, b);
    case '//':
      return wholes(a, b).times;
    case '%':
      if (b.coefficient === 0n && a.coefficient !== 0n) throw invalid('InvalidOperation');
      return rounded(wholes(a, b).rest);
    case '**':
      return power(a, b);
    default:
      return undefined;
  }
}

function withoutDigits(operator: BinaryOperator, a: Decimal, b: Decimal): Decimal | undefined {
  if (operator === '-') return withoutDigits('+', a, b.kind === 'NaN' ? b : b.negated());
  if (!/^([+/%]|\*\*?|\/\/)$/.test(operator)) return undefined;
  const answer = answerOf(operator, operand(a), operand(b));
  switch (answer?.is) {
    case 'left':
      return a.isFinite ? rounded(a) : a;
    case 'right':
      return b;
    case 'one':
      return b.isFinite ? new Decimal(1n, 0) : new Decimal(10n ** BigInt(precision - 1), 1 - precision);
    case 'zero':
      return new Decimal(0n, answer.exponent, answer.isNegative);
    case 'Infinity':
      return Decimal.without('Infinity', answer.isNegative);
    default:
      throw invalid('InvalidOperation');
  }
}

function operand(value: Decimal): Operand {
  return {
    kind: value.kind,
    isNegative: value.isNegative,
    isZero: value.isFinite && value.coefficient === 0n,
    isOdd: value.isFinite && isOdd(value),
    isWhole: value.isFinite && value.normalized().exponent >= 0,
    besideOne: order(value.unsigned(), new Decimal(1n, 0)),
  };
}

/** All digits of a sum. Zeros add up to a negative one if both are. */
export function sum(a: Decimal, b: Decimal): Decimal {
  const [left, right, exponent] = aligned(a, b);
  return new Decimal(left + right, exponent, a.isNegative && b.isNegative);
}

/** All digits of a product. */
export function product(a: Decimal, b: Decimal): Decimal {
  return new Decimal(a.coefficient * b.coefficient, a.exponent + b.exponent, a.isNegative !== b.isNegative);
}

/** How often the divisor is in a number, towards zero, and what is left. Throws InvalidOperation where that has too many digits. */
function wholes(a: Decimal, b: Decimal): { readonly times: Decimal; readonly rest: Decimal } {
  const [left, right, exponent] = aligned(a, b);
  const times = new Decimal(left / divisor(left, right), 0, a.isNegative !== b.isNegative);
  if (String(times.unsigned().coefficient).length > precision) throw invalid('InvalidOperation', 'DivisionImpossible');
  return { times, rest: new Decimal(left % right, exponent, a.isNegative) };
}

/** An error of the decimal module: its kind, and the condition that it names. */
export function invalid(kind: string, reason: string = kind): PyError {
  return new PyError(kind, `[<class 'decimal.${reason}'>]`);
}

/** What is divided by. Throws DivisionByZero, for zero by zero InvalidOperation. */
function divisor(dividend: bigint, by: bigint): bigint {
  if (by !== 0n) return by;
  throw dividend === 0n ? invalid('InvalidOperation', 'DivisionUndefined') : invalid('DivisionByZero');
}

function divide(a: Decimal, b: Decimal): Decimal {
  const extra = precision + b.coefficient.toString().length + 2;
  const scaled = a.coefficient * 10n ** BigInt(extra);
  const exact = scaled % divisor(scaled, b.coefficient) === 0n;
  const ideal = a.exponent - b.exponent;
  // A digit that stands for the rest keeps a quotient that goes on from looking like a tie.
  const quotient = exact ? scaled / b.coefficient : (scaled / b.coefficient) * 10n + (scaled < 0n ? -1n : 1n);
  const isNegative = a.isNegative !== b.isNegative;
  const result = new Decimal(quotient, ideal - extra - (exact ? 0 : 1), isNegative);
  return rounded(exact ? stripTo(result, ideal) : result);
}

function stripTo(value: Decimal, ideal: number): Decimal {
  let { coefficient, exponent } = value;
  while (exponent < ideal && coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent += 1;
  }
  return new Decimal(coefficient, exponent, value.isNegative);
}

/** Digits of a power that is computed exactly before it is rounded. */
const exactDigits = 10_000;

function power(a: Decimal, b: Decimal): Decimal {
  if (b.coefficient === 0n && a.coefficient !== 0n) return new Decimal(1n, 0);
  if (a.coefficient === 0n && b.coefficient > 0n) return new Decimal(0n, 0, a.isNegative && isOdd(b));
  if (a.coefficient === 0n && b.coefficient === 0n) throw invalid('InvalidOperation');
  if (a.coefficient === 0n) return Decimal.without('Infinity', a.isNegative && isOdd(b));
  const times = b.exponent > 6 ? Number.POSITIVE_INFINITY : Number(b.__int__());
  const isWhole = b.normalized().exponent >= 0;
  const size = String(a.coefficient).length * Math.abs(times);
  if (!isWhole || size > exactDigits) return roundedPower(a, b, isWhole);
  spend(size);
  const result = new Decimal(a.coefficient ** BigInt(Math.abs(times)), a.exponent * Math.abs(times));
  return times < 0 ? divide(new Decimal(1n, 0), result) : rounded(result);
}

function isOdd(value: Decimal): boolean {
  const { coefficient, exponent } = value.normalized();
  return exponent === 0 && coefficient % 2n !== 0n;
}

/** A power by logarithms, of all the digits that Python computes with. */
function roundedPower(a: Decimal, b: Decimal, isWhole: boolean): Decimal {
  if (a.coefficient < 0n && !isWhole) throw invalid('InvalidOperation');
  const size = a.coefficient < 0n ? -a.coefficient : a.coefficient;
  if (b.exponent > 9) throw invalid('Overflow');
  const logarithm = rescale(new Decimal(naturalLogarithm(size, a.exponent) * b.coefficient, b.exponent), 0).coefficient;
  const tens = logarithm / ten - (logarithm < 0n ? 1n : 0n);
  if (tens > largestExponent) throw invalid('Overflow');
  if (tens < -largestExponent) return new Decimal(0n, -Number(largestExponent) - precision + 1);
  const digits = logarithm === 0n ? unit : exponentialOf(logarithm - tens * ten);
  const result = rounded(new Decimal(digits, Number(logarithm === 0n ? 0n : tens) - places));
  return a.isNegative && isOdd(b) ? result.negated() : result;
}

/** The number with no more digits than Python computes with. */
export function rounded(value: Decimal, rounding?: string): Decimal {
  const digits = sizeOf(value);
  if (digits <= precision) return inRange(value);
  const result = rescale(value, value.exponent + digits - precision, rounding);
  // All nines become a one with a digit more.
  return inRange(sizeOf(result) > precision ? rescale(result, result.exponent + 1) : result);
}

const sizeOf = (value: Decimal): number => String(value.unsigned().coefficient).length;

/** Throws Overflow beyond the largest exponent; below the smallest digits are lost. */
function inRange(value: Decimal): Decimal {
  if (value.coefficient !== 0n && value.exponent + sizeOf(value) - 1 > largestExponent) throw invalid('Overflow');
  return value.exponent < leastExponent ? rescale(value, leastExponent) : value;
}

/** The number with another exponent, rounded half to even where no other way is asked for. */
export function rescale(value: Decimal, exponent: number, rounding: string = 'ROUND_HALF_EVEN'): Decimal {
  const shift = exponent - value.exponent;
  if (shift <= 0) spend(-shift / 4);
  if (shift <= 0) return new Decimal(value.coefficient * 10n ** BigInt(-shift), exponent, value.isNegative);
  const { isNegative } = value;
  const size = value.unsigned().coefficient;
  // A unit far beyond the digits need not be written out.
  const unit = 10n ** BigInt(Math.min(shift, String(size).length + 1));
  const quotient = size / unit;
  const rest = size % unit;
  const cut: Cut = {
    half: rest * 2n > unit ? 1 : rest * 2n === unit ? 0 : -1,
    isExact: rest === 0n,
    isNegative,
    isOdd: quotient % 2n !== 0n,
    lastDigit: Number(quotient % 10n),
  };
  const result = roundsAway(rounding, cut) ? quotient + 1n : quotient;
  return new Decimal(isNegative ? -result : result, exponent, isNegative);
}
