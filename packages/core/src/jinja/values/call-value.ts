import { hostOf, type Keywords } from './host-object.ts';
import { PyError, typeError } from './py-error.ts';
import { bindArguments, type Parameter, signature } from './signature.ts';
import { plainText, plainTexts, TextValue } from './text-value.ts';
import { typeName } from './type-name.ts';
import { Undefined } from './undefined.ts';
import { spendText } from './work.ts';

/** A JS function that a template may call; `__call__` takes arguments and keywords apart. */
export interface Callable {
  (...args: never[]): unknown;
  __call__(args: readonly unknown[], kwargs: Keywords | null): unknown;
}

/**
 * Declares a function of the host: templates call it with positional arguments and keywords, `run` gets one plain
 * argument per parameter (`*args` an array, `**kwargs` an object). Wrong calls throw TypeError in CPython's words.
 */
export function hostFunction(
  name: string,
  parameters: readonly Parameter[],
  run: (...args: never[]) => unknown,
): Callable {
  const sig = signature(name, parameters);
  const call = run as (...args: unknown[]) => unknown;
  return rawFunction(
    name,
    (args, kwargs) => {
      const given = plainTexts(bindArguments(sig, args, kwargs));
      for (const value of given) if (typeof value === 'string') spendText(value.length);
      return call(...given);
    },
    'function',
  );
}

/** Makes a function of the host that takes its arguments and keywords unbound, Markup as plain text. `type` is its Python class. */
export function rawFunction(
  name: string,
  run: (args: readonly unknown[], kwargs: Keywords | null) => unknown,
  type: string = builtin,
): Callable {
  const call: typeof run =
    type === builtin
      ? (args, kwargs) => run(args.some((value) => value instanceof TextValue) ? args.map(plainText) : args, kwargs)
      : run;
  const direct = (...args: unknown[]): unknown => call(args, null);
  Object.defineProperty(direct, 'name', { value: name });
  return Object.assign(direct, { __call__: call, __type__: type });
}

const builtin = 'builtin_function_or_method';

/** Whether a value can be called. Jinja's Undefined counts, as in Python (its class has `__call__`). */
export function isCallable(value: unknown): boolean {
  return typeof value === 'function' || value instanceof Undefined || hostOf(value)?.__call__ !== undefined;
}

/**
 * Calls a value. A JS function without declared parameters gets the keywords as a last object with
 * `__keywords: true` (nunjucks' convention). A result of `undefined` is None.
 */
export function callValue(value: unknown, args: readonly unknown[], kwargs: Keywords | null): unknown {
  const result = callRaw(value, undefined, args, kwargs);
  return result === undefined ? null : result;
}

/** As `callValue`, with the JS `this` of a method that has no declared parameters. */
export function callRaw(value: unknown, self: unknown, args: readonly unknown[], kwargs: Keywords | null): unknown {
  if (value instanceof Undefined) {
    if (value.mode === 'parse') {
      // Jinja asks it for this attribute, to know what to call it with.
      value.name = 'jinja_pass_arg';
      return value;
    }
    throw value.error();
  }
  const host = hostOf(value);
  if (host?.__call__ !== undefined) return now > 0 ? settled(host.__call__(args, kwargs)) : host.__call__(args, kwargs);
  if (typeof value !== 'function') throw typeError(`'${typeName(value)}' object is not callable`);
  const last = kwargs === null ? [] : [{ ...kwargs, __keywords: true }];
  return Reflect.apply(value, self, [...args, ...last]);
}

/** How many calls there are around whose caller cannot wait. */
let now = 0;

/** Whether what runs has to end before it returns: a macro then runs its synchronous code. */
export function isCalledNow(): boolean {
  return now > 0;
}

/** Runs code that cannot wait: the macros that it calls run their synchronous code. */
export function calledNow<T>(run: () => T): T {
  now += 1;
  try {
    return run();
  } finally {
    now -= 1;
  }
}

function settled(result: unknown): unknown {
  if (!(result instanceof Promise)) return result;
  result.catch(() => undefined);
  throw new PyError('RuntimeError', 'a call that has to wait, for an element that was not made ahead');
}
