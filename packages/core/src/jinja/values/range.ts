import { Decimal } from './decimal.ts';
import { isNumeric, toNumber } from './number.ts';
import { PyError, typeError, valueError } from './py-error.ts';

const sandboxLimit = 100_000;

/** A Python range: `start`, `start + step`, … before `stop`. */
export class Range implements Iterable<number> {
  readonly __type__ = 'range';
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;

  constructor(start: number, stop: number, step: number = 1) {
    if (step === 0) throw valueError('range() arg 3 must not be zero');
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }

  /** The element at an index, negative ones from the end; `undefined` (JS) outside. */
  at(index: number): number | undefined {
    const position = index < 0 ? index + this.length : index;
    return position < 0 || position >= this.length ? undefined : this.start + position * this.step;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let i = 0; i < this.length; i += 1) yield this.start + i * this.step;
  }

  __iter__(): Iterable<unknown> {
    return this;
  }

  __len__(): number {
    return this.length;
  }

  __getitem__(key: unknown): unknown {
    return typeof key === 'number' || typeof key === 'boolean' ? this.at(Number(key)) : undefined;
  }

  __contains__(item: unknown): boolean {
    const real = item instanceof Decimal ? item.__float__() : item;
    if (!isNumeric(real)) return false;
    const offset = (toNumber(real) - this.start) / this.step;
    return Number.isInteger(offset) && offset >= 0 && offset < this.length;
  }

  __eq__(other: unknown): boolean {
    if (!(other instanceof Range) || other.length !== this.length) return false;
    return this.length === 0 || (other.start === this.start && (this.length === 1 || other.step === this.step));
  }

  __hash__(): string {
    return `\0r${this.length}:${this.start}:${this.step}`;
  }

  __getattr__(name: string): unknown {
    if (name === 'start') return this.start;
    if (name === 'stop') return this.stop;
    return name === 'step' ? this.step : undefined;
  }

  __repr__(): string {
    return this.step === 1 ? `range(${this.start}, ${this.stop})` : `range(${this.start}, ${this.stop}, ${this.step})`;
  }
}

/** The template's `range(…)`: like Python's, refusing more than 100,000 elements as Jinja's sandbox does. */
export function makeRange(args: readonly number[]): Range {
  if (args.length === 0) throw typeError('range expected at least 1 argument, got 0');
  if (args.length > 3) throw typeError(`range expected at most 3 arguments, got ${args.length}`);
  const [first = 0, second, step = 1] = args;
  const range = second === undefined ? new Range(0, first) : new Range(first, second, step);
  if (range.length > sandboxLimit) {
    throw new PyError(
      'OverflowError',
      `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${sandboxLimit}).`,
    );
  }
  return range;
}
