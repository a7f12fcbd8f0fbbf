import { iterate } from '../values/iterate.ts';
import { PyError } from '../values/py-error.ts';
import { PySet } from '../values/py-set.ts';
import { repr } from '../values/repr.ts';
import { noArguments, oneArgument, positional } from './declare.ts';
import type { MethodTable } from './method.ts';

const many = Number.POSITIVE_INFINITY;
const setOf = (items: unknown): PySet => (items instanceof PySet ? items : new PySet(iterate(items)));

/** Takes an element out. CPython looks for a set by the frozen set that is equal, and there is none. */
const drop = (self: PySet, item: unknown): boolean => !(item instanceof PySet) && self.delete(item);

/** What two have in common. What is no set is gone through until all is found. */
function meet(self: PySet, other: unknown): PySet {
  if (other instanceof PySet) return self.intersection(other);
  const found = new PySet([]);
  for (const item of iterate(other)) {
    if (!self.has(item)) continue;
    found.add(item);
    if (found.size >= self.size) break;
  }
  return found;
}

/** Whether an element passes; those behind it are not looked at. */
function holdsOne(items: unknown, passes: (item: unknown) => boolean): boolean {
  for (const item of iterate(items)) if (passes(item)) return true;
  return false;
}

/** Methods of `set`. */
export const setMethods: MethodTable<PySet> = new Map([
  oneArgument('set.add', (self: PySet, item) => self.add(item)),
  noArguments('set.clear', (self: PySet) => self.clear()),
  noArguments('set.copy', (self: PySet) => new PySet(self)),
  oneArgument('set.discard', (self: PySet, item) => void drop(self, item)),
  oneArgument('set.remove', (self: PySet, item) => {
    if (!drop(self, item)) throw new PyError('KeyError', repr(item));
  }),
  noArguments('set.pop', (self: PySet) => {
    if (self.size === 0) throw new PyError('KeyError', "'pop from an empty set'");
    const [first] = [...self];
    self.delete(first);
    return first;
  }),
  positional('set.union', 0, many, (self: PySet, ...others) =>
    others.map(setOf).reduce((a, b) => a.union(b), new PySet(self)),
  ),
  positional('set.intersection', 0, many, (self: PySet, ...others) => others.reduce<PySet>(meet, new PySet(self))),
  positional('set.difference', 0, many, (self: PySet, ...others) =>
    others.map(setOf).reduce((a, b) => a.difference(b), new PySet(self)),
  ),
  oneArgument('set.symmetric_difference', (self: PySet, other) => self.symmetricDifference(setOf(other))),
  positional('set.update', 0, many, (self: PySet, ...others) => {
    for (const item of others.flatMap((other) => [...setOf(other)])) self.add(item);
  }),
  positional('set.difference_update', 0, many, (self: PySet, ...others) => {
    for (const item of others.flatMap((other) => [...setOf(other)])) self.delete(item);
  }),
  positional('set.intersection_update', 0, many, (self: PySet, ...others) => {
    const kept = others.map(setOf);
    for (const item of [...self]) if (!kept.every((other) => other.has(item))) self.delete(item);
  }),
  oneArgument('set.symmetric_difference_update', (self: PySet, other) => {
    for (const item of [...setOf(other)]) if (!self.delete(item)) self.add(item);
  }),
  oneArgument('set.isdisjoint', (self: PySet, other) => !holdsOne(other, (item) => self.has(item))),
  oneArgument('set.issubset', (self: PySet, other) => self.isSubset(setOf(other))),
  oneArgument('set.issuperset', (self: PySet, other) => !holdsOne(other, (item) => !self.has(item))),
]);
