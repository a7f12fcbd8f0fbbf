import { createHash } from 'node:crypto';
import { dumpJson, parseJson } from '../jinja/format/json.ts';
import type { Callable, Parameter } from '../jinja/values/index.ts';
import {
  Dict,
  hostFunction,
  isUndefined,
  iterableOf,
  iterate,
  mappingOf,
  optional,
  PyError,
  PyIterator,
  PySet,
  rawFunction,
  spend,
  Tuple,
  truth,
  typeName,
} from '../jinja/values/index.ts';
import { bindArguments, signature } from '../jinja/values/signature.ts';
import { emitYaml } from '../yaml/emitter.ts';
import { valueOfYaml } from './from-yaml.ts';
import { yamlNodes } from './yaml-nodes.ts';

const withDefault: readonly Parameter[] = ['value', optional('default')];
const withSort: readonly Parameter[] = [...withDefault, optional('sort_keys', false)];

/** dbt's functions that need nothing of a project: conversions, sets, hashes. */
export const baseFunctions: Readonly<Record<string, Callable>> = {
  tojson: hostFunction('tojson', withSort, (value, fallback, sort) =>
    attempt(() => dumpJson(value, { sortKeys: truth(sort) }), fallback, ['ValueError']),
  ),
  fromjson: hostFunction('fromjson', ['string', optional('default')], (text: unknown, fallback: unknown) => {
    if (text instanceof Uint8Array) return attempt(() => parseJson(jsonText(text)), fallback, jsonErrors);
    const json = textOf(text, 'the JSON object must be str, bytes or bytearray, not ');
    return attempt(() => parseJson(json), fallback, jsonErrors);
  }),
  toyaml: exactTypes('toyaml', withSort, (value, fallback, sort) =>
    attempt(() => emitYaml(yamlNodes(value, truth(sort))), fallback, ['ValueError', 'RepresenterError']),
  ),
  fromyaml: exactTypes('fromyaml', withDefault, (text, fallback) => {
    if (isUndefined(text) && text.mode === 'default') throw text.error();
    if (text instanceof Uint8Array) return fromYaml(yamlText(text), fallback);
    return fromYaml(textOf(text, 'a string or stream input is required', false), fallback);
  }),
  set: hostFunction('set', withDefault, (value, fallback) => {
    const items = iterableOf(value);
    return items === null ? fallback : attempt(() => new PySet(items), fallback, ['TypeError']);
  }),
  set_strict: hostFunction('set_strict', ['value'], (value) => new PySet(iterate(value))),
  zip: hostFunction('zip', ['*args', optional('default')], (args: unknown[], fallback: unknown) => {
    return args.every((arg) => iterableOf(arg) !== null) ? zipped(args) : fallback;
  }),
  zip_strict: hostFunction('zip_strict', ['*args'], (args: unknown[]) => zipped(args)),
  local_md5: hostFunction('local_md5', ['value'], (value: unknown) => {
    if (isUndefined(value) && value.mode === 'parse')
      throw new PyError('TypeError', 'object supporting the buffer API required');
    if (isUndefined(value)) throw value.error();
    if (typeof value !== 'string') {
      throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute 'encode'`);
    }
    return createHash('md5').update(value).digest('hex');
  }),
  diff_of_two_dicts: hostFunction('diff_of_two_dicts', ['dict_a', 'dict_b'], (a, b) => differences(a, b)),
};

/** A function that tells text that is marked as safe from other text: YAML's reader and writer refuse it. */
function exactTypes(
  name: string,
  parameters: readonly Parameter[],
  run: (...args: readonly unknown[]) => unknown,
): Callable {
  const sig = signature(name, parameters);
  return rawFunction(name, (args, kwargs) => run(...bindArguments(sig, args, kwargs)), 'function');
}

/** What a function gives, or the fallback where it fails with an error of these classes. */
function attempt(run: () => unknown, fallback: unknown, kinds: readonly string[]): unknown {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof PyError && kinds.includes(cause.kind)) return fallback;
    throw cause;
  }
}

const jsonErrors = ['ValueError', 'JSONDecodeError', 'UnicodeDecodeError'];

/** The text of JSON in bytes, whose encoding shows by where its zeros are. */
function jsonText(bytes: Uint8Array): string {
  const [a, b, c] = bytes;
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0)) return new TextDecoder('utf-16le').decode(bytes);
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0)) return new TextDecoder('utf-16be').decode(bytes);
  const isMarked = a === 0xef && b === 0xbb && c === 0xbf;
  return Buffer.from(isMarked ? bytes.subarray(3) : bytes).toString('utf8');
}

/** The text of an argument. Throws TypeError for other types. */
function textOf(value: unknown, words: string, named: boolean = true): string {
  if (typeof value === 'string') return value;
  throw new PyError('TypeError', named ? words + typeName(value) : words);
}

const deepest = 500;

/** Throws RecursionError for a document that is nested too deeply, before the parser goes as deep. */
function refuseDeep(text: string): void {
  spend(text.length * 2);
  let depth = 0;
  for (const mark of text.match(/[[\]{}]|- (?=-)/g) ?? []) {
    depth += mark === ']' || mark === '}' ? -1 : 1;
    if (depth > deepest) throw new PyError('RecursionError', 'maximum recursion depth exceeded');
  }
}

/** The text of YAML in bytes: UTF-16 with a mark, else UTF-8; null where it is neither. */
function yamlText(bytes: Uint8Array): string | null {
  const [a, b] = bytes;
  const encoding = a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function fromYaml(text: string | null, fallback: unknown): unknown {
  if (text === null) return fallback;
  refuseDeep(text);
  try {
    return valueOfYaml(text);
  } catch (cause) {
    // Of the limits of a render.
    if (cause instanceof PyError && !['ValueError', 'OverflowError', 'TypeError'].includes(cause.kind)) throw cause;
    return fallback;
  }
}

function zipped(sources: readonly unknown[]): PyIterator {
  return new PyIterator(tuples(sources.map((source) => iterate(source)[Symbol.iterator]())), 'zip');
}

function* tuples(sources: readonly Iterator<unknown>[]): Generator<Tuple> {
  while (sources.length > 0) {
    const values: unknown[] = [];
    // Those behind one that ends are not asked any more.
    for (const source of sources) {
      const step = source.next();
      if (step.done === true) return;
      values.push(step.value);
    }
    yield Tuple.from(values);
  }
}

/** What of a mapping of lists of text is not in another one; upper and lower case are the same. */
function differences(a: unknown, b: unknown): Dict {
  const known = new Map<string, readonly string[]>();
  const others = mappingOf(b);
  if (others === null) throw new PyError('AttributeError', `'${typeName(b)}' object has no attribute 'items'`);
  for (const [key, list] of others.entries()) known.set(folded(key), Array.from(iterate(list), folded));
  const left = new Dict();
  for (const key of iterate(a)) {
    const list = mappingOf(a)?.get(key);
    const same = known.get(folded(key));
    if (list === undefined)
      throw new PyError('TypeError', `${typeName(a)} indices must be integers or slices, not str`);
    const rest = same === undefined ? list : Array.from(iterate(list)).filter((one) => !same.includes(folded(one)));
    if (same === undefined || (rest as unknown[]).length > 0) left.set(key, rest);
  }
  return left;
}

function folded(value: unknown): string {
  if (typeof value === 'string') return value.toLowerCase();
  throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute 'casefold'`);
}
