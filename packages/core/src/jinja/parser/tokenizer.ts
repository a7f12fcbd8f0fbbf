import { JinjaError } from '../errors.ts';
import { type Token, Tokenizer, tokenType } from '../nunjucks.ts';
import { blanks, stripBlanks, withBlanks } from '../values/blanks.ts';
import { float, int } from '../values/number.ts';
import { repr } from '../values/repr.ts';
import { unescapeString } from './string-literal.ts';

/** Where a source stands in its file; line and column count from 1. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

const tagStart = /\{[{%#]/g;
const space = new RegExp(`[${blanks}]+`, 'y');
const rawStart = withBlanks(/\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})/y);
const rawEnd = withBlanks(/\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\})/g);
const commentEnd = withBlanks(/-#\}\s*|\+?#\}/g);
const blockEnd = withBlanks(/-%\}\s*|\+?%\}/y);
const variableEnd = withBlanks(/-\}\}\s*|\}\}/y);
const floatNumber = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const integer = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const asciiName = /\w+/y;
const anyName = /[\p{L}\p{N}\p{XID_Continue}]+/uy;
const asciiIdentifier = /^[A-Za-z_]\w*$/;
const identifier = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const text = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const operator = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}><=.:|,;]/y;

const operatorTypes: Readonly<Record<string, string | undefined>> = {
  '(': tokenType.leftParen,
  ')': tokenType.rightParen,
  '[': tokenType.leftBracket,
  ']': tokenType.rightBracket,
  '{': tokenType.leftCurly,
  '}': tokenType.rightCurly,
  ',': tokenType.comma,
  ':': tokenType.colon,
  '~': tokenType.tilde,
  '|': tokenType.pipe,
};
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * nunjucks' tokenizer with Jinja's rules: a tag does not end inside brackets, white space is dropped as `-` asks while
 * reading, raw blocks are data, numbers and strings come as their values. Line ends are `\n`; one at the end is dropped.
 */
export class JinjaTokenizer extends Tokenizer {
  readonly origin: Origin;
  #mode: 'data' | 'block' | 'variable' = 'data';
  #brackets: string[] = [];
  #lineStart = 0;
  #nextLineEnd: number;

  constructor(source: string, origin: Origin) {
    const normal = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
    super(normal.endsWith('\n') ? normal.slice(0, -1) : normal);
    this.origin = origin;
    this.lineno = origin.line - 1;
    this.#nextLineEnd = this.#lineEndFrom(0);
  }

  override nextToken(): Token | null {
    while (this.index < this.len) {
      const token = this.#mode === 'data' ? this.#dataToken() : this.#codeToken();
      if (token !== null) return token;
    }
    return null;
  }

  /** A syntax error at a place of this source (0-based), or where the tokenizer stands. */
  error(
    message: string,
    lineno: number = this.lineno,
    colno: number = this.#column(),
    kind: string = 'TemplateSyntaxError',
  ): JinjaError {
    const place = { file: this.origin.file, line: lineno + 1, column: colno + 1 };
    return new JinjaError('syntax', kind, message, place);
  }

