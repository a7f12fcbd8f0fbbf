import { isMapping } from '../context/plain.ts';

/** A mapping as it is, anything else as an empty one. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? (value as Record<string, unknown>) : {};
}

/** A list as it is, anything else as an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text as it is; numbers and booleans printed; none and anything else as an empty text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** Tags: a list of texts, or one text. */
export function tagsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return listOf(value).filter((tag): tag is string => typeof tag === 'string');
}
