import { hostFunction } from '../values/call-value.ts';
import { equals } from '../values/equals.ts';
import type { HostObject } from '../values/host-object.ts';
import { iterate, lengthOf } from '../values/iterate.ts';
import { PyError, typeError } from '../values/py-error.ts';
import { Tuple } from '../values/tuple.ts';
import { Undefined, type UndefinedMode } from '../values/undefined.ts';

/** Renders the body of a recursive loop for inner data. */
export type Recurse = (items: unknown, depth: number) => unknown;

/** How deep a recursive loop may go: about as deep as Python's stack lets Jinja. */
const deepest = 200;

const nothing: unique symbol = Symbol('nothing');

/** Jinja's `loop`: the iteration and what a template may ask about it. */
export class Loop implements HostObject, Iterator<unknown>, Iterable<unknown> {
  readonly __type__ = 'jinja2.runtime.LoopContext';
  readonly #source: unknown;
  readonly #mode: UndefinedMode;
  readonly #recurse: Recurse | null;
  readonly #depth: number;
  #iterator: Iterator<unknown>;
  #length: number | null = null;
  #index = -1;
  #before: unknown;
  #current: unknown;
  #after: unknown = nothing;
  #changed: unknown = nothing;

  constructor(source: unknown, mode: UndefinedMode, recurse: Recurse | null = null, depth: number = 0) {
    this.#source = source;
    this.#mode = mode;
    this.#recurse = recurse;
    this.#depth = depth;
    this.#iterator = iterate(source)[Symbol.iterator]();
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown, undefined> {
    const value = this.#after === nothing ? this.#pull() : this.#after;
    this.#after = nothing;
    if (value === nothing) return { done: true, value: undefined };
    this.#index += 1;
    this.#before = this.#current;
    this.#current = value;
    return { done: false, value };
  }

  #pull(): unknown {
    const step = this.#iterator.next();
    return step.done === true ? nothing : step.value;
  }

  #peek(): unknown {
    if (this.#after === nothing) this.#after = this.#pull();
    return this.#after;
  }

  __len__(): number {
    if (this.#length !== null) return this.#length;
    let size = lengthOf(this.#source);
    if (size === null) {
      const rest: unknown[] = [];
      for (let item = this.#pull(); item !== nothing; item = this.#pull()) rest.push(item);
      this.#iterator = rest[Symbol.iterator]();
      size = rest.length + this.#index + 1 + (this.#after === nothing ? 0 : 1);
    }
    this.#length = size;
    return size;
  }

  __getattr__(name: string): unknown {
    switch (name) {
      case 'index':
        return this.#index + 1;
      case 'index0':
        return this.#index;
      case 'first':
        return this.#index === 0;
      case 'last':
        return this.#peek() === nothing;
      case 'length':
        return this.__len__();
      case 'revindex':
        return this.__len__() - this.#index;
      case 'revindex0':
        return this.__len__() - this.#index - 1;
      case 'depth':
        return this.#depth + 1;
      case 'depth0':
        return this.#depth;
      case 'previtem':
        return this.#index === 0 ? this.#none('there is no previous item') : this.#before;
      case 'nextitem':
        return this.#peek() === nothing ? this.#none('there is no next item') : this.#after;
      case 'cycle':
        return hostFunction('cycle', ['*args'], (items: readonly unknown[]) => this.#cycle(items));
      case 'changed':
        return hostFunction('changed', ['*value'], (values: readonly unknown[]) => this.#hasChanged(values));
      default:
        return undefined;
    }
  }

  __call__(args: readonly unknown[]): unknown {
    if (this.#recurse === null) {
      throw typeError("The loop must have the 'recursive' marker to be called recursively.");
    }
    if (this.#depth >= deepest) throw new PyError('RecursionError', 'maximum recursion depth exceeded');
    return this.#recurse(args[0], this.#depth + 1);
  }

  __repr__(): string {
    return `<LoopContext ${this.#index + 1}/${this.__len__()}>`;
  }

  #none(hint: string): Undefined {
    return new Undefined(hint, this.#mode);
  }

  #cycle(items: readonly unknown[]): unknown {
    if (items.length === 0) throw typeError('no items for cycling given');
    return items[this.#index % items.length];
  }

  #hasChanged(values: readonly unknown[]): boolean {
    const now = Tuple.from(values);
    if (this.#changed !== nothing && equals(this.#changed, now)) return false;
    this.#changed = now;
    return true;
  }
}
