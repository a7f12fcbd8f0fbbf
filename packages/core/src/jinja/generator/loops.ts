import { eachChild, type For, type Node } from '../ast.ts';
import type { Emitter } from './emitter.ts';
import { condition, expression } from './expressions.ts';
import { openScope, type Scope, undeclared } from './scope.ts';
import { assign, inScope, targetVariables, variables } from './scope-code.ts';

/** Writes a `for` loop. `loop` is made only where the body asks for it. */
export function loop(e: Emitter, scope: Scope, node: For): void {
  if (node.recursive) {
    recursiveLoop(e, scope, node);
    return;
  }
  e.write('{');
  const items = e.callAt(node.arr, 'iter', expression(e, scope, node.arr));
  passes(e, scope, node, items, null);
  e.write('}');
}

/** A recursive loop is a function of its items, which the body calls as `loop(…)`. */
function recursiveLoop(e: Emitter, scope: Scope, node: For): void {
  const run = e.name('f');
  const start = expression(e, scope, node.arr);
  const body = e.functionBody(() => {
    const value = e.buffered(() =>
      passes(e, scope, node, e.callAt(node.arr, 'iter', 'items'), { run, depth: 'depth' }),
    );
    e.write(`return ${e.marked(value)};`);
  });
  e.write(`const ${run}=${e.mode.async ? 'async' : ''}(items,depth)=>{${body}};`);
  const call = `${run}(${start},0)`;
  e.append({ code: e.printedText(e.awaited(call)), at: node, literal: false });
}

interface Recursion {
  readonly run: string;
  readonly depth: string;
}

function passes(e: Emitter, scope: Scope, node: For, items: string, recursion: Recursion | null): void {
  const empty = node.else_ === null ? null : e.name('n');
  if (empty !== null) e.write(`let ${empty}=true;`);
  const source = node.test === null ? items : filtered(e, scope, node, items);
  const extended = recursion !== null || undeclared(node.body, ['loop']).size > 0 || hasScopedBlock(node);
  const contents = { targets: [node.name], body: node.body };
  const inner = openScope(scope, contents, () => e.name('v'));
  const all = extended ? loopObject(e, inner, node, source, recursion) : source;
  const item = e.name('i');
  e.write(`for (const ${item} of ${all}) {`);
  e.write(e.pass());
  targetVariables(e, inner, inner.find('loop')?.ident);
  assign(e, inner, node.name, item);
  variables(e, inner);
  e.statements(e, inner, node.body);
  if (empty !== null) e.write(`${empty}=false;`);
  e.write('}');
  if (empty === null || node.else_ === null) return;
  const { else_ } = node;
  e.write(`if (${empty})`);
  inScope(e, scope, { body: else_ }, (otherwise) => e.statements(e, otherwise, else_));
}

/** A scoped block in a loop sees the loop. */
function hasScopedBlock(node: Node): boolean {
  let found = node.typename === 'Block' && node.scoped;
  eachChild(node, (child) => {
    found ||= hasScopedBlock(child);
  });
  return found;
}

function loopObject(e: Emitter, inner: Scope, node: For, source: string, recursion: Recursion | null): string {
  const name = e.name('l');
  const extra = recursion === null ? '' : `,${recursion.run},${recursion.depth}`;
  e.write(`const ${name}=${e.use('loop')}(${source},${e.state}${extra});`);
  e.write(`${e.place(node.arr)};`);
  inner.declareParameter('loop', name);
  return name;
}

/** The items that pass the loop's `if`, as a list. */
function filtered(e: Emitter, scope: Scope, node: For, items: string): string {
  const kept = e.name('k');
  const item = e.name('i');
  e.write(`const ${kept}=[];`);
  e.write(`for (const ${item} of ${items}) {${e.pass()}`);
  const { test } = node;
  inScope(e, scope, { targets: [node.name], expressions: [test] }, (inner) => {
    assign(e, inner, node.name, item);
    if (test !== null) e.write(`if (${condition(e, inner, test)}) ${kept}.push(${item});`);
  });
  e.write('}');
  return kept;
}
