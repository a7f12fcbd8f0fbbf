import {
  type Body,
  type Expression,
  type Filter,
  type Name,
  node,
  type Parameter,
  type Statement,
  type Target,
  type TemplateData,
} from '../ast.ts';
import type { JinjaError } from '../errors.ts';
import { lexer, nodes, type Token, tokenType } from '../nunjucks.ts';
import { repr } from '../values/repr.ts';
import { definitionTags } from './definition-tags.ts';
import { ExpressionParser } from './expression-parser.ts';
import { statementTags } from './statement-tags.ts';

/** Jinja's statements. nunjucks' extensions may add tags: they find the methods of its parser that they use. */
export class JinjaParser extends ExpressionParser {
  /** The tags that are open, and the ends that each waits for. */
  readonly #open: Token[] = [];
  readonly #ends: (readonly string[])[] = [];

  /** What stands before the names of macros inside a template. */
  macroPrefix = '';

  #loops = 0;
  /** Assignments to the name `loop`, which loops refuse. */
  readonly loopTargets: Name[] = [];

  /** The whole template. */
  parseTemplate(): Body {
    const children = this.#statements(null);
    return node('Root', { lineno: 0, colno: 0 }, { children });
  }

  /** The body after a tag, up to one of the ends; the end's name is the next token then. */
  parseBody(...ends: string[]): Body {
    this.take(':');
    const at = this.expect(tokenType.blockEnd);
    const children = this.#statements(ends);
    if (this.peekToken() === null) this.#failAtEnd(ends);
    return node('NodeList', at, { children });
  }

  /** The body after a tag up to its only end, which is taken. */
  parseWholeBody(end: string): Body {
    const body = this.parseBody(end);
    this.taken();
    return body;
  }

  /** Parses with `break` and `continue` allowed (in a loop), or not (in the body of a macro or call block). */
  inLoop<T>(inside: boolean, parse: () => T): T {
    const outer = this.#loops;
    this.#loops = inside ? outer + 1 : 0;
    const parsed = parse();
    this.#loops = outer;
    return parsed;
  }

  /** Whether a tag stands at the top level of the template, branches included. */
  get isTopLevel(): boolean {
    return this.#open.slice(0, -1).every((tag) => tag.value === 'if');
  }

  /** Names of the template's blocks. */
  readonly blockNames: Set<string> = new Set();

  get isInLoop(): boolean {
    return this.#loops > 0;
  }

  #statements(ends: readonly string[] | null): Statement[] {
    const statements: Statement[] = [];
    let output: (Expression | TemplateData)[] = [];
    const flush = (): void => {
      const [first] = output;
      if (first !== undefined) statements.push(node('Output', first, { children: output }));
      output = [];
    };
    if (ends !== null) this.#ends.push(ends);
    for (let token = this.nextToken(); token !== null; token = this.nextToken()) {
      if (token.type === tokenType.data) output.push(node('TemplateData', token, { value: String(token.value) }));
      else if (token.type === tokenType.variableStart) output.push(this.#printed());
      else {
        flush();
        if (ends?.some((end) => this.isNextName(end)) === true) break;
        statements.push(this.#statement(token));
        this.expect(tokenType.blockEnd);
      }
    }
    flush();
    if (ends !== null) this.#ends.pop();
    return statements;
  }

  #printed(): Expression {
    const expression = this.parseTuple();
    this.expect(tokenType.variableEnd);
    return expression;
  }

