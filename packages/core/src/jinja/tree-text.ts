import { type Argument, type Arguments, type CompareName, type Expression, eachChild, type Node } from './ast.ts';
import { repr } from './values/repr.ts';

const operators: Readonly<Record<CompareName, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lteq',
  '>': 'gt',
  '>=': 'gteq',
  in: 'in',
  notin: 'notin',
};

/**
 * The keywords of the first call of a name in a tree, each as Python prints Jinja2's node of it: what dbt keeps of `config(materialized=var('m'))` to tell
 * whether it was written differently. Empty where the name is not called, or without keywords.
 */
export function writtenKeywords(root: Node, name: string): Readonly<Record<string, string>> {
  const args = firstCall(root, name);
  const keywords = args?.children.flatMap((one) => (one.typename === 'KeywordArgs' ? one.children : [])) ?? [];
  return Object.fromEntries(keywords.map((one) => [one.name, keywordText(one.name, one.value)]));
}

function firstCall(node: Node, name: string): Arguments | null {
  if (node.typename === 'FunCall' && node.name.typename === 'Symbol' && node.name.value === name) return node.args;
  let found: Arguments | null = null;
  eachChild(node, (child) => {
    found ??= firstCall(child, name);
  });
  return found;
}

function keywordText(key: string, value: Expression): string {
  return `Keyword(key=${repr(key)}, value=${text(value)})`;
}

/** An expression as `repr` of Jinja2's node. */
function text(node: Expression | null): string {
  if (node === null) return 'None';
  switch (node.typename) {
    case 'Literal':
      return `Const(value=${repr(node.value)})`;
    case 'Symbol':
      return `Name(name=${repr(node.value)}, ctx='load')`;
    case 'Array':
      return `List(items=${list(node.children)})`;
    case 'Group':
      return `Tuple(items=${list(node.children)}, ctx='load')`;
    case 'Dict': {
      const pairs = node.children.map(({ key, value }) => `Pair(key=${text(key)}, value=${text(value)})`);
      return `Dict(items=[${pairs.join(', ')}])`;
    }
    case 'FunCall':
      return `Call(node=${text(node.name)}, ${argumentsText(node.args)})`;
    case 'Filter':
    case 'Test':
      return `${node.typename}(node=${text(node.target)}, name=${repr(node.name)}, ${argumentsText(node.args)})`;
    case 'LookupVal':
      return node.attribute && node.val.typename === 'Literal'
        ? `Getattr(node=${text(node.target)}, attr=${repr(node.val.value)}, ctx='load')`
        : `Getitem(node=${text(node.target)}, arg=${text(node.val)}, ctx='load')`;
    case 'Slice':
      return `Slice(start=${text(node.start)}, stop=${text(node.stop)}, step=${text(node.step)})`;
    case 'InlineIf':
      return `CondExpr(test=${text(node.cond)}, expr1=${text(node.body)}, expr2=${text(node.else_)})`;
    case 'Compare': {
      const ops = node.ops.map(({ expr, type }) => `Operand(op=${repr(operators[type])}, expr=${text(expr)})`);
      return `Compare(expr=${text(node.expr)}, ops=[${ops.join(', ')}])`;
    }
    case 'Concat':
      return `Concat(nodes=${list(joined(node))})`;
    case 'Not':
    case 'Neg':
    case 'Pos':
      return `${node.typename}(node=${text(node.target)})`;
    default:
      return `${node.typename}(left=${text(node.left)}, right=${text(node.right)})`;
  }
}

/** `a ~ b ~ c` is one node in Jinja2. */
function joined(node: Expression): readonly Expression[] {
  return node.typename === 'Concat' ? [...joined(node.left), node.right] : [node];
}

function list(nodes: readonly Expression[]): string {
  return `[${nodes.map(text).join(', ')}]`;
}

function argumentsText({ children }: Arguments): string {
  const isPlain = (one: Argument): one is Expression =>
    one.typename !== 'KeywordArgs' && one.typename !== 'Star' && one.typename !== 'DoubleStar';
  const keywords = children.flatMap((one) => (one.typename === 'KeywordArgs' ? one.children : []));
  const star = children.find((one) => one.typename === 'Star')?.value ?? null;
  const doubleStar = children.find((one) => one.typename === 'DoubleStar')?.value ?? null;
  const kwargs = keywords.map((one) => keywordText(one.name, one.value)).join(', ');
  return `args=${list(children.filter(isPlain))}, kwargs=[${kwargs}], dyn_args=${text(star)}, dyn_kwargs=${text(doubleStar)}`;
}
