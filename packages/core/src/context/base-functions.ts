import { createHash } from 'node:crypto';
import { stringify as stringifyYaml } from 'yaml';
import { hasErrors } from '../diagnostics.ts';
import { dumpJson, parseJson } from '../jinja/format/json.ts';
import { PyDate } from '../jinja/modules/index.ts';
import type { Callable, Parameter } from '../jinja/values/index.ts';
import {
  Dict,
  hostFunction,
  isUndefined,
  iterableOf,
  iterate,
  length,
  mappingOf,
  optional,
  PyError,
  PyFloat,
  PyIterator,
  PySet,
  spend,
  Tuple,
  truth,
  typeName,
} from '../jinja/values/index.ts';
import { readYaml } from '../project/read-yaml.ts';
import { FieldsObject } from './fields-object.ts';
import { entriesOf, isMapping, toPlain } from './plain.ts';

const withDefault: readonly Parameter[] = ['value', optional('default')];
const withSort: readonly Parameter[] = [...withDefault, optional('sort_keys', false)];

/** dbt's functions that need nothing of a project: conversions, sets, hashes. */
export const baseFunctions: Readonly<Record<string, Callable>> = {
  tojson: hostFunction('tojson', withSort, (value, _fallback, sort) => dumpJson(value, { sortKeys: truth(sort) })),
  fromjson: hostFunction('fromjson', withDefault, (text: unknown, fallback: unknown) => {
    if (text instanceof Uint8Array) return attempt(() => parseJson(Buffer.from(text).toString('utf8')), fallback);
    const json = textOf(text, 'the JSON object must be str, bytes or bytearray, not ');
    return attempt(() => parseJson(json), fallback);
  }),
  toyaml: hostFunction('toyaml', withSort, (value, fallback, sort) =>
    attempt(() => yamlText(value, truth(sort)), fallback),
  ),
  fromyaml: hostFunction('fromyaml', withDefault, (text, fallback) =>
    fromYaml(textOf(text, 'a string or stream input is required', false), fallback),
  ),
  set: hostFunction('set', withDefault, (value, fallback) => {
    const items = iterableOf(value);
    return items === null ? fallback : new PySet(items);
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

function attempt(run: () => unknown, fallback: unknown): unknown {
  try {
    return run();
  } catch {
    return fallback;
  }
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

function fromYaml(text: string, fallback: unknown): unknown {
  refuseDeep(text);
  const { root, diagnostics } = readYaml(text, '<fromyaml>');
  return hasErrors(diagnostics) ? fallback : (root?.value ?? null);
}

function yamlText(value: unknown, sort: boolean): string {
  if (!isDocument(value)) throw new PyError('RepresenterError', `cannot represent an object: ${typeName(value)}`);
  spend((Array.isArray(value) ? length(value) : 0) * 20);
  const text = stringifyYaml(toPlain(value), {
    version: '1.1',
    indentSeq: false,
    sortMapEntries: sort,
    lineWidth: 80,
    singleQuote: true,
    blockQuote: false,
  });
  // PyYAML ends a document that is a plain scalar by a mark.
  const isPlain = !text.startsWith("'") && !text.startsWith('"');
  return isPlain && iterableOf(typeof value === 'string' ? null : value) === null ? `${text}...\n` : text;
}

/** Whether PyYAML can write a value: texts, numbers, dates and what is made of them, but no relation, column, decimal or macro. */
function isDocument(value: unknown): boolean {
  if (value === null || ['string', 'boolean', 'number', 'bigint'].includes(typeof value)) return true;
  spend(1);
  if (value instanceof PyFloat || value instanceof PyDate || value instanceof FieldsObject) return true;
  if (value instanceof PySet || Array.isArray(value)) return Array.from(value as Iterable<unknown>).every(isDocument);
  return isMapping(value) && Array.from(entriesOf(value)).every((entry) => entry.every(isDocument));
}

function zipped(sources: readonly unknown[]): PyIterator {
  return new PyIterator(tuples(sources.map((source) => iterate(source)[Symbol.iterator]())), 'zip');
}

function* tuples(sources: readonly Iterator<unknown>[]): Generator<Tuple> {
  for (;;) {
    const steps = sources.map((source) => source.next());
    if (steps.length === 0 || steps.some((step) => step.done === true)) return;
    yield Tuple.from(steps.map((step) => step.value));
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
