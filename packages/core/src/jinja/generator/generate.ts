import type { Body, MacroNode } from '../ast.ts';
import type { CodeSource } from '../runtime/failure.ts';
import type { Macro } from '../runtime/macro.ts';
import { type LookUp, type RenderState, support } from '../runtime/support.ts';
import { Emitter, type Mode } from './emitter.ts';
import { macroCode } from './functions.ts';
import { definedName, openScope, Scope } from './scope.ts';
import { variables } from './scope-code.ts';
import { statements } from './statements.ts';

/** Places of the output, three numbers each: offset, packed place, whether it is literal text. */
export type Segments = number[];

/** A compiled template: its text; in native mode its pieces; a promise of these in async mode. */
export type RootFunction = (c: LookUp, E: RenderState, S: Segments | null, F: CodeSource) => unknown;

/** A compiled macro: makes the macro for a context. */
export type MacroFactory = (c: LookUp, E: RenderState, F: CodeSource) => Macro;

/** Compiles a template. Throws JinjaError for what only generating code can find. */
export function compileTemplate(root: Body, mode: Mode): RootFunction {
  const e = new Emitter(mode, statements);
  const scope = openScope(null, { body: root }, () => e.name('v'));
  const body = e.functionBody(() => {
    e.write(mode.native ? 'const o=[];' : 'let o="";');
    variables(e, scope);
    statements(e, scope, root);
    e.write('return o;');
  });
  const make = mode.async ? AsyncFunction : Function;
  const run = make('R', 'c', 'E', 'S', 'F', prologue(e) + body);
  return (c, E, S, F) => run(support, c, E, S, F);
}

/** Compiles one macro on its own: it sees its arguments and the context. */
export function compileMacro(node: MacroNode, mode: Mode): MacroFactory {
  const e = new Emitter(mode, statements);
  const code = macroCode(e, new Scope(null), definedName(node.name), node);
  const run = Function('R', 'c', 'E', 'F', `${prologue(e)}return ${code};`);
  return (c, E, F) => run(support, c, E, F);
}

const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as FunctionConstructor;

/** Texts of templates reach the code as JSON only, names as numbered variables: nothing in a template is run as JS. */
function prologue(e: Emitter): string {
  return `"use strict";\nconst {${[...e.used].join(',')}}=R;\n`;
}
