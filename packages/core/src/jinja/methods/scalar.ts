import type { Decimal } from '../values/decimal.ts';
import { float, int, isFloat, type PyFloat, type PyInt, toNumber } from '../values/number.ts';
import { PyError } from '../values/py-error.ts';
import { Tuple } from '../values/tuple.ts';
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
    [
      { name: 'encoding', default: 'utf-8' },
      { name: 'errors', default: 'strict' },
    ],
    (self: Uint8Array, encoding: unknown) => decode(self, text(encoding, "decode() argument 'encoding'")),
  ),
  noArguments('bytes.hex', (self: Uint8Array) => Buffer.from(self).toString('hex')),
]);

/** Methods of `Decimal`. */
export const decimalMethods: MethodTable<Decimal> = new Map([
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

function decode(bytes: Uint8Array, encoding: string): string {
  const name = encoding.toLowerCase().replaceAll('_', '-');
  try {
    return new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (cause instanceof RangeError) throw new PyError('LookupError', `unknown encoding: ${encoding}`, { cause });
    throw new PyError('UnicodeDecodeError', `'${name}' codec can't decode these bytes`, { cause });
  }
}
