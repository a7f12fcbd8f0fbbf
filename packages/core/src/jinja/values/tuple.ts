/** A Python tuple. Made with `Tuple.of(…)` or `Tuple.from(…)`; its `map`, `slice` and the like give lists. */
export class Tuple<T = unknown> extends Array<T> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static override of<T>(...items: T[]): Tuple<T> {
    return Tuple.from(items);
  }

  static override from<T, U = T>(items: Iterable<T> | ArrayLike<T>, map?: (item: T, index: number) => U): Tuple<U> {
    const tuple = new Tuple<U>();
    // One by one: what a call spreads has to fit the stack.
    for (const item of map === undefined ? (Array.from(items) as unknown as U[]) : Array.from(items, map))
      tuple.push(item);
    return tuple;
  }
}
