import { hashKey } from '../values/hash-key.ts';
import type { Keywords } from '../values/host-object.ts';
import { iterate } from '../values/iterate.ts';
import { PyError } from '../values/py-error.ts';
import { PyIterator } from '../values/py-iterator.ts';
import type { FilterFunction, RenderEnv } from '../values/render-env.ts';
import { repr, toStr } from '../values/repr.ts';
import { truth } from '../values/truth.ts';
import { attributeGetter, filterArgumentError, type Getter } from './declare.ts';

/** Filters that run another filter or a test over each element, lazily. */
export const selectFilters: Readonly<Record<string, FilterFunction>> = {
  map: (env, value, args, kwargs) => lazily('sync_do_map', value, () => mapper(env, args, kwargs), null),
  select: (env, value, args, kwargs) => lazily('select_or_reject', value, () => test(env, args, kwargs, false), true),
  reject: (env, value, args, kwargs) => lazily('select_or_reject', value, () => test(env, args, kwargs, false), false),
  selectattr: (env, value, args, kwargs) =>
    lazily('select_or_reject', value, () => test(env, args, kwargs, true), true),
  rejectattr: (env, value, args, kwargs) =>
    lazily('select_or_reject', value, () => test(env, args, kwargs, true), false),
};

/** Whether an element is kept whose test gave `result`; null: the results are what is wanted. */
type Wanted = boolean | null;

/** A wrong argument shows only when somebody reads a value that is not empty: Jinja prepares inside its generator. */
function lazily(name: string, value: unknown, prepare: () => Getter, wanted: Wanted): PyIterator {
  return new PyIterator(new Results(value, prepare, wanted), 'generator', name);
}

/** Elements one by one; a plain iterator, for JS is slow to start generators. After an error it is at its end, as a generator. */
class Results implements IterableIterator<unknown, undefined> {
  readonly #value: unknown;
  readonly #prepare: () => Getter;
  readonly #wanted: Wanted;
  #items: Iterator<unknown> | null = null;
  #run: Getter | null = null;
  #isDone = false;

  constructor(value: unknown, prepare: () => Getter, wanted: Wanted) {
    this.#value = value;
    this.#prepare = prepare;
    this.#wanted = wanted;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<unknown, undefined> {
    if (this.#isDone) return { done: true, value: undefined };
    this.#isDone = true;
    const found = this.#find();
    this.#isDone = found.done === true;
    return found;
  }

  #find(): IteratorResult<unknown, undefined> {
    if (this.#run === null) {
      if (!truth(this.#value)) return { done: true, value: undefined };
      this.#run = this.#prepare();
    }
    this.#items ??= iterate(this.#value)[Symbol.iterator]();
    for (;;) {
      const step = this.#items.next();
      if (step.done === true) return { done: true, value: undefined };
      const result = this.#run(step.value);
      if (this.#wanted === null) return { done: false, value: result };
      if (truth(result) === this.#wanted) return { done: false, value: step.value };
    }
  }
}

function mapper(env: RenderEnv, args: readonly unknown[], kwargs: Keywords | null): Getter {
  if (args.length === 0 && kwargs !== null && 'attribute' in kwargs) {
    const { attribute, default: fallback = null, ...others } = kwargs;
    const [unexpected] = Object.keys(others);
    if (unexpected !== undefined) throw filterArgumentError(`Unexpected keyword argument ${repr(unexpected)}`);
    return attributeGetter(env, attribute, null, fallback);
  }
  if (args.length === 0) throw filterArgumentError('map requires a filter argument');
  const [name, ...rest] = args;
  return (item) => {
    const filter = env.filter(nameOf(name));
    if (filter === undefined) throw new PyError('TemplateRuntimeError', `No filter named ${repr(name)}.`);
    return filter(env, item, rest, kwargs);
  };
}

/** Filters and tests are looked for in a dict. */
function nameOf(name: unknown): string {
  hashKey(name);
  return toStr(name);
}

function test(env: RenderEnv, args: readonly unknown[], kwargs: Keywords | null, byAttribute: boolean): Getter {
  if (byAttribute && args.length === 0) throw filterArgumentError('Missing parameter for attribute name');
  const get: Getter = byAttribute ? attributeGetter(env, args[0]) : (item) => item;
  const [name, ...rest] = args.slice(byAttribute ? 1 : 0);
  if (name === undefined) return get;
  return (item) => {
    const found = env.test(nameOf(name));
    if (found === undefined) throw new PyError('TemplateRuntimeError', `No test named ${repr(name)}.`);
    return found(env, get(item), rest, kwargs);
  };
}