  #statement(start: Token): Statement {
    const token = this.peekToken();
    if (token?.type !== tokenType.name) return this.fail('tag name expected');
    const name = String(token.value);
    const parse = statementTags.get(name) ?? definitionTags.get(name);
    const extension = this.extensions.find((one) => one.tags.includes(name));
    if (parse === undefined && extension === undefined) return this.#failOnTag(name, token);
    this.#open.push(token);
    const statement =
      parse === undefined ? this.#extended(extension?.parse(this, nodes, lexer)) : parse(this, this.taken(), start);
    this.#open.pop();
    return statement;
  }

  /** An extension of nunjucks takes the end of its last tag; the statement loop wants to see it. */
  #extended(parsed: unknown): Statement {
    const at = { lineno: 0, colno: 0, start: 0, end: 0 };
    this.pushToken({ type: tokenType.blockEnd, value: '%}', ...at });
    return (parsed ?? node('NodeList', at, { children: [] })) as Statement;
  }

  #failOnTag(name: string, at: Token): never {
    return this.#failUnclosed(`Encountered unknown tag ${repr(name)}.`, name, this.#ends, at);
  }

  #failAtEnd(ends: readonly string[]): never {
    return this.#failUnclosed('Unexpected end of template.', null, [...this.#ends, ends], null);
  }

  #failUnclosed(message: string, name: string | null, stack: readonly (readonly string[])[], at: Token | null): never {
    const words = [message];
    const looking = stack.at(-1)?.map(repr).join(' or ');
    if (looking !== undefined && name !== null && stack.some((ends) => ends.includes(name))) {
      words.push(
        `You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for ${looking}.`,
      );
    } else if (looking !== undefined) words.push(`Jinja was looking for the following tags: ${looking}.`);
    const innermost = this.#open.at(-1);
    if (innermost === undefined) return this.fail(words.join(' '), at?.lineno, at?.colno);
    words.push(`The innermost block that needs to be closed is ${repr(innermost.value)}.`);
    throw this.#notClosed(words.join(' '), innermost, at ?? innermost);
  }

  /** The error's place is the tag that cannot stand where it does, or else the one that nothing closes. */
  #notClosed(message: string, opener: Token, at: Token): JinjaError {
    const error = this.error(message, at.lineno, at.colno);
    const { file } = error;
    error.opened = {
      tag: String(opener.value),
      place: { file, line: opener.lineno + 1, column: opener.colno + 1 },
    };
    return error;
  }

  /** What `for`, `set` and `with` assign to: names, tuples of them, and attributes of a namespace where allowed. */
  parseTarget(withAttributes: boolean = false): Target {
    const at = this.peekToken() ?? { lineno: 0, colno: 0 };
    const children: Target[] = [];
    let isTuple = false;
    while (!this.#endsTarget()) {
      children.push(this.#oneTarget(withAttributes));
      if (!this.take(',')) break;
      isTuple = true;
    }
    const [first] = children;
    if (!isTuple && first !== undefined) return first;
    if (!isTuple) this.parseTuple();
    return node('TargetTuple', at, { children });
  }

  #endsTarget(): boolean {
    return this.nextType() === tokenType.blockEnd || this.isNext(')');
  }

  #oneTarget(withAttributes: boolean): Target {
    const token = this.peekToken();
    if (this.take('(')) {
      const tuple = this.parseTarget(withAttributes);
      this.expectOperator(')');
      return tuple;
    }
    const expression = this.parsePrimary();
    if (expression.typename !== 'Symbol') {
      return this.fail(`can't assign to ${repr(assignedType(expression))}`, token?.lineno, token?.colno);
    }
    if (expression.value === 'loop') this.loopTargets.push(expression);
    if (withAttributes && this.take('.')) {
      return node('TargetAttribute', expression, { name: expression, attribute: this.expectName().value });
    }
    return node('Target', expression, { value: expression.value });
  }

  /** One name to assign to. */
  parseNameTarget(): Target & { readonly typename: 'Target' } {
    const token = this.expectName();
    if (/^([Tt]rue|[Ff]alse|[Nn]one)$/.test(token.value)) {
      this.fail("can't assign to 'name'", token.lineno, token.colno);
    }
    return node('Target', token, { value: token.value });
  }

  /** The parameters of a macro or call block, in parentheses. Type annotations are read and dropped, as in dbt. */
  parseParameters(): Parameter[] {
    const parameters: Parameter[] = [];
    const names = new Set<string>();
    this.expectOperator('(');
    while (!this.isNext(')')) {
      if (parameters.length > 0) this.expectOperator(',');
      const target = this.parseNameTarget();
      if (names.has(target.value.normalize('NFKC'))) {
        const words = `duplicate argument ${repr(target.value)} in function definition`;
        throw this.source.error(words, target.lineno, target.colno, 'SyntaxError');
      }
      names.add(target.value.normalize('NFKC'));
      if (this.take(':')) this.#typeAnnotation();
      const fallback = this.take('=') ? this.parseExpression() : null;
      if (fallback === null && parameters.at(-1)?.default != null) {
        this.fail('non-default argument follows default argument');
      }
      parameters.push(node('Parameter', target, { name: target.value, default: fallback }));
    }
    this.expectOperator(')');
    return parameters;
  }

  #typeAnnotation(): void {
    this.expectName();
    if (!this.take('[')) return;
    for (let first = true; !this.isNext(']'); first = false) {
      if (!first) this.expectOperator(',');
      this.#typeAnnotation();
    }
    this.expectOperator(']');
  }

  /** Filters behind `set x` or `filter`, outermost last. */
  parseFilterChain(start: Filter | null): Filter | null {
    let filter = start;
    while (this.take('|')) filter = this.parseFilter(filter);
    return filter;
  }

  /** nunjucks: the arguments of an extension's tag. */
  parseSignature(tolerant: boolean | null = null, noParens: boolean = false): unknown {
    if (this.isNext('(')) return this.parseArguments();
    if (!noParens) return tolerant === true ? null : this.fail('expected arguments');
    const children: Expression[] = [];
    const at = this.peekToken() ?? { lineno: 0, colno: 0 };
    while (this.nextType() !== tokenType.blockEnd) {
      if (children.length > 0) this.expectOperator(',');
      children.push(this.parseExpression());
    }
    return node('Arguments', at, { children });
  }

  /** nunjucks: takes the rest of a tag. */
  advanceAfterBlockEnd(name?: string): Token {
    if (name === undefined) this.expectName();
    return this.expect(tokenType.blockEnd);
  }

  /** nunjucks: the body of an extension's tag. */
  parseUntilBlocks(...ends: string[]): Body {
    const at = this.peekToken() ?? { lineno: 0, colno: 0 };
    const children = this.#statements(ends);
    if (this.peekToken() === null) this.#failAtEnd(ends);
    return node('NodeList', at, { children });
  }
}

/** The name of Jinja's class for an expression that cannot be assigned to. */
function assignedType(expression: Expression): string {
  const names: Readonly<Record<string, string>> = { Literal: 'const', Array: 'list', Group: 'tuple' };
  return names[expression.typename] ?? expression.typename.toLowerCase();
}

/** How a tag's statement is read: the token of its name is taken, the end of its last tag is left. */
export type ParseTag = (parser: JinjaParser, name: Token, start: Token) => Statement;
