import type { HostObject } from '../values/host-object.ts';
import { Markup } from '../values/markup.ts';
import { PyError, typeError } from '../values/py-error.ts';
import { PyIterator } from '../values/py-iterator.ts';
import { repr, toStr } from '../values/repr.ts';
import { textOf } from '../values/text-value.ts';
import { typeName } from '../values/type-name.ts';
import { Undefined } from '../values/undefined.ts';
import type { LookUp, RenderState } from './support.ts';

/** The code of a block: gives what it prints (in a native render its pieces; in asynchronous code a promise). */
export type BlockCode = (context: TemplateContext) => unknown;

/** The code of a template that others include, import or extend. */
export interface LinkedCode {
  readonly blocks: Readonly<Record<string, BlockCode>>;
  root(context: TemplateContext, segments: number[] | null): unknown;
}

/** A template that a loader found, ready for one kind of render. */
export interface LoadedTemplate {
  readonly name: string;
  readonly code: LinkedCode;
}

/** Names of a scope with their values; `undefined` (JS): not set. */
export type Locals = Readonly<Record<string, unknown>>;

/** Jinja's context of one template: what it was given, what it sets at its top level, and its blocks, the nearest first. */
export class TemplateContext {
  readonly lookUp: LookUp;
  readonly #values = new Map<string, unknown>();
  readonly #exported = new Set<string>();
  readonly #blocks: Map<string, BlockCode[]>;

  constructor(outer: LookUp, blocks: Iterable<readonly [string, readonly BlockCode[]]>) {
    this.#blocks = new Map(Array.from(blocks, ([name, stack]) => [name, [...stack]]));
    this.lookUp = (name) => {
      const own = this.#values.get(name);
      return own === undefined ? outer(name) : own;
    };
  }

  /** The context in which a template begins. */
  static of(outer: LookUp, code: Pick<LinkedCode, 'blocks'>): TemplateContext {
    return new TemplateContext(
      outer,
      Object.entries(code.blocks).map(([name, block]) => [name, [block]]),
    );
  }

  /** A name of the top level gets a value; others that import this template see it, unless it is private. */
  set(name: string, value: unknown, isExported: boolean = !name.startsWith('_')): void {
    this.#values.set(name, value);
    if (isExported) this.#exported.add(name);
    else this.#exported.delete(name);
  }

  /** An exported name's value; `undefined` (JS): not exported. */
  exported(name: string): unknown {
    return this.#exported.has(name) ? this.#values.get(name) : undefined;
  }

  /** What a name means where a scope's own names count first. */
  within(locals: Locals): LookUp {
    return (name) => {
      const own = Object.hasOwn(locals, name) ? locals[name] : undefined;
      return own === undefined ? this.lookUp(name) : own;
    };
  }

  /** The parent's blocks stand behind this template's. */
  extend(parent: LoadedTemplate): LoadedTemplate {
    for (const [name, block] of Object.entries(parent.code.blocks)) {
      const stack = this.#blocks.get(name);
      if (stack === undefined) this.#blocks.set(name, [block]);
      else stack.push(block);
    }
    return parent;
  }

  /** What the nearest block of a name prints; `locals` are visible in it. Throws TemplateRuntimeError for a required one. */
  block(name: string, locals: Locals | null, isRequired: boolean): unknown {
    const stack = this.#blocks.get(name) ?? [];
    if (isRequired && stack.length <= 1) {
      throw new PyError('TemplateRuntimeError', `Required block ${repr(name)} not found`);
    }
    const context = locals === null ? this : new TemplateContext(this.within(locals), this.#blocks);
    return stack[0]?.(context);
  }

  /** `super` in a block: the block behind it. */
  superOf(name: string, block: BlockCode, state: RenderState): unknown {
    const stack = this.#blocks.get(name) ?? [];
    const depth = stack.indexOf(block) + 1;
    if (depth > 0 && depth < stack.length) return this.#reference(name, stack, depth, state);
    return new Undefined(`there is no parent block called ${repr(name)}.`, state.mode);
  }

  /** `self` in a template: its blocks by name. */
  self(state: RenderState, template: string): HostObject {
    const blockOf = (name: string): unknown => {
      const stack = this.#blocks.get(name);
      return stack === undefined ? undefined : this.#reference(name, stack, 0, state);
    };
    return {
      __type__: 'jinja2.runtime.TemplateReference',
      __getattr__: () => undefined,
      __getitem__: (key) => blockOf(toStr(key)),
      // Python goes through what has elements by their numbers, and no block has one.
      __iter__: () => new PyIterator({ [Symbol.iterator]: () => ({ next: noElement }) }),
      __repr__: () => `<TemplateReference ${repr(state.hasLoaders ? template : null)}>`,
    };
  }

  #reference(name: string, stack: readonly BlockCode[], depth: number, state: RenderState): HostObject {
    const above = (): unknown =>
      depth + 1 < stack.length
        ? this.#reference(name, stack, depth + 1, state)
        : new Undefined(`there is no parent block called ${repr(name)}.`, state.mode);
    return {
      __type__: 'jinja2.runtime.BlockReference',
      __getattr__: (attribute) => (attribute === 'super' ? above() : attribute === 'name' ? name : undefined),
      __call__: () => whole(stack[depth]?.(this), state.autoescape, joined),
    };
  }
}

/** The text of what code printed; `join` makes it of the pieces of a native render. */
export function whole(
  printed: unknown,
  autoescape: boolean,
  join: (pieces: readonly unknown[]) => string = (pieces) => pieces.map(toStr).join(''),
): unknown {
  if (printed instanceof Promise) return printed.then((value) => whole(value, autoescape, join));
  const text = Array.isArray(printed) ? join(printed) : toStr(printed);
  return autoescape ? new Markup(text) : text;
}

/** The text of a block inside a native template: Python joins what the block gave, and refuses what is no text. */
export function joined(pieces: readonly unknown[]): string {
  pieces.forEach((piece, index) => {
    if (textOf(piece) !== undefined) return;
    throw typeError(`sequence item ${index}: expected str instance, ${typeName(piece)} found`);
  });
  return pieces.map(toStr).join('');
}

function noElement(): never {
  throw new PyError('KeyError', '0');
}
