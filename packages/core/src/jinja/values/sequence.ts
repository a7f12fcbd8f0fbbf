import { hostOf } from './host-object.ts';
import { characters, isAstral, textLength } from './iterate.ts';
import { int, isInt } from './number.ts';
import { typeError, valueError } from './py-error.ts';
import { Range } from './range.ts';
import { Tuple } from './tuple.ts';
import { spend, spendCharacters, spendText } from './work.ts';

/** The bounds of a slice as Python's `slice.indices(length)` gives them. Throws ValueError for a step of zero. */
export function sliceIndices(
  size: number,
  start: unknown,
  stop: unknown,
  step: unknown,
): { readonly first: number; readonly end: number; readonly step: number } {
  const by = bound(step) ?? 1;
  if (by === 0) throw valueError('slice step cannot be zero');
  const clamp = (value: number | null, missing: number): number => {
    if (value === null) return missing;
    const index = value < 0 ? value + size : value;
    return by > 0 ? Math.min(Math.max(index, 0), size) : Math.min(Math.max(index, -1), size - 1);
  };
  const first = clamp(bound(start), by > 0 ? 0 : size - 1);
  return { first, end: clamp(bound(stop), by > 0 ? size : -1), step: by };
}

function bound(given: unknown): number | null {
  const value = hostOf(given)?.__index__?.() ?? given;
  if (value === null || value === undefined) return null;
  if (isInt(value) || typeof value === 'boolean') return Number(value);
  throw typeError('slice indices must be integers or None or have an __index__ method');
}

/** A slice of text, list, tuple, range or bytes; `undefined` (JS) for a value that has none. */
export function sliceOf(value: unknown, start: unknown, stop: unknown, step: unknown): unknown {
  if (typeof value === 'string') return sliceText(value, start, stop, step);
  if (Array.isArray(value)) {
    const items = pick(value, sliceIndices(value.length, start, stop, step));
    return value instanceof Tuple ? Tuple.from(items) : items;
  }
  if (value instanceof Uint8Array) return Uint8Array.from(pick(value, sliceIndices(value.length, start, stop, step)));
  if (value instanceof Range) {
    const { first, end, step: by } = sliceIndices(value.length, start, stop, step);
    return new Range(value.element(first), value.element(end), int(BigInt(by) * BigInt(value.step)));
  }
  return undefined;
}

function sliceText(text: string, start: unknown, stop: unknown, step: unknown): string {
  spendText(text.length);
  const indices = sliceIndices(textLength(text), start, stop, step);
  if (isAstral(text)) return pick(characters(text), indices).join('');
  if (indices.step === 1) return text.slice(indices.first, Math.max(indices.first, indices.end));
  spendCharacters(text.length);
  return pick([...text], indices).join('');
}

function pick<T>(items: ArrayLike<T>, bounds: { first: number; end: number; step: number }): T[] {
  const picked: T[] = [];
  const { first, end, step } = bounds;
  spend(Math.max(0, (end - first) / step) / 8);
  for (let i = first; step > 0 ? i < end : i > end; i += step) picked.push(items[i] as T);
  return picked;
}

/** The element of text, list, tuple or bytes at an index; `undefined` (JS) outside, or for a value without elements. */
export function elementAt(value: unknown, key: unknown): unknown {
  const place = hostOf(key)?.__index__?.() ?? key;
  if (!isInt(place) && typeof place !== 'boolean') return undefined;
  const index = Number(place);
  if (typeof value === 'string') return isAstral(value) ? characters(value).at(index) : value.at(index);
  return Array.isArray(value) || value instanceof Uint8Array ? value.at(index) : undefined;
}
