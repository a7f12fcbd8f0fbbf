/** Bits behind the point of the numbers here: far more than the 53 of a float, so that one rounding is enough. */
const fraction = 220n;
const one = 1n << fraction;

const multiply = (a: bigint, b: bigint): bigint => (a * b) >> fraction;

/** `2 · artanh(z)`, which is `ln((1 + z) / (1 - z))`, for a small z. */
function logOfRatio(z: bigint): bigint {
  const square = multiply(z, z);
  let sum = 0n;
  let term = z;
  for (let k = 1n; term !== 0n; k += 2n) {
    sum += term / k;
    term = multiply(term, square);
  }
  return 2n * sum;
}

const ln2 = logOfRatio(one / 3n);

/** A float as `mantissa · 2^exponent`. */
function parts(value: number): { readonly mantissa: bigint; readonly exponent: bigint } {
  let exponent = 0n;
  let mantissa = value;
  while (Math.abs(mantissa) < 2 ** 52) {
    mantissa *= 2;
    exponent -= 1n;
  }
  while (!Number.isSafeInteger(mantissa)) {
    mantissa /= 2;
    exponent += 1n;
  }
  return { mantissa: BigInt(mantissa), exponent };
}

const shifted = (value: bigint, bits: bigint): bigint => (bits >= 0n ? value << bits : value >> -bits);

function naturalLog(value: number): bigint {
  const { mantissa, exponent } = parts(value);
  const scaled = shifted(mantissa, fraction - 52n);
  return logOfRatio(((scaled - one) << fraction) / (scaled + one)) + (exponent + 52n) * ln2;
}

/** `base ** exponent` of finite floats, base above zero, rounded once as C's `pow`: JS's own may be off by a bit. */
function roundedPower(base: number, exponent: number): number {
  const { mantissa, exponent: scale } = parts(exponent);
  const power = shifted(naturalLog(base) * mantissa, scale);
  const twos = power / ln2;
  let rest = power - twos * ln2;
  let sum = 0n;
  let term = one;
  for (let k = 1n; term !== 0n; k += 1n) {
    sum += term;
    term = multiply(term, rest) / k;
  }
  rest = twos - fraction;
  const half = Number(rest / 2n);
  return Number(sum) * 2 ** half * 2 ** (Number(rest) - half);
}

/** `base ** exponent` as C computes it. */
export function realPower(base: number, exponent: number): number {
  const rough = base ** exponent;
  const isPlain = Number.isFinite(rough) && Math.abs(rough) > 1e-300 && Math.abs(rough) < 1e300;
  if (!isPlain || exponent === 0 || Math.abs(base) === 1) return rough;
  if (Number.isSafeInteger(rough) && Number.isInteger(base) && exponent > 0 && Number.isInteger(exponent)) return rough;
  const exact = roundedPower(Math.abs(base), exponent);
  return rough < 0 ? -exact : exact;
}
