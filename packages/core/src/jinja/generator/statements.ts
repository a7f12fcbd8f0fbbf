import {
  type Autoescape,
  node as ast,
  type Body,
  type CallBlock,
  type CallExtension,
  type Expression,
  eachChild,
  type FilterBlock,
  type If,
  type MacroNode,
  type Node,
  type Output,
  type SetBlock,
  type Statement,
  type TemplateData,
  type With,
} from '../ast.ts';
import { escapedText } from '../values/markup.ts';
import { toStr } from '../values/repr.ts';
import { truth } from '../values/truth.ts';
import { constantOf, isEmptySlice } from './constant.ts';
import type { Emitter, Piece } from './emitter.ts';
import { condition, expression, filterCall, functionCall, printed, readName, text } from './expressions.ts';
import { macroCode } from './functions.ts';
import { blockPlace, extendTemplate, importNames, importTemplate, includeTemplate } from './links.ts';
import { loop } from './loops.ts';
import type { Scope } from './scope.ts';
import { assign, inScope } from './scope-code.ts';

type Writers = {
  readonly [Name in Statement['typename']]: (
    e: Emitter,
    scope: Scope,
    node: Extract<Statement, { readonly typename: Name }>,
  ) => void;
};

/** How each kind of statement is written. */
const writers: Writers = {
  Output: output,
  If: branch,
  For: loop,
  Set: (e, scope, node) => assign(e, scope, node.target, expression(e, scope, node.value)),
  SetBlock: setBlock,
  FilterBlock: filterBlock,
  CallBlock: callBlock,
  With: withBlock,
  Do: (e, scope, node) => e.write(`${expression(e, scope, node.value)};`),
  Macro: macro,
  Break: (e) => e.write('break;'),
  Continue: (e) => e.write('continue;'),
  Autoescape: autoescape,
  Block: blockPlace,
  Include: includeTemplate,
  Import: importTemplate,
  FromImport: importNames,
  Extends: (e, scope, node) => extendTemplate(e, scope, node, e.isBranch),
  NodeList: statements,
  Root: statements,
  CallExtension: extension,
  CallExtensionAsync: extension,
};

/** Writes the statements of a body. */
export function statements(e: Emitter, scope: Scope, body: Body): void {
  for (const child of body.children) (writers[child.typename] as (...args: unknown[]) => void)(e, scope, child);
}

function macro(e: Emitter, scope: Scope, node: MacroNode): void {
  const { parameters, body, definedAs, kind } = node;
  if (scope.find(definedAs) === undefined || kind === 'docs') return;
  const code = macroCode(e, scope, definedAs, { parameters, body });
  assign(e, scope, ast('Target', node, { value: definedAs }), code);
}

function output(e: Emitter, scope: Scope, node: Output): void {
  const isChecked = e.isOutside && e.extended !== 'no';
  if (isChecked && e.extended === 'surely') return;
  if (isChecked) e.write('if (T===null) {');
  if (e.mode.native) nativeOutput(e, scope, node.children);
  else e.append(...node.children.map((child) => textPiece(e, scope, child)));
  if (isChecked) e.write('}');
}

function textPiece(e: Emitter, scope: Scope, at: Expression | TemplateData): Piece {
  if (at.typename === 'TemplateData') return { code: e.constant(at.value), at, literal: true };
  if (at.typename === 'Literal' && e.autoescape === false) {
    return { code: e.constant(toStr(at.value)), at, literal: false };
  }
  if (isEmptySlice(at)) return { code: '""', at, literal: false };
  const isFolded = e.autoescape === null || holdsEmptySlice(at);
  const folded = isFolded ? foldedText(at, e.autoescape ?? e.outerAutoescape) : null;
  if (folded !== null) return { code: e.constant(folded), at, literal: false };
  return { code: printed(e, scope, at), at, literal: false };
}

/** Jinja makes text of constants when it compiles: it then only knows whether the template escapes around a tag that may change it. */
function foldedText(node: Expression, autoescape: boolean): string | null {
  const known = usesFilters(node) && !holdsEmptySlice(node) ? null : constantOf(unmarked(node));
  if (known === null) return null;
  return autoescape ? escapedText(known.value) : toStr(known.value);
}

/** What a filter of native values marks, which is the value itself where text is made. */
function unmarked(node: Expression): Expression {
  const isMark = node.typename === 'Filter' && node.name.startsWith('as_') && node.args.children.length === 0;
  return isMark && node.target !== null ? unmarked(node.target) : node;
}

/** Whether a part is a slice that fails when it is run, and is undefined when Jinja computes it while compiling. */
function holdsEmptySlice(node: Node): boolean {
  let found = node.typename === 'LookupVal' && isEmptySlice(node as Expression);
  eachChild(node, (child) => {
    found ||= holdsEmptySlice(child);
  });
  return found;
}

function usesFilters(node: Node): boolean {
  let found = node.typename === 'Filter' || node.typename === 'Test' || node.typename === 'Concat';
  eachChild(node, (child) => {
    found ||= usesFilters(child);
  });
  return found;
}

