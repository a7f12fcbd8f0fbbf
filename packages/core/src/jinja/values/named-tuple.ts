import { Tuple } from './tuple.ts';

/** A tuple whose elements have names too, as Jinja's group and Python's struct_time. */
export class NamedTuple extends Tuple {
  readonly #names: readonly string[];
  /** The class that its repr names; null for one that shows itself as a tuple. */
  readonly shownAs: string | null;

  /** Values that have a name and no place. */
  readonly #others: Readonly<Record<string, unknown>>;

  constructor(
    names: readonly string[] = [],
    shownAs: string | null = null,
    others: Readonly<Record<string, unknown>> = {},
  ) {
    super();
    this.#names = names;
    this.shownAs = shownAs;
    this.#others = others;
  }

  /** Makes one of its elements by name. */
  static make(
    elements: Readonly<Record<string, unknown>>,
    shownAs: string | null = null,
    others: Readonly<Record<string, unknown>> = {},
  ): NamedTuple {
    const tuple = new NamedTuple(Object.keys(elements), shownAs, others);
    tuple.push(...Object.values(elements));
    return tuple;
  }

  /** Its class, with the module. */
  get type(): string {
    if (this.shownAs === null) return 'jinja2.filters._GroupTuple';
    return this.shownAs.includes('.') ? this.shownAs : `decimal.${this.shownAs}`;
  }

  /** The names in order. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** The element of a name; `undefined` (JS) if there is none. */
  named(name: string): unknown {
    const index = this.#names.indexOf(name);
    if (index >= 0) return this[index];
    return Object.hasOwn(this.#others, name) ? this.#others[name] : undefined;
  }
}
