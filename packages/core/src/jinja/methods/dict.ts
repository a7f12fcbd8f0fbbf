import { Dict, type MappingLike, mappingOf } from '../values/dict.ts';
import { DictView } from '../values/dict-view.ts';
import { hashKey } from '../values/hash-key.ts';
import { hostOf, keywordPairs } from '../values/host-object.ts';
import { iterableOf, iterate, lengthOf } from '../values/iterate.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { repr } from '../values/repr.ts';
import { Tuple } from '../values/tuple.ts';
import { typeName } from '../values/type-name.ts';
import { Undefined } from '../values/undefined.ts';
import { noArguments, positional } from './declare.ts';
import type { Method, MethodTable } from './method.ts';

const update: Method<unknown> = (self, args, kwargs) => {
  if (args.length > 1) throw typeError(`update expected at most 1 argument, got ${args.length}`);
  const target = dict(self);
  if (args.length === 1) for (const [key, value] of pairs(args[0])) target.set(key, value);
  for (const [key, value] of keywordPairs(kwargs)) target.set(key, value);
  return null;
};

/** Methods of `dict`, for Dict and for the host's plain objects and Maps. */
export const dictMethods: MethodTable<unknown> = new Map([
  noArguments('dict.clear', (self: unknown) => void dict(self).clear()),
  noArguments('dict.copy', (self: unknown) => new Dict(dict(self).entries())),
  positional('dict.fromkeys', 1, 2, (_self: unknown, keys, value = null) => {
    return new Dict(Array.from(iterate(keys), (key) => [key, value]));
  }),
  positional('dict.get', 1, 2, (self: unknown, key, missing = null) => {
    const value = dict(self).get(key);
    return value === undefined ? missing : value;
  }),
  noArguments('dict.items', (self: unknown) => new DictView(dict(self), 'items')),
  noArguments('dict.keys', (self: unknown) => new DictView(dict(self), 'keys')),
  noArguments('dict.values', (self: unknown) => new DictView(dict(self), 'values')),
  positional('dict.pop', 1, 2, pop),
  noArguments('dict.popitem', popItem),
  positional('dict.setdefault', 1, 2, (self: unknown, key, value = null) => {
    const target = dict(self);
    if (!target.has(key)) target.set(key, value);
    return target.get(key);
  }),
  ['update', update],
]);

function dict(self: unknown): MappingLike {
  const mapping = mappingOf(self);
  if (mapping === null) throw typeError(`descriptor requires a 'dict' object but received '${typeName(self)}'`);
  return mapping;
}

function pop(self: unknown, ...args: unknown[]): unknown {
  const [key, missing] = args;
  const target = dict(self);
  // CPython does not look at the key when there is nothing to find.
  const value = target.size === 0 ? undefined : target.get(key);
  if (value === undefined) {
    if (args.length > 1) return missing;
    throw new PyError('KeyError', repr(key));
  }
  target.delete(key);
  return value;
}

function popItem(self: unknown): Tuple {
  const target = dict(self);
  const last = [...target.entries()].at(-1);
  if (last === undefined) throw new PyError('KeyError', "'popitem(): dictionary is empty'");
  target.delete(last[0]);
  return Tuple.of(...last);
}

/** The entries of a mapping, or of an iterable of pairs. Throws TypeError or ValueError in the words of `dict(…)`. */
export function pairs(source: unknown): [unknown, unknown][] {
  if (source instanceof Undefined && source.mode !== 'parse') throw source.error();
  const mapping = mappingOf(source);
  if (mapping !== null) return [...mapping.entries()];
  const items = iterableOf(source);
  if (items === null) throw typeError(`'${typeName(source)}' object is not iterable`);
  const host = hostOf(source);
  if (host?.__mapping__ === true) return Array.from(items, (key) => [key, host.__getitem__?.(key)]);
  return Array.from(items, (item, i) => {
    const parts = iterableOf(item);
    if (parts === null) throw typeError(`cannot convert dictionary update sequence element #${i} to a sequence`);
    if (lengthOf(item) !== 2) {
      throw valueError(`dictionary update sequence element #${i} has length ${lengthOf(item) ?? 0}; 2 is required`);
    }
    const [key, value] = parts;
    // A key that is none is told before the next element is looked at.
    hashKey(key);
    return [key, value];
  });
}
