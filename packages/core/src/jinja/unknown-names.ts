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
  const visit = (node: Node, soft: boolean): void => {
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
    eachChild(node, (child) => visit(child, outside.includes(child) ? soft : isSoft(node, soft)));
  };
  visit(root, false);
}

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
