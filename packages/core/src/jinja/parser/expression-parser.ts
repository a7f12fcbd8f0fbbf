import {
  type Argument,
  type Arguments,
  type At,
  type BinaryName,
  type CompareName,
  type CompareOperand,
  type Expression,
  type Filter,
  type FunCall,
  type Keyword,
  type Name,
  node,
  type Pair,
  type Slice,
} from '../ast.ts';
import { type Token, tokenType } from '../nunjucks.ts';
import { repr } from '../values/repr.ts';
import { describeToken, TokenReader } from './token-reader.ts';

const constants: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
const comparisons: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const products: Readonly<Record<string, BinaryName>> = { '*': 'Mul', '/': 'Div', '//': 'FloorDiv', '%': 'Mod' };
const sums: Readonly<Record<string, BinaryName>> = { '+': 'Add', '-': 'Sub' };

const { name, string, int, float, leftBracket, leftCurly } = tokenType;
const argumentStarts: ReadonlySet<string> = new Set([name, string, int, float, leftBracket, leftCurly]);

/** How a list of expressions without brackets is read. */
interface TupleOptions {
  /** No `a if b else c` in the elements: in `for … in` and `if`. */
  readonly withoutCondition?: boolean;
  /** `()` is an empty tuple here. */
  readonly inParentheses?: boolean;
}

/** Jinja's expressions, with Jinja's precedence: `~` binds stronger than `+`, `not` weaker than comparisons, `**` to the left. */
export class ExpressionParser extends TokenReader {
  /** Names of filters and tests that the template uses. */
  readonly filterNames: Set<string> = new Set();
  readonly testNames: Set<string> = new Set();
  /** Whether the template has to do with other templates or with its own blocks. */
  isLinked = false;

  parseExpression(): Expression {
    let body = this.parseOr();
    while (this.takeName('if')) {
      const cond = this.parseOr();
      const else_ = this.takeName('else') ? this.parseExpression() : null;
      body = node('InlineIf', body, { cond, body, else_ });
    }
    return body;
  }

  parseOr(): Expression {
    let left = this.parseAnd();
    while (this.takeName('or')) left = node('Or', left, { left, right: this.parseAnd() });
    return left;
  }

  parseAnd(): Expression {
    let left = this.parseNot();
    while (this.takeName('and')) left = node('And', left, { left, right: this.parseNot() });
    return left;
  }

  parseNot(): Expression {
    if (!this.isNextName('not')) return this.parseCompare();
    const at = this.taken();
    return node('Not', at, { target: this.parseNot() });
  }

  parseCompare(): Expression {
    const expr = this.parseSum();
    const ops: CompareOperand[] = [];
    for (let name = this.#comparison(); name !== null; name = this.#comparison()) {
      const at = this.taken();
      if (name === 'notin') this.taken();
      ops.push(node('CompareOperand', at, { expr: this.parseSum(), type: name }));
    }
    return ops.length === 0 ? expr : node('Compare', expr, { expr, ops });
  }

