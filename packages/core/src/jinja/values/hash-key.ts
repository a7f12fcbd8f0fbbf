import { textOfBytes } from './bytes.ts';
import { hostOf, isPlainObject } from './host-object.ts';
import { PyFloat } from './number.ts';
import { typeError } from './py-error.ts';
import { Tuple } from './tuple.ts';
import { Undefined } from './undefined.ts';
import { refuseText, spend, spendText } from './work.ts';

/** What stands for a Python value as key of a JS Map: equal for values that are equal in Python (1, 1.0, True). */
export type HashKey = string | number | bigint | object | null;

/** The Map key of a hashable value. Throws TypeError for a list, dict or set. */
export function hashKey(value: unknown): HashKey {
  switch (typeof value) {
    case 'string':
      if (value.length > 256) spendText(value.length);
      return value.charCodeAt(0) === 0 ? `\0s${value}` : value;
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? BigInt(value) : value === 0 ? 0 : value;
    case 'boolean':
      return Number(value);
    case 'bigint':
    case 'function':
      return value;
    case 'undefined':
      return null;
    default:
      return value === null ? null : objectKey(value as object);
  }
}

function objectKey(value: object): HashKey {
  if (value instanceof PyFloat) return hashKey(value.value);
  if (value instanceof Tuple) return tupleKey(value);
  if (value instanceof Undefined) return `\0u${value.mode}`;
  if (value instanceof Uint8Array) return `\0b${textOfBytes(value)}`;
  if (Array.isArray(value)) throw unhashable('list');
  if (value instanceof Map || isPlainObject(value)) throw unhashable('dict');
  return hostOf(value)?.__hash__?.() ?? value;
}

function tupleKey(value: Tuple): string {
  spend(1);
  const key = `\0(${value.map(partKey).join(',')})`;
  refuseText(key.length);
  return key;
}

function partKey(item: unknown): string {
  const key = hashKey(item);
  if (typeof key === 'string') return JSON.stringify(key);
  if (typeof key === 'object' || typeof key === 'function') return key === null ? 'n' : `@${identity(key)}`;
  return String(key);
}

/** The error for a value that cannot be a key. */
export function unhashable(type: string): Error {
  return typeError(`unhashable type: '${type}'`);
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

/** A number that is the object's own for its lifetime, as Python's `id`. */
export function identity(value: object): number {
  const known = identities.get(value);
  if (known !== undefined) return known;
  lastIdentity += 1;
  identities.set(value, lastIdentity);
  return lastIdentity;
}
