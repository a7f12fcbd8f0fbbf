import { getItem } from '../attributes.ts';
import { takeChance } from '../chance.ts';
import { index } from '../methods/declare.ts';
import { sortedBy } from '../methods/list.ts';
import { binary } from '../values/binary.ts';
import { compare } from '../values/compare.ts';
import { Dict, mappingOf } from '../values/dict.ts';
import { DictView } from '../values/dict-view.ts';
import { equals } from '../values/equals.ts';
import { hashKey } from '../values/hash-key.ts';
import { hostOf } from '../values/host-object.ts';
import { characters, iterate, length } from '../values/iterate.ts';
import { escapedText, Markup } from '../values/markup.ts';
import { NamedTuple } from '../values/named-tuple.ts';
import { PyError, typeError } from '../values/py-error.ts';
import { PyIterator } from '../values/py-iterator.ts';
import { Range } from '../values/range.ts';
import type { FilterFunction, RenderEnv } from '../values/render-env.ts';
import { toStr } from '../values/repr.ts';
import { optional } from '../values/signature.ts';
import { plainText, TextValue } from '../values/text-value.ts';
import { truth } from '../values/truth.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { isUndefined } from '../values/undefined.ts';
import { refuseItems } from '../values/work.ts';
import { attributeGetter, filter, filterArgumentError, ignoreCase, missing, rawFilter, sortGetter } from './declare.ts';

const byAttribute = [optional('case_sensitive', false), optional('attribute')];

/** The `length` filter, which is `count` too. */
export const lengthFilter: FilterFunction = filter('len', ['obj'], (_env, value: unknown) => length(value));

/** Filters over the elements of a sequence. */
export const sequenceFilters: Readonly<Record<string, FilterFunction>> = {
  length: lengthFilter,
  list: filter('do_list', ['value'], (_env, value: unknown) => {
    const items = Array.from(iterate(value));
    refuseItems(items.length);
    return items;
  }),
  first: filter('do_first', ['seq'], first, 1),
  last: filter('do_last', ['seq'], last, 1),
  random: filter('do_random', ['seq'], random, 1),
  reverse: rawFilter('do_reverse', ['value'], (_env, value: unknown) => reverse(value)),
  join: rawFilter('do_join', ['value', optional('d', ''), optional('attribute')], join, 1),
  sort: filter('do_sort', ['value', optional('reverse', false), ...byAttribute], sort, 1),
  unique: filter('do_unique', ['value', ...byAttribute], unique, 1),
  min: filter('do_min', ['value', ...byAttribute], (env, ...args: unknown[]) => extreme(env, '<', args), 1),
  max: filter('do_max', ['value', ...byAttribute], (env, ...args: unknown[]) => extreme(env, '>', args), 1),
  sum: filter('do_sum', ['iterable', optional('attribute'), optional('start', 0)], sum, 1),
  batch: filter('do_batch', ['value', 'linecount', optional('fill_with')], batch),
  slice: filter('do_slice', ['value', 'slices', optional('fill_with')], slice),
  groupby: filter(
    'do_groupby',
    ['value', 'attribute', optional('default'), optional('case_sensitive', false)],
    groupBy,
    1,
  ),
  dictsort: filter(
    'do_dictsort',
    ['value', optional('case_sensitive', false), optional('by', 'key'), optional('reverse', false)],
    dictSort,
  ),
  items: filter('do_items', ['value'], (_env, value: unknown) => new PyIterator(items(value), 'generator', 'do_items')),
};

function first(env: RenderEnv, seq: unknown): unknown {
  for (const item of iterate(seq)) return item;
  return missing(env, 'No first item, sequence was empty.');
}

function last(env: RenderEnv, seq: unknown): unknown {
  const all = isUndefined(seq) ? [] : reversible(seq);
  if (all === null) throw typeError(`'${typeName(seq)}' object is not reversible`);
  return all.length === 0 ? missing(env, 'No last item, sequence was empty.') : all.at(-1);
}

