import { stripEnds } from '../values/blanks.ts';
import { type Decimal, exactOfFloat } from '../values/decimal.ts';
import { iterableOf } from '../values/iterate.ts';
import { float, floatText, int, isFloat, type PyFloat, type PyInt, toNumber } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { optional } from '../values/signature.ts';
import { truth } from '../values/truth.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { refuseText } from '../values/work.ts';
import { index, keyworded, noArguments, oneArgument, text } from './declare.ts';
import type { MethodTable } from './method.ts';

type Real = number | PyFloat;

/** Methods of `int` (and `bool`). */
export const intMethods: MethodTable<PyInt | boolean> = new Map([
  noArguments(
    'int.bit_length',
    (self: PyInt | boolean) =>
      BigInt(self)
        .toString(2)
        .replace(/^-|^0$/, '').length,
  ),
  keyworded(
    'int.to_bytes',
    [optional('length', 1), optional('byteorder', 'big'), '*', optional('signed', false)],
    (self: PyInt | boolean, length: unknown, order: unknown, signed: unknown) => toBytes(self, length, order, signed),
  ),
  keyworded(
    'int.from_bytes',
    ['bytes', optional('byteorder', 'big'), '*', optional('signed', false)],
    (self: PyInt | boolean, bytes: unknown, order: unknown, signed: unknown) => {
      const value = fromBytes(bytes, order, signed);
      return typeof self === 'boolean' ? BigInt(value) !== 0n : value;
    },
  ),
  noArguments('int.bit_count', (self: PyInt | boolean) => BigInt(self).toString(2).replace(/[^1]/g, '').length),
  noArguments('int.conjugate', (self: PyInt | boolean) => int(BigInt(self))),
  noArguments('int.as_integer_ratio', (self: PyInt | boolean) => Tuple.of(int(BigInt(self)), 1)),
]);

/** Methods of `float`. */
export const floatMethods: MethodTable<Real> = new Map([
  noArguments('float.as_integer_ratio', (self: Real) => floatRatio(toNumber(self))),
  noArguments('float.hex', (self: Real) => hexText(toNumber(self))),
  oneArgument('float.fromhex', (_self: Real, digits) => fromHex(digits)),
  noArguments('float.is_integer', (self: Real) => Number.isInteger(toNumber(self))),
  noArguments('float.conjugate', (self: Real) => float(toNumber(self))),
]);

/** `real`, `imag`, `numerator` and `denominator` of a number; `undefined` (JS) for other names. */
export function numberAttribute(value: PyInt | boolean | Real, name: string): unknown {
  const isReal = isFloat(value);
  if (name === 'real') return typeof value === 'boolean' ? Number(value) : value;
  if (name === 'imag') return isReal ? float(0) : 0;
  if (isReal) return undefined;
  if (name === 'numerator') return int(BigInt(value));
  return name === 'denominator' ? 1 : undefined;
}

/** The two ints of which a decimal is the quotient. */
export function ratio({ coefficient, exponent }: Decimal): Tuple {
  const scale = 10n ** BigInt(Math.abs(exponent));
  if (exponent >= 0) return Tuple.of(int(coefficient * scale), 1);
  let [a, b] = [coefficient < 0n ? -coefficient : coefficient, scale];
  while (b !== 0n) [a, b] = [b, a % b];
  return Tuple.of(int(coefficient / a), int(scale / a));
}

function floatRatio(value: number): Tuple {
  if (Number.isNaN(value)) throw valueError('cannot convert NaN to integer ratio');
  if (!Number.isFinite(value)) throw new PyError('OverflowError', 'cannot convert Infinity to integer ratio');
  return ratio(exactOfFloat(value));
}

