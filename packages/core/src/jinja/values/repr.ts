import { takeChance } from '../chance.ts';
import { Dict, mappingOf } from './dict.ts';
import { identity } from './hash-key.ts';
import { hostOf } from './host-object.ts';
import { replaceEach } from './large-text.ts';
import { NamedTuple } from './named-tuple.ts';
import { floatText, intText, PyFloat } from './number.ts';
import { Tuple } from './tuple.ts';
import { qualifiedTypeName } from './type-name.ts';
import { Undefined } from './undefined.ts';
import { refuseText, spend, spendCharacters } from './work.ts';

/** Python's `str(v)`: what `{{ v }}` prints. */
export function toStr(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Undefined) return '';
  if (typeof value === 'object') {
    const text = hostOf(value)?.__str__?.();
    if (text !== undefined) return text;
  }
  return repr(value);
}

/** Python's `repr(v)`. */
export function repr(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return strRepr(value);
    case 'number':
      return Number.isInteger(value) ? intText(value) : floatText(value);
    case 'bigint':
      return intText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'undefined':
      return 'None';
    default:
      return value === null ? 'None' : objectRepr(value as object);
  }
}

/** How Python shows a method that is written in C, bound to an object of a type. */
export function builtinMethod(name: string, type: string, method: object): string {
  return `<built-in method ${name} of ${type} object at ${addressOf(method)}>`;
}

/** Where an object seems to be in memory. */
export function addressOf(value: object): string {
  takeChance();
  return `0x${(0x7f0000000000 + identity(value) * 16).toString(16)}`;
}

const open = new Set<object>();

function objectRepr(value: object): string {
  if (value instanceof PyFloat) return floatText(value.value);
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof Uint8Array) return bytesRepr(value);
  if (Array.isArray(value) || value instanceof Dict || mappingOf(value) !== null) return nested(value);
  const host = hostOf(value);
  const text = host?.__repr__?.() ?? host?.__str__?.();
  if (text !== undefined) return text;
  const address = addressOf(value);
  const isPlain = typeof value === 'function' && !qualifiedTypeName(value).includes('.');
  if (isPlain) return `<function ${(value as { name: string }).name || '<lambda>'} at ${address}>`;
  return `<${qualifiedTypeName(value)} object at ${address}>`;
}

function nested(value: object): string {
  if (open.has(value)) return Array.isArray(value) ? (value instanceof Tuple ? '(...)' : '[...]') : '{...}';
  open.add(value);
  try {
    // A value that holds another twice, and so on, is short to write and endless to print.
    spend(1);
    if (!Array.isArray(value)) {
      const entries = [...(mappingOf(value)?.entries() ?? [])];
      return `{${entries.map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(', ')}}`;
    }
    if (value instanceof NamedTuple && value.shownAs !== null) {
      return `${value.shownAs}(${value.names.map((name, i) => `${name}=${repr(value[i])}`).join(', ')})`;
    }
    spend(value.length);
    const items = Array.from(value, repr).join(', ');
    refuseText(items.length);
    if (!(value instanceof Tuple)) return `[${items}]`;
    return value.length === 1 ? `(${items},)` : `(${items})`;
  } finally {
    open.delete(value);
  }
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** Python's `repr` of a string: single quotes unless it holds some and no double ones. */
export function strRepr(text: string): string {
  spendCharacters(text.length);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const shown = replaceEach(text, /[\\\n\r\t]/g, (character) => escapes[character] ?? character);
  const escaped = replaceEach(shown, unprintable, hexEscape);
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}

/** Python's `ascii(v)`: as `repr`, with what is not ASCII escaped. */
export function asciiRepr(value: unknown): string {
  return asciiText(repr(value));
}

/** A text with what is not ASCII escaped. */
export function asciiText(text: string): string {
  return replaceEach(text, /[^\0-\x7f]/gu, hexEscape);
}

function hexEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

function bytesRepr(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    if (byte >= 32 && byte < 127) return character === '\\' ? '\\\\' : character;
    return escapes[character] ?? `\\x${byte.toString(16).padStart(2, '0')}`;
  }).join('');
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return `b${quote}${quote === "'" ? text.replaceAll("'", "\\'") : text}${quote}`;
}
