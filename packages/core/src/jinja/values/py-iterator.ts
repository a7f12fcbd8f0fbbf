import { spendGenerated } from './work.ts';

/** A Python generator or iterator: one pass, no length, always true. Printed by its type's name. */
export class PyIterator implements Iterable<unknown> {
  readonly __type__: string;
  readonly #iterator: Iterator<unknown>;

  constructor(source: Iterable<unknown>, type: string = 'generator') {
    this.#iterator = source[Symbol.iterator]();
    this.__type__ = type;
  }

  next(): IteratorResult<unknown> {
    spendGenerated();
    return this.#iterator.next();
  }

  /** Gives itself without a `return` method: a loop that breaks leaves the rest to the next reader. */
  [Symbol.iterator](): Iterator<unknown> {
    return { next: () => this.next() };
  }

  __repr__(): string {
    return this.__type__ === 'generator' ? '<generator object>' : `<${this.__type__} object>`;
  }
}
