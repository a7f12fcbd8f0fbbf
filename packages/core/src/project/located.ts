import type { Place } from '../diagnostics.ts';
import { isYamlTime } from './yaml-scalars.ts';

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

/** A value in the place of another: what a text in Jinja gives, and all that is in it, stands where the text does. */
export function standingAt(node: Located, value: unknown): Located {
  const entries = (): readonly (readonly [string | number, unknown])[] =>
    Array.isArray(value) ? [...value.entries()] : isPlainObject(value) ? Object.entries(value as object) : [];
  const child = (key: string | number, inner: unknown): Located => standingAt(node.get(key) ?? node, inner);
  return {
    value,
    place: node.place,
    textPlace: node.textPlace,
    at: (...path) => node.at(...path),
    get: (key, ...rest) => {
      if (key === undefined) return standingAt(node, value);
      const found = entries().find(([one]) => one === key);
      return found === undefined ? undefined : child(...found).get(...rest);
    },
    entries: () => entries().map(([key, inner]) => [key, child(key, inner)] as const),
  };
}

/** Whether YAML reads a date or a time here: a text without quotes that is written like one. */
export function isTimeAt(root: Located, path: readonly (string | number)[]): boolean {
  const { place, textPlace, value } = root.get(...path) ?? root;
  const isPlain = place.line === textPlace.line && place.column === textPlace.column;
  return typeof value === 'string' && isPlain && isYamlTime(value);
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

/** The places of a text's offsets: lines end with `\n`. */
export function placesIn(text: string, file: string): PlaceAt {
  let starts: number[] | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return starts;
}

/**
 * A located value as plain data: a scalar with its offsets; the offset of a sequence, then where each item begins and the item; the offset of a mapping,
 * then each key, where it begins, and its value.
 */
export type LocatedData =
  | readonly ['scalar', unknown, number, number]
  | readonly ['list' | 'map', number, ...(string | number | LocatedData)[]];

/** What `locatedFrom` makes the value of again. */
export function locatedData(value: Located): LocatedData {
  if (!(value instanceof LocatedNode)) throw new TypeError('a located value of another maker');
  return value.data();
}

/** The located value that `locatedData` took apart; `placeAt` is for the text that it stood in. */
export function locatedFrom(data: LocatedData, placeAt: PlaceAt): Located {
  const [kind, first, ...rest] = data;
  if (kind === 'scalar') {
    const [offset = 0, textOffset = 0] = rest as readonly number[];
    return located({ value: first, offset, textOffset }, placeAt);
  }
  const children = new Map<string | number, LocatedChild>();
  const step = kind === 'list' ? 2 : 3;
  for (let at = 0; at < rest.length; at += step) {
    const [keyOffset, child] = rest.slice(at + step - 2, at + step) as [number, LocatedData];
    children.set(kind === 'list' ? at / 2 : (rest[at] as string), { keyOffset, node: locatedFrom(child, placeAt) });
  }
  const value = kind === 'list' ? Array.from(children.values(), ({ node }) => node.value) : mappingOf(children);
  return located({ value, offset: first, children }, placeAt);
}

/** The plain value of a mapping's children. */
export function mappingOf(children: ReadonlyMap<string | number, LocatedChild>): Record<string, unknown> {
  return Object.fromEntries(Array.from(children, ([key, { node }]) => [key, node.value]));
}

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

  data(): LocatedData {
    const { value } = this;
    if (!Array.isArray(value) && !isPlainObject(value)) return ['scalar', value, this.#offset, this.#textOffset];
    const children = Array.from(this.#children, ([key, { keyOffset, node }]) => {
      const data = [keyOffset, locatedData(node)];
      return Array.isArray(value) ? data : [key, ...data];
    });
    return [Array.isArray(value) ? 'list' : 'map', this.#offset, ...children.flat()];
  }

  *entries(): Iterable<readonly [key: string | number, value: Located]> {
    for (const [key, child] of this.#children) yield [key, child.node];
  }
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
