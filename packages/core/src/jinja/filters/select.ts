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
  map: (env, value, args, kwargs) => lazily(value, () => mapper(env, args, kwargs), mapped),
  select: (env, value, args, kwargs) => lazily(value, () => test(env, args, kwargs, false), kept(true)),
  reject: (env, value, args, kwargs) => lazily(value, () => test(env, args, kwargs, false), kept(false)),
  selectattr: (env, value, args, kwargs) => lazily(value, () => test(env, args, kwargs, true), kept(true)),
  rejectattr: (env, value, args, kwargs) => lazily(value, () => test(env, args, kwargs, true), kept(false)),
};

type Step = (item: unknown, result: unknown) => { readonly value: unknown } | null;

const mapped: Step = (_item, result) => ({ value: result });
const kept =
  (wanted: boolean): Step =>
  (item, result) =>
    truth(result) === wanted ? { value: item } : null;

/** A wrong argument shows only when somebody reads a value that is not empty: Jinja prepares inside its generator. */
function lazily(value: unknown, prepare: () => Getter, step: Step): PyIterator {
  return new PyIterator(
    (function* results(): Generator {
      if (!truth(value)) return;
      const run = prepare();
      for (const item of iterate(value)) {
        const result = step(item, run(item));
        if (result !== null) yield result.value;
      }
    })(),
  );
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
    const filter = env.filter(toStr(name));
    if (filter === undefined) throw new PyError('TemplateRuntimeError', `No filter named ${repr(name)}.`);
    return filter(env, item, rest, kwargs);
  };
}

function test(env: RenderEnv, args: readonly unknown[], kwargs: Keywords | null, byAttribute: boolean): Getter {
  if (byAttribute && args.length === 0) throw filterArgumentError('Missing parameter for attribute name');
  const get: Getter = byAttribute ? attributeGetter(env, args[0]) : (item) => item;
  const [name, ...rest] = args.slice(byAttribute ? 1 : 0);
  if (name === undefined) return get;
  return (item) => {
    const found = env.test(toStr(name));
    if (found === undefined) throw new PyError('TemplateRuntimeError', `No test named ${repr(name)}.`);
    return found(env, get(item), rest, kwargs);
  };
}
