import type { Arguments, At, BinaryName, Expression, Filter, FunCall, LookupVal, Node, Slice, Test } from '../ast.ts';
import { isFloat, isNumeric, PyFloat, toNumber } from '../values/number.ts';
import { PyError } from '../values/py-error.ts';
import { toStr } from '../values/repr.ts';
import { Tuple } from '../values/tuple.ts';
import { constantOf, constantOfEmptySlice } from './constant.ts';
import type { Emitter } from './emitter.ts';
import type { Scope } from './scope.ts';

const operators: Readonly<Record<BinaryName, string>> = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  FloorDiv: '//',
  Mod: '%',
  Pow: '**',
};

/** The code of an expression's value. */
export function expression(e: Emitter, scope: Scope, node: Expression): string {
  switch (node.typename) {
    case 'Literal':
      return literal(e, node.value);
    case 'Symbol':
      return readName(e, scope, node.value);
    case 'FunCall':
      return functionCall(e, scope, node, null);
    case 'Filter':
      return foldedCode(e, node) ?? filterCall(e, scope, node, null);
    case 'LookupVal':
      return lookUp(e, scope, node);
    case 'Group':
      return `${e.use('tuple')}([${list(e, scope, node.children)}])`;
    case 'Array':
      return `[${list(e, scope, node.children)}]`;
    case 'Dict':
      return e.callAt(node, 'dict', `[${node.children.map((one) => list(e, scope, [one.key, one.value])).join(',')}]`);
    case 'InlineIf':
      return `(${condition(e, scope, node.cond)}?${expression(e, scope, node.body)}:${otherwise(e, scope, node)})`;
    case 'And':
    case 'Or': {
      const left = `${e.use('truth')}(t=${expression(e, scope, node.left)})`;
      const right = expression(e, scope, node.right);
      return node.typename === 'And' ? `(${left}?${right}:t)` : `(${left}?t:${right})`;
    }
    case 'Concat':
      if (e.autoescape === true) return joinedSafely(e, scope, node);
      return `(${text(e, scope, node.left)}+${text(e, scope, node.right)})`;
    case 'Neg':
      return e.callAt(node, 'neg', expression(e, scope, node.target));
    case 'Pos':
      return e.callAt(node, 'pos', expression(e, scope, node.target));
    case 'Compare':
    case 'Not':
    case 'Test':
      return condition(e, scope, node);
    case 'Slice':
      return 'null';
    default: {
      if (node.typename === 'Pow' && isNegative(node.left) && !isRoot(node.right) && constantOf(node) === null)
        return powerOfNegative(e, scope, node);
      const operands = list(e, scope, [node.left, node.right]);
      return e.callAt(node, 'bin', JSON.stringify(operators[node.typename]), operands);
    }
  }
}

type Concat = Extract<Expression, { readonly typename: 'Concat' }>;

/** A text of constants alone, Jinja joins while it compiles: it is plain. */
function joinedSafely(e: Emitter, scope: Scope, node: Concat): string {
  const known = constantOf(node);
  return known === null ? joinedInTurn(e, scope, node) : literal(e, toStr(known.value));
}

function joinedInTurn(e: Emitter, scope: Scope, node: Concat): string {
  const left = node.left.typename === 'Concat' ? joinedInTurn(e, scope, node.left) : expression(e, scope, node.left);
  return `${e.use('joinSafe')}(${left},${expression(e, scope, node.right)})`;
}

/** Jinja writes a constant into Python as it is, where `-2 ** x` means `-(2 ** x)`. */
function powerOfNegative(
  e: Emitter,
  scope: Scope,
  node: { readonly left: Expression; readonly right: Expression } & At,
): string {
  const positive = e.callAt(node, 'neg', expression(e, scope, node.left));
  const power = e.callAt(node, 'bin', JSON.stringify(operators.Pow), positive, expression(e, scope, node.right));
  return e.callAt(node, 'neg', power);
}

/** The code of what Jinja computes of an empty slice while compiling; null for other expressions. */
function foldedCode(e: Emitter, node: Filter | Test): string | null {
  const known = constantOfEmptySlice(node);
  if (known === null) return null;
  const { value } = known;
  if (Array.isArray(value)) return value.length === 0 && !(value instanceof Tuple) ? '[]' : null;
  return value === null || typeof value === 'string' || isNumeric(value) ? literal(e, value) : null;
}

