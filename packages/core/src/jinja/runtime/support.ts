import { callMethod, getAttr, getItem, slice } from '../attributes.ts';
import { Namespace } from '../globals.ts';
import { binary, negate, positive } from '../values/binary.ts';
import { callValue } from '../values/call-value.ts';
import { compare } from '../values/compare.ts';
import { contains } from '../values/contains.ts';
import { Dict, mappingOf } from '../values/dict.ts';
import { equals } from '../values/equals.ts';
import { type HostObject, type Keywords, keywordPairs, keywordsOf } from '../values/host-object.ts';
import { iterableOf, iterate, unpack } from '../values/iterate.ts';
import { escapedText, Markup } from '../values/markup.ts';
import { PyFloat } from '../values/number.ts';
import { PyError, typeError } from '../values/py-error.ts';
import type { RenderEnv } from '../values/render-env.ts';
import { repr, toStr } from '../values/repr.ts';
import { textOf } from '../values/text-value.ts';
import { truth } from '../values/truth.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { Undefined, undefinedOf } from '../values/undefined.ts';
import { deeper, paused, resumed, spend, work } from '../values/work.ts';
import { fail } from './failure.ts';
import { importModule, include } from './linking.ts';
import { Loop, type Recurse } from './loop.ts';
import { Macro, type MacroBody } from './macro.ts';
import { joined, type LinkedCode, type LoadedTemplate, type Locals, TemplateContext } from './template-context.ts';

/** What a render needs beside its context. */
export interface RenderState extends RenderEnv {
  /** The result of an extension's tag, in nunjucks' protocol. */
  extension(name: string, method: string, args: readonly unknown[], bodies: readonly unknown[]): unknown;
  /** Whether templates have names, by which they are found. */
  readonly hasLoaders: boolean;
  /** The template that a loader finds for a name, or for the first name of a list. Throws TemplateNotFound, and TypeError without loaders. */
  load(name: unknown, isAsync: boolean): LoadedTemplate;
  /** What a name means in every template. */
  readonly globalName: LookUp;
  /** Told what each call of a traced macro gave. Places as generated code has them: offset, packed place, whether it is literal text. */
  readonly onText?: (text: string, segments: readonly number[]) => void;
  /** Told what the template printed that is undefined: Jinja's words, and the packed place. */
  readonly onUndefined?: (words: string, place: number) => void;
}

/** Reads a name of the context. */
export type LookUp = (name: string) => unknown;

/** The names in `support`. */
export type SupportName =
  | (
      | 'call'
      | 'callSafe'
      | 'callm'
      | 'owner'
      | 'attr'
      | 'item'
      | 'slice'
      | 'bin'
      | 'neg'
      | 'pos'
      | 'cmp'
      | 'eq'
      | 'has'
      | 'truth'
      | 'str'
      | 'shown'
    )
  | ('iter' | 'unpack' | 'spread' | 'keywords' | 'tuple' | 'dict' | 'float' | 'filter' | 'test' | 'und' | 'hint')
  | (
      | 'noElse'
      | 'setattr'
      | 'setitem'
      | 'macro'
      | 'loop'
      | 'join'
      | 'joined'
      | 'piece'
      | 'extension'
      | 'fail'
      | 'record'
    )
  | ('work' | 'deeper' | 'resumed' | 'paused' | 'esc' | 'joinSafe' | 'mark' | 'escaping')
  | ('context' | 'block' | 'load' | 'twice' | 'include' | 'importModule' | 'repr');

/** What generated code calls, by short names. The packed place that it passes last is for `fail` alone. */
export const support: Readonly<Record<SupportName, unknown>> = {
  work,
  deeper,
  resumed,
  paused,
  call: callValue,
  callSafe,
  callm: callMethod,
  owner,
  attr: getAttr,
  item: (value: unknown, key: unknown, state: RenderState): unknown => getItem(value, key, state.mode),
  slice,
  bin: binary,
  neg: negate,
  pos: positive,
  cmp: compare,
  eq: equals,
  has: contains,
  truth,
  str: (value: unknown): string => (typeof value === 'string' ? value : toStr(value)),
  shown,
  iter: iterate,
  unpack,
  spread,
  keywords,
  tuple: (items: unknown[]): Tuple => Tuple.from(items),
  dict,
  float: (value: number): PyFloat => new PyFloat(value),
  filter,
  test,
  und: (name: string, state: RenderState): Undefined => undefinedOf(name, state.mode),
  hint: (words: string, state: RenderState): Undefined => new Undefined(words, state.mode),
  noElse: (line: number): Undefined =>
    new Undefined(`the inline if-expression on line ${line} evaluated to false and no else section was defined.`),
  setattr,
  setitem,
  macro,
  loop: (source: unknown, state: RenderState, recurse?: Recurse, depth?: number): Loop =>
    new Loop(source, state.mode, recurse ?? null, depth ?? 0),
  join,
  joined,
  piece,
  extension: (state: RenderState, name: string, method: string, args: unknown[], bodies: unknown[]): unknown =>
    state.extension(name, method, args, bodies),
  esc: (value: unknown, state: RenderState): string => (state.autoescape ? escapedText(value) : toStr(value)),
  joinSafe,
  mark,
  escaping: (state: RenderState, autoescape: boolean): RenderState => ({ ...state, autoescape }),
  context: (lookUp: LookUp, blocks: LinkedCode['blocks']): TemplateContext => TemplateContext.of(lookUp, { blocks }),
  block: (context: TemplateContext, name: string, locals: Locals | null, isRequired: boolean): unknown =>
    context.block(name, locals, isRequired),
  load: (state: RenderState, name: unknown, isAsync: boolean): LoadedTemplate => state.load(name, isAsync),
  twice,
  include,
  importModule,
  repr,
  fail,
  record: (text: string, segments: readonly number[], { onText }: RenderState): string => {
    onText?.(text, segments);
    return text;
  },
};