/** Jinja makes text of constants when it compiles: neighbours become one piece, other expressions keep their values. */
function nativeOutput(e: Emitter, scope: Scope, children: readonly (Expression | TemplateData)[]): void {
  let constant: string | null = null;
  for (const child of children) {
    const known = child.typename === 'TemplateData' ? { value: child.value } : constantOf(child);
    const isEscaping = e.autoescape !== false && child.typename !== 'TemplateData' && usesFilters(child);
    if (known !== null && !isEscaping) {
      constant = (constant ?? '') + toStr(known.value);
      continue;
    }
    if (constant !== null) e.append({ code: e.constant(constant), at: child, literal: false });
    constant = null;
    if (child.typename === 'TemplateData') continue;
    // What a filter makes of a constant is text too where it is known that the template escapes.
    const isText = known !== null && e.autoescape === true;
    e.append({ code: isText ? text(e, scope, child) : expression(e, scope, child), at: child, literal: false });
  }
  const [first] = children;
  if (constant !== null && first !== undefined) e.append({ code: e.constant(constant), at: first, literal: false });
}

function branch(e: Emitter, scope: Scope, node: If): void {
  const outer = e.isBranch;
  e.isBranch = true;
  e.write(`if (${condition(e, scope, node.cond)}) {`);
  statements(e, scope, node.body);
  if (node.else_ !== null) {
    e.write('} else {');
    statements(e, scope, node.else_);
  }
  e.write('}');
  e.isBranch = outer;
}

/** `{% autoescape %}`: a state of its own for what the body calls; a constant is known while code is made. */
function autoescape(e: Emitter, scope: Scope, node: Autoescape): void {
  const outer = [e.state, e.autoescape, e.outerAutoescape] as const;
  inScope(e, scope, { expressions: [node.value], body: node.body }, (inner) => {
    const state = e.name('E');
    e.write(`const ${state}=${e.use('escaping')}(${e.state},${condition(e, inner, node.value)});`);
    e.state = state;
    if (e.autoescape !== null) e.outerAutoescape = e.autoescape;
    const known = e.autoescape === null && usesFilters(node.value) ? null : constantOf(node.value);
    e.autoescape = known && truth(known.value);
    statements(e, inner, node.body);
  });
  [e.state, e.autoescape, e.outerAutoescape] = outer;
}

function setBlock(e: Emitter, scope: Scope, node: SetBlock): void {
  inScope(e, scope, { body: node.body }, (inner) => {
    const text = e.inside(() => e.block(() => statements(e, inner, node.body)));
    const filtered = node.filter === null ? text : filterCall(e, inner, node.filter, e.marked(text));
    const { target } = node;
    if (target.typename !== 'TargetAttribute') assign(e, scope, target, e.marked(filtered));
    else {
      const owner = readName(e, scope, target.name.value);
      e.write(`${e.callAt(target, 'setitem', owner, JSON.stringify(target.attribute), e.marked(filtered))};`);
    }
  });
}

function filterBlock(e: Emitter, scope: Scope, node: FilterBlock): void {
  inScope(e, scope, { body: node.body }, (inner) => {
    const value = e.buffered(() => statements(e, inner, node.body));
    const filtered = filterCall(e, inner, node.filter, e.marked(value));
    e.append({ code: e.mode.native ? filtered : e.callAt(node, 'piece', filtered), at: node, literal: false });
  });
}

function callBlock(e: Emitter, scope: Scope, node: CallBlock): void {
  const caller = e.name('u');
  e.write(`const ${caller}=${macroCode(e, scope, null, node.caller)};`);
  const call = functionCall(e, scope, node.call, caller);
  e.append({ code: e.mode.native ? call : e.callAt(node.call, 'piece', call), at: node.call, literal: false });
}

function withBlock(e: Emitter, scope: Scope, node: With): void {
  const values = node.values.map((value) => {
    const name = e.name('u');
    e.write(`const ${name}=${expression(e, scope, value)};`);
    return name;
  });
  inScope(e, scope, { targets: node.targets, body: node.body }, (inner) => {
    for (const [index, target] of node.targets.entries()) assign(e, inner, target, values[index] ?? 'null');
    statements(e, inner, node.body);
  });
}

/** A tag of an extension of nunjucks: it gets the texts of its bodies as functions. */
function extension(e: Emitter, scope: Scope, node: CallExtension): void {
  const args = node.args.children.map((one) => {
    if (one.typename !== 'KeywordArgs') return expression(e, scope, one as Expression);
    return `{${one.children.map(({ name, value }) => `${JSON.stringify(name)}:${expression(e, scope, value)}`).join(',')}}`;
  });
  const bodies = node.contentArgs.map((body) => {
    if (body === null) return 'null';
    return `()=>${macroCode(e, scope, null, { parameters: [], body })}.__call__([],null)`;
  });
  const call = e.callAt(
    node,
    'extension',
    e.state,
    JSON.stringify(node.extName),
    JSON.stringify(node.prop),
    `[${args.join(',')}]`,
    `[${bodies.join(',')}]`,
  );
  const value = e.awaited(call, '""');
  e.append({ code: e.mode.native ? value : `${e.use('str')}(${value}??"")`, at: node, literal: false });
}