/** Whether a negative number to that power is a complex one, of which Jinja makes a constant. */
function isRoot(node: Expression): boolean {
  const known = constantOf(node);
  return known !== null && isFloat(known.value) && !Number.isInteger(toNumber(known.value));
}

function isNegative(node: Expression): boolean {
  const known = constantOf(node);
  return known !== null && isNumeric(known.value) && toStr(known.value).startsWith('-');
}

/** The code of an expression's truth, as a JS boolean. */
export function condition(e: Emitter, scope: Scope, node: Expression): string {
  switch (node.typename) {
    case 'Not':
      return `!${condition(e, scope, node.target)}`;
    case 'And':
      return `(${condition(e, scope, node.left)}&&${condition(e, scope, node.right)})`;
    case 'Or':
      return `(${condition(e, scope, node.left)}||${condition(e, scope, node.right)})`;
    case 'Compare':
      return comparison(e, scope, node);
    case 'Test': {
      const folded = foldedCode(e, node);
      if (folded !== null) return folded;
      const { args, kwargs } = callArguments(e, scope, node.args, null);
      return e.callAt(
        node,
        'test',
        e.state,
        JSON.stringify(node.name),
        expression(e, scope, node.target),
        args,
        kwargs,
      );
    }
    case 'Literal':
      if (typeof node.value === 'boolean') return String(node.value);
      break;
    default:
  }
  return `${e.use('truth')}(${expression(e, scope, node)})`;
}

/** The code of what an expression prints: its text, escaped where the template asks for it. */
export function printed(e: Emitter, scope: Scope, node: Expression): string {
  if (e.autoescape === false) {
    return e.mode.mapped ? e.callAt(node, 'shown', expression(e, scope, node), e.state) : text(e, scope, node);
  }
  return `${e.use('esc')}(${expression(e, scope, node)},${e.state})`;
}

/** The code of an expression's text. */
export function text(e: Emitter, scope: Scope, node: Expression): string {
  if (node.typename === 'Literal' && typeof node.value === 'string') return e.constant(node.value);
  if (node.typename === 'Concat' && e.autoescape !== true) return expression(e, scope, node);
  return `${e.use('str')}(${expression(e, scope, node)})`;
}

function list(e: Emitter, scope: Scope, nodes: readonly Expression[]): string {
  return nodes.map((node) => (node.typename === 'Slice' ? 'null' : expression(e, scope, node))).join(',');
}

/** A constant as code. */
export function literal(e: Emitter, value: unknown): string {
  if (value instanceof PyFloat) return `${e.use('float')}(${value.value})`;
  // Numbers too: templates that differ in them alone share their code.
  if (typeof value === 'string' || typeof value === 'number') return e.constant(value);
  return typeof value === 'bigint' ? `${value}n` : String(value);
}

/** A name: a variable of this template, or read from the context. */
export function readName(e: Emitter, scope: Scope, name: string): string {
  const variable = scope.find(name);
  const quoted = JSON.stringify(name);
  if (variable === undefined) return `c(${quoted})`;
  if (variable.safe && !e.unset.has(name)) return variable.ident;
  return `(${variable.ident}===undefined?${e.use('und')}(${quoted},${e.state}):${variable.ident})`;
}

function otherwise(e: Emitter, scope: Scope, node: Node & { readonly typename: 'InlineIf' }): string {
  if (node.else_ !== null) return expression(e, scope, node.else_);
  return `${e.use('noElse')}(${e.constant(node.lineno + 1)})`;
}

