import { escapeLetters } from '../../values/escape-letters.ts';
import type { PyError } from '../../values/py-error.ts';
import { categoryTest } from './characters.ts';
import { patternError, type Test } from './syntax.ts';

const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Reads the characters of a pattern: escapes and sets. Positions count characters. */
export abstract class ClassReader {
  readonly #characters: readonly string[];
  at = 0;
  /** The flags of the whole pattern. */
  flags: number;

  constructor(pattern: string, flags: number) {
    this.#characters = Array.from(pattern);
    this.flags = flags;
  }

  protected abstract get isAscii(): boolean;

  /** A test that counts both cases where the pattern does. */
  protected abstract inCase(test: Test): Test;

  error(message: string, position: number): PyError {
    return patternError(message, this.#characters, position);
  }

  get isAtEnd(): boolean {
    return this.at >= this.#characters.length;
  }

  /** The next character; an empty text at the end. */
  get next(): string {
    return this.#characters[this.at] ?? '';
  }

  protected take1(): string {
    const character = this.next;
    this.at += 1;
    return character;
  }

  /** Takes the next character if it is this one. */
  protected take(character: string): boolean {
    if (this.next !== character) return false;
    this.at += 1;
    return true;
  }

  /** The next character. Throws an error at the end. */
  protected taken(message: string, position: number = this.at): string {
    if (this.isAtEnd) throw this.error(message, position);
    return this.take1();
  }

  protected digits(): string {
    let digits = '';
    while (/\d/.test(this.next)) digits += this.take1();
    return digits;
  }

  /** The text up to a closing character, which is taken. */
  protected until(close: string, what: string): string {
    let text = '';
    const start = this.at;
    while (this.next !== close) {
      if (this.isAtEnd) {
        throw this.error(text === '' ? `missing ${what}` : `missing ${close}, unterminated name`, start);
      }
      text += this.take1();
    }
    this.at += 1;
    if (text === '') throw this.error(`missing ${what}`, this.at - 1);
    return text;
  }

  /** The character of an escape whose letter is taken; `start` is its backslash. */
  protected readEscape(letter: string, start: number): string {
    const control = escapeLetters[letter];
    if (control !== undefined) return control;
    const wanted = hexDigits[letter];
    if (wanted !== undefined) return this.#hex(letter, wanted, start);
    if (letter === '0') {
      let digits = letter;
      while (digits.length < 3 && /[0-7]/.test(this.next)) digits += this.take1();
      return this.octal(digits, start);
    }
    if (/[a-zA-Z0-9]/.test(letter)) throw this.error(`bad escape \\${letter}`, start);
    return letter;
  }

  #hex(letter: string, wanted: number, start: number): string {
    let digits = '';
    while (digits.length < wanted && /[\da-fA-F]/.test(this.next)) digits += this.take1();
    if (digits.length < wanted) throw this.error(`incomplete escape \\${letter}${digits}`, start);
    const code = Number.parseInt(digits, 16);
    if (code > 0x10ffff) throw this.error(`bad escape \\${letter}${digits}`, start);
    return String.fromCodePoint(code);
  }

  protected octal(digits: string, start: number): string {
    const code = Number.parseInt(digits, 8);
    if (code > 0o377) throw this.error(`octal escape value \\${digits} outside of range 0-0o377`, start);
    return String.fromCodePoint(code);
  }

  /** A set, from behind its bracket; `start` is the bracket. */
  protected readClass(start: number): Test {
    const negated = this.take('^');
    const tests: Test[] = [];
    for (let isFirst = true; isFirst || this.next !== ']'; isFirst = false) tests.push(this.#item(start));
    this.at += 1;
    const includes: Test =
      tests.length === 1 && tests[0] !== undefined ? tests[0] : (c) => tests.some((test) => test(c));
    return negated ? (character) => !includes(character) : includes;
  }

  #item(start: number): Test {
    const from = this.at;
    const low = this.#member(start);
    const alone = typeof low === 'string' ? this.inCase(testOf(low)) : low;
    if (this.next !== '-') return alone;
    this.at += 1;
    if (this.isAtEnd) throw this.error('unterminated character set', start);
    if (this.take(']')) {
      this.at -= 2;
      return alone;
    }
    const high = this.#member(start);
    const [first, last] = typeof low === 'string' && typeof high === 'string' ? [codeOf(low), codeOf(high)] : [1, 0];
    if (last < first) {
      throw this.error(`bad character range ${this.#characters.slice(from, this.at).join('')}`, from);
    }
    return this.inCase((character) => character >= first && character <= last);
  }

  /** A character, or the test of a category. */
  #member(start: number): string | Test {
    const position = this.at;
    const character = this.taken('unterminated character set', start);
    if (character !== '\\') return character;
    const letter = this.taken('bad escape (end of pattern)', position);
    const category = categoryTest(letter, this.isAscii);
    if (category !== undefined) return category;
    if (!/[0-7]/.test(letter)) return this.readEscape(letter, position);
    let digits = letter;
    while (digits.length < 3 && /[0-7]/.test(this.next)) digits += this.take1();
    return this.octal(digits, position);
  }
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

function testOf(member: string): Test {
  const code = codeOf(member);
  return (character) => character === code;
}
