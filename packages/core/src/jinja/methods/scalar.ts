import { compare } from '../values/compare.ts';
import { Decimal, exactOfFloat, rescale } from '../values/decimal.ts';
import { equals } from '../values/equals.ts';
import { NamedTuple } from '../values/named-tuple.ts';
import { float, floatText, int, isFloat, isInt, type PyFloat, type PyInt, toNumber } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { optional } from '../values/signature.ts';
import { truth } from '../values/truth.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { refuseText } from '../values/work.ts';
import { index, keyworded, noArguments, text } from './declare.ts';
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
  noArguments('int.bit_count', (self: PyInt | boolean) => BigInt(self).toString(2).replace(/[^1]/g, '').length),
  noArguments('int.conjugate', (self: PyInt | boolean) => int(BigInt(self))),
  noArguments('int.as_integer_ratio', (self: PyInt | boolean) => Tuple.of(int(BigInt(self)), 1)),
]);

/** Methods of `float`. */
export const floatMethods: MethodTable<Real> = new Map([
  noArguments('float.as_integer_ratio', (self: Real) => floatRatio(toNumber(self))),
  noArguments('float.hex', (self: Real) => hexText(toNumber(self))),
  noArguments('float.is_integer', (self: Real) => Number.isInteger(toNumber(self))),
  noArguments('float.conjugate', (self: Real) => float(toNumber(self))),
]);

/** Methods of `bytes`. */
export const bytesMethods: MethodTable<Uint8Array> = new Map([
  keyworded(
    'bytes.decode',
    [optional('encoding', 'utf-8'), optional('errors', 'strict')],
    (self: Uint8Array, encoding: unknown) => decode(self, text(encoding, "decode() argument 'encoding'")),
  ),
  noArguments('bytes.hex', (self: Uint8Array) => Buffer.from(self).toString('hex')),
]);

/** Methods of `Decimal`. */
export const decimalMethods: MethodTable<Decimal> = new Map([
  noArguments('Decimal.is_nan', () => false),
  noArguments('Decimal.is_infinite', () => false),
  noArguments('Decimal.is_finite', () => true),
  noArguments('Decimal.adjusted', (self: Decimal) => self.exponent + digitsOf(self).length - 1),
  noArguments('Decimal.copy_abs', (self: Decimal) => self.__abs__()),
  noArguments('Decimal.copy_negate', (self: Decimal) => self.__neg__()),
  noArguments('Decimal.as_tuple', (self: Decimal) =>
    NamedTuple.make(
      {
        sign: self.coefficient < 0n ? 1 : 0,
        digits: Tuple.from(Array.from(digitsOf(self), Number)),
        exponent: self.exponent,
      },
      'DecimalTuple',
    ),
  ),
  noArguments('Decimal.as_integer_ratio', (self: Decimal) => ratio(self)),
  keyworded('Decimal.compare', ['other'], (self: Decimal, other: unknown) => {
    const than = decimal(other);
    return new Decimal(equals(self, than) ? 0n : compare('<', self, than) ? -1n : 1n, 0);
  }),
  keyworded('Decimal.max', ['other'], (self: Decimal, other: unknown) =>
    compare('<', self, decimal(other)) ? decimal(other) : self,
  ),
  keyworded('Decimal.min', ['other'], (self: Decimal, other: unknown) =>
    compare('>', self, decimal(other)) ? decimal(other) : self,
  ),
  keyworded('Decimal.quantize', ['exp', optional('rounding'), optional('context')], (self: Decimal, exp: unknown) =>
    rescale(self, decimal(exp).exponent),
  ),
  noArguments('Decimal.normalize', (self: Decimal) => self.normalized()),
  noArguments('Decimal.is_zero', (self: Decimal) => !self.__bool__()),
  noArguments('Decimal.is_signed', (self: Decimal) => self.coefficient < 0n),
  noArguments('Decimal.to_integral_value', (self: Decimal) => (self.exponent >= 0 ? self : self.__round__(0))),
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

function digitsOf(value: Decimal): string {
  return String(value.coefficient).replace('-', '');
}

/** A Decimal or an int as a Decimal. Throws TypeError for other values. */
function decimal(value: unknown): Decimal {
  if (value instanceof Decimal) return value;
  if (isInt(value) || typeof value === 'boolean') return new Decimal(BigInt(value), 0);
  throw typeError(`conversion from ${typeName(value)} to Decimal is not supported`);
}

function ratio({ coefficient, exponent }: Decimal): Tuple {
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

function decode(bytes: Uint8Array, encoding: string): string {
  const name = encoding.toLowerCase().replaceAll('_', '-');
  try {
    return new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof RangeError) throw new PyError('LookupError', `unknown encoding: ${encoding}`, { cause });
    throw new PyError('UnicodeDecodeError', `'${name}' codec can't decode these bytes`, { cause });
  }
}
