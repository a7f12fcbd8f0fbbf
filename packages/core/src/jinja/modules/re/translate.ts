import { blanks } from '../../methods/str-case.ts';
import { PyError } from '../../values/py-error.ts';

/** Python's `re` flags by their letter. */
export const flagBits: Readonly<Record<string, number>> = { i: 2, L: 4, m: 8, s: 16, u: 32, x: 64, a: 256 };

/** A pattern of Python in the words of a JS RegExp with the `v` flag. */
export interface Translation {
  readonly source: string;
  readonly flags: number;
  /** The number of capturing groups, and which of them have names. */
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

const notAnywhere = '[^\\s\\S]';
const atStart = '(?<![\\s\\S])';
const atEnd = '(?![\\s\\S])';

/** Translates a pattern. Throws `error` (re.error) for one that Python or this engine cannot read. */
export function translate(pattern: string, flags: number): Translation {
  return new Translator(pattern, flags).run();
}

class Translator {
  readonly #text: string;
  #at = 0;
  #flags: number;
  #groups = 0;
  readonly #names = new Map<string, number>();
  readonly #openGroups: number[] = [];

  constructor(text: string, flags: number) {
    this.#text = text;
    this.#flags = flags;
  }

  run(): Translation {
    this.#leadingFlags();
    const source = this.#alternatives();
    if (this.#at < this.#text.length) throw this.#error('unbalanced parenthesis', this.#at);
    return { source, flags: this.#flags, groups: this.#groups, names: this.#names };
  }

  #error(message: string, position: number): PyError {
    return new PyError('error', `${message} at position ${position}`);
  }

  #has(letter: string): boolean {
    return (this.#flags & (flagBits[letter] ?? 0)) !== 0;
  }

  #leadingFlags(): void {
    for (;;) {
      const match = /^\(\?([aiLmsux]+)\)/.exec(this.#text.slice(this.#at));
      if (match === null) return;
      for (const letter of match[1] ?? '') this.#flags |= flagBits[letter] ?? 0;
      this.#at += match[0].length;
    }
  }

  #alternatives(): string {
    let source = '';
    while (this.#at < this.#text.length && this.#text[this.#at] !== ')') {
      const start = this.#at;
      if (this.#text[this.#at] === '|') {
        source += '|';
        this.#at += 1;
      } else source += this.#quantified(this.#atom(), start);
    }
    return source;
  }

  /** One character, class, group or anchor; empty for a comment. */
  #atom(): string {
    const start = this.#at;
    const character = String.fromCodePoint(this.#text.codePointAt(start) ?? 0);
    this.#at += character.length;
    switch (character) {
      case '(':
        return this.#group(start);
      case '[':
        return this.#class(start);
      case '\\':
        return this.#escape(start);
      case '.':
        return this.#has('s') ? '[\\s\\S]' : '[^\\n]';
      case '^':
        return this.#has('m') ? '(?<![^\\n])' : atStart;
      case '$':
        return this.#has('m') ? '(?![^\\n])' : `(?=\\n?${atEnd})`;
      case '*':
      case '+':
      case '?':
        throw this.#error('nothing to repeat', start);
      default:
        return this.#has('x') ? this.#verbose(character) : literal(character);
    }
  }

  #verbose(character: string): string {
    if (/\s/.test(character)) return '';
    if (character !== '#') return literal(character);
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end + 1;
    return '';
  }

