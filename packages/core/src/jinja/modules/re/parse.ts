import { PyError, valueError } from '../../values/py-error.ts';
import { strRepr } from '../../values/repr.ts';
import { categoryTest, foldCase, ignoringCase } from './characters.ts';
import { ClassReader } from './parse-class.ts';
import { flagBits, type Greed, type ParsedPattern, type ReNode, type Test, widthOf } from './syntax.ts';

const unlimited = Number.POSITIVE_INFINITY;
const mostRepeats = 4_294_967_295;
const empty: ReNode = { kind: 'sequence', parts: [] };
const globalFlags = 'aLu';

/** Reads a pattern of Python's `re`. Throws `error` (re.error), ValueError or OverflowError in CPython's words. */
export function parsePattern(pattern: string, flags: number): ParsedPattern {
  if ((flags & 4) !== 0) throw valueError('cannot use LOCALE flag with a str pattern');
  let given = flags;
  // Flags at the pattern's start hold for all of it: with `x` it is read anew.
  for (;;) {
    const reader = new Reader(pattern, given);
    const root = reader.readAll();
    if ((reader.flags & 64) !== 0 && (given & 64) === 0) {
      given = reader.flags;
      continue;
    }
    if ((reader.flags & 256) !== 0 && (reader.flags & 32) !== 0) {
      throw valueError('ASCII and UNICODE flags are incompatible');
    }
    return { root, flags: reader.flags, groups: reader.groups, names: reader.names };
  }
}

class Reader extends ClassReader {
  groups = 0;
  readonly names = new Map<string, number>();
  readonly #open = new Set<number>();
  readonly #widths = new Map<number, readonly [number, number]>();
  readonly #conditions = new Map<number, number>();
  #lookBehindFrom: number | null = null;
  #hasLooseLookBehind = false;
  /** The flags of the group at hand. */
  #scope: number;

  constructor(pattern: string, flags: number) {
    super(pattern, flags);
    this.#scope = flags;
  }

  protected override get isAscii(): boolean {
    return (this.#scope & 256) !== 0;
  }

  #has(letter: string): boolean {
    return (this.#scope & (flagBits[letter] ?? 0)) !== 0;
  }

  readAll(): ReNode {
    const root = this.#choice(true);
    if (!this.isAtEnd) throw this.error('unbalanced parenthesis', this.at);
    for (const [index, position] of this.#conditions) {
      if (index > this.groups) throw this.error(`invalid group reference ${index}`, position);
    }
    if (this.#hasLooseLookBehind) throw new PyError('error', 'look-behind requires fixed-width pattern');
    return root;
  }

  #choice(isOutermost: boolean): ReNode {
    const branches: ReNode[] = [];
    do branches.push(this.#sequence(isOutermost && branches.length === 0));
    while (this.take('|'));
    const [only] = branches;
    return branches.length === 1 && only !== undefined ? only : { kind: 'choice', branches };
  }

  #sequence(isFirst: boolean): ReNode {
    const parts: ReNode[] = [];
    while (!this.isAtEnd && this.next !== '|' && this.next !== ')') {
      if (this.#has('x') && this.#skipped()) continue;
      const start = this.at;
      const character = this.take1();
      if (character === '*' || character === '+' || character === '?' || character === '{') {
        this.#repeat(parts, character, start);
      } else {
        const part = this.#atom(character, start, isFirst && parts.length === 0);
        if (part !== null) parts.push(part);
      }
    }
    return { kind: 'sequence', parts };
  }

  #skipped(): boolean {
    if (/[ \t\n\r\v\f]/.test(this.next)) {
      this.at += 1;
      return true;
    }
    if (this.next !== '#') return false;
    while (!this.isAtEnd && this.take1() !== '\n');
    return true;
  }

  protected override inCase(test: Test): Test {
    return this.#has('i') ? ignoringCase(test, this.isAscii) : test;
  }

  #literal(character: string): ReNode {
    const code = character.codePointAt(0) ?? 0;
    return { kind: 'one', test: this.inCase((one) => one === code) };
  }

