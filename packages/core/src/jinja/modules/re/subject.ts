import { typeError } from '../../values/py-error.ts';
import { plainText, TextValue } from '../../values/text-value.ts';
import { typeName } from '../../values/type-name.ts';
import { spendCharacters } from '../../values/work.ts';

/** A text with its characters: positions of Python count these. */
export interface Subject {
  readonly text: string;
  /** The text as it was given, Markup as well. */
  readonly given: string | TextValue;
  readonly codes: readonly number[];
  /** Where a search begins, and what it takes for the end of the text. */
  readonly start: number;
  readonly end: number;
}

/** A subject for the characters from `start` to `end`; both are cut to the text. */
export function subjectOf(value: unknown, start: number = 0, end: number = Number.MAX_SAFE_INTEGER): Subject {
  const text = subject(plainText(value));
  spendCharacters(text.length);
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const clamp = (place: number): number => Math.min(Math.max(place, 0), codes.length);
  return { text, given: value instanceof TextValue ? value : text, codes, start: clamp(start), end: clamp(end) };
}

/** The characters of a subject between two places. */
export function textBetween({ text, codes }: Pick<Subject, 'text' | 'codes'>, from: number, to: number): string {
  if (codes.length === text.length) return text.slice(from, to);
  return codes
    .slice(from, to)
    .map((code) => String.fromCodePoint(code))
    .join('');
}

/** The text of an argument. Throws CPython's TypeError. */
export function subject(value: unknown): string {
  if (typeof value === 'string') return value;
  throw typeError(`expected string or bytes-like object, got '${typeName(value)}'`);
}