function comparison(e: Emitter, scope: Scope, node: Node & { readonly typename: 'Compare' }): string {
  let left = expression(e, scope, node.expr);
  const parts = node.ops.map((op, index) => {
    const isLast = index === node.ops.length - 1;
    const kept = isLast ? '' : e.temporary();
    const right = isLast ? expression(e, scope, op.expr) : `${kept}=${expression(e, scope, op.expr)}`;
    const code = compareTwo(e, op, op.type, left, right);
    left = kept;
    return code;
  });
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join('&&')})`;
}

function compareTwo(e: Emitter, at: At, type: string, left: string, right: string): string {
  if (type === '==') return e.callAt(at, 'eq', left, right);
  if (type === '!=') return `!${e.callAt(at, 'eq', left, right)}`;
  if (type !== 'in' && type !== 'notin') return e.callAt(at, 'cmp', JSON.stringify(type), left, right);
  // Python evaluates the item first.
  const item = e.temporary();
  return `(${item}=${left},${type === 'in' ? '' : '!'}${e.callAt(at, 'has', right, item)})`;
}

/** What fails here is what is looked into: it is undefined. The error is at its place. */
function lookUp(e: Emitter, scope: Scope, node: LookupVal): string {
  const target = expression(e, scope, node.target);
  const { val } = node;
  if (val.typename === 'Slice') {
    const parts = [val.start, val.stop, val.step].map((part) => (part === null ? 'null' : expression(e, scope, part)));
    return e.callAt(node.target, 'slice', target, ...parts);
  }
  if (node.attribute && val.typename === 'Literal') {
    return e.callAt(node.target, 'attr', target, JSON.stringify(val.value), e.state);
  }
  if (val.typename === 'Group') refuseSlices(node.target, val.children);
  return e.callAt(node.target, 'item', target, expression(e, scope, val), e.state);
}

/** A tuple of slices of constants is no key of anything; of other values Jinja writes one into Python, which has none. */
function refuseSlices(target: Expression, children: readonly (Expression | Slice)[]): void {
  if (!children.some((one) => one.typename === 'Slice')) return;
  const parts = children.flatMap((one) => (one.typename === 'Slice' ? [one.start, one.stop, one.step] : [one]));
  if (![target, ...parts].every((part) => part === null || constantOf(part) !== null))
    throw new PyError('SyntaxError', 'invalid syntax');
}

/** A call; `caller` is the code of a call block's body. */
export function functionCall(e: Emitter, scope: Scope, node: FunCall, caller: string | null): string {
  const { name } = node;
  if (name.typename === 'LookupVal' && name.attribute && name.val.typename === 'Literal') {
    const isRefused = String(name.val.value).startsWith('_');
    const target = isRefused ? expression(e, scope, name.target) : callTarget(e, scope, name.target);
    const { args, kwargs } = callArguments(e, scope, node.args, caller);
    return e.awaited(e.callAt(name, 'callm', target, JSON.stringify(name.val.value), args, kwargs, e.state));
  }
  const called = expression(e, scope, name);
  const { args, kwargs } = callArguments(e, scope, node.args, caller);
  if (e.autoescape === false) return e.awaited(e.callAt(name, 'call', called, args, kwargs));
  return e.awaited(e.callAt(name, 'callSafe', called, args, kwargs, e.state));
}

/** What a method is called of. Undefined, it fails at its own place and before the arguments are made, as in Python. */
function callTarget(e: Emitter, scope: Scope, node: Expression): string {
  const code = expression(e, scope, node);
  return node.typename === 'Literal' ? code : e.callAt(node, 'owner', code);
}

/** A filter; `value` is the code of a filtered block's text. */
export function filterCall(e: Emitter, scope: Scope, node: Filter, value: string | null): string {
  const target = node.target === null ? (value ?? '""') : filterTarget(e, scope, node.target, value);
  const { args, kwargs } = callArguments(e, scope, node.args, null);
  return e.awaited(e.callAt(node, 'filter', e.state, JSON.stringify(node.name), target, args, kwargs));
}

function filterTarget(e: Emitter, scope: Scope, target: Expression, value: string | null): string {
  return target.typename === 'Filter' ? filterCall(e, scope, target, value) : expression(e, scope, target);
}

function callArguments(
  e: Emitter,
  scope: Scope,
  node: Arguments,
  caller: string | null,
): { args: string; kwargs: string } {
  const args: string[] = [];
  const kwargs: string[] = [];
  let more: { readonly at: At; readonly code: string } | null = null;
  for (const one of node.children) {
    if (one.typename === 'Star') args.push(`...${e.callAt(one, 'spread', expression(e, scope, one.value))}`);
    else if (one.typename === 'DoubleStar') more = { at: one, code: expression(e, scope, one.value) };
    else if (one.typename !== 'KeywordArgs') args.push(expression(e, scope, one));
    else for (const { name, value } of one.children) kwargs.push(`${propertyKey(name)}:${expression(e, scope, value)}`);
  }
  if (caller !== null) kwargs.push(`"caller":${caller}`);
  const own = kwargs.length === 0 && more === null ? 'null' : `{${kwargs.join(',')}}`;
  return { args: `[${args.join(',')}]`, kwargs: more === null ? own : e.callAt(more.at, 'keywords', own, more.code) };
}

function propertyKey(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : JSON.stringify(name);
}
