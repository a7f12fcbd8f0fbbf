import { textOfBytes } from '../../values/bytes.ts';
import { callValue } from '../../values/call-value.ts';
import { Dict } from '../../values/dict.ts';
import { hashKey } from '../../values/hash-key.ts';
import { isInt } from '../../values/number.ts';
import { PyError, typeError } from '../../values/py-error.ts';
import { PyIterator } from '../../values/py-iterator.ts';
import { repr, toStr } from '../../values/repr.ts';
import { textOf } from '../../values/text-value.ts';
import { Tuple } from '../../values/tuple.ts';
import { typeName } from '../../values/type-name.ts';
import { refuseText, spend } from '../../values/work.ts';
import { Machine } from './machine.ts';
import { Match } from './match.ts';
import { parsePattern } from './parse.ts';
import { compileProgram, type Program } from './program.ts';
import { type Replacement, readTemplate } from './replacement.ts';
import { type Subject, textBetween } from './subject.ts';
import type { ParsedPattern } from './syntax.ts';

/** Where a match must begin and end. */
export type How = 'search' | 'match' | 'fullmatch';

/** Nested and long patterns are compiled by recursion. */
const longestPattern = 20_000;

const flagNames = ['TEMPLATE', 'IGNORECASE', 'LOCALE', 'MULTILINE', 'DOTALL', 'UNICODE', 'VERBOSE', 'DEBUG', 'ASCII'];

/** A compiled pattern of Python's `re`. */
export class Pattern {
  readonly __type__ = 're.Pattern';
  readonly pattern: string;
  readonly parsed: ParsedPattern;
  /** The pattern as it was given, Markup as well. */
  readonly #given: unknown;
  readonly #program: Program;

  constructor(pattern: string, flags: number, given: unknown = pattern) {
    this.#given = given;
    if (pattern.length > longestPattern) throw new PyError('error', 'the pattern is too long');
    spend(pattern.length * 4);
    this.pattern = pattern;
    this.parsed = parsePattern(pattern, flags);
    this.#program = compileProgram(this.parsed.root);
  }

  /** The flags as templates see them: patterns are of Unicode unless they ask for ASCII. */
  get flags(): number {
    return (this.parsed.flags & 256) !== 0 ? this.parsed.flags : this.parsed.flags | 32;
  }

  /** The first match of a subject from a place on. */
  find(given: Subject, how: How, from: number = given.start, after: number = -1): Match | null {
    const machine = new Machine(this.#program, this.parsed.groups, given.codes, given.end);
    const last = how === 'search' ? given.end : from;
    for (let start = from; start <= last; start += 1) {
      if (!machine.canBegin(start)) continue;
      const found = machine.match(start, how === 'fullmatch', start === after);
      if (found !== null) return new Match(found.spans, found.last, this, given);
    }
    return null;
  }

  /** All matches without overlap; an empty one may follow another directly, as in Python 3.7. */
  *all(given: Subject): Generator<Match> {
    let at = given.start;
    let after = -1;
    while (at <= given.end) {
      const match = this.find(given, 'search', at, after);
      if (match === null) return;
      spend(8);
      yield match;
      at = match.to;
      after = match.from === match.to ? match.to : -1;
    }
  }

  findAll(given: Subject): unknown[] {
    const { groups } = this.parsed;
    return Array.from(this.all(given), (match) => {
      if (groups === 0) return match.group(0);
      const values = match.groups('');
      return groups === 1 ? values[0] : Tuple.from(values);
    });
  }

  split(given: Subject, limit: number): unknown[] {
    const parts: unknown[] = [];
    let from = 0;
    let count = 0;
    for (const match of this.all(given)) {
      if (limit !== 0 && count >= limit) break;
      parts.push(textBetween(given, from, match.from), ...match.groups(null));
      from = match.to;
      count += 1;
    }
    return [...parts, textBetween(given, from, given.codes.length)];
  }

  /** The text with matches replaced, and how many were. `count` 0: all; below: none. Hands out what a function gives for a match, which may be a promise. */
  *replace(replacement: unknown, given: Subject, count: number): Generator<unknown, [string, number]> {
    const isBytes = replacement instanceof Uint8Array;
    const written = isBytes ? textOfBytes(replacement) : replacement;
    const template = typeof written === 'string' ? readTemplate(written, this) : null;
    const isWrong = isBytes && (template?.hasGroups === false || template?.hasText === true);
    let result = '';
    let from = 0;
    let done = 0;
    for (const match of this.all(given)) {
      if (count !== 0 && done >= count) break;
      if (isWrong) throw typeError('sequence item 0: expected str instance, bytes found');
      const text = template === null ? textFrom(yield callValue(replacement, [match], null)) : filled(template, match);
      result += textBetween(given, from, match.from) + text;
      refuseText(result.length);
      from = match.to;
      done += 1;
    }
    return [result + textBetween(given, from, given.codes.length), done];
  }

  /** The index of a group by number or name. Throws IndexError. */
  groupIndex(group: unknown): number {
    // Python looks into the names where there are any.
    if (!isInt(group) && this.parsed.names.size > 0) hashKey(group);
    const isPlain = isInt(group) || typeof group === 'boolean';
    const index = typeof group === 'string' ? this.parsed.names.get(group) : isPlain ? Number(group) : undefined;
    const isKnown = index !== undefined && Number.isInteger(index) && index >= 0 && index <= this.parsed.groups;
    if (!isKnown) throw new PyError('IndexError', 'no such group');
    return index;
  }

  __eq__(other: unknown): boolean {
    return other instanceof Pattern && other.pattern === this.pattern && other.flags === this.flags;
  }

  __hash__(): string {
    return `\0re${this.flags}:${this.pattern}`;
  }

  __getattr__(name: string): unknown {
    if (name === 'pattern') return this.#given;
    if (name === 'flags') return this.flags;
    if (name === 'groups') return this.parsed.groups;
    if (name === 'groupindex') return new Dict(this.parsed.names);
    return patternFunctions.get(name)?.(this);
  }

  __repr__(): string {
    const isDefault = (this.flags & 256) === 0;
    const shown = flagNames.filter(
      (name, bit) => ((isDefault ? this.flags & ~32 : this.flags) & (1 << bit)) !== 0 && name !== '',
    );
    const flags = shown.map((name) => `re.${name}`).join('|');
    return `re.compile(${repr(this.#given).slice(0, 200)}${flags === '' ? '' : `, ${flags}`})`;
  }
}

/** How methods of a pattern are made: filled by the module, which knows the functions' parameters. */
export const patternFunctions: Map<string, (pattern: Pattern) => unknown> = new Map();

/** The matches of a text as Python's `finditer` gives them. */
export function matchIterator(pattern: Pattern, given: Subject): PyIterator {
  return new PyIterator(pattern.all(given), 'callable_iterator');
}

/** What a function gave for a match. Throws TypeError for what is neither a text nor None. */
function textFrom(value: unknown): string {
  const text = value === null ? '' : textOf(value);
  if (text !== undefined) return text;
  throw typeError(`sequence item 0: expected str instance, ${typeName(value)} found`);
}

/** What a replacement is for a match: one with groups is joined to the text that is searched. */
function filled(replacement: Replacement, match: Match): string {
  const pieces = replacement.pieces(match);
  return replacement.hasGroups ? toStr(match.joined(pieces)) : pieces.join('');
}