  #column(): number {
    const shift = this.lineno === this.origin.line - 1 ? this.origin.column - 1 : 0;
    return this.index - this.#lineStart + shift;
  }

  #lineEndFrom(index: number): number {
    const found = this.str.indexOf('\n', index);
    return found < 0 ? this.len : found;
  }

  #moveTo(index: number): void {
    while (this.#nextLineEnd < index) {
      this.lineno += 1;
      this.#lineStart = this.#nextLineEnd + 1;
      this.#nextLineEnd = this.#lineEndFrom(this.#lineStart);
    }
    this.index = index;
  }

  #token(type: string, value: unknown, end: number): Token {
    const token = { type, value, lineno: this.lineno, colno: this.#column(), start: this.index, end };
    this.#moveTo(end);
    return token;
  }

  /** Where a match that begins here ends; -1 without one. */
  #endOf(pattern: RegExp): number {
    pattern.lastIndex = this.index;
    return pattern.test(this.str) ? pattern.lastIndex : -1;
  }

  #dataToken(): Token | null {
    tagStart.lastIndex = this.index;
    const found = tagStart.exec(this.str);
    if (found === null) return this.#token(tokenType.data, this.str.slice(this.index), this.len);
    if (found.index === this.index) return this.#openTag();
    const data = this.str.slice(this.index, found.index);
    const kept = this.str[found.index + 2] === '-' ? stripBlanks(data, false) : data;
    if (kept !== '') return this.#token(tokenType.data, kept, found.index);
    this.#moveTo(found.index);
    return null;
  }

  #openTag(): Token | null {
    const start = this.str.slice(this.index, this.index + 2);
    const raw = start === '{%' ? this.#endOf(rawStart) : -1;
    if (raw >= 0) return this.#rawBlock(raw);
    const sign = this.str[this.index + 2];
    const end = this.index + (sign === '-' || sign === '+' ? 3 : 2);
    if (start === '{#') return this.#comment(end);
    this.in_code = true;
    this.#mode = start === '{%' ? 'block' : 'variable';
    const type = start === '{%' ? tokenType.blockStart : tokenType.variableStart;
    return this.#token(type, start, end);
  }

  #comment(bodyStart: number): null {
    commentEnd.lastIndex = bodyStart;
    const found = commentEnd.exec(this.str);
    if (found === null) return this.#emptyRest(bodyStart, 'Missing end of comment tag');
    this.#moveTo(commentEnd.lastIndex);
    return null;
  }

  /** Jinja misses the end of a comment or raw block only where something follows its start. */
  #emptyRest(bodyStart: number, message: string): null {
    if (bodyStart < this.len) throw this.error(message);
    this.#moveTo(this.len);
    return null;
  }

  #rawBlock(bodyStart: number): Token | null {
    rawEnd.lastIndex = bodyStart;
    const found = rawEnd.exec(this.str);
    if (found === null) return this.#emptyRest(bodyStart, 'Missing end of raw directive');
    const end = rawEnd.lastIndex;
    const body = this.str.slice(bodyStart, found.index);
    this.#moveTo(bodyStart);
    const kept = found[1] === '-' ? stripBlanks(body, false) : body;
    if (kept !== '') return this.#token(tokenType.data, kept, end);
    this.#moveTo(end);
    return null;
  }

  #codeToken(): Token | null {
    const blank = this.#endOf(space);
    if (blank >= 0) this.#moveTo(blank);
    if (this.index >= this.len) return null;
    if (this.#brackets.length === 0) {
      const end = this.#endOf(this.#mode === 'block' ? blockEnd : variableEnd);
      if (end >= 0) return this.#closeTag(end);
    }
    const token = this.#valueToken(this.str.charCodeAt(this.index)) ?? this.#operatorToken();
    if (token !== null) return token;
    const character = String.fromCodePoint(this.str.codePointAt(this.index) ?? 0);
    throw this.error(`unexpected char ${repr(character)} at ${this.index}`);
  }

  #closeTag(end: number): Token {
    const type = this.#mode === 'block' ? tokenType.blockEnd : tokenType.variableEnd;
    this.#mode = 'data';
    this.in_code = false;
    return this.#token(type, this.str.slice(this.index, end), end);
  }

  /** A number, name or text, by its first character. */
  #valueToken(code: number): Token | null {
    if (code === 0x22 || code === 0x27) return this.#stringToken();
    if (code >= 0x30 && code <= 0x39) return this.#numberToken();
    const isLetter = (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || code > 127;
    return isLetter ? this.#nameToken() : null;
  }

  #numberToken(): Token | null {
    const floatEnd = this.str[this.index - 1] === '.' ? -1 : this.#endOf(floatNumber);
    if (floatEnd >= 0) {
      const digits = this.str.slice(this.index, floatEnd).replaceAll('_', '');
      return this.#token(tokenType.float, float(Number(digits)), floatEnd);
    }
    const end = this.#endOf(integer);
    if (end < 0) return this.#nameToken();
    const digits = this.str.slice(this.index, end).replaceAll('_', '').toLowerCase();
    return this.#token(tokenType.int, int(BigInt(digits)), end);
  }

  #nameToken(): Token | null {
    let end = this.#endOf(asciiName);
    if (this.str.charCodeAt(Math.max(end, this.index)) > 127) end = this.#endOf(anyName);
    if (end < 0) return null;
    const name = this.str.slice(this.index, end);
    if (!asciiIdentifier.test(name) && !identifier.test(name)) throw this.error('Invalid character in identifier');
    return this.#token(tokenType.name, name, end);
  }

  #stringToken(): Token | null {
    const end = this.#endOf(text);
    if (end < 0) return null;
    try {
      return this.#token(tokenType.string, unescapeString(this.str.slice(this.index + 1, end - 1)), end);
    } catch (failure) {
      throw this.error(failure instanceof Error ? failure.message : String(failure));
    }
  }

  #operatorToken(): Token | null {
    const end = this.#endOf(operator);
    if (end < 0) return null;
    const found = this.str.slice(this.index, end);
    const closer = closers[found];
    if (closer !== undefined) this.#brackets.push(closer);
    else if (found === ')' || found === ']' || found === '}') this.#closeBracket(found);
    return this.#token(operatorTypes[found] ?? tokenType.operator, found, end);
  }

  #closeBracket(found: string): void {
    const expected = this.#brackets.pop();
    if (expected === undefined) throw this.error(`unexpected '${found}'`);
    if (expected !== found) throw this.error(`unexpected '${found}', expected '${expected}'`);
  }
}
