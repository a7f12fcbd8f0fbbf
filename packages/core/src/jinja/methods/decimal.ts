import { compare } from '../values/compare.ts';
import { Decimal, exactOfFloat, invalid, precision, product, rescale, rounded, sum } from '../values/decimal.ts';
import { isRounding } from '../values/decimal-rounding.ts';
import { equals } from '../values/equals.ts';
import { NamedTuple } from '../values/named-tuple.ts';
import { isFloat, isInt, toNumber } from '../values/number.ts';
import { typeError } from '../values/py-error.ts';
import { optional } from '../values/signature.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { exponential, logarithm, squareRoot, tenLogarithm } from './decimal-functions.ts';
import { keyworded, noArguments, oneArgument } from './declare.ts';
import type { Method, MethodTable } from './method.ts';
import { ratio } from './scalar.ts';
import { mostScale, places, specialResult, specialSum } from './special-decimal.ts';

type Entry = [string, Method<Decimal>];

/** Python's exponents: of normal numbers, and the smallest of all. */
const leastNormal = -999_999;
const leastExponent = leastNormal - precision + 1;

/** A Decimal or an int as a Decimal. Throws TypeError for other values. */
function decimal(value: unknown): Decimal {
  if (value instanceof Decimal) return value;
  if (isInt(value) || typeof value === 'boolean') return new Decimal(BigInt(value), 0);
  throw typeError(`conversion from ${typeName(value)} to Decimal is not supported`);
}

function refuseContext(context: unknown): void {
  if (context !== null) throw typeError('optional argument must be a context');
}

/** A method of a number and another. */
function withOther(name: string, run: (self: Decimal, other: Decimal) => unknown): Entry {
  return keyworded(
    `Decimal.${name}`,
    ['other', optional('context')],
    (self: Decimal, other: unknown, context: unknown) => {
      refuseContext(context);
      const right = decimal(other);
      const special = self.isFinite && right.isFinite ? undefined : specialResult(name, self, right);
      return special === undefined ? run(self, right) : special;
    },
  );
}

/** A method of a number alone, with a context that only None stands for. */
function inContext(name: string, run: (self: Decimal) => unknown): Entry {
  return keyworded(`Decimal.${name}`, [optional('context')], (self: Decimal, context: unknown) => {
    refuseContext(context);
    const special = self.isFinite ? undefined : specialResult(name, self);
    return special === undefined ? run(self) : special;
  });
}

const plain = (name: string, run: (self: Decimal) => unknown): Entry =>
  noArguments(`Decimal.${name}`, (self: Decimal) => (self.isFinite ? run(self) : specialResult(name, self)));

function digitsOf(value: Decimal): string {
  return String(value.unsigned().coefficient);
}

function adjusted(value: Decimal): number {
  return value.exponent + digitsOf(value).length - 1;
}

/** -1, 0 or 1 by value; with `total` by exponent too, where the values are the same. */
function order(a: Decimal, b: Decimal, total: boolean = false): number {
  if (compare('<', a, b)) return -1;
  if (!equals(a, b)) return 1;
  if (!total || (a.isNegative === b.isNegative && a.exponent === b.exponent)) return 0;
  if (a.isNegative !== b.isNegative) return a.isNegative ? -1 : 1;
  return a.exponent < b.exponent === a.isNegative ? 1 : -1;
}

const magnitude = (value: Decimal): Decimal => value.unsigned();

function larger(a: Decimal, b: Decimal, by: (value: Decimal) => Decimal): Decimal {
  const first = order(by(a), by(b)) || order(a, b, true);
  return rounded(first < 0 ? b : a);
}

function smaller(a: Decimal, b: Decimal, by: (value: Decimal) => Decimal): Decimal {
  const first = order(by(a), by(b)) || order(a, b, true);
  return rounded(first < 0 ? a : b);
}

const itself = (value: Decimal): Decimal => value;

/** The way to round that an argument names; null: half to even. Throws TypeError. */
function roundingArgument(value: unknown): string {
  if (value === null) return 'ROUND_HALF_EVEN';
  if (typeof value === 'string' && isRounding(value)) return value;
  throw typeError(
    'valid values for rounding are:\n  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,\n   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,\n   ROUND_05UP]',
  );
}

function quantized(self: Decimal, exponent: number, rounding: string): Decimal {
  const result = rescale(self, exponent, rounding);
  if (digitsOf(result).length > precision) throw invalid('InvalidOperation');
  return result;
}

/** Decimals of zeros and ones as the bits of each other. Throws InvalidOperation for other numbers. */
function logical(run: (bits: readonly boolean[]) => boolean, ...values: readonly Decimal[]): Decimal {
  const digits = values.map((value) => {
    const isLogical = value.exponent === 0 && !value.isNegative && /^[01]+$/.test(digitsOf(value));
    if (!isLogical) throw invalid('InvalidOperation');
    return digitsOf(value).slice(-precision).padStart(precision, '0');
  });
  const result = Array.from({ length: precision }, (_, at) =>
    run(digits.map((bits) => bits[at] === '1')) ? '1' : '0',
  );
  return new Decimal(BigInt(result.join('')), 0);
}

