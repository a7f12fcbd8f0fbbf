import type { Keywords } from '../values/host-object.ts';
import { toIndex } from '../values/number.ts';
import { typeError } from '../values/py-error.ts';
import { bindArguments, type Parameter, signature } from '../values/signature.ts';
import { plainText, TextValue } from '../values/text-value.ts';
import { typeName } from '../values/type-name.ts';
import { spendCharacters, spendText } from '../values/work.ts';
import type { Lookup, Method } from './method.ts';

/** A method without arguments. `name` is qualified (`str.upper`), as CPython's messages have it. */
export function noArguments<Self>(name: string, run: (self: Self) => unknown): [string, Method<Self>] {
  return entry(name, (self, args, kwargs) => {
    refuseKeywords(name, kwargs);
    if (args.length > 0) throw typeError(`${name}() takes no arguments (${args.length} given)`);
    return run(self);
  });
}

/** A method of exactly one positional argument. */
export function oneArgument<Self>(
  name: string,
  run: (self: Self, argument: unknown, lookup: Lookup) => unknown,
): [string, Method<Self>] {
  return entry(name, (self, args, kwargs, lookup) => {
    refuseKeywords(name, kwargs);
    if (args.length !== 1) throw typeError(`${name}() takes exactly one argument (${args.length} given)`);
    return run(self, args[0], lookup);
  });
}

/** A method of `least` to `most` positional arguments. */
export function positional<Self>(
  name: string,
  least: number,
  most: number,
  run: (self: Self, ...args: unknown[]) => unknown,
): [string, Method<Self>] {
  const short = shortName(name);
  const bound = (word: string, count: number, given: number): Error =>
    typeError(`${short} expected ${word}${count} argument${count === 1 ? '' : 's'}, got ${given}`);
  return entry(name, (self, args, kwargs) => {
    refuseKeywords(name, kwargs);
    const exact = least === most;
    if (args.length < least) throw bound(exact ? '' : 'at least ', least, args.length);
    if (args.length > most) throw bound(exact ? '' : 'at most ', most, args.length);
    return run(self, ...args);
  });
}

/** A method whose arguments may be given as keywords. */
export function keyworded<Self>(
  name: string,
  parameters: readonly Parameter[],
  run: (self: Self, ...args: never[]) => unknown,
): [string, Method<Self>] {
  const short = shortName(name);
  const sig = signature(short, parameters);
  const call = run as (self: Self, ...args: unknown[]) => unknown;
  const most = sig.positional.length;
  const known = new Set([...sig.positional, ...sig.keywordOnly].map((slot) => slot.name));
  return entry(name, (self, args, kwargs) => {
    if (args.length > most && !sig.rest) {
      if (most === 0) throw typeError(`${short}() takes no positional arguments`);
      throw typeError(`${short}() takes at most ${most} argument${most === 1 ? '' : 's'} (${args.length} given)`);
    }
    const unknown = sig.extra ? undefined : Object.keys(kwargs ?? {}).find((key) => !known.has(key));
    if (unknown !== undefined) throw typeError(`'${unknown}' is an invalid keyword argument for ${short}()`);
    return call(self, ...bindArguments(sig, args, kwargs));
  });
}

/** The int of an argument. Throws CPython's TypeError for other types. */
export function index(value: unknown): number {
  return toIndex(value, typeName);
}

/** As `index`, for a bound of a search: an int that is too large for a machine is the largest one. */
export function clampedIndex(value: unknown): number {
  if (typeof value !== 'bigint') return index(value);
  return value < 0n ? -Number.MAX_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
}

/** The text of an argument. Throws TypeError: "`what` must be str, not int". */
export function text(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw typeError(`${what} must be str, not ${typeName(value) === 'NoneType' ? 'None' : typeName(value)}`);
}

/** Methods of `str` that look at each character. */
const slow: ReadonlySet<string> = new Set([
  'title',
  'istitle',
  'swapcase',
  'translate',
  'expandtabs',
  'encode',
  'split',
  'splitlines',
  'replace',
  'count',
]);

function entry<Self>(name: string, method: Method<Self>): [string, Method<Self>] {
  if (name.startsWith('bytes.')) {
    return [shortName(name), (self, args, kwargs, lookup) => method(self, args.map(plainText), kwargs, lookup)];
  }
  if (!name.startsWith('str.')) return [shortName(name), method];
  return [
    shortName(name),
    (self, args, kwargs, lookup) => {
      const given = args.some((value) => value instanceof TextValue) ? args.map(plainText) : args;
      const size = String(self).length;
      if (slow.has(shortName(name))) spendCharacters(size);
      else spendText(size);
      const result = method(self, given, kwargs, lookup);
      if (typeof result === 'string') spendText(result.length);
      return result;
    },
  ];
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function refuseKeywords(name: string, kwargs: Keywords | null): void {
  if (kwargs !== null && Object.keys(kwargs).length > 0) throw typeError(`${name}() takes no keyword arguments`);
}
