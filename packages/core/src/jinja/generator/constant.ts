import type { Expression, Filter, Test } from '../ast.ts';
import { constantSlice, getAttr, getItem } from '../attributes.ts';
import { nativeFilters } from '../filters/index.ts';
import { tests } from '../tests/index.ts';
import { binary, negate, positive } from '../values/binary.ts';
import { compare } from '../values/compare.ts';
import { contains } from '../values/contains.ts';
import { Dict } from '../values/dict.ts';
import { equals } from '../values/equals.ts';
import { Markup } from '../values/markup.ts';
import { NamedTuple } from '../values/named-tuple.ts';
import { isNumeric } from '../values/number.ts';
import { PySet } from '../values/py-set.ts';
import { Range } from '../values/range.ts';
import type { RenderEnv } from '../values/render-env.ts';
import { toStr } from '../values/repr.ts';
import { truth } from '../values/truth.ts';
import { Tuple } from '../values/tuple.ts';
import { Undefined } from '../values/undefined.ts';

/** Thrown inside: the expression is no constant. */
const impossible: unique symbol = Symbol('not constant');

/** Filters that need the running template: Jinja never computes them while compiling. */
const contextFilters: ReadonlySet<string> = new Set(['map', 'select', 'reject', 'selectattr', 'rejectattr', 'random']);

const env: RenderEnv = {
  mode: 'default',
  autoescape: false,
  filter: (name) => (Object.hasOwn(nativeFilters, name) ? nativeFilters[name] : undefined),
  test: (name) => (Object.hasOwn(tests, name) ? tests[name] : undefined),
};

/**
 * The value of an expression that Jinja computes while compiling; null for others. Its result must be a plain value:
 * generators, marked texts and undefined stay for the render.
 */
export function constantOf(node: Expression): { readonly value: unknown } | null {
  try {
    const value = evaluate(node);
    return isPlain(value) ? { value } : null;
  } catch {
    // An operation that fails is left to the render, which reports it with its place.
    return null;
  }
}

/** Whether an expression is a constant slice of a value that has none: Jinja prints nothing for it. */
export function isEmptySlice(node: Expression): boolean {
  if (node.typename !== 'LookupVal' || node.val.typename !== 'Slice') return false;
  try {
    return evaluate(node) instanceof Undefined;
  } catch {
    return false;
  }
}

/** What filters and tests of an empty slice give, which Jinja computes while compiling; null for other expressions. */
export function constantOfEmptySlice(node: Filter | Test): { readonly value: unknown } | null {
  let { target } = node;
  while (target?.typename === 'Filter' || target?.typename === 'Test') target = target.target;
  return target !== null && isEmptySlice(target) ? constantOf(node) : null;
}

function isPlain(value: unknown): boolean {
  if (
    value === null ||
    typeof value === 'string' ||
    value instanceof Markup ||
    isNumeric(value) ||
    value instanceof Range
  )
    return true;
  // Jinja keeps the groups of `groupby` for the render.
  if (value instanceof NamedTuple) return false;
  if (Array.isArray(value) || value instanceof PySet) return Array.from(value as Iterable<unknown>).every(isPlain);
  return value instanceof Dict && [...value.entries()].every(([key, item]) => isPlain(key) && isPlain(item));
}

function evaluate(node: Expression): unknown {
  switch (node.typename) {
    case 'Literal':
      return node.value;
    case 'Group':
      return Tuple.from(node.children.map(evaluate));
    case 'Array':
      return node.children.map(evaluate);
    case 'Dict':
      return new Dict(node.children.map((pair): [unknown, unknown] => [evaluate(pair.key), evaluate(pair.value)]));
    case 'InlineIf':
      if (truth(evaluate(node.cond))) return evaluate(node.body);
      return node.else_ === null ? notConstant() : evaluate(node.else_);
    case 'And':
    case 'Or': {
      const left = evaluate(node.left);
      return truth(left) === (node.typename === 'And') ? evaluate(node.right) : left;
    }
    case 'Not':
      return !truth(evaluate(node.target));
    case 'Neg':
      return negate(evaluate(node.target));
    case 'Pos':
      return positive(evaluate(node.target));
    case 'Concat':
      return toStr(evaluate(node.left)) + toStr(evaluate(node.right));
    case 'Compare':
      return evaluateComparison(node);
    case 'LookupVal':
      return evaluateLookUp(node);
    case 'Filter':
    case 'Test':
      return evaluateCall(node);
    case 'Symbol':
    case 'FunCall':
    case 'Slice':
      return notConstant();
    default:
      return binary(arithmetic[node.typename], evaluate(node.left), evaluate(node.right));
  }
}

const arithmetic = { Add: '+', Sub: '-', Mul: '*', Div: '/', FloorDiv: '//', Mod: '%', Pow: '**' } as const;

function notConstant(): never {
  throw impossible;
}

function evaluateComparison(node: Expression & { readonly typename: 'Compare' }): boolean {
  let left = evaluate(node.expr);
  for (const { expr, type } of node.ops) {
    const right = evaluate(expr);
    if (!holds(type, left, right)) return false;
    left = right;
  }
  return true;
}

function holds(type: string, left: unknown, right: unknown): boolean {
  switch (type) {
    case '==':
      return equals(left, right);
    case '!=':
      return !equals(left, right);
    case 'in':
      return contains(right, left);
    case 'notin':
      return !contains(right, left);
    default:
      return compare(type as '<' | '<=' | '>' | '>=', left, right);
  }
}

function evaluateLookUp(node: Expression & { readonly typename: 'LookupVal' }): unknown {
  const target = evaluate(node.target);
  const { val } = node;
  if (val.typename === 'Slice') {
    const [start, stop, step] = [val.start, val.stop, val.step].map((part) => (part === null ? null : evaluate(part)));
    return constantSlice(target, start, stop, step);
  }
  return node.attribute ? getAttr(target, toStr(evaluate(val))) : getItem(target, evaluate(val));
}

function evaluateCall(node: Filter | Test): unknown {
  if (node.target === null || contextFilters.has(node.name)) return notConstant();
  const run = node.typename === 'Filter' ? env.filter(node.name) : env.test(node.name);
  if (run === undefined) return notConstant();
  const args: unknown[] = [];
  const kwargs: Record<string, unknown> = Object.create(null);
  for (const one of node.args.children) {
    if (one.typename === 'Star' || one.typename === 'DoubleStar') return notConstant();
    if (one.typename !== 'KeywordArgs') args.push(evaluate(one));
    else for (const { name, value } of one.children) kwargs[name] = evaluate(value);
  }
  return run(env, evaluate(node.target), args, Object.keys(kwargs).length === 0 ? null : kwargs);
}