/** The next number of as many digits as Python computes with, up or down. */
function next(self: Decimal, isUp: boolean): Decimal {
  if (!self.isFinite) return specialResult(isUp ? 'next_plus' : 'next_minus', self) as Decimal;
  if (self.coefficient === 0n) return new Decimal(isUp ? 1n : -1n, leastExponent);
  const near = rounded(self, isUp ? 'ROUND_CEILING' : 'ROUND_FLOOR');
  if (!equals(near, self)) return near;
  const towardsZero = self.coefficient > 0n !== isUp;
  const full = rescale(self, adjusted(self) - precision + 1);
  const isPower = /^10*$/.test(digitsOf(full));
  const step = towardsZero && isPower ? rescale(full, full.exponent - 1) : full;
  return new Decimal(step.coefficient + (isUp ? 1n : -1n), step.exponent);
}

function nextToward(self: Decimal, other: Decimal): Decimal {
  const side = order(self, other);
  return side === 0 ? withSignOf(other, self) : next(self, side < 0);
}

const withSignOf = (other: Decimal, value: Decimal): Decimal =>
  value.isNegative === other.isNegative ? value : value.negated();

function remainderNear(self: Decimal, other: Decimal): Decimal {
  if (other.coefficient === 0n)
    throw invalid('InvalidOperation', self.coefficient === 0n ? 'DivisionUndefined' : 'InvalidOperation');
  const exponent = Math.min(self.exponent, other.exponent);
  const [a, b] = [rescale(self, exponent).coefficient, rescale(other, exponent).coefficient];
  const nearest = rescale(new Decimal((a * 1000n) / b, -3), 0).coefficient;
  if (digitsOf(decimal(nearest)).length > precision) throw invalid('InvalidOperation', 'DivisionImpossible');
  const choices = [nearest - 1n, nearest, nearest + 1n].map((times) => ({ times, rest: a - times * b }));
  const size = (value: bigint): bigint => (value < 0n ? -value : value);
  const [best] = choices.sort((x, y) =>
    size(x.rest) < size(y.rest) || (size(x.rest) === size(y.rest) && x.times % 2n === 0n) ? -1 : 1,
  );
  return rounded(new Decimal(best?.rest ?? 0n, exponent, self.isNegative));
}

function turned(self: Decimal, count: number, fill: 'shift' | 'rotate'): Decimal {
  const digits = digitsOf(self).slice(-precision).padStart(precision, '0');
  const moved =
    fill === 'shift'
      ? count < 0
        ? digits.slice(0, count)
        : (digits + '0'.repeat(count)).slice(-precision)
      : digits.slice(count < 0 ? precision + count : count) + digits.slice(0, count < 0 ? precision + count : count);
  const coefficient = BigInt(moved === '' ? '0' : moved);
  return new Decimal(self.isNegative ? -coefficient : coefficient, self.exponent, self.isNegative);
}

/** As `str`, with exponents that are multiples of three. */
function engineering(self: Decimal): string {
  const plainText = self.__str__();
  if (!plainText.includes('E')) return plainText;
  const digits = digitsOf(self);
  const exponent = adjusted(self);
  const isZero = self.coefficient === 0n;
  const power = Math.floor((isZero ? exponent + 2 : exponent) / 3) * 3;
  const whole = isZero ? 1 : exponent - power + 1;
  const padded = isZero ? `0${'0'.repeat(Math.max(0, power - exponent))}` : digits.padEnd(whole, '0');
  const point = padded.length > whole ? `${padded.slice(0, whole)}.${padded.slice(whole)}` : padded;
  return `${self.isNegative ? '-' : ''}${point}${power === 0 ? '' : `E${power < 0 ? '-' : '+'}${Math.abs(power)}`}`;
}

function numberClass(self: Decimal): string {
  const kind = self.coefficient === 0n ? 'Zero' : adjusted(self) < leastNormal ? 'Subnormal' : 'Normal';
  return (self.isNegative ? '-' : '+') + kind;
}

function asTuple(self: Decimal): NamedTuple {
  const digits = Tuple.from(Array.from(digitsOf(self), Number));
  return NamedTuple.make({ sign: self.isNegative ? 1 : 0, digits, exponent: self.exponent }, 'DecimalTuple');
}

function ofFloat(value: unknown): Decimal {
  if (isFloat(value)) return exactOfFloat(toNumber(value));
  if (isInt(value) || typeof value === 'boolean') return decimal(value);
  throw typeError('argument must be int or float');
}

