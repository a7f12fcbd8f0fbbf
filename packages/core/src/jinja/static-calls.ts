import { type Argument, type Expression, eachChild, type FunCall, type Node } from './ast.ts';
import type { StaticCall } from './template.ts';
import { negate } from './values/binary.ts';
import { Dict } from './values/dict.ts';
import { isNumeric } from './values/number.ts';
import { Tuple } from './values/tuple.ts';

/** Every call with a literal name in a tree, in the order of the template. */
export function staticCalls(root: Node): StaticCall[] {
  const calls: StaticCall[] = [];
  const visit = (node: Node): void => {
    if (node.typename === 'FunCall') {
      const name = dottedName(node.name);
      if (name !== null) calls.push(staticCall(name, node));
    }
    eachChild(node, visit);
  };
  visit(root);
  return calls;
}

function dottedName(node: Expression): string | null {
  if (node.typename === 'Symbol') return node.value;
  if (node.typename !== 'LookupVal' || !node.attribute || node.val.typename !== 'Literal') return null;
  const owner = dottedName(node.target);
  return owner === null ? null : `${owner}.${String(node.val.value)}`;
}

function staticCall(name: string, node: FunCall): StaticCall {
  const args: unknown[] = [];
  const kwargs: Record<string, unknown> = {};
  for (const one of node.args.children) {
    if (one.typename === 'KeywordArgs')
      for (const { name: key, value } of one.children) kwargs[key] = literalValue(value);
    else args.push(literalValue(one));
  }
  return { name, args, kwargs, line: node.lineno + 1, column: node.colno + 1 };
}

/** The value of a literal; null for any other expression (and for `none`). */
function literalValue(node: Argument): unknown {
  switch (node.typename) {
    case 'Literal':
      return node.value;
    case 'Array':
      return node.children.map(literalValue);
    case 'Group':
      return Tuple.from(node.children.map(literalValue));
    case 'Dict':
      return new Dict(
        node.children.map((pair): [unknown, unknown] => [literalValue(pair.key), literalValue(pair.value)]),
      );
    case 'Neg': {
      const value = literalValue(node.target);
      return isNumeric(value) ? negate(value) : null;
    }
    default:
      return null;
  }
}
