import { takeChance } from '../chance.ts';
import { identity } from './hash-key.ts';
import { spendGenerated } from './work.ts';

/** A Python generator or iterator: one pass, no length, always true. Printed by its type's name. */
export class PyIterator implements Iterable<unknown> {
  readonly __type__: string;
  #iterator: Iterator<unknown>;
  readonly #name: string;
  #isStarted = false;

  /** `name` is that of the function of a generator. */
  constructor(source: Iterable<unknown>, type: string = 'generator', name: string = '') {
    this.#iterator = source[Symbol.iterator]();
    this.__type__ = type;
    this.#name = name;
  }

  next(): IteratorResult<unknown> {
    spendGenerated();
    this.#isStarted = true;
    return this.#iterator.next();
  }

  /** Whether an element was asked for. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Gives no more elements. */
  close(): void {
    this.#isStarted = true;
    this.#iterator = [][Symbol.iterator]();
  }

  /** Gives itself without a `return` method: a loop that breaks leaves the rest to the next reader. */
  [Symbol.iterator](): Iterator<unknown> {
    return { next: () => this.next() };
  }

  __repr__(): string {
    takeChance();
    const address = `0x${identity(this).toString(16).padStart(12, '0')}`;
    return `<${this.__type__} object ${this.#name === '' ? '' : `${this.#name} `}at ${address}>`;
  }
}
