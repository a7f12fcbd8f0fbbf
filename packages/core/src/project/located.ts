import type { Place } from '../diagnostics.ts';

/** A YAML value that remembers where it stands. `at(...path)` gives the place of a nested key, or the nearest outer one that exists. */
export interface Located {
  /** Plain data: mappings as objects, sequences as arrays, scalars as YAML 1.1 reads them for dbt (PyYAML). */
  readonly value: unknown;
  readonly place: Place;
  /** Where the characters of a text begin: after its quote, or on the line below `|`. Elsewhere the same as `place`. */
  readonly textPlace: Place;
  at(...path: readonly (string | number)[]): Place;
  /** The nested value with its own position, or undefined. */
  get(...path: readonly (string | number)[]): Located | undefined;
  /** The entries of a mapping in the order written, or of a sequence (keys are then indices). Empty for a scalar. */
  entries(): Iterable<readonly [key: string | number, value: Located]>;
}

/** Gives the place of an offset of a text. */
export type PlaceAt = (offset: number) => Place;

/** What a located value is made of. Offsets count UTF-16 units of the text. */
export interface LocatedParts {
  readonly value: unknown;
  readonly offset: number;
  readonly textOffset?: number;
  readonly children?: ReadonlyMap<string | number, LocatedChild>;
}

/** A nested value and where its key stands (for an item of a sequence: where the item stands). */
export interface LocatedChild {
  readonly keyOffset: number;
  readonly node: Located;
}

/** Makes a located value. Places are worked out when they are asked for. */
export function located(parts: LocatedParts, placeAt: PlaceAt): Located {
  return new LocatedNode(parts, placeAt);
}

const noChildren: ReadonlyMap<string | number, LocatedChild> = new Map();

class LocatedNode implements Located {
  readonly value: unknown;
  readonly #offset: number;
  readonly #textOffset: number;
  readonly #children: ReadonlyMap<string | number, LocatedChild>;
  readonly #placeAt: PlaceAt;

  constructor(parts: LocatedParts, placeAt: PlaceAt) {
    this.value = parts.value;
    this.#offset = parts.offset;
    this.#textOffset = parts.textOffset ?? parts.offset;
    this.#children = parts.children ?? noChildren;
    this.#placeAt = placeAt;
  }

  get place(): Place {
    return this.#placeAt(this.#offset);
  }

  get textPlace(): Place {
    return this.#placeAt(this.#textOffset);
  }

  at(...path: readonly (string | number)[]): Place {
    const [key, ...rest] = path;
    const child = key === undefined ? undefined : this.#children.get(key);
    if (child === undefined) return this.place;
    if (rest.length === 0) return this.#placeAt(child.keyOffset);
    const inner = child.node instanceof LocatedNode && child.node.#children.has(rest[0] ?? '');
    return inner ? child.node.at(...rest) : this.#placeAt(child.keyOffset);
  }

  get(...path: readonly (string | number)[]): Located | undefined {
    const [key, ...rest] = path;
    if (key === undefined) return this;
    return this.#children.get(key)?.node.get(...rest);
  }

  *entries(): Iterable<readonly [key: string | number, value: Located]> {
    for (const [key, child] of this.#children) yield [key, child.node];
  }
}
