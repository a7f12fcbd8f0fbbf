import { Tuple } from './tuple.ts';

/** A tuple whose elements have names too, as Jinja's group and Python's struct_time. */
export class NamedTuple extends Tuple {
  readonly #names: readonly string[];

  constructor(names: readonly string[] = []) {
    super();
    this.#names = names;
  }

  /** Makes one of its elements by name. */
  static make(elements: Readonly<Record<string, unknown>>): NamedTuple {
    const tuple = new NamedTuple(Object.keys(elements));
    tuple.push(...Object.values(elements));
    return tuple;
  }

  /** The element of a name; `undefined` (JS) if there is none. */
  named(name: string): unknown {
    const index = this.#names.indexOf(name);
    return index < 0 ? undefined : this[index];
  }
}
