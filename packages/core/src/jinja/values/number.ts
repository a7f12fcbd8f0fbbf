import { PyError, typeError, valueError } from './py-error.ts';

/** A Python float with an integral value (or -0.0). Other floats, infinities and NaN are plain JS numbers. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }

  toJSON(): number {
    return this.value;
  }
}

/** A Python int: an integral JS number, or a bigint beyond 2^53. */
export type PyInt = number | bigint;

/** Gives a Python float for a JS number: integral values are wrapped, so that they stay floats. */
export function float(value: number): number | PyFloat {
  return Number.isInteger(value) ? new PyFloat(value) : value;
}

/** Gives the shortest representation of an int: a number while it is exact, a bigint beyond. */
export function int(value: bigint): PyInt {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** Whether a value is a Python int. `bool` is no int here: see `isNumeric`. */
export function isInt(value: unknown): value is PyInt {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

/** Whether a value is a Python float. */
export function isFloat(value: unknown): value is number | PyFloat {
  return value instanceof PyFloat || (typeof value === 'number' && !Number.isInteger(value));
}

/** Whether a value is an int, a float or a bool: what Python's arithmetic takes for a number. */
export function isNumeric(value: unknown): value is number | bigint | boolean | PyFloat {
  return (
    typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || value instanceof PyFloat
  );
}

/** The JS number of an int, a float or a bool. A big int loses digits. */
export function toNumber(value: number | bigint | boolean | PyFloat): number {
  return value instanceof PyFloat ? value.value : Number(value);
}

/** The int of a value that has `__index__` (int, bool). Throws CPython's TypeError for any other, OverflowError beyond 64 bits. */
export function toIndex(value: unknown, nameOfType: (value: unknown) => string): number {
  if (typeof value === 'boolean') return Number(value);
  if (isInt(value)) {
    if (typeof value !== 'number' && BigInt.asIntN(64, value) !== value) {
      throw new PyError('OverflowError', 'Python int too large to convert to C ssize_t');
    }
    return Number(value);
  }
  const own = (value as { __index__?: () => PyInt } | null | undefined)?.__index__?.();
  if (own !== undefined) return toIndex(own, nameOfType);
  throw typeError(`'${nameOfType(value)}' object cannot be interpreted as an integer`);
}

/** Python's `repr` of a float: the shortest digits, an exponent below 1e-4 and from 1e16 on. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  if (value === 0) return '0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const text = plainDecimal(mantissa, exponent);
  return text.includes('.') ? text : `${text}.0`;
}

function plainDecimal(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}

const mostDigits = 4300;
const longInt = 10n ** BigInt(mostDigits);

/** CPython's ValueError for ints of more than 4300 digits, which it neither prints nor reads. */
function tooManyDigits(detail: string): PyError {
  const words = `Exceeds the limit (${mostDigits} digits) for integer string conversion`;
  return valueError(`${words}${detail}; use sys.set_int_max_str_digits() to increase the limit`);
}

/** Throws ValueError for digits that make an int beyond CPython's limit. */
export function refuseDigits(count: number): void {
  if (count > mostDigits) throw tooManyDigits(`: value has ${count} digits`);
}

/** Python's `str` of an int. Throws ValueError beyond 4300 digits. */
export function intText(value: PyInt): string {
  if (typeof value === 'bigint') {
    if (value >= longInt || value <= -longInt) throw tooManyDigits('');
    return value.toString();
  }
  return Number.isSafeInteger(value) ? String(value === 0 ? 0 : value) : BigInt(value).toString();
}
