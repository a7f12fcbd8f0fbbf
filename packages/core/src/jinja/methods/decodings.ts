import { PyError } from '../values/py-error.ts';
import { strRepr } from '../values/repr.ts';
import { refuseText, spendCharacters } from '../values/work.ts';
import { codecNamed } from './encodings.ts';

/** What a decoder makes of the bytes at a place: a code point, or why there is none; `size` bytes are done with. */
type Read = { readonly code: number; readonly size: number } | { readonly reason: string; readonly size: number };
type Reader = (bytes: Uint8Array, at: number) => Read;

const upTo =
  (limit: number): Reader =>
  (bytes, at) => {
    const byte = bytes[at] ?? 0;
    return byte <= limit ? { code: byte, size: 1 } : { reason: `ordinal not in range(${limit + 1})`, size: 1 };
  };

/** The lowest and highest second byte behind a first one, where they are not any of the continuing ones. */
const secondBytes: Readonly<Record<number, readonly [number, number]>> = {
  224: [0xa0, 0xbf],
  237: [0x80, 0x9f],
  240: [0x90, 0xbf],
  244: [0x80, 0x8f],
};

const utf8: Reader = (bytes, at) => {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { code: first, size: 1 };
  const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  if (first < 0xc2 || first > 0xf4) return { reason: 'invalid start byte', size: 1 };
  let code = first & (0x3f >> more);
  for (let i = 1; i <= more; i += 1) {
    const byte = bytes[at + i];
    if (byte === undefined) return { reason: 'unexpected end of data', size: i };
    const [low, high] = (i === 1 ? secondBytes[first] : undefined) ?? [0x80, 0xbf];
    if (byte < low || byte > high) return { reason: 'invalid continuation byte', size: i };
    code = (code << 6) | (byte & 0x3f);
  }
  return { code, size: more + 1 };
};

function unitAt(bytes: Uint8Array, at: number, size: 2 | 4, isBig: boolean): number {
  const unit = Array.from(bytes.subarray(at, at + size));
  return (isBig ? unit : unit.reverse()).reduce((value, byte) => value * 256 + byte, 0);
}

const utf16 =
  (isBig: boolean): Reader =>
  (bytes, at) => {
    if (at + 2 > bytes.length) return { reason: 'truncated data', size: bytes.length - at };
    const unit = unitAt(bytes, at, 2, isBig);
    if (unit < 0xd800 || unit > 0xdfff) return { code: unit, size: 2 };
    if (unit > 0xdbff) return { reason: 'illegal encoding', size: 2 };
    if (at + 4 > bytes.length) return { reason: 'unexpected end of data', size: bytes.length - at };
    const low = unitAt(bytes, at + 2, 2, isBig);
    if (low < 0xdc00 || low > 0xdfff) return { reason: 'illegal UTF-16 surrogate', size: 2 };
    return { code: 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), size: 4 };
  };

const utf32 =
  (isBig: boolean): Reader =>
  (bytes, at) => {
    if (at + 4 > bytes.length) return { reason: 'truncated data', size: bytes.length - at };
    const code = unitAt(bytes, at, 4, isBig);
    if (code > 0x10ffff) return { reason: 'code point not in range(0x110000)', size: 4 };
    const isSurrogate = code >= 0xd800 && code <= 0xdfff;
    return isSurrogate
      ? { reason: 'code point in surrogate code point range(0xd800, 0xe000)', size: 4 }
      : { code, size: 4 };
  };

/** How each codec is read, by the name that its messages have. */
const readers: Readonly<Record<string, Reader>> = {
  'utf-8': utf8,
  ascii: upTo(0x7f),
  'latin-1': upTo(0xff),
  'utf-16': utf16(false),
  'utf-16-le': utf16(false),
  'utf-16-be': utf16(true),
  'utf-32': utf32(false),
  'utf-32-le': utf32(false),
  'utf-32-be': utf32(true),
};

/** The names in CPython's messages of what has another name there when it reads. */
const readingNames: Readonly<Record<string, string>> = { 'utf-16': 'utf-16-le', 'utf-32': 'utf-32-le' };

/** What an error handler writes for bytes that mean nothing. */
const handlers: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  ignore: () => '',
  replace: () => '\ufffd',
  backslashreplace: (bytes) => Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
};

/** Python's `bytes.decode`. Throws LookupError for an unknown encoding or handler, UnicodeDecodeError for bytes that mean nothing. */
export function decode(bytes: Uint8Array, encoding: string, errors: string): string {
  // CPython asks for no codec where there is nothing to decode.
  if (bytes.length === 0) return '';
  const codec = codecNamed(encoding);
  const { mark } = codec;
  const hasMark = mark.length > 0 && mark.every((byte, at) => bytes[at] === byte);
  const isTurned =
    mark.length % 2 === 0 && mark.length > 0 && mark.every((byte, at) => bytes[mark.length - 1 - at] === byte);
  const read = readers[isTurned ? `${codec.name}-be` : codec.name] ?? utf8;
  refuseText(bytes.length);
  spendCharacters(bytes.length);
  let result = '';
  for (let at = hasMark || isTurned ? mark.length : 0; at < bytes.length; ) {
    const found = read(bytes, at);
    if ('code' in found) result += String.fromCodePoint(found.code);
    else result += replaced(bytes, at, found, { name: readingNames[codec.name] ?? codec.name, errors });
    at += found.size;
  }
  return result;
}

function replaced(
  bytes: Uint8Array,
  at: number,
  { reason, size }: { readonly reason: string; readonly size: number },
  { name, errors }: { readonly name: string; readonly errors: string },
): string {
  if (errors === 'strict') {
    const what =
      size === 1
        ? `byte 0x${(bytes[at] ?? 0).toString(16).padStart(2, '0')} in position ${at}`
        : `bytes in position ${at}-${at + size - 1}`;
    throw new PyError('UnicodeDecodeError', `'${name}' codec can't decode ${what}: ${reason}`);
  }
  const handler = Object.hasOwn(handlers, errors) ? handlers[errors] : undefined;
  if (handler === undefined) throw new PyError('LookupError', `unknown error handler name ${strRepr(errors)}`);
  return handler(bytes.subarray(at, at + size));
}
