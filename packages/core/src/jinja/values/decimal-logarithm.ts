/** Digits that Python's decimals are computed with. */
export const precision = 28;

/** Decimals behind the point that the series below are computed with. */
export const places: number = 2 * precision + 12;
/** One, in these decimals. */
export const unit: bigint = 10n ** BigInt(places);

/** `e^(value / unit)` for values of up to some units: the series of a small part of it, squared again. */
export function exponentialOf(value: bigint): bigint {
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
export const ten: bigint = 3n * two + twiceArtanh(1n, 9n);

/** The natural logarithm of `coefficient * 10^exponent`, which is above zero, in units. */
export function naturalLogarithm(coefficient: bigint, exponent: number): bigint {
  const digits = String(coefficient).length;
  let mantissa = (coefficient * unit) / 10n ** BigInt(digits - 1);
  let halves = 0n;
  while (mantissa * 3n > unit * 4n) {
    mantissa /= 2n;
    halves += 1n;
  }
  return twiceArtanh(mantissa - unit, mantissa + unit) + halves * two + BigInt(exponent + digits - 1) * ten;
}
