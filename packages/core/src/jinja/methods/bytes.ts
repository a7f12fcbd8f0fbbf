import { bytesOfText, textOfBytes } from '../values/bytes.ts';
import { iterableOf, length } from '../values/iterate.ts';
import { matchesOf } from '../values/large-text.ts';
import { isInt, type PyInt } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { optional } from '../values/signature.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { refuseText } from '../values/work.ts';
import { index, keyworded, noArguments, oneArgument, positional, text } from './declare.ts';
import { decode } from './decodings.ts';
import type { Method, MethodTable } from './method.ts';

function bytesOfParts(value: unknown): unknown {
  if (typeof value === 'string') return bytesOfText(value);
  if (value instanceof Tuple) return Tuple.from(value, bytesOfParts);
  return Array.isArray(value) ? value.map(bytesOfParts) : value;
}

/** An argument that has to be bytes, as a text. Throws TypeError. */
function bytesArgument(value: unknown): string {
  if (value instanceof Uint8Array) return textOfBytes(value);
  throw typeError(`a bytes-like object is required, not '${typeName(value)}'`);
}

/** Bytes that are looked for: a number stands for the one byte. Throws ValueError beyond a byte. */
function soughtArgument(value: unknown): string {
  if (value instanceof Uint8Array) return textOfBytes(value);
  if (!isInt(value) && typeof value !== 'boolean') {
    throw typeError(`argument should be integer or bytes-like object, not '${typeName(value)}'`);
  }
  return textOfBytes(Uint8Array.of(oneByte(value)));
}

function oneByte(value: PyInt | boolean): number {
  const byte = Number(value);
  if (byte < 0 || byte > 255) throw valueError('byte must be in range(0, 256)');
  return byte;
}

const optionalBytes = (value: unknown): unknown => (value === null ? null : bytesArgument(value));
const affixes = (value: unknown): unknown =>
  value instanceof Tuple ? Tuple.from(value, bytesArgument) : bytesArgument(value);
const filling = (value: unknown): unknown => {
  if (value instanceof Uint8Array && value.length === 1) return textOfBytes(value);
  throw typeError(`argument 2 must be a byte string of length 1, not ${typeName(value)}`);
};
const asIs = (value: unknown): unknown => value;

/** How the methods that `bytes` shares with `str` take their arguments, in order. */
const shared: Readonly<Record<string, readonly ((value: unknown) => unknown)[]>> = {
  capitalize: [],
  lower: [],
  upper: [],
  swapcase: [],
  title: [],
  isalnum: [],
  isalpha: [],
  isdigit: [],
  islower: [],
  isspace: [],
  istitle: [],
  isupper: [],
  center: [asIs, filling],
  ljust: [asIs, filling],
  rjust: [asIs, filling],
  zfill: [asIs],
  expandtabs: [asIs],
  count: [soughtArgument],
  find: [soughtArgument],
  rfind: [soughtArgument],
  index: [soughtArgument],
  rindex: [soughtArgument],
  startswith: [affixes],
  endswith: [affixes],
  replace: [bytesArgument, bytesArgument],
  strip: [optionalBytes],
  lstrip: [optionalBytes],
  rstrip: [optionalBytes],
  removeprefix: [bytesArgument],
  removesuffix: [bytesArgument],
  partition: [bytesArgument],
  rpartition: [bytesArgument],
  split: [optionalBytes],
  rsplit: [optionalBytes],
};

/** The methods of `bytes`, many from those of `str`. */
export function bytesMethods(ofText: MethodTable<string>): MethodTable<Uint8Array> {
  const borrowed = Object.entries(shared).flatMap(([name, takes]): [string, Method<Uint8Array>][] => {
    const method = ofText.get(name);
    return method === undefined ? [] : [[name, onText(method, takes)]];
  });
  return new Map([...borrowed, ...own]);
}

function onText(method: Method<string>, takes: readonly ((value: unknown) => unknown)[]): Method<Uint8Array> {
  return (self, args, kwargs, lookup) => {
    const given = args.map((value, at) => (takes[at] ?? asIs)(value));
    const separator = kwargs !== null && Object.hasOwn(kwargs, 'sep') ? { sep: optionalBytes(kwargs.sep) } : {};
    const named = kwargs === null ? null : { ...kwargs, ...separator };
    return bytesOfParts(method(textOfBytes(self), given, named, lookup));
  };
}

/** What stands for a separator that is not given: None is none. */
const noSeparator = Symbol('no separator');