  #anchor(anchor: Extract<ReNode, { kind: 'anchor' }>['anchor']): ReNode {
    return { kind: 'anchor', anchor, isWord: categoryTest('w', this.isAscii) ?? (() => false) };
  }

  #atom(character: string, start: number, isFirst: boolean): ReNode | null {
    switch (character) {
      case '(':
        return this.#group(start, isFirst);
      case '[':
        return { kind: 'one', test: this.readClass(start) };
      case '\\':
        return this.#escape(start);
      case '.':
        return { kind: 'one', test: this.#has('s') ? () => true : (one) => one !== 10 };
      case '^':
        return this.#anchor(this.#has('m') ? 'lineStart' : 'start');
      case '$':
        return this.#anchor(this.#has('m') ? 'lineEnd' : 'end');
      default:
        return this.#literal(character);
    }
  }

  /** A quantifier behind the last part; `{` that begins none is itself. */
  #repeat(parts: ReNode[], character: string, start: number): void {
    const bounds =
      character === '{' ? this.#bounds(start) : { '*': [0, unlimited], '+': [1, unlimited], '?': [0, 1] }[character];
    if (bounds === undefined || bounds === null) {
      parts.push(this.#literal('{'));
      return;
    }
    const [least = 0, most = unlimited] = bounds;
    const body = parts.pop();
    if (body === undefined || body.kind === 'anchor') throw this.error('nothing to repeat', start);
    if (body.kind === 'repeat') throw this.error('multiple repeat', start);
    const greed: Greed = this.take('?') ? 'lazy' : this.take('+') ? 'possessive' : 'greedy';
    parts.push({ kind: 'repeat', body, least, most, greed });
  }

  #bounds(start: number): readonly number[] | null {
    if (this.next === '}') return null;
    const low = this.digits();
    const hasComma = this.take(',');
    const high = hasComma ? this.digits() : low;
    if (!this.take('}')) {
      this.at = start + 1;
      return null;
    }
    const [least, most] = [low === '' ? 0 : Number(low), high === '' ? unlimited : Number(high)];
    const isTooLarge = least >= mostRepeats || (high !== '' && most >= mostRepeats);
    if (isTooLarge) throw new PyError('OverflowError', 'the repetition number is too large');
    if (most < least) throw this.error('min repeat greater than max repeat', start + 1);
    return [least, most];
  }

  #group(start: number, isFirst: boolean): ReNode | null {
    if (!this.take('?')) return this.#capture(start, null);
    const character = this.taken('unexpected end of pattern');
    switch (character) {
      case 'P':
        return this.#named(start);
      case ':':
        return this.#closed(start, this.#choice(false));
      case '>':
        return { kind: 'atomic', body: this.#closed(start, this.#choice(false)) };
      case '#':
        while (this.next !== ')') {
          if (this.isAtEnd) throw this.error('missing ), unterminated comment', start);
          this.at += 1;
        }
        this.at += 1;
        return null;
      case '=':
      case '!':
        return this.#look(start, character, false);
      case '<':
        return this.#lookBehind(start);
      case '(':
        return this.#condition(start);
      default:
        if (flagBits[character] !== undefined || character === '-') return this.#flagged(start, character, isFirst);
        throw this.error(`unknown extension ?${character}`, this.at - 2);
    }
  }

  /** A group's body with the parenthesis behind it. */
  #closed<T>(start: number, body: T): T {
    if (!this.take(')')) throw this.error('missing ), unterminated subpattern', start);
    return body;
  }

  #named(start: number): ReNode {
    if (this.take('<')) {
      const name = this.until('>', 'group name');
      this.#checkName(name);
      return this.#capture(start, name);
    }
    if (this.take('=')) {
      const name = this.until(')', 'group name');
      this.#checkName(name);
      const index = this.names.get(name);
      const position = this.at - name.length - 1;
      if (index === undefined) throw this.error(`unknown group name ${strRepr(name)}`, position);
      return this.#back(index, position);
    }
    const character = this.taken('unexpected end of pattern');
    throw this.error(`unknown extension ?P${character}`, this.at - 3);
  }

  #checkName(name: string): void {
    if (/^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name)) return;
    throw this.error(`bad character in group name ${strRepr(name)}`, this.at - Array.from(name).length - 1);
  }

  #back(index: number, position: number): ReNode {
    if (this.#open.has(index)) throw this.error('cannot refer to an open group', position);
    this.#checkLookBehind(index);
    const ascii = this.isAscii;
    return { kind: 'back', index, fold: this.#has('i') ? (one) => foldCase(one, ascii) : (one) => one };
  }

  /** In a lookbehind only groups before it have a text already. */
  #checkLookBehind(index: number): void {
    if (this.#lookBehindFrom === null) return;
    if (index > this.groups || this.#open.has(index)) throw this.error('cannot refer to an open group', this.at);
    if (index < this.#lookBehindFrom) return;
    throw this.error('cannot refer to group defined in the same lookbehind subpattern', this.at);
  }

  #capture(start: number, name: string | null): ReNode {
    this.groups += 1;
    const index = this.groups;
    if (name !== null) {
      const other = this.names.get(name);
      if (other !== undefined) {
        const words = `redefinition of group name ${strRepr(name)} as group ${index}; was group ${other}`;
        throw this.error(words, this.at - name.length - 1);
      }
      this.names.set(name, index);
    }
    this.#open.add(index);
    const body = this.#closed(start, this.#choice(false));
    this.#open.delete(index);
    this.#widths.set(index, widthOf(body, this.#widths));
    return { kind: 'capture', index, body };
  }

  #look(start: number, sign: string, behind: boolean): ReNode {
    const outer = this.#lookBehindFrom;
    if (behind && outer === null) this.#lookBehindFrom = this.groups + 1;
    const body = this.#closed(start, this.#choice(false));
    this.#lookBehindFrom = outer;
    const [back, most] = behind ? widthOf(body, this.#widths) : [0, 0];
    if (back !== most) this.#hasLooseLookBehind = true;
    return { kind: 'look', back, negated: sign === '!', body };
  }

  #lookBehind(start: number): ReNode {
    const sign = this.taken('unexpected end of pattern');
    if (sign !== '=' && sign !== '!') throw this.error(`unknown extension ?<${sign}`, this.at - 3);
    return this.#look(start, sign, true);
  }

  #condition(start: number): ReNode {
    const name = this.until(')', 'group name');
    const position = this.at - Array.from(name).length - 1;
    const index = this.#conditionIndex(name, position);
    this.#checkLookBehind(index);
    const yes = this.#sequence(false);
    const no = this.take('|') ? this.#sequence(false) : empty;
    if (this.next === '|') throw this.error('conditional backref with more than two branches', this.at);
    return this.#closed(start, { kind: 'condition', index, yes, no });
  }

  #conditionIndex(name: string, position: number): number {
    if (/^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(name)) {
      const known = this.names.get(name);
      if (known === undefined) throw this.error(`unknown group name ${strRepr(name)}`, position);
      return known;
    }
    const index = /^\s*\+?\d+\s*$/.test(name) ? Number(name) : Number.NaN;
    if (Number.isNaN(index)) throw this.error(`bad character in group name ${strRepr(name)}`, position);
    if (index === 0) throw this.error('bad group number', position);
    if (!this.#conditions.has(index)) this.#conditions.set(index, position);
    return index;
  }

  /** `(?i)` for the whole pattern, or `(?i-s:…)` for a group. */
  #flagged(start: number, first: string, isFirst: boolean): ReNode | null {
    const scoped = this.#readFlags(first);
    if (scoped === null) {
      if (!isFirst) throw this.error('global flags not at the start of the expression', start);
      this.#scope = this.flags;
      return null;
    }
    const outer = this.#scope;
    this.#scope = ((outer & (scoped.on & 256 ? ~32 : -1)) | scoped.on) & ~scoped.off;
    if ((scoped.on & 32) !== 0) this.#scope &= ~256;
    const body = this.#closed(start, this.#choice(false));
    this.#scope = outer;
    return body.kind === 'sequence' && body.parts.length === 1 ? { kind: 'sequence', parts: [body] } : body;
  }

  #readFlags(first: string): { readonly on: number; readonly off: number } | null {
    let [on, off] = [0, 0];
    let character = first;
    while (character !== '-') {
      if (character === 'L') throw this.error("bad inline flags: cannot use 'L' flag with a str pattern", this.at);
      on |= flagBits[character] ?? 0;
      if ((on & 256) !== 0 && (on & 32) !== 0) {
        throw this.error("bad inline flags: flags 'a', 'u' and 'L' are incompatible", this.at);
      }
      character = this.taken('missing -, : or )');
      if (character === ')') {
        this.flags |= on;
        return null;
      }
      if (character === ':') return { on, off };
      if (character !== '-' && flagBits[character] === undefined) {
        throw this.error(/[a-zA-Z]/.test(character) ? 'unknown flag' : 'missing -, : or )', this.at - 1);
      }
    }
    for (character = this.taken('missing flag'); character !== ':' || off === 0; character = this.taken('missing :')) {
      const bit = flagBits[character];
      if (bit === undefined) {
        const isLetter = /[a-zA-Z]/.test(character);
        throw this.error(isLetter ? 'unknown flag' : off === 0 ? 'missing flag' : 'missing :', this.at - 1);
      }
      if (globalFlags.includes(character)) {
        throw this.error("bad inline flags: cannot turn off flags 'a', 'u' and 'L'", this.at);
      }
      off |= bit;
    }
    if ((on & off) !== 0) throw this.error('bad inline flags: flag turned on and off', this.at - 1);
    return { on, off };
  }

  #escape(start: number): ReNode {
    const character = this.taken('bad escape (end of pattern)', start);
    const category = categoryTest(character, this.isAscii);
    if (category !== undefined) return { kind: 'one', test: category };
    if (character === 'A') return this.#anchor('start');
    if (character === 'Z') return this.#anchor('absoluteEnd');
    if (character === 'b' || character === 'B') return this.#anchor(character === 'b' ? 'boundary' : 'notBoundary');
    if (/[1-9]/.test(character)) return this.#numbered(start, character);
    return this.#literal(this.readEscape(character, start));
  }

  /** A reference to a group, or three octal digits. */
  #numbered(start: number, first: string): ReNode {
    let digits = first;
    if (/\d/.test(this.next)) {
      digits += this.take1();
      if (/^[0-7]{2}$/.test(digits) && /[0-7]/.test(this.next)) {
        return this.#literal(this.octal(digits + this.take1(), start));
      }
    }
    const index = Number(digits);
    if (index <= this.groups) return this.#back(index, start);
    throw this.error(`invalid group reference ${index}`, start + 1);
  }
}