/** The text of what a template prints. */
function shown(value: unknown, state: RenderState, place: number): string {
  if (typeof value === 'string') return value;
  if (value instanceof Undefined) state.onUndefined?.(value.hint, place);
  return toStr(value);
}

function owner(value: unknown): unknown {
  if (value instanceof Undefined && value.mode !== 'parse') throw value.error();
  return value;
}

function spread(value: unknown): Iterable<unknown> {
  const items = iterableOf(value);
  if (items !== null) return items;
  throw typeError(`Value after * must be an iterable, not ${typeName(value)}`);
}

function keywords(given: Keywords, more: unknown): Keywords {
  if (more instanceof Undefined) {
    if (more.mode !== 'parse') throw more.error();
    return given;
  }
  const entries = mappingOf(more)?.entries() ?? hostEntries(more);
  if (entries === null) {
    throw typeError(
      `jinja2.sandbox.SandboxedEnvironment.call() argument after ** must be a mapping, not ${typeName(more)}`,
    );
  }
  const all = new Map(keywordPairs(given));
  for (const [key, value] of entries) {
    if (typeof key !== 'string') throw typeError('keywords must be strings');
    if (all.has(key)) {
      throw typeError(
        `jinja2.sandbox.SandboxedEnvironment.call() got multiple values for keyword argument ${repr(key)}`,
      );
    }
    all.set(key, value);
  }
  return keywordsOf(all);
}

function hostEntries(value: unknown): Iterable<[unknown, unknown]> | null {
  const host = value as HostObject | null;
  if (typeof host !== 'object' || host?.__mapping__ !== true) return null;
  return Array.from(iterate(host), (key): [unknown, unknown] => [key, host.__getitem__?.(key)]);
}

function dict(items: readonly unknown[]): Dict {
  const made = new Dict();
  for (let i = 0; i < items.length; i += 2) made.set(items[i], items[i + 1]);
  return made;
}

/** Jinja has a function fail in the place of a filter that is not there: one that takes no keywords. */
function unknownName(what: string, name: string, kwargs: Keywords | null): PyError {
  const takesCall = kwargs === null || Object.keys(kwargs).length === 0;
  return new PyError(takesCall ? 'TemplateRuntimeError' : 'TypeError', `No ${what} named ${repr(name)} found.`);
}

function filter(
  state: RenderState,
  name: string,
  value: unknown,
  args: unknown[],
  kwargs: Keywords | null,
  place: number,
): unknown {
  spend(1);
  if (value instanceof Undefined && name !== 'default' && name !== 'd') state.onUndefined?.(value.hint, place);
  const found = state.filter(name);
  if (found === undefined) throw unknownName('filter', name, kwargs);
  return found(state, value, args, kwargs);
}

function test(state: RenderState, name: string, value: unknown, args: unknown[], kwargs: Keywords | null): boolean {
  const found = state.test(name);
  if (found === undefined) throw unknownName('test', name, kwargs);
  return found(state, value, args, kwargs);
}

/** Where a template escapes, the text of a macro of its own is safe. */
function callSafe(called: unknown, args: readonly unknown[], kwargs: Keywords | null, state: RenderState): unknown {
  const result = callValue(called, args, kwargs);
  if (!state.autoescape || !(called instanceof Macro)) return result;
  return result instanceof Promise ? result.then((text) => mark(text, state)) : mark(result, state);
}

function mark(text: unknown, state: RenderState): unknown {
  return state.autoescape ? new Markup(toStr(text)) : text;
}

function joinSafe(left: unknown, right: unknown): unknown {
  if (left instanceof Markup || right instanceof Markup) return new Markup(escapedText(left) + escapedText(right));
  return toStr(left) + toStr(right);
}

function twice(): never {
  throw new PyError('TemplateRuntimeError', 'extended multiple times');
}

function setattr(target: unknown, name: string, value: unknown): void {
  if (!(target instanceof Namespace)) {
    throw new PyError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
  }
  target.__setattr__(name, value);
}

/** What `{% set x.name %}` does: Jinja asks for a namespace only where an expression is assigned. */
function setitem(target: unknown, name: string, value: unknown): void {
  const mapping = mappingOf(target);
  if (target instanceof Namespace) target.__setattr__(name, value);
  else if (mapping !== null) mapping.set(name, value);
  else if (Array.isArray(target) && !(target instanceof Tuple)) {
    throw typeError('list indices must be integers or slices, not str');
  } else throw typeError(`'${typeName(target)}' object does not support item assignment`);
}

const usesCaller = 1;
const usesKwargs = 2;
const usesVarargs = 4;

function macro(name: string | null, parameters: string[], uses: number, body: MacroBody, state: RenderState): Macro {
  const parts = {
    name,
    parameters,
    caller: (uses & usesCaller) !== 0,
    kwargs: (uses & usesKwargs) !== 0,
    varargs: (uses & usesVarargs) !== 0,
  };
  return new Macro(parts, body, state.mode);
}

/** What a call block or filter block gives: Jinja joins it as it is, so it has to be text. */
function piece(value: unknown): string {
  const text = textOf(value);
  if (text !== undefined) return text;
  const why = value instanceof Undefined ? [value.hint] : [];
  throw typeError(`sequence item 0: expected str instance, ${typeName(value)} found`, why);
}

/** Adds a piece to those of a native template: alone it keeps its type, with others it becomes text as soon as the second is there. */
function join(pieces: unknown[], piece: unknown): void {
  if (pieces.length === 1) pieces[0] = toStr(pieces[0]);
  pieces.push(pieces.length === 0 ? piece : toStr(piece));
}
