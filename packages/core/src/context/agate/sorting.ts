import { compare, equals } from '../../jinja/values/index.ts';

/** A stable sort by keys of several values, NULLs last; turned round, they are first. */
export function sorted<T>(items: Iterable<T>, keys: (item: T) => readonly unknown[], reverse = false): T[] {
  const keyed = Array.from(items, (item) => ({ item, keys: keys(item) }));
  const sign = reverse ? -1 : 1;
  keyed.sort((a, b) => {
    for (const [at, one] of a.keys.entries()) {
      const order = ordered(one ?? null, b.keys[at] ?? null);
      if (order !== 0) return sign * order;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}

function ordered(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (equals(a, b)) return 0;
  return compare('<', a, b) ? -1 : 1;
}
