import type { Block, Body, MacroNode, Node } from '../ast.ts';
import { eachChild } from '../ast.ts';
import type { CodeSource } from '../runtime/failure.ts';
import type { Macro } from '../runtime/macro.ts';
import { type LookUp, type RenderState, support } from '../runtime/support.ts';
import type { LinkedCode } from '../runtime/template-context.ts';
import { Emitter, type Mode } from './emitter.ts';
import { macroCode } from './functions.ts';
import { blockFunction } from './links.ts';
import { openScope, Scope, undeclared } from './scope.ts';
import { variables } from './scope-code.ts';
import { statements } from './statements.ts';

/** Places of the output, three numbers each: offset, packed place, whether it is literal text. */
export type Segments = number[];

/** A compiled template: its text; in native mode its pieces; a promise of these in async mode. */
export type RootFunction = (c: LookUp, E: RenderState, S: Segments | null, F: CodeSource) => unknown;

/** A compiled template that has to do with others: its blocks and its own code, for one render. */
export type LinkedFactory = (E: RenderState, F: CodeSource) => LinkedCode;

/** What a template was compiled to. */
export type TemplateCode =
  | { readonly linked: false; readonly run: RootFunction }
  | { readonly linked: true; readonly make: LinkedFactory };

/** A compiled macro: makes the macro for a context. */
export type MacroFactory = (c: LookUp, E: RenderState, F: CodeSource) => Macro;

/** Compiles a template. Throws JinjaError for what only generating code can find. */
export function compileTemplate(root: Body, mode: Mode): TemplateCode {
  if (mode.linked) return { linked: true, make: compileLinked(new Emitter(mode, statements), root) };
  const constants: (string | number)[] = [];
  const e = new Emitter(mode, statements, constants);
  const body = rootBody(e, root);
  const run = functionOf(prologue(e) + body, mode.async);
  return { linked: false, run: (c, E, S, F) => run(support, constants, c, E, S, F) };
}

type Shape = (R: typeof support, K: readonly (string | number)[], ...rest: Parameters<RootFunction>) => unknown;

/** The functions of a process by their code: most templates of a project differ in names, texts and places only. */
const shapes = { sync: new Map<string, Shape>(), async: new Map<string, Shape>() };
const mostShapes = 2000;

function functionOf(code: string, isAsync: boolean): Shape {
  const known = shapes[isAsync ? 'async' : 'sync'];
  const found = known.get(code);
  if (found !== undefined) return found;
  const made = (isAsync ? AsyncFunction : Function)('R', 'K', 'c', 'E', 'S', 'F', code) as Shape;
  if (known.size >= mostShapes) known.clear();
  known.set(code, made);
  return made;
}

function rootBody(e: Emitter, root: Body): string {
  return e.functionBody(() => {
    const scope = openScope(null, { body: root }, () => e.name('v'));
    e.write(e.mode.native ? 'const o=[];' : 'let o="";');
    if (e.mode.linked) {
      scope.isTop = true;
      e.isOutside = true;
      e.write('let T=null;');
      if (undeclared(root, ['self']).size > 0) {
        scope.declareParameter('self', e.name('v'));
        e.write(`const ${scope.find('self')?.ident}=X.self(E,F.name);`);
      }
    }
    variables(e, scope);
    e.statements(e, scope, root);
    if (e.extended !== 'no') {
      const parent = e.awaited('T.code.root(X,S)');
      e.write(`if (T!==null) return ${e.mode.native ? `o.concat(${parent})` : `o+${parent}`};`);
    }
    e.write('return o;');
  });
}

function compileLinked(e: Emitter, root: Body): LinkedFactory {
  const word = e.mode.async ? 'async ' : '';
  const main = `${word}(X,S)=>{const c=X.lookUp;\n${rootBody(e, root)}\n}`;
  const blocks = blocksCode(e, root);
  const run = Function('R', 'E', 'F', `${prologue(e)}${blocks}return {blocks:B,root:${main}};`);
  return (E, F) => run(support, E, F);
}

/** The code of a template's blocks, in `B`. */
function blocksCode(e: Emitter, root: Node): string {
  const lines = blocksOf(root).map((block) => `B[${JSON.stringify(block.name)}]=${blockFunction(e, block)};\n`);
  return `const B=Object.create(null);\n${lines.join('')}`;
}

function blocksOf(root: Node): Block[] {
  const blocks: Block[] = [];
  const visit = (node: Node): void => {
    if (node.typename === 'Block') blocks.push(node);
    eachChild(node, visit);
  };
  visit(root);
  return blocks;
}

/** Compiles one macro on its own: it sees its arguments and the context. */
export function compileMacro(node: MacroNode, mode: Mode): MacroFactory {
  const e = new Emitter(mode, statements);
  const code = macroCode(e, new Scope(null), node.definedAs, node);
  const blocks = mode.linked ? `${blocksCode(e, node)}const X=${e.use('context')}(c,B);\n` : '';
  const run = Function('R', 'c', 'E', 'F', `${prologue(e)}${blocks}return ${code};`);
  return (c, E, F) => run(support, c, E, F);
}

const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as FunctionConstructor;

/** Texts of templates reach the code as JSON only, names as numbered variables: nothing in a template is run as JS. */
function prologue(e: Emitter): string {
  return `"use strict";\nconst {${[...e.used].join(',')}}=R;\n`;
}
