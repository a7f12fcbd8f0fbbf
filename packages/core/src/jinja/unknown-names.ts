import { eachChild, type Node } from './ast.ts';
import { JinjaError } from './errors.ts';
import { repr } from './values/repr.ts';

/** What an environment knows. */
export interface KnownNames {
  filter(name: string): unknown;
  test(name: string): unknown;
}

/**
 * Throws for a filter or test that is not there, as Jinja does when it compiles a template. Where a condition may leave
 * it out (directly in an `if`, in `a if b else c`) it is an error only when it runs.
 */
export function refuseUnknownNames(root: Node, known: KnownNames, file: string): void {
  const top: readonly Node[] = root.typename === 'Root' ? root.children : [];
  let extended = 0;
  const visit = (node: Node, soft: boolean, isOutput: boolean): void => {
    // What the top level prints is not looked at where another template takes its place.
    if (extended > 0 && isOutput && node.typename === 'Output') return;
    // Behind a second `extends` Jinja makes code of blocks alone.
    if (extended > 1 && node.typename !== 'Block' && top.includes(node)) return;
    if (!soft && (node.typename === 'Filter' || node.typename === 'Test')) {
      const isFilter = node.typename === 'Filter';
      if ((isFilter ? known.filter(node.name) : known.test(node.name)) === undefined) {
        const message = `No ${isFilter ? 'filter' : 'test'} named ${repr(node.name)}.`;
        throw new JinjaError('syntax', 'TemplateAssertionError', message, {
          file,
          line: node.lineno + 1,
          column: node.colno + 1,
        });
      }
    }
    const outside = evaluatedOutside(node);
    const isText = isOutput && !texts.has(node.typename);
    eachInOrder(node, (child) => visit(child, outside.includes(child) ? soft : isSoft(node, soft), isText));
    if (node.typename === 'Extends' && top.includes(node)) extended += 1;
  };
  visit(root, false, true);
}

/** Visits what a node holds in the order in which Jinja makes code of it: of several unknown names the first is told. */
function eachInOrder(node: Node, visit: (child: Node) => void): void {
  const late = madeLate(node);
  if (late === null) {
    eachChild(node, visit);
    return;
  }
  const put: Node[] = [];
  if (node.typename === 'For' && node.test !== null) visit(node.test);
  eachChild(node, (child) => {
    if (late(child)) put.push(child);
    else if (node.typename !== 'For' || child !== node.test) visit(child);
  });
  for (const child of put) visit(child);
}

/** Which of the nodes that a node holds come last. */
function madeLate(node: Node): ((child: Node) => boolean) | null {
  switch (node.typename) {
    case 'CallBlock':
      return (child) => child === node.call;
    case 'FilterBlock':
    case 'SetBlock':
      return (child) => child === node.filter;
    case 'For':
      return (child) => node.recursive && child === node.arr;
    case 'Arguments':
      return (child) => child.typename === 'Star' || child.typename === 'DoubleStar';
    default:
      return null;
  }
}

/** Tags whose bodies make texts of their own. */
const texts: ReadonlySet<string> = new Set(['Macro', 'CallBlock', 'SetBlock', 'Block']);

const scopes: ReadonlySet<string> = new Set([
  'For',
  'SetBlock',
  'FilterBlock',
  'CallBlock',
  'Macro',
  'With',
  'Autoescape',
  'Block',
]);

/** What a statement with a scope of its own evaluates before it opens that. */
function evaluatedOutside(node: Node): readonly Node[] {
  if (node.typename === 'For') return [node.arr];
  if (node.typename === 'With') return node.values;
  return node.typename === 'CallBlock' ? [node.call] : [];
}

function isSoft(parent: Node, soft: boolean): boolean {
  if (parent.typename === 'If' || parent.typename === 'InlineIf') return true;
  return soft && !scopes.has(parent.typename);
}
