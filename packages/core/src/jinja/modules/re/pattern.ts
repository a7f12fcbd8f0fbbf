import { callValue } from '../../values/call-value.ts';
import { Dict } from '../../values/dict.ts';
import { isAstral } from '../../values/iterate.ts';
import { PyError, typeError } from '../../values/py-error.ts';
import { PyIterator } from '../../values/py-iterator.ts';
import { repr, toStr } from '../../values/repr.ts';
import { Tuple } from '../../values/tuple.ts';
import { typeName } from '../../values/type-name.ts';
import { Match } from './match.ts';
import { expandTemplate } from './replacement.ts';
import { isRisky, timedExec } from './timed-exec.ts';
import { type Translation, translate } from './translate.ts';

/** Characters; JS compiles a pattern when it is first used, and ends the process where that takes too much memory. */
const longestPattern = 20_000;

/** A compiled pattern of Python's `re`, run by JS. */
export class Pattern {
  readonly pattern: string;
  readonly translation: Translation;
  readonly #isRisky: boolean;
  readonly #regexps = new Map<string, RegExp>();

  constructor(pattern: string, flags: number) {
    if (pattern.length > longestPattern) throw new PyError('error', 'the pattern is too long');
    this.pattern = pattern;
    this.translation = translate(pattern, flags);
    this.#isRisky = isRisky(pattern);
    this.#regexp('', 'g');
  }

  #regexp(suffix: '' | '(?![\\s\\S])', mode: 'g' | 'y'): RegExp {
    const key = mode + suffix;
    const known = this.#regexps.get(key);
    if (known !== undefined) return known;
    const { source, flags } = this.translation;
    const ignoreCase = (flags & 2) !== 0 ? 'i' : '';
    try {
      const regexp = new RegExp(suffix === '' ? source : `(?:${source})${suffix}`, `dv${mode}${ignoreCase}`);
      this.#regexps.set(key, regexp);
      return regexp;
    } catch (cause) {
      throw new PyError('error', `the pattern ${repr(this.pattern)} cannot be used here`, { cause });
    }
  }

  /** The first match from `start` on; `how` says where it must begin and end. */
  find(text: string, how: 'search' | 'match' | 'fullmatch', start: number = 0): Match | null {
    const regexp = this.#regexp(how === 'fullmatch' ? '(?![\\s\\S])' : '', how === 'search' ? 'g' : 'y');
    regexp.lastIndex = start;
    const found = this.#isRisky || text.length > 100_000 ? timedExec(regexp, text) : regexp.exec(text);
    return found === null ? null : new Match(found, this, text);
  }

  /** All matches without overlap; an empty one may follow another directly, as in Python 3.7. */
  *all(text: string): Generator<Match> {
    let at = 0;
    while (at <= text.length) {
      const match = this.find(text, 'search', at);
      if (match === null) return;
      yield match;
      at = match.endUnit > match.startUnit ? match.endUnit : nextUnit(text, match.endUnit);
    }
  }

  findAll(text: string): unknown[] {
    const { groups } = this.translation;
    return Array.from(this.all(text), (match) => {
      if (groups === 0) return match.text;
      const values = match.groups('');
      return groups === 1 ? values[0] : Tuple.from(values);
    });
  }

  split(text: string, limit: number): unknown[] {
    const parts: unknown[] = [];
    let from = 0;
    let count = 0;
    for (const match of this.all(text)) {
      if (limit > 0 && count === limit) break;
      parts.push(text.slice(from, match.startUnit), ...match.groups(null));
      from = match.endUnit;
      count += 1;
    }
    return [...parts, text.slice(from)];
  }

  /** The text with matches replaced, and how many were. `count` 0: all. */
  replace(replacement: unknown, text: string, count: number): [string, number] {
    let result = '';
    let from = 0;
    let done = 0;
    for (const match of this.all(text)) {
      if (count > 0 && done === count) break;
      result += text.slice(from, match.startUnit) + replacementText(replacement, match);
      from = match.endUnit;
      done += 1;
    }
    return [result + text.slice(from), done];
  }

  /** The index of a group by number or name. Throws IndexError. */
  groupIndex(group: unknown): number {
    const index = typeof group === 'string' ? this.translation.names.get(group) : Number(group);
    const isKnown = index !== undefined && Number.isInteger(index) && index >= 0 && index <= this.translation.groups;
    if (!isKnown) throw new PyError('IndexError', 'no such group');
    return index;
  }

  __eq__(other: unknown): boolean {
    return (
      other instanceof Pattern && other.pattern === this.pattern && other.translation.flags === this.translation.flags
    );
  }

  get __type__(): string {
    return 're.Pattern';
  }

  __getattr__(name: string): unknown {
    if (name === 'pattern') return this.pattern;
    if (name === 'flags') return this.translation.flags | 32;
    if (name === 'groups') return this.translation.groups;
    if (name === 'groupindex') return new Dict(this.translation.names);
    return patternFunctions.get(name)?.(this);
  }

  __repr__(): string {
    return `re.compile(${repr(this.pattern)})`;
  }
}

function nextUnit(text: string, at: number): number {
  return at + ((text.codePointAt(at) ?? 0) > 0xffff && isAstral(text) ? 2 : 1);
}

function replacementText(replacement: unknown, match: Match): string {
  if (typeof replacement === 'string') return expandTemplate(replacement, match);
  return toStr(callValue(replacement, [match], null));
}

/** How methods of a pattern are made: filled by the module, which knows the functions' parameters. */
export const patternFunctions: Map<string, (pattern: Pattern) => unknown> = new Map();

/** The text of an argument. Throws CPython's TypeError. */
export function subject(value: unknown): string {
  if (typeof value === 'string') return value;
  throw typeError(`expected string or bytes-like object, got '${typeName(value)}'`);
}

/** The matches of a text as Python's `finditer` gives them. */
export function matchIterator(pattern: Pattern, text: string): PyIterator {
  return new PyIterator(pattern.all(text), 'callable_iterator');
}
