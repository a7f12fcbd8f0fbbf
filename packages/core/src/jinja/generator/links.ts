import type { Block, Expression, Extends, FromImport, Import, Include } from '../ast.ts';
import type { Emitter } from './emitter.ts';
import { expression } from './expressions.ts';
import { openScope, type Scope, undeclared } from './scope.ts';
import { assign, variables } from './scope-code.ts';

/** The code of a block's function: it sees the context that it is given, and nothing of the code around it. */
export function blockFunction(e: Emitter, node: Block): string {
  const scope = openScope(null, { body: node.body }, () => e.name('v'));
  const special = undeclared(node.body, ['self', 'super']);
  const body = e.inside(() =>
    e.functionBody(() => {
      e.write(e.mode.native ? 'const o=[];' : 'let o="";');
      const name = JSON.stringify(node.name);
      declare(e, scope, special, 'self', 'X.self(E,F.name)');
      declare(e, scope, special, 'super', `X.superOf(${name},B[${name}],E)`);
      variables(e, scope);
      e.isBlock = true;
      e.statements(e, scope, node.body);
      e.isBlock = false;
      e.write('return o;');
    }),
  );
  const segments = e.mode.mapped ? 'const S=[];' : '';
  return `${e.mode.async ? 'async ' : ''}(X)=>{const c=X.lookUp;${segments}\n${body}\n}`;
}

function declare(e: Emitter, scope: Scope, used: ReadonlySet<string>, name: string, value: string): void {
  if (!used.has(name)) return;
  scope.declareParameter(name, e.name('v'));
  e.write(`const ${scope.find(name)?.ident}=${value};`);
}

/** Writes the place of a block: what the nearest block of that name prints. */
export function blockPlace(e: Emitter, scope: Scope, node: Block): void {
  if (scope.isTop && e.extended === 'surely') return;
  const locals = node.scoped ? localsOf(scope) : 'null';
  const call = e.callAt(node, 'block', 'X', JSON.stringify(node.name), locals, String(node.required));
  const isChecked = scope.isTop && e.extended === 'perhaps';
  if (isChecked) e.write('if (T===null) {');
  e.appendPrinted(e.awaited(call), node);
  if (isChecked) e.write('}');
}

/** The names that a scope knows, as an object with their values. */
function localsOf(scope: Scope): string {
  const found = new Map<string, string>();
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    for (const [name, { ident }] of at.variables) if (!found.has(name)) found.set(name, ident);
  }
  return `{${[...found].map(([name, ident]) => `[${JSON.stringify(name)}]:${ident}`).join(',')}}`;
}

/** Writes `extends`; what stands outside of blocks is not printed from then on. */
export function extendTemplate(e: Emitter, scope: Scope, node: Extends, inBranch: boolean): void {
  if (e.extended !== 'no') e.write(`if (T!==null) ${e.callAt(node, 'twice')};`);
  if (e.extended === 'surely') return;
  const name = expression(e, scope, node.template);
  e.write(`T=X.extend(${e.callAt(node, 'load', e.state, name, String(e.mode.async))});`);
  e.extended = inBranch ? 'perhaps' : 'surely';
}

function request(e: Emitter, scope: Scope, template: Expression, withContext: boolean): string {
  const name = expression(e, scope, template);
  const seen = withContext ? `context:X,locals:${localsOf(scope)}` : 'context:null,locals:null';
  return `{name:${name},${seen},isAsync:${e.mode.async}}`;
}

/** Writes `include`. */
export function includeTemplate(e: Emitter, scope: Scope, node: Include): void {
  const asked = request(e, scope, node.template, node.withContext);
  e.appendPrinted(e.awaited(e.callAt(node, 'include', e.state, asked, String(node.ignoreMissing))), node);
}

function moduleOf(e: Emitter, scope: Scope, node: Import | FromImport): string {
  const asked = request(e, scope, node.template, node.withContext);
  return e.awaited(e.callAt(node, 'importModule', e.state, asked));
}

/** Writes `import … as name`. */
export function importTemplate(e: Emitter, scope: Scope, node: Import): void {
  assign(e, scope, node.target, moduleOf(e, scope, node), false);
}

/** Writes `from … import names`. */
export function importNames(e: Emitter, scope: Scope, node: FromImport): void {
  const loaded = e.name('u');
  e.write(`const ${loaded}=${moduleOf(e, scope, node)};`);
  for (const { name, target } of node.names) {
    const place = `"line ${node.lineno + 1} in "+${e.use('repr')}(F.name)`;
    const value = `${loaded}.named(${JSON.stringify(name)},${place},${e.state})`;
    assign(e, scope, target, value, false);
  }
}
