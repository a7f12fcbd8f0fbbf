import { calculate, Decimal, invalid, precision, rounded } from '../values/decimal.ts';
import { NamedTuple } from '../values/named-tuple.ts';
import { PyError, valueError } from '../values/py-error.ts';
import { Tuple } from '../values/tuple.ts';

type Run = (self: Decimal, other: Decimal) => unknown;

const isNoNumber = (value: Decimal): boolean => value.kind === 'NaN';
const infinity = (isNegative: boolean): Decimal => Decimal.without('Infinity', isNegative);

/** The largest number with as many digits as Python computes with. */
function largest(isNegative: boolean): Decimal {
  const digits = 10n ** BigInt(precision) - 1n;
  return new Decimal(isNegative ? -digits : digits, 999_999 - precision + 1);
}

/** Where it stands among all: the order that knows what is no number, too. */
function totalRank(value: Decimal): number {
  const rank = isNoNumber(value) ? 2 : value.isFinite ? 0 : 1;
  return value.isNegative ? -rank : rank;
}

const totalOrder: Run = (a, b) => new Decimal(BigInt(Math.sign(totalRank(a) - totalRank(b))), 0);

function refuse(): never {
  throw invalid('InvalidOperation');
}

/** The numbers of the two are rounded; beside a number, what is none does not count. */
function choose(isLarger: boolean, by: (value: Decimal) => Decimal): Run {
  return (a, b) => {
    if (isNoNumber(a) || isNoNumber(b)) return short(isNoNumber(b) ? a : b);
    const difference = Number(totalOrder(by(a), by(b)) as Decimal) || Number(totalOrder(a, b) as Decimal);
    return short(difference < 0 === isLarger ? b : a);
  };
}

const short = (value: Decimal): Decimal => (value.isFinite ? rounded(value) : value);
const itself = (value: Decimal): Decimal => value;
const unsigned = (value: Decimal): Decimal => value.unsigned();

/** Methods that tell what is no number from numbers. */
const telling: Readonly<Record<string, Run>> = {
  is_nan: isNoNumber,
  is_qnan: isNoNumber,
  is_snan: () => false,
  is_infinite: (self) => self.kind === 'Infinity',
  is_finite: () => false,
  is_canonical: () => true,
  is_zero: () => false,
  is_signed: (self) => self.isNegative,
  is_normal: () => false,
  is_subnormal: () => false,
  number_class: (self) => (isNoNumber(self) ? 'NaN' : `${self.isNegative ? '-' : '+'}Infinity`),
  radix: () => new Decimal(10n, 0),
  adjusted: () => 0,
  as_tuple: (self) => {
    const [digits, exponent] = isNoNumber(self) ? [[], 'n'] : [[0], 'F'];
    return NamedTuple.make({ sign: self.isNegative ? 1 : 0, digits: Tuple.from(digits), exponent }, 'DecimalTuple');
  },
  as_integer_ratio: (self) => {
    if (isNoNumber(self)) throw valueError('cannot convert NaN to integer ratio');
    throw new PyError('OverflowError', 'cannot convert Infinity to integer ratio');
  },
  canonical: itself,
  conjugate: itself,
  copy_abs: unsigned,
  copy_negate: (self) => self.negated(),
  copy_sign: (self, other) => (self.isNegative === other.isNegative ? self : self.negated()),
  to_eng_string: (self) => self.__str__(),
  compare_signal: (self, other) => (isNoNumber(self) || isNoNumber(other) ? refuse() : totalOrder(self, other)),
  compare_total: totalOrder,
  compare_total_mag: (self, other) => totalOrder(unsigned(self), unsigned(other)),
  same_quantum: (self, other) => self.kind === other.kind,
  max: choose(true, itself),
  min: choose(false, itself),
  max_mag: choose(true, unsigned),
  min_mag: choose(false, unsigned),
  logical_invert: refuse,
  logical_and: refuse,
  logical_or: refuse,
  logical_xor: refuse,
};

/** The most by which `scaleb` changes an exponent. */
export const mostScale: number = 2 * (999_999 + precision);

/** The number of places of `rotate`, `shift` and `scaleb`. Throws InvalidOperation beyond `most`. */
export function places(value: Decimal, most: number): number {
  const count = Number(value.coefficient);
  if (!value.isFinite || value.exponent !== 0 || Math.abs(count) > most) throw invalid('InvalidOperation');
  return count;
}

function moved(self: Decimal, other: Decimal, most: number): Decimal {
  places(other, most);
  return self;
}

/** Methods of infinite numbers, or with one of them. */
const infinite: Readonly<Record<string, Run>> = {
  compare: totalOrder,
  exp: (self) => (self.isNegative ? new Decimal(0n, 0) : self),
  ln: (self) => (self.isNegative ? refuse() : self),
  log10: (self) => (self.isNegative ? refuse() : self),
  sqrt: (self) => (self.isNegative ? refuse() : self),
  logb: () => infinity(false),
  normalize: itself,
  next_plus: (self) => (self.isNegative ? largest(true) : self),
  next_minus: (self) => (self.isNegative ? self : largest(false)),
  to_integral: itself,
  to_integral_value: itself,
  to_integral_exact: itself,
  remainder_near: (self) => (self.isFinite ? rounded(self) : refuse()),
  rotate: (self, other) => moved(self, other, precision),
  shift: (self, other) => moved(self, other, precision),
  scaleb: (self, other) => moved(self, other, mostScale),
  quantize: (self, other) => (self.kind === other.kind ? self : refuse()),
};

/** A method's result where the number or another is infinite or no number; `undefined` (JS) where the method knows what to do itself. Throws InvalidOperation. */
export function specialResult(name: string, self: Decimal, other: Decimal = self): unknown {
  const told = telling[name];
  if (told !== undefined) return told(self, other);
  if (isNoNumber(self)) return self;
  return isNoNumber(other) ? other : infinite[name]?.(self, other);
}

/** `self * other + third`, where one of them is infinite or no number. */
export function specialSum(self: Decimal, other: Decimal, third: Decimal): Decimal {
  if (isNoNumber(self)) return self;
  if (isNoNumber(other)) return other;
  return calculate('+', calculate('*', self, other) ?? self, third) ?? third;
}