function random(env: RenderEnv, seq: unknown): unknown {
  const size = length(seq);
  if (size === 0) return missing(env, 'No random item, sequence was empty.');
  takeChance();
  return chosen(seq, Math.floor(Math.random() * size), env.mode);
}

function chosen(seq: unknown, at: number, mode: RenderEnv['mode']): unknown {
  const mapping = mappingOf(seq);
  if (mapping === null && !(seq instanceof DictView)) return getItem(seq, at, mode);
  if (mapping === null) throw typeError(`'${typeName(seq)}' object is not subscriptable`);
  const value = mapping.get(at);
  if (value === undefined) throw new PyError('KeyError', String(at));
  return value;
}

/** The elements of a value that Python's `reversed` takes; null for one that it refuses. */
function reversible(value: unknown): unknown[] | null {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array || mappingOf(value) !== null) {
    return Array.from(iterate(value));
  }
  const isSequence = value instanceof Range || value instanceof DictView || hostOf(value)?.__getitem__ !== undefined;
  return isSequence ? Array.from(iterate(value)) : null;
}

/** The type of what Python's `reversed` gives. */
function reversedType(value: unknown): string {
  if (value instanceof Range) return 'range_iterator';
  if (value instanceof DictView) return `dict_reverse${value.kind.replace(/s$/, '')}iterator`;
  if (Array.isArray(value)) return value instanceof Tuple ? 'reversed' : 'list_reverseiterator';
  return value instanceof Dict ? 'dict_reversekeyiterator' : 'reversed';
}

function reverse(value: unknown): unknown {
  if (value instanceof TextValue) {
    const text = characters(value.text).reverse().join('');
    return value instanceof Markup ? new Markup(text) : text;
  }
  if (typeof value === 'string') return characters(value).reverse().join('');
  if (isUndefined(value)) return new PyIterator([], 'reversed');
  const known = reversible(value);
  if (known !== null) return new PyIterator(known.reverse(), reversedType(value));
  try {
    return Array.from(iterate(value)).reverse();
  } catch (cause) {
    if (!(cause instanceof PyError)) throw cause;
    throw filterArgumentError('argument must be iterable');
  }
}

function join(env: RenderEnv, value: unknown, by: unknown, attribute: unknown): unknown {
  const get = attributeGetter(env, plainText(attribute));
  const items = Array.from(iterate(value), get);
  const isMarkup = env.autoescape && (by instanceof Markup || items.some((item) => item instanceof Markup));
  if (!isMarkup) return items.map(toStr).join(toStr(by));
  return new Markup(items.map(escapedText).join(escapedText(by)));
}

function casing(caseSensitive: unknown): ((value: unknown) => unknown) | null {
  return truth(caseSensitive) ? null : ignoreCase;
}

function sort(
  env: RenderEnv,
  value: unknown,
  reversed: unknown,
  caseSensitive: unknown,
  attribute: unknown,
): unknown[] {
  return sortedBy(iterate(value), sortGetter(env, attribute, casing(caseSensitive)), index(reversed) !== 0);
}

function unique(env: RenderEnv, value: unknown, caseSensitive: unknown, attribute: unknown): PyIterator {
  const get = attributeGetter(env, attribute, casing(caseSensitive));
  return new PyIterator(
    (function* uniqueItems(): Generator {
      const seen = new Set<unknown>();
      for (const item of iterate(value)) {
        const key = hashKey(get(item));
        if (seen.has(key)) continue;
        seen.add(key);
        yield item;
      }
    })(),
    'generator',
    'sync_do_unique',
  );
}

function extreme(env: RenderEnv, operator: '<' | '>', args: readonly unknown[]): unknown {
  const [value, caseSensitive, attribute] = args;
  const get = attributeGetter(env, attribute, casing(caseSensitive));
  let best: { readonly item: unknown; readonly key: unknown } | null = null;
  for (const item of iterate(value)) {
    const key = get(item);
    if (best === null || compare(operator, key, best.key)) best = { item, key };
  }
  return best === null ? missing(env, 'No aggregated item, sequence was empty.') : best.item;
}