  #quantified(atom: string, start: number): string {
    if (this.#has('x')) while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    const rest = this.#text.slice(this.#at);
    const [whole, , low, comma, high] = /^(?:([*+?])|\{(\d*)(,?)(\d*)\})/.exec(rest) ?? [];
    if (whole === undefined || whole === '{}' || (low === '' && comma === '')) return atom;
    if (atom === '') return atom;
    this.#at += whole.length;
    const suffix = this.#text[this.#at];
    if (suffix === '+') throw this.#error('possessive quantifiers are not supported', start);
    const lazy = suffix === '?' ? '?' : '';
    this.#at += lazy.length;
    if (/^(?:[*+?]|\{\d+(?:,\d*)?\})/.test(this.#text.slice(this.#at))) {
      throw this.#error('multiple repeat', this.#at);
    }
    if (low !== undefined && high !== undefined && high !== '' && Number(low) > Number(high)) {
      throw this.#error('min repeat greater than max repeat', this.#at - whole.length - lazy.length + 1);
    }
    const quantifier = low === undefined ? whole : `{${low === '' ? 0 : low}${comma}${high}}`;
    // JS refuses a quantifier behind an anchor or a lookbehind; in a group it may stand.
    return (atom.startsWith('(?') && !atom.startsWith('(?:') ? `(?:${atom})` : atom) + quantifier + lazy;
  }

  #group(start: number): string {
    const opening = /^\?(?:P<([^>]*)>|P=([^)]*)\)|#[^)]*\)|(:|=|!|<=|<!)|([aiLmsux]*)(?:-([imsx]+))?:)/.exec(
      this.#text.slice(this.#at),
    );
    if (opening === null) {
      if (this.#text[this.#at] === '?')
        throw this.#error(`unknown extension ?${this.#text[this.#at + 1] ?? ''}`, start + 1);
      return this.#capture(start, null);
    }
    const [whole, name, back, kind, on, off] = opening;
    this.#at += whole.length;
    if (name !== undefined) return this.#capture(start, name);
    if (back !== undefined) return this.#named(back, start);
    if (kind !== undefined) return `(?${kind}${this.#body(start)})`;
    return on === undefined ? '' : this.#scoped(start, on, off ?? '');
  }

  #named(name: string, start: number): string {
    const index = this.#names.get(name);
    if (index === undefined) throw this.#error(`unknown group name '${name}'`, start + 4);
    return `(?:\\${index})`;
  }

  #scoped(start: number, on: string, off: string): string {
    const before = this.#flags;
    for (const letter of on) this.#flags |= flagBits[letter] ?? 0;
    for (const letter of off) this.#flags &= ~(flagBits[letter] ?? 0);
    const isCaseChange = ((before ^ this.#flags) & 2) !== 0;
    if (isCaseChange) throw this.#error('a change of IGNORECASE inside of a pattern is not supported', start);
    const source = `(?:${this.#body(start)})`;
    this.#flags = before;
    return source;
  }

  #capture(start: number, name: string | null): string {
    this.#groups += 1;
    const index = this.#groups;
    if (name !== null) {
      if (!/^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(name)) {
        throw this.#error(`bad character in group name '${name}'`, start + 4);
      }
      const other = this.#names.get(name);
      if (other !== undefined) {
        throw this.#error(`redefinition of group name '${name}' as group ${index}; was group ${other}`, start + 4);
      }
      this.#names.set(name, index);
    }
    this.#openGroups.push(index);
    const body = this.#body(start);
    this.#openGroups.pop();
    return `(${body})`;
  }

  #body(start: number): string {
    const body = this.#alternatives();
    if (this.#text[this.#at] !== ')') throw this.#error('missing ), unterminated subpattern', start);
    this.#at += 1;
    return body;
  }

  #escape(start: number): string {
    const character = this.#text[this.#at];
    if (character === undefined) throw new PyError('error', `bad escape (end of pattern) at position ${start}`);
    if (character === 'A') return this.#taken(atStart);
    if (character === 'Z') return this.#taken(atEnd);
    if (character === 'b' || character === 'B') return this.#taken(this.#boundary(character));
    const number = /^[1-9]\d?/.exec(this.#text.slice(this.#at))?.[0];
    if (number !== undefined && !/^[1-3][0-7][0-7]/.test(this.#text.slice(this.#at))) {
      this.#at += number.length;
      if (Number(number) > this.#groups) throw this.#error(`invalid group reference ${number}`, start + 1);
      if (this.#openGroups.includes(Number(number))) throw this.#error('cannot refer to an open group', start);
      return `(?:\\${number})`;
    }
    const set = this.#set(character);
    return set === null ? literal(this.#characterEscape(start)) : this.#taken(`[${set}]`);
  }

  #taken(source: string): string {
    this.#at += 1;
    return source;
  }

  #word(): string {
    return this.#has('a') ? 'a-zA-Z0-9_' : '\\p{L}\\p{N}_';
  }

  #boundary(kind: string): string {
    const word = `[${this.#word()}]`;
    const edge = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
    return kind === 'b' ? edge : `(?!${edge})`;
  }

  /** The inside of a class for `\d \s \w` and their opposites; null for other letters. */
  #set(letter: string): string | null {
    const sets: Readonly<Record<string, string>> = {
      d: this.#has('a') ? '0-9' : '\\p{Nd}',
      s: this.#has('a') ? '\\t-\\r\\x20' : blanks,
      w: this.#word(),
    };
    const set = sets[letter.toLowerCase()];
    if (set === undefined) return null;
    return letter === letter.toLowerCase() ? set : `[^${set}]`;
  }

  /** The character of an escape like `\n`, `\x41` or `\.`. Throws for a letter without meaning. */
  #characterEscape(start: number): string {
    const rest = this.#text.slice(this.#at);
    const hex = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
    const octal = /^(?:0[0-7]{0,2}|[1-3][0-7]{2})/.exec(rest)?.[0];
    if (hex !== null || octal !== undefined) {
      this.#at += (hex?.[0] ?? octal ?? '').length;
      const digits = hex?.[1] ?? hex?.[2] ?? hex?.[3];
      return String.fromCodePoint(
        digits === undefined ? Number.parseInt(octal ?? '0', 8) : Number.parseInt(digits, 16),
      );
    }
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    const control = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }[character];
    if (control !== undefined) return control;
    if (/[a-zA-Z0-9]/.test(character)) throw this.#error(`bad escape \\${character}`, start);
    return character;
  }

  #class(start: number): string {
    const negated = this.#text[this.#at] === '^';
    if (negated) this.#at += 1;
    const items: string[] = [];
    let isFirst = true;
    while (isFirst || this.#text[this.#at] !== ']') {
      if (this.#at >= this.#text.length) throw this.#error('unterminated character set', start);
      isFirst = false;
      items.push(this.#classItem(start));
    }
    this.#at += 1;
    return items.length === 0 ? notAnywhere : `[${negated ? '^' : ''}${items.join('')}]`;
  }

  #classItem(start: number): string {
    const from = this.#at;
    const low = this.#classCharacter();
    if (low.set !== null) return low.set;
    if (this.#text[this.#at] !== '-' || this.#text[this.#at + 1] === ']') return literal(low.character);
    if (this.#at + 1 >= this.#text.length) throw this.#error('unterminated character set', start);
    this.#at += 1;
    const high = this.#classCharacter();
    const range = this.#text.slice(from, this.#at);
    if (high.set !== null || high.character < low.character) throw this.#error(`bad character range ${range}`, from);
    return `${literal(low.character)}-${literal(high.character)}`;
  }

  #classCharacter(): { readonly set: string | null; readonly character: string } {
    const start = this.#at;
    const character = String.fromCodePoint(this.#text.codePointAt(start) ?? 0);
    this.#at += character.length;
    if (character !== '\\') return { set: null, character };
    const set = this.#set(this.#text[this.#at] ?? '');
    if (set === null) return { set, character: this.#characterEscape(start) };
    this.#at += 1;
    return { set, character };
  }
}

/** A character that stands for itself, inside and outside of a class. */
function literal(character: string): string {
  if (/[a-zA-Z0-9_]/.test(character)) return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
