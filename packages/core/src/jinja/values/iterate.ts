import { mappingOf } from './dict.ts';
import { hostOf } from './host-object.ts';
import { PyError, typeError } from './py-error.ts';
import { typeName } from './type-name.ts';
import { Undefined } from './undefined.ts';
import { refuseItems, spend, spendCharacters, spendText } from './work.ts';

/** The elements of an iterable value: a string's code points, a dict's keys. Throws TypeError for others. */
export function iterate(value: unknown): Iterable<unknown> {
  const items = iterableOf(value);
  if (items === null) throw typeError(`'${typeName(value)}' object is not iterable`);
  return items;
}

/** The elements of a value, null if it is not iterable. */
export function iterableOf(value: unknown): Iterable<unknown> | null {
  if (typeof value === 'string' || Array.isArray(value)) {
    spend(value.length);
    return value;
  }
  if (value instanceof Undefined) return [];
  const mapping = mappingOf(value);
  if (mapping !== null) return mapping.keys();
  const host = hostOf(value);
  if (host?.__iter__ !== undefined) return host.__iter__();
  return isIterable(host) ? host : null;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** Python's `len(v)`: code points of a string. Throws TypeError for values without length. */
export function length(value: unknown): number {
  const size = lengthOf(value);
  if (size === null) throw typeError(`object of type '${typeName(value)}' has no len()`);
  return size;
}

/** The length of a value, null if it has none. */
export function lengthOf(value: unknown): number | null {
  if (typeof value === 'string') return textLength(value);
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof Undefined) return 0;
  return mappingOf(value)?.size ?? hostOf(value)?.__len__?.() ?? null;
}

const surrogate = /[\ud800-\udfff]/;

/** Whether JS indexes of a text are not Python's: it holds characters beyond U+FFFF. */
export function isAstral(text: string): boolean {
  if (text.length > 256) spendText(text.length);
  return surrogate.test(text);
}

/** The characters of a text, one a code point. Throws MemoryError beyond ten million. */
export function characters(text: string): string[] {
  refuseItems(text.length);
  spendCharacters(text.length);
  return Array.from(text);
}

/** The number of code points of a text. */
export function textLength(text: string): number {
  if (!isAstral(text)) return text.length;
  spendCharacters(text.length);
  let length = 0;
  for (const _character of text) length += 1;
  return length;
}

/** Takes exactly `count` elements for an assignment to a tuple of names. Throws ValueError in CPython's words. */
export function unpack(value: unknown, count: number): unknown[] {
  const source = iterableOf(value);
  if (source === null) throw typeError(`cannot unpack non-iterable ${typeName(value)} object`);
  const items: unknown[] = [];
  for (const item of source) {
    if (items.length === count) throw new PyError('ValueError', `too many values to unpack (expected ${count})`);
    items.push(item);
  }
  if (items.length < count) {
    throw new PyError('ValueError', `not enough values to unpack (expected ${count}, got ${items.length})`);
  }
  return items;
}