function sum(env: RenderEnv, value: unknown, attribute: unknown, start: unknown): unknown {
  const get = attributeGetter(env, attribute);
  const items = iterate(value);
  if (typeof start === 'string') throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
  if (start instanceof Uint8Array) throw typeError("sum() can't sum bytes [use b''.join(seq) instead]");
  let total: unknown = start;
  for (const item of items) total = binary('+', total, get(item));
  return total;
}

function batch(_env: RenderEnv, value: unknown, count: unknown, fill: unknown): PyIterator {
  return new PyIterator(
    (function* batches(): Generator {
      let line: unknown[] = [];
      for (const item of iterate(value)) {
        if (equals(line.length, count)) {
          yield line;
          line = [];
        }
        line.push(item);
      }
      if (line.length === 0) return;
      const isShort = fill !== null && compare('<', line.length, count);
      const missed = isShort ? binary('*', [fill], binary('-', count, line.length)) : [];
      yield [...line, ...iterate(missed)];
    })(),
    'generator',
    'do_batch',
  );
}

function slice(_env: RenderEnv, value: unknown, slices: unknown, fill: unknown): PyIterator {
  return new PyIterator(
    (function* columns(): Generator {
      const all = Array.from(iterate(value));
      binary('//', all.length, slices);
      const count = index(slices);
      const size = Math.floor(all.length / count);
      const extra = all.length - size * count;
      for (let i = 0; i < count; i += 1) {
        const start = i * size + Math.min(i, extra);
        const column = all.slice(start, start + size + (i < extra ? 1 : 0));
        if (fill !== null && i >= extra) column.push(fill);
        yield column;
      }
    })(),
    'generator',
    'sync_do_slice',
  );
}

function groupBy(
  env: RenderEnv,
  value: unknown,
  attribute: unknown,
  fallback: unknown,
  caseSensitive: unknown,
): unknown {
  const get = attributeGetter(env, attribute, casing(caseSensitive), fallback);
  const exact = attributeGetter(env, attribute, null, fallback);
  const groups: { readonly key: unknown; readonly list: unknown[] }[] = [];
  for (const item of sortedBy(iterate(value), get)) {
    const key = get(item);
    const open = groups.at(-1);
    if (open !== undefined && equals(open.key, key)) open.list.push(item);
    else groups.push({ key, list: [item] });
  }
  return groups.map(({ list }) => NamedTuple.make({ grouper: exact(list[0]), list }));
}

function dictSort(_env: RenderEnv, value: unknown, caseSensitive: unknown, by: unknown, reversed: unknown): unknown[] {
  const position = by === 'key' ? 0 : by === 'value' ? 1 : null;
  if (position === null) throw filterArgumentError('You can only sort by either "key" or "value"');
  if (isUndefined(value) && value.mode === 'parse') return [];
  if (isUndefined(value)) throw value.error();
  const mapping = mappingOf(value);
  if (mapping === null) throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
  const post = casing(caseSensitive);
  const key = (entry: unknown): unknown => {
    const part = (entry as Tuple)[position];
    return post === null ? part : post(part);
  };
  return sortedBy(
    Array.from(mapping.entries(), ([k, v]) => Tuple.of(k, v)),
    key,
    truth(reversed),
  );
}

function* items(value: unknown): Generator<Tuple> {
  if (isUndefined(value)) return;
  const mapping = mappingOf(value);
  const host = hostOf(value);
  if (mapping === null && host?.__mapping__ !== true) throw typeError('Can only get item pairs from a mapping.');
  const source = mapping ?? new Dict(Array.from(iterate(value), (key) => [key, host?.__getitem__?.(key)]));
  for (const [key, item] of source.entries()) yield Tuple.of(key, item);
}
