import type {
  Body,
  CallBlock,
  CallExtension,
  Expression,
  FilterBlock,
  If,
  Output,
  SetBlock,
  Statement,
  TemplateData,
  With,
} from '../ast.ts';
import { toStr } from '../values/repr.ts';
import { constantOf, isEmptySlice } from './constant.ts';
import type { Emitter, Piece } from './emitter.ts';
import { condition, expression, filterCall, functionCall, text } from './expressions.ts';
import { macroCode } from './functions.ts';
import { loop } from './loops.ts';
import { definedName, type Scope } from './scope.ts';
import { assign, inScope, targetVariables } from './scope-code.ts';

/** Writes the statements of a body. */
export function statements(e: Emitter, scope: Scope, body: Body): void {
  for (const child of body.children) statement(e, scope, child);
}

function statement(e: Emitter, scope: Scope, node: Statement): void {
  switch (node.typename) {
    case 'Output':
      output(e, scope, node);
      return;
    case 'If':
      branch(e, scope, node);
      return;
    case 'For':
      loop(e, scope, node);
      return;
    case 'Set':
      assign(e, scope, node.target, expression(e, scope, node.value));
      return;
    case 'SetBlock':
      setBlock(e, scope, node);
      return;
    case 'FilterBlock':
      filterBlock(e, scope, node);
      return;
    case 'CallBlock':
      callBlock(e, scope, node);
      return;
    case 'With':
      withBlock(e, scope, node);
      return;
    case 'Do':
      e.write(`${expression(e, scope, node.value)};`);
      return;
    case 'Macro': {
      const variable = scope.find(definedName(node.name));
      const { parameters, body } = node;
      if (variable === undefined || node.kind === 'snapshot' || node.kind === 'docs') return;
      e.write(`${variable.ident}=${macroCode(e, scope, definedName(node.name), { parameters, body })};`);
      return;
    }
    case 'Break':
      e.write('break;');
      return;
    case 'Continue':
      e.write('continue;');
      return;
    case 'Scope':
    case 'Block':
      inScope(e, scope, { body: node.body }, (inner) => statements(e, inner, node.body));
      return;
    case 'NodeList':
    case 'Root':
      statements(e, scope, node);
      return;
    case 'CallExtension':
    case 'CallExtensionAsync':
      extension(e, scope, node);
      return;
    default:
      e.write(`${e.callAt(node, 'noLoader')};`);
      return;
  }
}

function output(e: Emitter, scope: Scope, node: Output): void {
  if (e.mode.native) nativeOutput(e, scope, node.children);
  else e.append(...node.children.map((child) => textPiece(e, scope, child)));
}

function textPiece(e: Emitter, scope: Scope, at: Expression | TemplateData): Piece {
  if (at.typename === 'TemplateData') return { code: JSON.stringify(at.value), at, literal: true };
  if (at.typename === 'Literal') return { code: JSON.stringify(toStr(at.value)), at, literal: false };
  if (isEmptySlice(at)) return { code: '""', at, literal: false };
  return { code: text(e, scope, at), at, literal: false };
}

/** Jinja makes text of constants when it compiles: neighbours become one piece, other expressions keep their values. */
function nativeOutput(e: Emitter, scope: Scope, children: readonly (Expression | TemplateData)[]): void {
  let constant: string | null = null;
  for (const child of children) {
    const known = child.typename === 'TemplateData' ? { value: child.value } : constantOf(child);
    if (known !== null) {
      constant = (constant ?? '') + toStr(known.value);
      continue;
    }
    if (constant !== null) e.append({ code: JSON.stringify(constant), at: child, literal: false });
    constant = null;
    if (child.typename !== 'TemplateData') e.append({ code: expression(e, scope, child), at: child, literal: false });
  }
  const [first] = children;
  if (constant !== null && first !== undefined) e.append({ code: JSON.stringify(constant), at: first, literal: false });
}

function branch(e: Emitter, scope: Scope, node: If): void {
  e.write(`if (${condition(e, scope, node.cond)}) {`);
  statements(e, scope, node.body);
  if (node.else_ !== null) {
    e.write('} else {');
    statements(e, scope, node.else_);
  }
  e.write('}');
}

function setBlock(e: Emitter, scope: Scope, node: SetBlock): void {
  inScope(e, scope, { body: node.body }, (inner) => {
    const value = e.buffered(() => statements(e, inner, node.body));
    const filtered = node.filter === null ? value : filterCall(e, inner, node.filter, value);
    assign(e, scope, node.target, filtered);
  });
}

function filterBlock(e: Emitter, scope: Scope, node: FilterBlock): void {
  inScope(e, scope, { body: node.body }, (inner) => {
    const value = e.buffered(() => statements(e, inner, node.body));
    const filtered = filterCall(e, inner, node.filter, value);
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
    targetVariables(e, inner);
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
    'E',
    JSON.stringify(node.extName),
    JSON.stringify(node.prop),
    `[${args.join(',')}]`,
    `[${bodies.join(',')}]`,
  );
  const value = e.mode.async ? `((t=${call}) instanceof Promise?(await t)??"":t)` : call;
  e.append({ code: e.mode.native ? value : `${e.use('str')}(${value}??"")`, at: node, literal: false });
}