const own: readonly [string, Method<Uint8Array>][] = [
  keyworded(
    'bytes.decode',
    [optional('encoding', 'utf-8'), optional('errors', 'strict')],
    (self: Uint8Array, encoding: unknown, errors: unknown) =>
      decode(self, text(encoding, "decode() argument 'encoding'"), text(errors, "decode() argument 'errors'")),
  ),
  keyworded(
    'bytes.hex',
    [optional('sep', noSeparator), optional('bytes_per_sep', 1)],
    (self: Uint8Array, separator: unknown, size: unknown) => hexOf(self, separator, index(size)),
  ),
  oneArgument('bytes.fromhex', (_self: Uint8Array, digits) => fromHex(digits)),
  noArguments('bytes.isascii', (self: Uint8Array) => self.every((byte) => byte < 0x80)),
  oneArgument('bytes.join', joinBytes),
  keyworded('bytes.splitlines', [optional('keepends', false)], (self: Uint8Array, keep: unknown) =>
    matchesOf(textOfBytes(self), /[^\r\n]*(?:\r\n|[\r\n]|$)/g)
      .filter((line) => line !== '')
      .map((line) => bytesOfText(index(keep) === 0 ? line.replace(/[\r\n]+$/, '') : line)),
  ),
  positional('bytes.maketrans', 2, 2, (_self: Uint8Array, from, to) => translation(from, to)),
  keyworded(
    'bytes.translate',
    ['table', optional('delete', new Uint8Array())],
    (self: Uint8Array, table: unknown, unwanted: unknown) => translate(self, table, unwanted),
  ),
];

function hexOf(bytes: Uint8Array, separator: unknown, size: number): string {
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  if (Math.abs(size) > 2 ** 31 - 1) throw new PyError('OverflowError', 'Python int too large to convert to C int');
  if (separator === noSeparator) return digits.join('');
  const mark = separator instanceof Uint8Array ? textOfBytes(separator) : separator;
  if (length(mark) !== 1) throw valueError('sep must be length 1.');
  if (typeof mark !== 'string') throw typeError('sep must be str or bytes.');
  if (mark.charCodeAt(0) > 0x7f) throw valueError('sep must be ASCII.');
  if (size === 0) return digits.join('');
  const width = Math.abs(size);
  // A positive size counts from the right, so that the first group is the short one.
  const first = size > 0 ? digits.length % width : 0;
  const groups = first === 0 ? [] : [digits.slice(0, first)];
  for (let at = first; at < digits.length; at += width) groups.push(digits.slice(at, at + width));
  return groups.map((group) => group.join('')).join(mark);
}

/** Python's `bytes.fromhex`. Throws ValueError for anything but pairs of digits, with blanks between them. */
function fromHex(value: unknown): Uint8Array {
  const digits = text(value, 'fromhex() argument');
  const bytes: number[] = [];
  for (let at = 0; at < digits.length; at += 1) {
    if (/[\t-\r ]/.test(digits[at] ?? '')) continue;
    for (const place of [at, at + 1]) {
      if (/^[0-9a-f]$/i.test(digits[place] ?? '')) continue;
      throw valueError(`non-hexadecimal number found in fromhex() arg at position ${place}`);
    }
    bytes.push(Number.parseInt(digits.slice(at, at + 2), 16));
    at += 1;
  }
  return Uint8Array.from(bytes);
}

function joinBytes(self: Uint8Array, items: unknown): Uint8Array {
  const source = iterableOf(items);
  if (source === null) throw typeError('can only join an iterable');
  const parts = Array.from(source, (item, i) => {
    if (item instanceof Uint8Array) return textOfBytes(item);
    throw typeError(`sequence item ${i}: expected a bytes-like object, ${typeName(item)} found`);
  });
  refuseText(parts.reduce((sum, part) => sum + part.length + self.length, 0));
  return bytesOfText(parts.join(textOfBytes(self)));
}

function translation(from: unknown, to: unknown): Uint8Array {
  const [old, by] = [bytesOfText(bytesArgument(from)), bytesOfText(bytesArgument(to))];
  if (old.length !== by.length) throw valueError('maketrans arguments must have same length');
  const table = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const [at, byte] of old.entries()) table[byte] = by[at] ?? 0;
  return table;
}

function translate(self: Uint8Array, table: unknown, unwanted: unknown): Uint8Array {
  const map = table === null ? null : bytesOfText(bytesArgument(table));
  if (map !== null && map.length !== 256) throw valueError('translation table must be 256 characters long');
  const left = new Set(bytesOfText(bytesArgument(unwanted)));
  return self.filter((byte) => !left.has(byte)).map((byte) => map?.[byte] ?? byte);
}