  #comparison(): CompareName | null {
    const token = this.peekToken();
    if (token?.type === tokenType.operator && comparisons.has(String(token.value))) return token.value as CompareName;
    if (this.isNextName('in')) return 'in';
    return this.isNextName('not') && this.lookAhead()?.value === 'in' ? 'notin' : null;
  }

  parseSum(): Expression {
    return this.#binary(sums, () => this.parseConcat());
  }

  parseConcat(): Expression {
    let left = this.parseProduct();
    while (this.take('~')) left = node('Concat', left, { left, right: this.parseProduct() });
    return left;
  }

  parseProduct(): Expression {
    return this.#binary(products, () => this.parsePower());
  }

  parsePower(): Expression {
    return this.#binary({ '**': 'Pow' }, () => this.parseUnary());
  }

  #binary(operators: Readonly<Record<string, BinaryName>>, operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const token = this.peekToken();
      const name = token?.type === tokenType.operator ? operators[String(token.value)] : undefined;
      if (name === undefined) return left;
      const at = this.taken();
      left = node(name, at, { left, right: operand() } as never) as Expression;
    }
  }

  parseUnary(withFilters: boolean = true): Expression {
    const token = this.peekToken();
    let expression: Expression;
    if (this.take('-')) expression = node('Neg', token as At, { target: this.parseUnary(false) });
    else if (this.take('+')) expression = node('Pos', token as At, { target: this.parseUnary(false) });
    else expression = this.parsePrimary();
    expression = this.parsePostfix(expression);
    return withFilters ? this.parseFilters(expression) : expression;
  }

  parsePrimary(): Expression {
    const token = this.peekToken();
    switch (token?.type) {
      case tokenType.name:
        return this.#nameOrConstant();
      case tokenType.string:
        return this.#strings();
      case tokenType.int:
      case tokenType.float:
        return node('Literal', token, { value: this.taken().value });
      case tokenType.leftParen:
        return this.#parenthesized();
      case tokenType.leftBracket:
        return this.#list();
      case tokenType.leftCurly:
        return this.#dict();
      default:
        return this.fail(`unexpected ${repr(describeToken(token ?? null))}`);
    }
  }

  #nameOrConstant(): Expression {
    const token = this.expectName();
    const value = constants.get(token.value);
    return value === undefined ? this.name(token) : node('Literal', token, { value });
  }

  protected name(token: Token): Name {
    if (token.value === 'self') this.isLinked = true;
    return node('Symbol', token, { value: String(token.value) });
  }

  #strings(): Expression {
    const first = this.taken();
    let value = String(first.value);
    while (this.nextType() === tokenType.string) value += String(this.taken().value);
    return node('Literal', first, { value });
  }

  #parenthesized(): Expression {
    this.taken();
    const expression = this.parseTuple({ inParentheses: true });
    this.expectOperator(')');
    return expression;
  }

  /** An expression, or a tuple of several with commas between. */
  parseTuple(options: TupleOptions = {}): Expression {
    const at = this.peekToken();
    const children: Expression[] = [];
    let isTuple = false;
    while (!this.#endsTuple()) {
      children.push(options.withoutCondition === true ? this.parseOr() : this.parseExpression());
      if (!this.isNext(',')) break;
      isTuple = true;
      this.taken();
    }
    const [first] = children;
    if (!isTuple && first !== undefined) return first;
    if (!isTuple && options.inParentheses !== true) {
      this.fail(`Expected an expression, got ${repr(describeToken(this.peekToken()))}`);
    }
    return node('Group', at ?? { lineno: 0, colno: 0 }, { children });
  }

  #endsTuple(): boolean {
    const type = this.nextType();
    return type === tokenType.blockEnd || type === tokenType.variableEnd || this.isNext(')');
  }

  #list(): Expression {
    const at = this.taken();
    return node('Array', at, { children: this.#until(']', () => this.parseExpression()) });
  }

  #dict(): Expression {
    const at = this.taken();
    const pair = (): Pair => {
      const key = this.parseExpression();
      this.expectOperator(':');
      return node('Pair', key, { key, value: this.parseExpression() });
    };
    return node('Dict', at, { children: this.#until('}', pair) });
  }

  /** Elements with commas between, also behind the last, up to a closing bracket. */
  #until<T>(closer: string, element: () => T): T[] {
    const elements: T[] = [];
    while (!this.isNext(closer)) {
      if (elements.length > 0) this.expectOperator(',');
      if (this.isNext(closer)) break;
      elements.push(element());
    }
    this.expectOperator(closer);
    return elements;
  }

  parsePostfix(start: Expression): Expression {
    let expression = start;
    for (;;) {
      if (this.isNext('.')) expression = this.#attribute(expression);
      else if (this.isNext('[')) expression = this.#subscript(expression);
      else if (this.isNext('(')) expression = this.#call(expression);
      else return expression;
    }
  }

  #attribute(target: Expression): Expression {
    this.taken();
    const token = this.taken();
    if (token.type === tokenType.name || token.type === tokenType.int) {
      const attribute = token.type === tokenType.name;
      return node('LookupVal', token, { target, val: node('Literal', token, { value: token.value }), attribute });
    }
    return this.fail('expected name or number', token.lineno, token.colno);
  }

  #subscript(target: Expression): Expression {
    const at = this.taken();
    const children: (Expression | Slice)[] = [];
    while (!this.isNext(']')) {
      if (children.length > 0) this.expectOperator(',');
      children.push(this.#subscribed());
    }
    this.expectOperator(']');
    const [first] = children;
    const val = children.length === 1 && first !== undefined ? first : node('Group', at, { children });
    return node('LookupVal', at, { target, val, attribute: false });
  }

  #subscribed(): Expression | Slice {
    const at = this.peekToken() ?? { lineno: 0, colno: 0 };
    const start = this.isNext(':') ? null : this.parseExpression();
    if (start !== null && !this.isNext(':')) return start;
    this.taken();
    const stop = this.isNext(':') ? null : this.#slicePart();
    const step = this.take(':') ? this.#slicePart() : null;
    return node('Slice', at, { start, stop, step });
  }

  #slicePart(): Expression | null {
    return this.isNext(']') || this.isNext(',') ? null : this.parseExpression();
  }

  #call(name: Expression): FunCall {
    return node('FunCall', name, { name, args: this.parseArguments() });
  }

  /** The arguments of a call, with their parentheses. */
  parseArguments(): Arguments {
    const at = this.expectOperator('(');
    const children: Argument[] = [];
    const keywords: Keyword[] = [];
    const names = new Set<string>();
    const seen = { star: false, doubleStar: false };
    const ensure = (allowed: boolean): void => {
      if (!allowed) this.fail('invalid syntax for function call expression', at.lineno, at.colno);
    };
    while (!this.isNext(')')) {
      if (children.length > 0 || keywords.length > 0) this.expectOperator(',');
      if (this.isNext(')')) break;
      const token = this.peekToken() ?? at;
      if (this.take('*')) {
        ensure(!seen.star && !seen.doubleStar);
        seen.star = true;
        children.push(node('Star', token, { value: this.parseExpression() }));
      } else if (this.take('**')) {
        ensure(!seen.doubleStar);
        seen.doubleStar = true;
        children.push(node('DoubleStar', token, { value: this.parseExpression() }));
      } else if (this.#isKeyword()) {
        ensure(!seen.doubleStar);
        keywords.push(this.#keyword(names));
      } else {
        ensure(!seen.star && !seen.doubleStar && keywords.length === 0);
        children.push(this.parseExpression());
      }
    }
    this.expectOperator(')');
    if (keywords.length > 0) {
      children.push(node('KeywordArgs', at, { children: keywords }));
    }
    return node('Arguments', at, { children });
  }

  #isKeyword(): boolean {
    return this.nextType() === tokenType.name && this.lookAhead()?.value === '=' && this.#isAssign();
  }

  #isAssign(): boolean {
    return this.lookAhead()?.type === tokenType.operator;
  }

  #keyword(earlier: Set<string>): Keyword {
    const key = this.expectName();
    // As Python has it, which reads the names of Jinja's code in compatible letters.
    const name = key.value.normalize('NFKC');
    if (earlier.has(name)) {
      throw this.source.error(`keyword argument repeated: ${name}`, key.lineno, key.colno, 'SyntaxError');
    }
    earlier.add(name);
    this.taken();
    return node('Keyword', key, { name, value: this.parseExpression() });
  }

  /** Filters, tests and calls behind an expression. */
  parseFilters(start: Expression): Expression {
    let expression = start;
    for (;;) {
      if (this.isNext('|')) {
        this.taken();
        expression = this.parseFilter(expression);
      } else if (this.isNextName('is')) expression = this.#test(expression);
      else if (this.isNext('(')) expression = this.#call(expression);
      else return expression;
    }
  }

  /** One filter, from its name on. */
  parseFilter(target: Expression | null): Filter {
    const at = this.#dottedName();
    this.filterNames.add(at.value);
    const args = this.isNext('(') ? this.parseArguments() : this.#noArguments(at);
    return node('Filter', at, { name: at.value, target, args });
  }

  #noArguments(at: At): Arguments {
    return node('Arguments', at, { children: [] });
  }

  #dottedName(): Name {
    const first = this.expectName();
    let value = first.value;
    while (this.take('.')) value += `.${this.expectName().value}`;
    return node('Symbol', first, { value });
  }

  #test(target: Expression): Expression {
    const at = this.taken();
    const negated = this.takeName('not');
    const name = this.#dottedName();
    this.testNames.add(name.value);
    const args = this.isNext('(') ? this.parseArguments() : this.#testArgument(name);
    const test = node('Test', name, { name: name.value, target, args });
    return negated ? node('Not', at, { target: test }) : test;
  }

  /** A test takes one argument without parentheses: `x is divisibleby 3`. */
  #testArgument(at: At): Arguments {
    const type = this.nextType();

    const ends = ['else', 'or', 'and'].some((name) => this.isNextName(name));
    if (ends || !argumentStarts.has(type)) return this.#noArguments(at);
    if (this.isNextName('is')) this.fail('You cannot chain multiple tests with is');
    return node('Arguments', at, { children: [this.parsePostfix(this.parsePrimary())] });
  }
}
