import type { At } from '../ast.ts';
import type { JinjaError } from '../errors.ts';
import { Parser, type Token, tokenType } from '../nunjucks.ts';
import { repr } from '../values/repr.ts';
import type { JinjaTokenizer } from './tokenizer.ts';

/** Jinja's words for the kinds of tokens. */
const words: Readonly<Record<string, string>> = {
  [tokenType.string]: 'string',
  [tokenType.int]: 'integer',
  [tokenType.float]: 'float',
  [tokenType.data]: 'template data / text',
  [tokenType.blockStart]: 'begin of statement block',
  [tokenType.blockEnd]: 'end of statement block',
  [tokenType.variableStart]: 'begin of print statement',
  [tokenType.variableEnd]: 'end of print statement',
};

/** How Jinja names a token in its messages. */
export function describeToken(token: Token | null): string {
  if (token === null) return 'end of template';
  return words[token.type] ?? String(token.value);
}

/** nunjucks' parser, reading one token further ahead, with Jinja's messages. */
export class TokenReader extends Parser {
  readonly source: JinjaTokenizer;
  #second: Token | null = null;

  constructor(tokens: JinjaTokenizer) {
    super(tokens);
    this.source = tokens;
  }

  override nextToken(): Token | null {
    const token = this.peekToken();
    this.peeked = this.#second;
    this.#second = null;
    return token;
  }

  override peekToken(): Token | null {
    this.peeked ??= this.source.nextToken();
    return this.peeked;
  }

  override pushToken(token: Token | null): void {
    this.#second = this.peeked;
    this.peeked = token;
  }

  /** The token after the next one. */
  lookAhead(): Token | null {
    if (this.peekToken() === null) return null;
    this.#second ??= this.source.nextToken();
    return this.#second;
  }

  override error(message: string, lineno?: number, colno?: number): JinjaError {
    const token = lineno === undefined || colno === undefined ? this.peekToken() : null;
    return this.source.error(message, lineno ?? token?.lineno, colno ?? token?.colno);
  }

  override fail(message: string, lineno?: number, colno?: number): never {
    throw this.error(message, lineno, colno);
  }

  /** Throws what Jinja finds only when it compiles. */
  refuse(message: string, at: At): never {
    throw this.source.error(message, at.lineno, at.colno, 'TemplateAssertionError');
  }

  /** The type of the next token; an empty text at the end. */
  nextType(): string {
    return this.peekToken()?.type ?? '';
  }

  /** Whether the next token is this operator or bracket. */
  isNext(operator: string): boolean {
    const token = this.peekToken();
    return token !== null && token.value === operator && isPunctuation(token);
  }

  /** Takes the next token if it is this operator or bracket. */
  take(operator: string): boolean {
    if (!this.isNext(operator)) return false;
    this.nextToken();
    return true;
  }

  /** Whether the next token is this name. */
  isNextName(name: string): boolean {
    const token = this.peekToken();
    return token !== null && token.type === tokenType.name && token.value === name;
  }

  takeName(name: string): boolean {
    if (!this.isNextName(name)) return false;
    this.nextToken();
    return true;
  }

  expectOperator(operator: string): Token {
    return this.isNext(operator) ? this.taken() : this.failExpecting(operator);
  }

  expectName(): Token & { readonly value: string } {
    const isName = this.nextType() === tokenType.name;
    return (isName ? this.taken() : this.failExpecting('name')) as Token & { readonly value: string };
  }

  expectKeyword(name: string): Token {
    return this.isNextName(name) ? this.taken() : this.failExpecting(name);
  }

  /** Takes a token of a kind, as extensions of nunjucks ask for it. */
  expect(type: string): Token {
    return this.nextType() === type ? this.taken() : this.failExpecting(words[type] ?? type);
  }

  protected taken(): Token {
    return this.nextToken() ?? this.fail('unexpected end of template');
  }

  private failExpecting(expected: string): never {
    const token = this.peekToken();
    if (token === null) return this.fail(`unexpected end of template, expected ${repr(expected)}.`);
    return this.fail(`expected token ${repr(expected)}, got ${repr(describeToken(token))}`);
  }
}

function isPunctuation(token: Token): boolean {
  return token.type !== tokenType.name && token.type !== tokenType.string && token.type !== tokenType.data;
}
