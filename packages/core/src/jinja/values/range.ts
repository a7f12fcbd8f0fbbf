import { equals } from './equals.ts';
import { int, intText, isInt, type PyInt } from './number.ts';
import { PyError, typeError, valueError } from './py-error.ts';
import { spend } from './work.ts';

const sandboxLimit = 100_000;

/** Bounds up to here make elements that JS numbers compute exactly. */
const smallBound = 2 ** 52;

/** A Python range: `start`, `start + step`, … before `stop`. */
export class Range implements Iterable<PyInt> {
  readonly __type__ = 'range';
  readonly start: PyInt;
  readonly stop: PyInt;
  readonly step: PyInt;
  readonly length: number;
  /** Start and step as JS numbers where these are exact for all elements. */
  readonly #small: readonly [number, number] | null;

  constructor(start: PyInt, stop: PyInt, step: PyInt = 1) {
    if (Number(step) === 0) throw valueError('range() arg 3 must not be zero');
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.#small = [start, stop, step].every(isSmall) ? [Number(start), Number(step)] : null;
    this.length = Number(sizeOf(BigInt(start), BigInt(stop), BigInt(step)));
  }

  /** The element at a place from 0 on, also at one outside. */
  element(place: number): PyInt {
    if (this.#small !== null) return this.#small[0] + place * this.#small[1];
    return int(BigInt(this.start) + BigInt(place) * BigInt(this.step));
  }

  /** The element at an index, negative ones from the end; `undefined` (JS) outside. */
  at(index: number): PyInt | undefined {
    const place = index < 0 ? index + this.length : index;
    return place < 0 || place >= this.length ? undefined : this.element(place);
  }

  *[Symbol.iterator](): Iterator<PyInt> {
    for (let i = 0; i < this.length; i += 1) yield this.element(i);
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

  /** As CPython: by arithmetic for an int, one by one for what may equal one. */
  __contains__(item: unknown): boolean {
    if (!isInt(item) && typeof item !== 'boolean') return this.#holds(item);
    const [offset, step] = [BigInt(item) - BigInt(this.start), BigInt(this.step)];
    return offset % step === 0n && offset / step >= 0n && offset / step < this.length;
  }

  #holds(item: unknown): boolean {
    spend(this.length / 2);
    for (const element of this) if (equals(element, item)) return true;
    return false;
  }

  __eq__(other: unknown): boolean {
    if (!(other instanceof Range) || other.length !== this.length) return false;
    return this.length === 0 || (other.start === this.start && (this.length === 1 || other.step === this.step));
  }

  __hash__(): string {
    if (this.length === 0) return '\0r0';
    return `\0r${this.length}:${this.start}:${this.length === 1 ? '' : this.step}`;
  }

  __getattr__(name: string): unknown {
    if (name === 'start') return this.start;
    if (name === 'stop') return this.stop;
    return name === 'step' ? this.step : undefined;
  }

  __repr__(): string {
    const bounds = [this.start, this.stop, ...(this.step === 1 ? [] : [this.step])];
    return `range(${bounds.map(intText).join(', ')})`;
  }
}

function isSmall(bound: PyInt): boolean {
  return bound >= -smallBound && bound <= smallBound;
}

/** How many steps there are before the end. */
function sizeOf(start: bigint, stop: bigint, step: bigint): bigint {
  const [span, by] = step > 0n ? [stop - start, step] : [start - stop, -step];
  return span > 0n ? (span + by - 1n) / by : 0n;
}

/** The template's `range(…)`: like Python's, refusing more than 100,000 elements as Jinja's sandbox does. */
export function makeRange(args: readonly PyInt[]): Range {
  if (args.length === 0) throw typeError('range expected at least 1 argument, got 0');
  if (args.length > 3) throw typeError(`range expected at most 3 arguments, got ${args.length}`);
  const [first = 0, second, step = 1] = args;
  const range = second === undefined ? new Range(0, first) : new Range(first, second, step);
  if (range.length > 2 ** 63) throw new PyError('OverflowError', 'Python int too large to convert to C ssize_t');
  if (range.length > sandboxLimit) {
    throw new PyError(
      'OverflowError',
      `Range too big. The sandbox blocks ranges larger than MAX_RANGE (${sandboxLimit}).`,
    );
  }
  return range;
}
