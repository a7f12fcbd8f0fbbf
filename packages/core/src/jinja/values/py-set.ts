import { type HashKey, hashKey, unhashable } from './hash-key.ts';
import type { BinaryOperator, OrderOperator } from './host-object.ts';
import { PyError } from './py-error.ts';
import { repr } from './repr.ts';
import { tableOrder } from './set-order.ts';
import { refuseKeys, spend } from './work.ts';

/** A Python set. Whole numbers come in CPython's order, other elements as they were inserted: there CPython's order is arbitrary. */
export class PySet implements Iterable<unknown> {
  readonly __type__ = 'set';
  readonly #items = new Map<HashKey, unknown>();

  constructor(items: Iterable<unknown> = []) {
    for (const item of items) this.add(item);
  }

  get size(): number {
    return this.#items.size;
  }

  has(item: unknown): boolean {
    return this.#items.has(hashKey(item));
  }

  add(item: unknown): void {
    const key = hashKey(item);
    if (this.#items.has(key)) return;
    this.#items.set(key, item);
    refuseKeys(this.#items.size);
  }

  delete(item: unknown): boolean {
    return this.#items.delete(hashKey(item));
  }

  clear(): void {
    this.#items.clear();
  }

  union(other: PySet): PySet {
    return new PySet([...this, ...other]);
  }

  intersection(other: PySet): PySet {
    // Elements are those of the smaller one.
    const [few, many] = other.size > this.size ? [this, other] : [other, this];
    return new PySet([...few].filter((item) => many.has(item)));
  }

  difference(other: PySet): PySet {
    return new PySet([...this].filter((item) => !other.has(item)));
  }

  symmetricDifference(other: PySet): PySet {
    return this.difference(other).union(other.difference(this));
  }

  isSubset(other: PySet): boolean {
    return this.size <= other.size && [...this].every((item) => other.has(item));
  }

  *[Symbol.iterator](): Iterator<unknown> {
    const size = this.#items.size;
    // CPython's table is built anew for its order.
    spend(size * 16);
    for (const item of tableOrder(this.#items.values()) ?? this.#items.values()) {
      yield item;
      if (this.#items.size !== size) throw new PyError('RuntimeError', 'Set changed size during iteration');
    }
  }

  __iter__(): Iterable<unknown> {
    return this;
  }

  __len__(): number {
    return this.size;
  }

  __contains__(item: unknown): boolean {
    return this.has(item);
  }

  __eq__(other: unknown): boolean {
    return other instanceof PySet && other.size === this.size && this.isSubset(other);
  }

  __compare__(operator: OrderOperator, other: unknown): boolean | undefined {
    if (!(other instanceof PySet)) return undefined;
    if (operator === '<=') return this.isSubset(other);
    if (operator === '>=') return other.isSubset(this);
    if (operator === '<') return this.size < other.size && this.isSubset(other);
    return other.size < this.size && other.isSubset(this);
  }

  __binary__(operator: BinaryOperator, other: unknown): unknown {
    if (!(other instanceof PySet)) return undefined;
    if (operator === '-') return this.difference(other);
    if (operator === '|') return this.union(other);
    if (operator === '&') return this.intersection(other);
    return operator === '^' ? this.symmetricDifference(other) : undefined;
  }

  __hash__(): never {
    throw unhashable('set');
  }

  __repr__(): string {
    return this.size === 0 ? 'set()' : `{${Array.from(this, repr).join(', ')}}`;
  }
}
