import { callValue } from '../values/call-value.ts';
import { compare } from '../values/compare.ts';
import { equals } from '../values/equals.ts';
import { iterableOf } from '../values/iterate.ts';
import { isInt } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { PyIterator } from '../values/py-iterator.ts';
import type { Range } from '../values/range.ts';
import { repr } from '../values/repr.ts';
import { optional } from '../values/signature.ts';
import { truth } from '../values/truth.ts';
import { typeName } from '../values/type-name.ts';
import { inTurn } from '../values/waiting.ts';
import { refuseGrowth, refuseItems, spend } from '../values/work.ts';
import { clampedIndex, index, keyworded, noArguments, oneArgument, positional } from './declare.ts';
import type { MethodTable } from './method.ts';

type List = unknown[];

/** Methods of `tuple`, which `list` has too. */
export const tupleMethods: MethodTable<List> = new Map([
  oneArgument('tuple.count', (self: List, item) => count(self, item)),
  positional('tuple.index', 1, 3, (self: List, item, start, stop) => {
    const at = indexOf(self, item, start, stop);
    if (at < 0) throw valueError('tuple.index(x): x not in tuple');
    return at;
  }),
]);

/** Methods of `range`. */
export const rangeMethods: MethodTable<Range> = new Map([
  oneArgument('range.count', (self: Range, item) => [...self].filter((one) => equals(one, item)).length),
  oneArgument('range.index', (self: Range, item) => {
    const at = [...self].findIndex((one) => equals(one, item));
    if (at >= 0) return at;
    throw valueError(isInt(item) ? `${repr(item)} is not in range` : 'sequence.index(x): x not in sequence');
  }),
]);

/** Methods of `list`. */
export const listMethods: MethodTable<List> = new Map([
  oneArgument('list.append', (self: List, item) => {
    self.push(item);
    grown(self);
  }),
  noArguments('list.clear', (self: List) => void self.splice(0)),
  noArguments('list.copy', (self: List) => {
    refuseItems(self.length);
    return [...self];
  }),
  oneArgument('list.count', count),
  oneArgument('list.extend', extend),
  positional('list.index', 1, 3, (self: List, item, start, stop) => {
    const at = indexOf(self, item, start, stop);
    if (at < 0) throw valueError(`${repr(item)} is not in list`);
    return at;
  }),
  positional('list.insert', 2, 2, (self: List, at, item) => {
    spend(self.length / moving);
    self.splice(index(at), 0, item);
    grown(self);
  }),
  positional('list.pop', 0, 1, (self: List, at) => pop(self, at)),
  oneArgument('list.remove', (self: List, item) => {
    const at = indexOf(self, item, undefined, undefined);
    if (at < 0) throw valueError('list.remove(x): x not in list');
    spend(self.length / moving);
    self.splice(at, 1);
  }),
  noArguments('list.reverse', (self: List) => {
    spend(self.length / 8);
    self.reverse();
  }),
  keyworded(
    'list.sort',
    ['*', optional('key'), optional('reverse', false)],
    (self: List, key: unknown, reverse: unknown) => inTurn(sortInPlace(self, key, truth(reverse))),
  ),
]);

/** Elements that are moved in one step where one is put in or taken out. */
const moving = 64;

function count(self: List, item: unknown): number {
  spend(self.length / 8);
  return self.filter((element) => equals(element, item)).length;
}

function extend(self: List, items: unknown): void {
  const source = iterableOf(items);
  if (source === null) throw typeError(`'${typeName(items)}' object is not iterable`);
  // CPython makes room for elements whose number it does not know.
  if (items instanceof PyIterator && items.__type__ !== 'itertools.repeat' && sorting.has(self))
    sorting.set(self, true);
  for (const item of source === self ? [...self] : source) {
    self.push(item);
    grown(self);
  }
}

/** Lists that are being sorted, which are empty meanwhile, and whether something was put into them: it is lost, even where it was taken out again. */
const sorting: Map<List, boolean> = new Map();

/** A list got an element. Throws MemoryError where there are too many. */
function grown(self: List): void {
  if (sorting.has(self)) sorting.set(self, true);
  refuseGrowth(self.length);
}

function indexOf(self: List, item: unknown, start: unknown, stop: unknown): number {
  const clamp = (value: unknown, missing: number): number => {
    if (value === undefined) return missing;
    const at = clampedIndex(value);
    return at < 0 ? Math.max(0, at + self.length) : at;
  };
  const end = Math.min(clamp(stop, self.length), self.length);
  spend(self.length / 8);
  for (let i = clamp(start, 0); i < end; i += 1) if (equals(self[i], item)) return i;
  return -1;
}

function pop(self: List, at: unknown): unknown {
  const wanted = at === undefined ? self.length - 1 : index(at);
  if (self.length === 0) throw new PyError('IndexError', 'pop from empty list');
  const position = wanted < 0 ? wanted + self.length : wanted;
  if (position < 0 || position >= self.length) throw new PyError('IndexError', 'pop index out of range');
  spend((self.length - position) / moving);
  return self.splice(position, 1)[0];
}

function* sortInPlace(self: List, key: unknown, reverse: boolean): Generator<unknown, null> {
  const items = self.splice(0);
  let result: readonly unknown[] = items;
  const outer = sorting.get(self);
  let isChanged = false;
  sorting.set(self, false);
  try {
    const keyed: Keyed[] = [];
    for (const item of items) keyed.push({ item, key: key === null ? item : yield callValue(key, [item], null) });
    result = sorted(keyed, reverse);
  } finally {
    isChanged = sorting.get(self) === true;
    if (outer === undefined) sorting.delete(self);
    else sorting.set(self, outer);
    self.splice(0, self.length, ...result);
  }
  if (isChanged) throw valueError('list modified during sort');
  return null;
}

/** An element and what it is compared by. */
interface Keyed {
  readonly item: unknown;
  readonly key: unknown;
}

/** Python's `sorted`: stable, also when reversed; compares with `<` alone. */
export function sortedBy(
  items: Iterable<unknown>,
  key: ((item: unknown) => unknown) | null,
  reverse: boolean = false,
): unknown[] {
  const keyed = Array.from(items, (item) => ({ item, key: key === null ? item : key(item) }));
  return sorted(keyed, reverse);
}

function sorted(keyed: Keyed[], reverse: boolean): unknown[] {
  if (reverse) keyed.reverse();
  spend((keyed.length * Math.log2(keyed.length + 1)) / 4);
  keyed.sort((a, b) => (compare('<', a.key, b.key) ? -1 : compare('<', b.key, a.key) ? 1 : 0));
  if (reverse) keyed.reverse();
  return keyed.map((entry) => entry.item);
}
