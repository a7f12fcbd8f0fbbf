import { Decimal, invalid, precision, rescale, rounded } from '../values/decimal.ts';
import { exponentialOf, naturalLogarithm, places, ten, unit } from '../values/decimal-logarithm.ts';

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

/** Python's `Decimal.ln`, minus infinity of zero. Throws InvalidOperation for negative numbers. */
export function logarithm(value: Decimal): Decimal {
  if (value.coefficient < 0n) throw invalid('InvalidOperation');
  if (value.coefficient === 0n) return Decimal.without('Infinity', true);
  const result = naturalLogarithm(value.coefficient, value.exponent);
  return result === 0n ? new Decimal(0n, 0) : inUnits(result);
}

/** Python's `Decimal.log10`: of a power of ten a whole number, minus infinity of zero. Throws InvalidOperation for negative numbers. */
export function tenLogarithm(value: Decimal): Decimal {
  if (value.coefficient < 0n) throw invalid('InvalidOperation');
  if (value.coefficient === 0n) return Decimal.without('Infinity', true);
  const { coefficient, exponent } = value.normalized();
  if (coefficient === 1n) return new Decimal(BigInt(exponent), 0);
  return inUnits((naturalLogarithm(value.coefficient, value.exponent) * unit) / ten);
}

/** Python's `Decimal.sqrt`. Throws InvalidOperation for negative numbers. */
export function squareRoot(value: Decimal): Decimal {
  if (value.coefficient < 0n) throw invalid('InvalidOperation');
  const ideal = Math.floor(value.exponent / 2);
  if (value.coefficient === 0n) return new Decimal(0n, ideal, value.isNegative);
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
