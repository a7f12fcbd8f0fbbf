import nunjucks, { type TemplateCallback } from 'nunjucks';

/** nunjucks' way to give a rendered text. */
export type RenderCallback = TemplateCallback<string>;

/** A token of nunjucks' lexer: lines and columns count from 0. */
export interface Token {
  readonly type: string;
  readonly value: unknown;
  readonly lineno: number;
  readonly colno: number;
  /** Where the token begins and ends in the source. */
  readonly start: number;
  readonly end: number;
}

/** What the tokenizer inherits from nunjucks'. */
export interface NunjucksTokenizer {
  str: string;
  index: number;
  len: number;
  lineno: number;
  colno: number;
  in_code: boolean;
  nextToken(): Token | null;
}

/** A node of nunjucks' tree, or of a class made from `Node.extend`. */
export interface NunjucksNode {
  readonly typename: string;
  readonly fields: readonly string[];
  readonly lineno: number;
  readonly colno: number;
}

export interface NunjucksNodeClass {
  readonly prototype: NunjucksNode;
  new (lineno: number, colno: number, ...fields: unknown[]): NunjucksNode;
  extend(name: string, properties: { readonly fields?: readonly string[] }): NunjucksNodeClass;
}

/** An extension in nunjucks' protocol: it parses the tags that it names. */
export interface Extension {
  readonly tags: readonly string[];
  parse(parser: unknown, nodes: unknown, lexer: unknown): unknown;
}

/** What the parser inherits from nunjucks'. */
export interface NunjucksParser {
  tokens: NunjucksTokenizer;
  peeked: Token | null;
  breakOnBlocks: readonly string[] | null;
  extensions: readonly Extension[];
  nextToken(withWhitespace?: boolean): Token | null;
  peekToken(): Token | null;
  pushToken(token: Token | null): void;
  error(message: string, lineno?: number, colno?: number): Error;
  fail(message: string, lineno?: number, colno?: number): never;
  skip(type: string): boolean;
  skipValue(type: string, value: string): boolean;
  skipSymbol(value: string): boolean;
}

interface Internals {
  readonly lexer: Readonly<Record<string, string>> & { readonly lex: (source: string) => NunjucksTokenizer };
  readonly parser: { readonly Parser: new (tokens: NunjucksTokenizer) => NunjucksParser };
  readonly nodes: Readonly<Record<string, NunjucksNodeClass>> & {
    readonly Node: NunjucksNodeClass;
    readonly NodeList: NunjucksNodeClass;
  };
}

const internals: Internals = nunjucks as unknown as Internals;

/** nunjucks' lexer, for its extensions. */
export const lexer: Internals['lexer'] = internals.lexer;

/** nunjucks' node classes: not in its declared types, but documented for its extensions. */
export const nodes: Internals['nodes'] = internals.nodes;

const type = (name: string): string => internals.lexer[`TOKEN_${name}`] ?? name;

type TokenName =
  | 'string'
  | 'int'
  | 'float'
  | 'name'
  | 'data'
  | 'blockStart'
  | 'blockEnd'
  | 'variableStart'
  | 'variableEnd'
  | 'operator'
  | 'comma'
  | 'colon'
  | 'tilde'
  | 'pipe'
  | `${'left' | 'right'}${'Paren' | 'Bracket' | 'Curly'}`;
type TokenTypes = Readonly<Record<TokenName, string>>;

/** nunjucks' types of tokens. */
export const tokenType: TokenTypes = {
  string: type('STRING'),
  int: type('INT'),
  float: type('FLOAT'),
  name: type('SYMBOL'),
  data: type('DATA'),
  blockStart: type('BLOCK_START'),
  blockEnd: type('BLOCK_END'),
  variableStart: type('VARIABLE_START'),
  variableEnd: type('VARIABLE_END'),
  operator: type('OPERATOR'),
  leftParen: type('LEFT_PAREN'),
  rightParen: type('RIGHT_PAREN'),
  leftBracket: type('LEFT_BRACKET'),
  rightBracket: type('RIGHT_BRACKET'),
  leftCurly: type('LEFT_CURLY'),
  rightCurly: type('RIGHT_CURLY'),
  comma: type('COMMA'),
  colon: type('COLON'),
  tilde: type('TILDE'),
  pipe: type('PIPE'),
};

/** nunjucks' parser class. */
export const Parser: Internals['parser']['Parser'] = internals.parser.Parser;

/** nunjucks' tokenizer class, which it does not export. */
export const Tokenizer: new (source: string) => NunjucksTokenizer = internals.lexer.lex('').constructor as never;

/** nunjucks' public classes. */
export const Environment: typeof nunjucks.Environment = nunjucks.Environment;
export const Template: typeof nunjucks.Template = nunjucks.Template;
