import { type HashKey, hashKey, unhashable } from './hash-key.ts';
import { isPlainObject } from './host-object.ts';
import { PyError } from './py-error.ts';
import { refuseKeys } from './work.ts';

/** What dict methods need of a mapping: a Dict has it, and plain objects and Maps of the host through `mappingOf`. */
export interface MappingLike {
  readonly size: number;
  has(key: unknown): boolean;
  /** `undefined` (JS): not there. */
  get(key: unknown): unknown;
  set(key: unknown, value: unknown): void;
  delete(key: unknown): boolean;
  clear(): void;
  keys(): IterableIterator<unknown>;
  values(): IterableIterator<unknown>;
  entries(): IterableIterator<[unknown, unknown]>;
}

/** A Python dict: keeps the order of insertion and the types of its keys. */
export class Dict implements MappingLike {
  readonly #entries = new Map<HashKey, [unknown, unknown]>();

  constructor(entries?: Iterable<readonly [unknown, unknown]>) {
    if (entries !== undefined) for (const [key, value] of entries) this.set(key, value);
  }

  /** A dict with a plain object's keys and values; values are taken as they are. */
  static fromObject(object: Readonly<Record<string, unknown>>): Dict {
    return new Dict(Object.entries(object));
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: unknown): boolean {
    return this.#entries.has(hashKey(key));
  }

  get(key: unknown): unknown {
    return this.#entries.get(hashKey(key))?.[1];
  }

  set(key: unknown, value: unknown): void {
    const hash = hashKey(key);
    const entry = this.#entries.get(hash);
    if (entry === undefined) {
      this.#entries.set(hash, [key, value === undefined ? null : value]);
      refuseKeys(this.#entries.size * 2);
    } else entry[1] = value === undefined ? null : value;
  }

  delete(key: unknown): boolean {
    return this.#entries.delete(hashKey(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  *keys(): IterableIterator<unknown> {
    for (const entry of guarded(this.#entries)) yield entry[0];
  }

  *values(): IterableIterator<unknown> {
    for (const entry of guarded(this.#entries)) yield entry[1];
  }

  *entries(): IterableIterator<[unknown, unknown]> {
    for (const entry of guarded(this.#entries)) yield [entry[0], entry[1]];
  }

  /** Gives a plain object with its keys as text: for the host (JSON, YAML). Values are taken as they are. */
  toObject(): Record<string, unknown> {
    return Object.fromEntries([...this.#entries.values()].map(([key, value]) => [String(key), value]));
  }

  __hash__(): never {
    throw unhashable('dict');
  }
}

function* guarded(entries: ReadonlyMap<HashKey, [unknown, unknown]>): IterableIterator<[unknown, unknown]> {
  const size = entries.size;
  for (const entry of entries.values()) {
    yield entry;
    if (entries.size !== size) throw new PyError('RuntimeError', 'dictionary changed size during iteration');
  }
}

/** The mapping of a dict, a plain object or a Map of the host; null for any other value. Writing changes the value itself. */
export function mappingOf(value: unknown): MappingLike | null {
  if (value instanceof Dict) return value;
  if (value instanceof Map) return value as unknown as MappingLike;
  return isPlainObject(value) ? new PlainMapping(value) : null;
}

class PlainMapping implements MappingLike {
  readonly #object: Record<string, unknown>;

  constructor(object: Record<string, unknown>) {
    this.#object = object;
  }

  get size(): number {
    return Object.keys(this.#object).length;
  }

  has(key: unknown): boolean {
    hashKey(key);
    return typeof key === 'string' && Object.hasOwn(this.#object, key);
  }

  get(key: unknown): unknown {
    return this.has(key) ? (this.#object[key as string] ?? null) : undefined;
  }

  set(key: unknown, value: unknown): void {
    Object.defineProperty(this.#object, String(key), { value, writable: true, enumerable: true, configurable: true });
  }

  delete(key: unknown): boolean {
    return this.has(key) && Reflect.deleteProperty(this.#object, key as string);
  }

  clear(): void {
    for (const key of Object.keys(this.#object)) Reflect.deleteProperty(this.#object, key);
  }

  keys(): IterableIterator<unknown> {
    return Object.keys(this.#object).values();
  }

  values(): IterableIterator<unknown> {
    return Object.values(this.#object).values();
  }

  entries(): IterableIterator<[unknown, unknown]> {
    return Object.entries(this.#object).values();
  }
}
