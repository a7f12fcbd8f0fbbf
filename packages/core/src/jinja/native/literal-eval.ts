import { unescapeString } from '../parser/string-literal.ts';
import { negate } from '../values/binary.ts';
import { bytesOfText } from '../values/bytes.ts';
import { Dict } from '../values/dict.ts';
import { float, int, isNumeric } from '../values/number.ts';
import { PyError } from '../values/py-error.ts';
import { PySet } from '../values/py-set.ts';
import { Tuple } from '../values/tuple.ts';

/** Where a reader stands in its text. */
interface Cursor {
  readonly text: string;
  at: number;
}

/** Thrown inside: the text is no literal. */
const malformed: unique symbol = Symbol('malformed');

const blank = /(?:[ \t\f\r\n]|\\\n|#[^\n]*)*/y;
const number = /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?/y;
const word = /(?:None|True|False)(?!\w)/y;
const string =
  /([bB][rR]?|[rR][bB]?|[uU])?(?:"""([\s\S]*?)"""|'''([\s\S]*?)'''|"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)')/y;
const signed = /^[\s(]*[-+]/;
const emptySet = /set(?:[ \t\f\r\n]*)\([ \t\f\r\n]*\)/y;
const constants: Readonly<Record<string, unknown>> = { None: null, True: true, False: false };

/** Python's `ast.literal_eval`: the value of a literal of texts, bytes, numbers, tuples, lists, dicts, sets, booleans and None; null for any other text. Throws TypeError for a key that cannot be one. */
export function literalEval(text: string): { readonly value: unknown } | null {
  try {
    const cursor = { text: text.replace(/^[ \t\f]+/, '').replace(/^(?:[ \t\f]*\r?\n)+/, ''), at: 0 };
    if (/^\s/.test(cursor.text)) return null;
    const value = readSequence(cursor, '');
    return cursor.at === cursor.text.length ? { value } : null;
  } catch (failure) {
    // What cannot be a key is Python's own error, which nobody takes for another text.
    if (failure instanceof PyError && failure.kind === 'TypeError') throw failure;
    return null;
  }
}

function fail(): never {
  throw malformed;
}

function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found === null || found[0] === '') return null;
  cursor.at += found[0].length;
  return found;
}

function skipBlank(cursor: Cursor): void {
  match(cursor, blank);
}

function take(cursor: Cursor, token: string): boolean {
  skipBlank(cursor);
  if (!cursor.text.startsWith(token, cursor.at)) return false;
  cursor.at += token.length;
  return true;
}

/** Values with commas between, up to a closing bracket (or the end): one alone is itself, several are a tuple. */
function readSequence(cursor: Cursor, closer: string): unknown {
  const items = readItems(cursor, closer, readValue);
  const [first] = items.values;
  if (items.values.length === 0 && closer === '') return fail();
  return items.values.length === 1 && !items.trailing ? first : Tuple.from(items.values);
}

function readItems<T>(
  cursor: Cursor,
  closer: string,
  read: (cursor: Cursor) => T,
): { readonly values: T[]; readonly trailing: boolean } {
  const values: T[] = [];
  let trailing = false;
  for (;;) {
    skipBlank(cursor);
    const ended = closer === '' ? cursor.at === cursor.text.length : take(cursor, closer);
    if (ended) return { values, trailing };
    if (values.length > 0 && !trailing) return fail();
    values.push(read(cursor));
    trailing = take(cursor, ',');
  }
}

function readValue(cursor: Cursor): unknown {
  skipBlank(cursor);
  if (take(cursor, '(')) return readSequence(cursor, ')');
  if (take(cursor, '[')) return readItems(cursor, ']', readValue).values;
  if (take(cursor, '{')) return readBraces(cursor);
  if (take(cursor, '-')) return negate(readNumber(cursor));
  if (take(cursor, '+')) return readNumber(cursor);
  if (match(cursor, emptySet) !== null) return new PySet();
  const name = match(cursor, word)?.[0];
  if (name !== undefined) return Object.hasOwn(constants, name) ? (constants[name] ?? null) : null;
  return readStrings(cursor) ?? plainNumber(cursor);
}

/** A number behind a sign, which has no sign itself. */
function readNumber(cursor: Cursor): unknown {
  if (signed.test(cursor.text.slice(cursor.at))) fail();
  const value = readValue(cursor);
  return isNumeric(value) && typeof value !== 'boolean' ? value : fail();
}

/** Literals side by side are one: all of them texts, or all of them bytes. */
function readStrings(cursor: Cursor): string | Uint8Array | null {
  const parts: string[] = [];
  let isBytes = false;
  for (let found = match(cursor, string); found !== null; found = match(cursor, string)) {
    const prefix = (found[1] ?? '').toLowerCase();
    const body = found[2] ?? found[3] ?? found[4] ?? found[5] ?? '';
    if (parts.length > 0 && isBytes !== prefix.includes('b')) fail();
    isBytes = prefix.includes('b');
    if (isBytes && /[^\0-\x7f]/.test(body)) fail();
    const escaped = isBytes ? body.replaceAll(/\\[\s\S]/g, (one) => (/[uUN]/.test(one) ? `\\${one}` : one)) : body;
    parts.push(prefix.includes('r') ? body : unescapeString(escaped));
    skipBlank(cursor);
  }
  if (parts.length === 0) return null;
  return isBytes ? bytesOfText(parts.join('')) : parts.join('');
}

function plainNumber(cursor: Cursor): unknown {
  const digits = match(cursor, number)?.[0];
  if (digits === undefined || /[\w.]/.test(cursor.text[cursor.at] ?? '')) return fail();
  if (/__|_$|_\.|\._/.test(digits)) return fail();
  const plain = digits.replaceAll('_', '').toLowerCase();
  if (/^0[xob]/.test(plain)) return int(BigInt(plain));
  if (/[.e]/.test(plain)) return float(Number(plain));
  return /^0\d/.test(plain) && !/^0+$/.test(plain) ? fail() : int(BigInt(plain));
}

function readBraces(cursor: Cursor): unknown {
  const start = cursor.at;
  if (take(cursor, '}')) return new Dict();
  readValue(cursor);
  const isDict = take(cursor, ':');
  cursor.at = start;
  if (!isDict) return new PySet(readItems(cursor, '}', readValue).values);
  const pairs = readItems(cursor, '}', (inner): [unknown, unknown] => {
    const key = readValue(inner);
    if (!take(inner, ':')) fail();
    return [key, readValue(inner)];
  });
  return new Dict(pairs.values);
}