const toIntegral = (name: string): Entry =>
  keyworded(
    `Decimal.${name}`,
    [optional('rounding'), optional('context')],
    (self: Decimal, rounding: unknown, context: unknown) => {
      const way = roundingArgument(rounding);
      refuseContext(context);
      return self.exponent >= 0 || !self.isFinite ? self : rescale(self, 0, way);
    },
  );

const questions: readonly Entry[] = [
  plain('is_nan', () => false),
  plain('is_qnan', () => false),
  plain('is_snan', () => false),
  plain('is_infinite', () => false),
  plain('is_finite', () => true),
  plain('is_canonical', () => true),
  plain('is_zero', (self) => !self.__bool__()),
  plain('is_signed', (self) => self.isNegative),
  inContext('is_normal', (self) => self.__bool__() && adjusted(self) >= leastNormal),
  inContext('is_subnormal', (self) => self.__bool__() && adjusted(self) < leastNormal),
  inContext('number_class', numberClass),
  plain('radix', () => new Decimal(10n, 0)),
  plain('adjusted', adjusted),
  plain('as_tuple', asTuple),
  plain('as_integer_ratio', ratio),
];

const comparisons: readonly Entry[] = [
  withOther('compare', (self, other) => decimal(order(self, other))),
  withOther('compare_signal', (self, other) => decimal(order(self, other))),
  withOther('compare_total', (self, other) => decimal(order(self, other, true))),
  withOther('compare_total_mag', (self, other) => decimal(order(magnitude(self), magnitude(other), true))),
  withOther('same_quantum', (self, other) => self.exponent === other.exponent),
  withOther('max', (self, other) => larger(self, other, itself)),
  withOther('min', (self, other) => smaller(self, other, itself)),
  withOther('max_mag', (self, other) => larger(self, other, magnitude)),
  withOther('min_mag', (self, other) => smaller(self, other, magnitude)),
];

const results: readonly Entry[] = [
  plain('canonical', itself),
  plain('conjugate', itself),
  plain('copy_abs', magnitude),
  plain('copy_negate', (self) => self.negated()),
  withOther('copy_sign', (self, other) => withSignOf(other, self)),
  oneArgument('Decimal.from_float', (_self: Decimal, value) => ofFloat(value)),
  inContext('exp', exponential),
  inContext('ln', logarithm),
  inContext('log10', tenLogarithm),
  inContext('sqrt', squareRoot),
  inContext('logb', (self) => {
    if (self.coefficient === 0n) throw invalid('DivisionByZero');
    return decimal(adjusted(self));
  }),
  inContext('normalize', (self) => rounded(self).normalized()),
  inContext('next_plus', (self) => next(self, true)),
  inContext('next_minus', (self) => next(self, false)),
  withOther('next_toward', nextToward),
  inContext('logical_invert', (self) => logical(([bit]) => bit !== true, self)),
  withOther('logical_and', (self, other) => logical((bits) => bits.every(Boolean), self, other)),
  withOther('logical_or', (self, other) => logical((bits) => bits.some(Boolean), self, other)),
  withOther('logical_xor', (self, other) => logical(([a, b]) => a !== b, self, other)),
  withOther('remainder_near', remainderNear),
  withOther('rotate', (self, other) => turned(self, places(other, precision), 'rotate')),
  withOther('shift', (self, other) => turned(self, places(other, precision), 'shift')),
  withOther('scaleb', (self, other) => {
    const by = places(other, mostScale);
    return rounded(new Decimal(self.coefficient, self.exponent + by, self.isNegative));
  }),
  keyworded(
    'Decimal.fma',
    ['other', 'third', optional('context')],
    (self: Decimal, other: unknown, third: unknown, context: unknown) => {
      refuseContext(context);
      const [by, more] = [decimal(other), decimal(third)];
      if (![self, by, more].every((one) => one.isFinite)) return specialSum(self, by, more);
      return rounded(sum(product(self, by), more));
    },
  ),
  keyworded(
    'Decimal.quantize',
    ['exp', optional('rounding'), optional('context')],
    (self: Decimal, exp: unknown, rounding: unknown, context: unknown) => {
      const way = roundingArgument(rounding);
      refuseContext(context);
      const like = decimal(exp);
      if (!self.isFinite || !like.isFinite) return specialResult('quantize', self, like);
      return quantized(self, like.exponent, way);
    },
  ),
  toIntegral('to_integral'),
  toIntegral('to_integral_value'),
  toIntegral('to_integral_exact'),
  inContext('to_eng_string', engineering),
];

/** Methods of `Decimal`. */
export const decimalMethods: MethodTable<Decimal> = new Map([...questions, ...comparisons, ...results]);

/** `real` and `imag` of a Decimal; `undefined` (JS) for other names. */
export function decimalAttribute(self: Decimal, name: string): unknown {
  if (name === 'real') return self;
  return name === 'imag' ? new Decimal(0n, 0) : undefined;
}
