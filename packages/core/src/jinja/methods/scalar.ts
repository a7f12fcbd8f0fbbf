import { compare } from '../values/compare.ts';
import { Decimal, rescale } from '../values/decimal.ts';
import { equals } from '../values/equals.ts';
import { NamedTuple } from '../values/named-tuple.ts';
import { float, int, isFloat, isInt, type PyFloat, type PyInt, toNumber } from '../values/number.ts';
import { PyError, typeError } from '../values/py-error.ts';
import { optional } from '../values/signature.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { keyworded, noArguments, text } from './declare.ts';
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
  noArguments('int.bit_count', (self: PyInt | boolean) => BigInt(self).toString(2).replace(/[^1]/g, '').length),
  noArguments('int.conjugate', (self: PyInt | boolean) => int(BigInt(self))),
  noArguments('int.as_integer_ratio', (self: PyInt | boolean) => Tuple.of(int(BigInt(self)), 1)),
]);

/** Methods of `float`. */
export const floatMethods: MethodTable<Real> = new Map([
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

function decode(bytes: Uint8Array, encoding: string): string {
  const name = encoding.toLowerCase().replaceAll('_', '-');
  try {
    return new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof RangeError) throw new PyError('LookupError', `unknown encoding: ${encoding}`, { cause });
    throw new PyError('UnicodeDecodeError', `'${name}' codec can't decode these bytes`, { cause });
  }
}