/** Python's `float.hex`: the bits of the float, `0x1.8000000000000p+1`. */
function hexText(value: number): string {
  if (!Number.isFinite(value)) return floatText(value);
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0x0.0p+0`;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const exponent = (bits.getUint16(0) >> 4) & 0x7ff;
  const mantissa = (bits.getBigUint64(0) & 0xfffffffffffffn).toString(16).padStart(13, '0');
  const power = exponent === 0 ? -1022 : exponent - 1023;
  return `${sign}0x${exponent === 0 ? 0 : 1}.${mantissa}p${power < 0 ? '' : '+'}${power}`;
}

/** Python's `float.fromhex`. Throws ValueError for what is no number, OverflowError for one beyond a float. */
function fromHex(value: unknown): Real {
  if (typeof value !== 'string') throw typeError(`bad argument type for built-in operation`);
  const trimmed = stripEnds(value, /[\t-\r ]/).toLowerCase();
  const [, sign = '', word] = /^([+-]?)(inf|infinity|nan)$/.exec(trimmed) ?? [];
  if (word !== undefined) return word === 'nan' ? Number.NaN : sign === '-' ? -Infinity : Infinity;
  const found = /^([+-]?)(?:0x)?([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?$/.exec(trimmed);
  const [, minus = '', whole = '', fraction = '', power = '0'] = found ?? [];
  if (whole + fraction === '') throw valueError('invalid hexadecimal floating-point string');
  const result = scaled(BigInt(`0x${whole}${fraction}`), Number(power) - fraction.length * 4);
  if (!Number.isFinite(result))
    throw new PyError('OverflowError', 'hexadecimal value too large to represent as a float');
  return float(minus === '-' ? -result : result);
}

/** `mantissa * 2^exponent` as a float, rounded once. */
function scaled(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  if (bits + exponent > 1025) return Infinity;
  if (bits + exponent < -1080) return 0;
  // A float holds 53 bits, fewer below its smallest normal power; what is cut off is rounded half to even.
  const kept = Math.min(53, bits + exponent + 1074);
  const cut = BigInt(bits - kept);
  if (cut <= 0n) return Number(mantissa) * 2 ** exponent;
  const [floor, half] = [mantissa >> cut, 1n << (cut - 1n)];
  const rest = mantissa - (floor << cut);
  const rounded = rest > half || (rest === half && floor % 2n === 1n) ? floor + 1n : floor;
  const shift = exponent + Number(cut);
  return Number(rounded) * 2 ** Math.max(shift, -1000) * 2 ** Math.min(0, shift + 1000);
}

/** Python's `int.from_bytes`. */
function fromBytes(bytes: unknown, order: unknown, signed: unknown): PyInt {
  const side = text(order, "from_bytes() argument 'byteorder'");
  if (side !== 'big' && side !== 'little') throw valueError("byteorder must be either 'little' or 'big'");
  const given = bytes instanceof Uint8Array ? bytes : byteItems(bytes);
  refuseText(given.length);
  const hex = Buffer.from(side === 'big' ? given : Uint8Array.from(given).reverse()).toString('hex');
  const value = BigInt(`0x0${hex}`);
  return int(truth(signed) ? BigInt.asIntN(given.length * 8, value) : value);
}

/** The bytes of a list of numbers. Throws TypeError and ValueError as CPython's `bytes`. */
function byteItems(value: unknown): Uint8Array {
  const items = typeof value === 'string' ? null : iterableOf(value);
  if (items === null) throw typeError(`cannot convert '${typeName(value)}' object to bytes`);
  return Uint8Array.from(items as Iterable<number>, (item) => {
    const byte = index(item);
    if (byte < 0 || byte > 255) throw valueError('bytes must be in range(0, 256)');
    return byte;
  });
}

function toBytes(self: PyInt | boolean, given: unknown, order: unknown, signed: unknown): Uint8Array {
  const length = index(given);
  const side = text(order, "to_bytes() argument 'byteorder'");
  if (side !== 'big' && side !== 'little') throw valueError("byteorder must be either 'little' or 'big'");
  if (length < 0) throw valueError('length argument must be non-negative');
  refuseText(length);
  const value = BigInt(self);
  const isSigned = truth(signed);
  if (value < 0n && !isSigned) throw new PyError('OverflowError', "can't convert negative int to unsigned");
  const fits = isSigned ? BigInt.asIntN(length * 8, value) === value : BigInt.asUintN(length * 8, value) === value;
  if (!fits) throw new PyError('OverflowError', 'int too big to convert');
  const hex = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, '0');
  const bytes = Uint8Array.from(Buffer.from(length === 0 ? '' : hex, 'hex'));
  return side === 'big' ? bytes : bytes.reverse();
}
