import type { BinaryOperator } from './host-object.ts';
import { float, int, isFloat, PyFloat, type PyInt } from './number.ts';
import { realPower } from './power.ts';
import { PyError } from './py-error.ts';
import { spend } from './work.ts';

type Numeric = number | bigint | boolean | PyFloat;

/** Bits of the largest int that arithmetic may make. */
const largestPower = 1_000_000;
const huge = 2n ** 1024n;

/** Arithmetic of two Python numbers (bool counts as int). Throws ZeroDivisionError, OverflowError. */
export function arithmetic(operator: BinaryOperator, a: Numeric, b: Numeric): unknown {
  if (isFloat(a) || isFloat(b)) {
    refuseHuge(a);
    refuseHuge(b);
  }
  if (isFloat(a) || isFloat(b) || operator === '/') return floatArithmetic(operator, real(a), real(b), a, b);
  if (typeof a !== 'bigint' && typeof b !== 'bigint') {
    const quick = smallArithmetic(operator, Number(a), Number(b));
    if (quick !== undefined) return quick;
  }
  return intArithmetic(operator, big(a), big(b));
}

/** Throws OverflowError for an int that no float holds. */
function refuseHuge(value: Numeric): void {
  if (typeof value === 'bigint' && !Number.isFinite(Number(value)))
    throw new PyError('OverflowError', 'int too large to convert to float');
}

function real(value: Numeric): number {
  return value instanceof PyFloat ? value.value : Number(value);
}

/** The bigint of a value known to be no float. */
function big(value: Numeric): bigint {
  return value instanceof PyFloat ? BigInt(value.value) : BigInt(value);
}

/** Int arithmetic in JS numbers; `undefined` where the result would not be exact. */
function smallArithmetic(operator: BinaryOperator, a: number, b: number): number | undefined {
  let result: number | undefined;
  if (operator === '+') result = a + b;
  else if (operator === '-') result = a - b;
  else if (operator === '*') result = a * b;
  else if (operator === '//' && b !== 0) result = Math.floor(a / b);
  else if (operator === '%' && b !== 0) result = a - b * Math.floor(a / b);
  if (result === undefined || !Number.isSafeInteger(result)) return undefined;
  return Number.isSafeInteger(a) && Number.isSafeInteger(b) && Math.abs(a) < 2 ** 51 ? result + 0 : undefined;
}

function intArithmetic(operator: BinaryOperator, a: bigint, b: bigint): unknown {
  switch (operator) {
    case '+':
      return int(a + b);
    case '-':
      return int(a - b);
    case '*':
      return int(product(a, b));
    case '&':
      return int(a & b);
    case '|':
      return int(a | b);
    case '^':
      return int(a ^ b);
    case '**':
      return intPower(a, b);
    default:
      return int(operator === '//' ? floorDivide(a, b) : modulo(a, b));
  }
}

function product(a: bigint, b: bigint): bigint {
  const isSmall = a < huge && a > -huge && b < huge && b > -huge;
  if (!isSmall && bits(a) + bits(b) > largestPower) throw new PyError('OverflowError', 'the result of * is too large');
  if (!isSmall) spend((bits(a) + bits(b)) / 16);
  return a * b;
}

function bits(value: bigint): number {
  return value.toString(16).length * 4;
}

/** Floored integer division. */
function floorDivide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new PyError('ZeroDivisionError', 'integer division or modulo by zero');
  if (a > huge || a < -huge) spend(bits(a) / 4);
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function modulo(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new PyError('ZeroDivisionError', 'integer modulo by zero');
  return a - b * floorDivide(a, b);
}

function intPower(a: bigint, b: bigint): unknown {
  if (b < 0n) return floatPower(Number(a), Number(b));
  if (a > 1n || a < -1n) {
    const bits = BigInt(a.toString(2).length) * b;
    if (bits > largestPower) throw new PyError('OverflowError', 'the result of ** is too large');
    spend(Number(bits) / 16);
  }
  return int(a ** b);
}

function floatArithmetic(operator: BinaryOperator, a: number, b: number, left: Numeric, right: Numeric): unknown {
  switch (operator) {
    case '+':
      return float(a + b);
    case '-':
      return float(a - b);
    case '*':
      return float(a * b);
    case '**':
      return floatPower(a, b);
    case '/':
      if (b === 0) throw new PyError('ZeroDivisionError', zeroDivision(left, right, 'division by zero', '/'));
      return float(typeof left === 'bigint' || typeof right === 'bigint' ? divideBig(left, right, a / b) : a / b);
    case '//':
      if (b === 0) throw new PyError('ZeroDivisionError', 'float floor division by zero');
      return float(floatFloor(a, b));
    case '%':
      if (b === 0) throw new PyError('ZeroDivisionError', 'float modulo');
      return float(floatModulo(a, b));
    default:
      return undefined;
  }
}

function divideBig(left: Numeric, right: Numeric, quotient: number): number {
  return isFloat(left) || isFloat(right) ? quotient : divideInts(big(left), big(right));
}

function zeroDivision(left: Numeric, right: Numeric, words: string, operator: string): string {
  return operator === '/' && (isFloat(left) || isFloat(right)) ? `float ${words}` : words;
}

function floatModulo(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

/** As CPython: the quotient of what the remainder leaves, set right where it is not whole by rounding. */
function floatFloor(a: number, b: number): number {
  const rest = a % b;
  const quotient = (a - rest) / b - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0);
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

/** The true quotient of two ints, rounded once. */
function divideInts(a: bigint, b: bigint): number {
  const [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const shift = Math.max(0, y.toString(2).length - x.toString(2).length + 66);
  const scaled = x << BigInt(shift);
  // The last bit stands for whatever the division leaves, so that the rounding to 53 bits sees it.
  const quotient = (scaled / y) | (scaled % y === 0n ? 0n : 1n);
  const size = Number(quotient) * 2 ** -shift;
  if (size === Number.POSITIVE_INFINITY)
    throw new PyError('OverflowError', 'integer division result too large for a float');
  return a < 0n !== b < 0n ? -size : size;
}

function floatPower(a: number, b: number): unknown {
  if (a === 0 && b < 0) throw new PyError('ZeroDivisionError', '0.0 cannot be raised to a negative power');
  const result = realPower(a, b);
  if (Number.isNaN(result) && !Number.isNaN(a) && !Number.isNaN(b)) {
    throw new PyError('TypeError', 'complex numbers are not supported');
  }
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) {
    throw new PyError('OverflowError', "(34, 'Numerical result out of range')");
  }
  return float(result);
}

/** Python's unary minus of a number. */
export function negateNumber(value: Numeric): unknown {
  if (isFloat(value)) return float(-real(value));
  return typeof value === 'bigint' ? int(-value) : 0 - Number(value);
}

/** Python's `abs` of a number. */
export function absoluteNumber(value: Numeric): unknown {
  if (isFloat(value)) return float(Math.abs(real(value)));
  return typeof value === 'bigint' ? int(value < 0n ? -value : value) : Math.abs(Number(value));
}

/** Python's `round(v, digits)` for an int and digits below zero: half to even at that power of ten. */
export function roundInt(value: PyInt, digits: number): PyInt {
  if (digits >= 0) return value;
  // The power of ten for more digits than the number has would fill the memory.
  if (-digits > value.toString(16).length * 2) return 0;
  const unit = 10n ** BigInt(-digits);
  const exact = BigInt(value);
  const floor = floorDivide(exact, unit);
  const twice = (exact - floor * unit) * 2n;
  const up = twice > unit || (twice === unit && floor % 2n !== 0n);
  return int((up ? floor + 1n : floor) * unit);
}
