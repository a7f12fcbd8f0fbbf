import { type MappingLike, mappingOf } from './dict.ts';
import { hostOf } from './host-object.ts';
import { isNumeric, PyFloat } from './number.ts';
import { Tuple } from './tuple.ts';
import { Undefined } from './undefined.ts';
import { spend, spendText } from './work.ts';

/** Python's `a == b`: by value for containers, across number types, false for different types. */
export function equals(a: unknown, b: unknown): boolean {
  if (typeof a === 'string') spendText(a.length);
  if (a === b) return true;
  if (typeof a === 'string' || typeof b === 'string') return hostEquals(a, b) ?? false;
  if (isNumeric(a) && isNumeric(b)) return sameNumber(a, b);
  if (a === null || a === undefined) return b === null || b === undefined;
  if (a instanceof Undefined || b instanceof Undefined) return sameUndefined(a, b);
  if (Array.isArray(a)) return Array.isArray(b) ? sameItems(a, b) : (hostEquals(a, b) ?? false);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  const mapping = mappingOf(a);
  const other = mapping === null ? null : mappingOf(b);
  if (mapping !== null && other !== null) return sameMappings(mapping, other);
  return hostEquals(a, b) ?? false;
}

/** Undefined values are equal by their class: that of the implicit else is Jinja's own also where names have dbt's. */
function sameUndefined(a: unknown, b: unknown): boolean {
  return a instanceof Undefined && b instanceof Undefined && a.mode === b.mode;
}

function hostEquals(a: unknown, b: unknown): boolean | undefined {
  const left = hostOf(a);
  if (left?.__eq__ !== undefined) return left.__eq__(b);
  return hostOf(b)?.__eq__?.(a);
}

function sameNumber(a: number | bigint | boolean | PyFloat, b: number | bigint | boolean | PyFloat): boolean {
  const left = a instanceof PyFloat ? a.value : a;
  const right = b instanceof PyFloat ? b.value : b;
  // JS compares a bigint and a number by value only with the loose operator.
  // biome-ignore lint/suspicious/noDoubleEquals: true == 1 and 1n == 1 are what Python says too
  return left == right;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length || a instanceof Tuple !== b instanceof Tuple) return false;
  spend(1 + a.length / 8);
  return a.every((item, i) => equals(item, b[i]));
}

function sameMappings(a: MappingLike, b: MappingLike): boolean {
  if (a.size !== b.size) return false;
  spend(1);
  for (const [key, value] of a.entries()) if (!b.has(key) || !equals(value, b.get(key))) return false;
  return true;
}
