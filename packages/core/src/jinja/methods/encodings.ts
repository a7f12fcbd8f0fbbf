import { PyError } from '../values/py-error.ts';
import { strRepr } from '../values/repr.ts';
import { spendCharacters } from '../values/work.ts';

/** How texts become bytes. `bytes` gives those of a code point; null: it cannot. */
export interface Codec {
  /** The name in CPython's messages. */
  readonly name: string;
  readonly bytes: (code: number) => readonly number[] | null;
  /** What stands in front of the text. */
  readonly mark: readonly number[];
  readonly reason: string;
}

const unit16 = (unit: number): readonly number[] => [unit & 0xff, unit >> 8];
const unit32 = (code: number): readonly number[] => [code & 0xff, (code >> 8) & 0xff, code >> 16, 0];
const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

const encoder = new TextEncoder();

function utf8(code: number): readonly number[] | null {
  if (code < 0x80) return [code];
  return isSurrogate(code) ? null : [...encoder.encode(String.fromCodePoint(code))];
}

function utf16(code: number): readonly number[] | null {
  if (isSurrogate(code)) return null;
  if (code < 0x10000) return unit16(code);
  const text = String.fromCodePoint(code);
  return Array.from({ length: text.length }, (_, i) => unit16(text.charCodeAt(i))).flat();
}

const utf32 = (code: number): readonly number[] | null => (isSurrogate(code) ? null : unit32(code));

/** A codec whose units are turned round: the most significant byte first. */
function turned(codec: Codec, size: 2 | 4): Codec {
  const bytes = (code: number): readonly number[] | null => {
    const given = codec.bytes(code);
    if (given === null) return null;
    return given.map((_, i) => given[i - (i % size) + size - 1 - (i % size)] ?? 0);
  };
  return { ...codec, bytes };
}

function upTo(limit: number, name: string): Codec {
  const bytes = (code: number): readonly number[] | null => (code <= limit ? [code] : null);
  return { name, bytes, mark: [], reason: `ordinal not in range(${limit + 1})` };
}

const unicode = (name: string, bytes: Codec['bytes'], mark: readonly number[] = []): Codec => {
  return { name, bytes, mark, reason: 'surrogates not allowed' };
};

const codecs: ReadonlyMap<string, Codec> = new Map(
  [
    { names: 'utf-8 utf8 u8 utf cp65001', codec: unicode('utf-8', utf8) },
    { names: 'utf-8-sig', codec: unicode('utf-8', utf8, [0xef, 0xbb, 0xbf]) },
    { names: 'ascii us-ascii 646', codec: upTo(0x7f, 'ascii') },
    { names: 'latin-1 latin1 latin l1 iso-8859-1 iso8859-1 8859', codec: upTo(0xff, 'latin-1') },
    { names: 'utf-16 utf16 u16', codec: unicode('utf-16', utf16, [0xff, 0xfe]) },
    { names: 'utf-16-le utf-16le', codec: unicode('utf-16-le', utf16) },
    { names: 'utf-16-be utf-16be', codec: turned(unicode('utf-16-be', utf16), 2) },
    { names: 'utf-32 utf32 u32', codec: unicode('utf-32', utf32, [0xff, 0xfe, 0, 0]) },
    { names: 'utf-32-le utf-32le', codec: unicode('utf-32-le', utf32) },
    { names: 'utf-32-be utf-32be', codec: turned(unicode('utf-32-be', utf32), 4) },
  ].flatMap(({ names, codec }) => names.split(' ').map((name): [string, Codec] => [name, codec])),
);

/** What an error handler writes for characters that cannot be encoded; it throws where there is no such handler. */
const handlers: Readonly<Record<string, (character: string) => string>> = {
  ignore: () => '',
  replace: () => '?',
  backslashreplace: escapeOf,
  xmlcharrefreplace: (character) => `&#${character.codePointAt(0) ?? 0};`,
};

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

/** The codec of a name. Throws LookupError. */
export function codecNamed(encoding: string): Codec {
  const codec = codecs.get(encoding.toLowerCase().replaceAll('_', '-'));
  if (codec === undefined) throw new PyError('LookupError', `unknown encoding: ${encoding}`);
  return codec;
}

/** Python's `str.encode`. Throws LookupError for an unknown encoding or handler, UnicodeEncodeError for what cannot be encoded. */
export function encode(text: string, encoding: string, errors: string): Uint8Array {
  const codec = codecNamed(encoding);
  spendCharacters(text.length * 4);
  const characters = Array.from(text);
  const bytes: number[] = [...codec.mark];
  for (const [at, character] of characters.entries()) {
    const encoded = codec.bytes(character.codePointAt(0) ?? 0);
    for (const byte of encoded ?? replaced(codec, characters, at, errors)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

function replaced(codec: Codec, characters: readonly string[], at: number, errors: string): number[] {
  if (errors === 'strict') throw notEncodable(codec, characters, at);
  const handler = Object.hasOwn(handlers, errors) ? handlers[errors] : undefined;
  if (handler === undefined) throw new PyError('LookupError', `unknown error handler name ${strRepr(errors)}`);
  return Array.from(handler(characters[at] ?? '')).flatMap((one) => codec.bytes(one.codePointAt(0) ?? 0) ?? []);
}

function notEncodable(codec: Codec, characters: readonly string[], at: number): PyError {
  const rest = characters.slice(at).findIndex((one) => codec.bytes(one.codePointAt(0) ?? 0) !== null);
  const end = rest < 0 ? characters.length : at + rest;
  const what =
    end - at === 1
      ? `character '${escapeOf(characters[at] ?? '')}' in position ${at}`
      : `characters in position ${at}-${end - 1}`;
  return new PyError('UnicodeEncodeError', `'${codec.name}' codec can't encode ${what}: ${codec.reason}`);
}
