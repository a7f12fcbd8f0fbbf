import { Decimal, invalid, precision, rescale, rounded } from '../values/decimal.ts';

/** Decimals behind the point that the series below are computed with. */
const places = 2 * precision + 12;
const unit = 10n ** BigInt(places);

/** `e^(value / unit)` for values of up to some units: the series of a small part of it, squared again. */
function exponentialOf(value: bigint): bigint {
  const halvings = 12n;
  const small = value >> halvings;
  let term = unit;
  let sum = unit;
  for (let i = 1n; term !== 0n; i += 1n) {
    term = (term * small) / (unit * i);
    sum += term;
  }
  for (let i = 0n; i < halvings; i += 1n) sum = (sum * sum) / unit;
  return sum;
}

/** `2 * artanh(top / bottom)`, the logarithm of `(bottom + top) / (bottom - top)`. */
function twiceArtanh(top: bigint, bottom: bigint): bigint {
  const x = (top * unit) / bottom;
  const square = (x * x) / unit;
  let term = x;
  let sum = 0n;
  for (let i = 1n; term !== 0n; i += 2n) {
    sum += term / i;
    term = (term * square) / unit;
  }
  return 2n * sum;
}

const two = twiceArtanh(1n, 3n);
/** ln 10 = 3 ln 2 + ln 1.25. */
const ten = 3n * two + twiceArtanh(1n, 9n);

/** The natural logarithm of a positive decimal, in units. */
function naturalLogarithm(value: Decimal): bigint {
  const digits = String(value.coefficient).length;
  let mantissa = (value.coefficient * unit) / 10n ** BigInt(digits - 1);
  let halves = 0n;
  while (mantissa * 3n > unit * 4n) {
    mantissa /= 2n;
    halves += 1n;
  }
  return twiceArtanh(mantissa - unit, mantissa + unit) + halves * two + BigInt(value.exponent + digits - 1) * ten;
}

const inUnits = (value: bigint): Decimal => rounded(new Decimal(value, -places));

/** Python's `Decimal.exp`. Throws Overflow beyond its exponents. */
export function exponential(value: Decimal): Decimal {
  if (value.coefficient === 0n) return new Decimal(1n, 0);
  const size = value.exponent + String(value.coefficient).length;
  if (size > 8) throw invalid(value.coefficient > 0n ? 'Overflow' : 'Underflow');
  const scaled = rescale(value, -places).coefficient;
  const power = scaled / ten - (scaled < 0n ? 1n : 0n);
  if (power > 999_999n) throw invalid('Overflow');
  const result = exponentialOf(scaled - power * ten);
  return rounded(new Decimal(result, Number(power) - places));
}

/** Python's `Decimal.ln`. Throws InvalidOperation for what is not positive. */
export function logarithm(value: Decimal): Decimal {
  if (value.coefficient <= 0n) throw invalid('InvalidOperation');
  const result = naturalLogarithm(value);
  return result === 0n ? new Decimal(0n, 0) : inUnits(result);
}

/** Python's `Decimal.log10`: of a power of ten a whole number. Throws InvalidOperation for what is not positive. */
export function tenLogarithm(value: Decimal): Decimal {
  if (value.coefficient <= 0n) throw invalid('InvalidOperation');
  const { coefficient, exponent } = value.normalized();
  if (coefficient === 1n) return new Decimal(BigInt(exponent), 0);
  return inUnits((naturalLogarithm(value) * unit) / ten);
}

/** Python's `Decimal.sqrt`. Throws InvalidOperation for negative numbers. */
export function squareRoot(value: Decimal): Decimal {
  if (value.coefficient < 0n) throw invalid('InvalidOperation');
  const ideal = Math.floor(value.exponent / 2);
  if (value.coefficient === 0n) return new Decimal(0n, ideal);
  const even = value.exponent % 2 === 0 ? value.coefficient : value.coefficient * 10n;
  const shift = precision + 2;
  const scaled = even * 100n ** BigInt(shift);
  const root = integerRoot(scaled);
  const exact = root * root === scaled;
  // A digit that stands for the rest keeps a root that goes on from looking like a tie.
  const result = rounded(new Decimal(exact ? root : root * 10n + 1n, ideal - shift - (exact ? 0 : 1)));
  if (!exact) return result;
  let { coefficient, exponent } = result;
  while (exponent < ideal && coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent += 1;
  }
  return new Decimal(coefficient, exponent);
}

function integerRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
