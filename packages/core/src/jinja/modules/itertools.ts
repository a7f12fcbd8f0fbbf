import { index } from '../methods/declare.ts';
import { binary } from '../values/binary.ts';
import { type Callable, calledNow, callValue, hostFunction, rawFunction } from '../values/call-value.ts';
import { Decimal } from '../values/decimal.ts';
import { iterate } from '../values/iterate.ts';
import { isInt, isNumeric } from '../values/number.ts';
import { PyError, typeError, valueError } from '../values/py-error.ts';
import { PyIterator } from '../values/py-iterator.ts';
import { optional } from '../values/signature.ts';
import { plainText } from '../values/text-value.ts';
import { truth } from '../values/truth.ts';
import { Tuple } from '../values/tuple.ts';
import { isUndefined } from '../values/undefined.ts';
import { inTurn, waits } from '../values/waiting.ts';
import { refuseItems, spend } from '../values/work.ts';
import { bindNative } from './python-class.ts';

/** A function that binds its arguments as C code of CPython does. */
function native(
  name: string,
  names: readonly string[],
  required: number,
  run: (...args: never[]) => unknown,
): Callable {
  const call = run as (...args: unknown[]) => unknown;
  return rawFunction(
    name,
    (args, kwargs) => call(...bindNative(names, required, args.map(plainText), kwargs, name)),
    'type',
  );
}

const lazy = (name: string, source: Iterable<unknown>): PyIterator => new PyIterator(source, `itertools.${name}`);

/** How many elements are chosen: CPython allocates a place for each. */
function chosenCount(value: unknown): number {
  const count = size(value, 'r');
  if (count > 2 ** 31) throw new PyError('MemoryError', `${count} elements are too many to choose`);
  return count;
}

function size(value: unknown, name: string): number {
  const count = index(value);
  if (count < 0) throw valueError(`${name} must be non-negative`);
  return count;
}

/** The template's `modules.itertools`: the functions that dbt lets through. */
export const itertoolsModule: Readonly<Record<string, unknown>> = {
  count: native('count', ['start', 'step'], 0, (start: unknown = 0, step: unknown = 1) => {
    if (![start, step].every((one) => isNumeric(one) || one instanceof Decimal || isUndefined(one)))
      throw typeError('a number is required');
    return lazy('count', counted(start, step));
  }),
  cycle: hostFunction('cycle', ['iterable'], (items: unknown) => lazy('cycle', cycled([...iterate(items)]))),
  repeat: native('repeat', ['object', 'times'], 1, (value: unknown, times: unknown) =>
    lazy('repeat', repeated(value, times === undefined ? Number.POSITIVE_INFINITY : index(times))),
  ),
  accumulate: hostFunction(
    'accumulate',
    ['iterable', optional('func'), '*', optional('initial')],
    (items: unknown, run: unknown, initial: unknown) =>
      calling('accumulate', run, accumulated(iterate(items), run, initial)),
  ),
  chain: hostFunction('chain', ['*iterables'], (sources: unknown[]) => lazy('chain', chained(sources))),
  compress: native('compress', ['data', 'selectors'], 2, (data: unknown, selectors: unknown) =>
    lazy('compress', compressed(iterate(data), iterate(selectors))),
  ),
  islice: hostFunction('islice', ['iterable', '*args'], (items: unknown, args: unknown[]) => {
    const { first, end, by } = bounds(args);
    return lazy('islice', sliced(iterate(items), first, end, by));
  }),
  starmap: hostFunction('starmap', ['function', 'iterable'], (run: unknown, items: unknown) =>
    calling('starmap', run, starMapped(run, iterate(items))),
  ),
  tee: hostFunction('tee', ['iterable', optional('n', 2)], (items: unknown, n: unknown) => {
    refuseItems(size(n, 'n'));
    const all = [...iterate(items)];
    return Tuple.from(Array.from({ length: size(n, 'n') }, () => lazy('_tee', all)));
  }),
  zip_longest: hostFunction('zip_longest', ['*iterables', optional('fillvalue')], (sources: unknown[], fill: unknown) =>
    lazy('zip_longest', zippedLongest(sources.map(iterate), fill)),
  ),
  product: hostFunction('product', ['*iterables', optional('repeat', 1)], (sources: unknown[], times: unknown) => {
    if (index(times) < 0) throw valueError('repeat argument cannot be negative');
    refuseItems(sources.length * index(times));
    const pools = sources.map((source) => [...iterate(source)]);
    return lazy('product', product(Array.from({ length: index(times) }, () => pools).flat()));
  }),
  permutations: native('permutations', ['iterable', 'r'], 1, (items: unknown, r: unknown = null) => {
    const pool = [...iterate(items)];
    return lazy('permutations', chosen(pool, r === null ? pool.length : chosenCount(r), 'permutations'));
  }),
  combinations: native('combinations', ['iterable', 'r'], 2, (items: unknown, r: unknown) =>
    lazy('combinations', chosen([...iterate(items)], chosenCount(r), 'combinations')),
  ),
  combinations_with_replacement: native(
    'combinations_with_replacement',
    ['iterable', 'r'],
    2,
    (items: unknown, r: unknown) =>
      lazy('combinations_with_replacement', chosen([...iterate(items)], chosenCount(r), 'replacement')),
  ),
};

function* counted(start: unknown, step: unknown): Generator {
  for (let value = start; ; value = binary('+', value, step)) yield value;
}

function* cycled(items: readonly unknown[]): Generator {
  while (items.length > 0) yield* items;
}

function* repeated(value: unknown, times: number): Generator {
  for (let i = 0; i < times; i += 1) yield value;
}

/** A step of an iterator that calls: what a call gave, which may be a promise and comes back as its value, or an element. */
type Step = { readonly given: unknown } | { readonly element: unknown };

/**
 * The elements that steps give. Those of a function that waits are made ahead, since whoever takes them cannot wait; of an endless row that would not end, so
 * the rest is made when it is asked for.
 */
function calling(name: string, run: unknown, steps: Generator<Step, void>): unknown {
  if (!waits(run)) return lazy(name, elementsOf(steps));
  return inTurn(madeAhead(name, steps));
}

/** Elements that are made ahead. */
const mostAhead = 10_000;

function* madeAhead(name: string, steps: Generator<Step, void>): Generator<unknown, PyIterator> {
  const ahead: unknown[] = [];
  try {
    let value: unknown;
    while (ahead.length < mostAhead) {
      const { value: step, done } = steps.next(value);
      if (done === true) return lazy(name, ahead);
      value = 'given' in step ? yield step.given : ahead.push(step.element);
    }
    return lazy(name, chained([ahead, elementsOf(steps)]));
  } catch (failure) {
    return lazy(name, failingAfter(ahead, failure));
  }
}

function* failingAfter(ahead: readonly unknown[], failure: unknown): Generator {
  yield* ahead;
  throw failure;
}

function* elementsOf(steps: Generator<Step, void>): Generator {
  let value: unknown;
  for (;;) {
    const { value: step, done } = calledNow(() => steps.next(value));
    if (done === true) return;
    if ('given' in step) value = step.given;
    else yield step.element;
  }
}

function* accumulated(items: Iterable<unknown>, run: unknown, initial: unknown): Generator<Step, void> {
  let total = initial;
  let isStarted = initial !== null;
  if (isStarted) yield { element: total };
  for (const item of items) {
    if (!isStarted) total = item;
    else total = run === null ? binary('+', total, item) : yield { given: callValue(run, [total, item], null) };
    isStarted = true;
    yield { element: total };
  }
}

function* chained(sources: readonly unknown[]): Generator {
  for (const source of sources) yield* iterate(source);
}

function* compressed(data: Iterable<unknown>, selectors: Iterable<unknown>): Generator {
  const flags = selectors[Symbol.iterator]();
  for (const item of data) {
    const flag = flags.next();
    if (flag.done === true) return;
    if (truth(flag.value)) yield item;
  }
}

/** What `islice` takes: from the first, up to the end, every so manieth. */
interface Bounds {
  readonly first: number;
  readonly end: number;
  readonly by: number;
}

function bounds(args: readonly unknown[]): Bounds {
  if (args.length === 0) throw typeError('islice expected at least 2 arguments, got 1');
  if (args.length > 3) throw typeError(`islice expected at most 4 arguments, got ${args.length + 1}`);
  const [start, stop, step] = args.length === 1 ? [null, args[0], null] : args;
  const end = bound(stop, Number.POSITIVE_INFINITY);
  const isInside = isInt(stop) && stop < -1 && stop >= -(2n ** 63n);
  const what = end === null && !isInside ? 'Stop argument' : 'Indices';
  const first = bound(start, 0);
  if (end === null || first === null) {
    throw valueError(`${what} for islice() must be None or an integer: 0 <= x <= sys.maxsize.`);
  }
  const by = bound(step, 1);
  if (by === null || by === 0) throw valueError('Step for islice() must be a positive integer or None.');
  return { first, end, by };
}

/** A bound that C holds in 63 bits; null for what is none. */
function bound(value: unknown, missing: number): number | null {
  if (value === null || value === undefined) return missing;
  const isBound = typeof value === 'boolean' || (isInt(value) && value >= 0 && value < 2n ** 63n);
  return isBound ? Number(value) : null;
}

function* sliced(items: Iterable<unknown>, first: number, end: number, by: number): Generator {
  let i = 0;
  if (end <= 0) return;
  for (const item of items) {
    if (i >= first && (i - first) % by === 0) yield item;
    i += 1;
    if (i >= end) return;
  }
}

function* starMapped(run: unknown, items: Iterable<unknown>): Generator<Step, void> {
  for (const args of items) yield { element: yield { given: callValue(run, [...iterate(args)], null) } };
}

function* zippedLongest(sources: readonly Iterable<unknown>[], fill: unknown): Generator {
  const iterators = sources.map((source) => source[Symbol.iterator]());
  for (;;) {
    const steps = iterators.map((iterator) => iterator.next());
    if (steps.every((step) => step.done === true)) return;
    yield Tuple.from(steps.map((step) => (step.done === true ? fill : step.value)));
  }
}

function* product(pools: readonly (readonly unknown[])[]): Generator<Tuple> {
  if (pools.some((pool) => pool.length === 0)) return;
  const at = new Array<number>(pools.length).fill(0);
  for (;;) {
    spend(pools.length / 8);
    yield Tuple.from(pools.map((pool, i) => pool[at[i] ?? 0]));
    let turning = pools.length - 1;
    while (turning >= 0 && (at[turning] ?? 0) + 1 === pools[turning]?.length) {
      at[turning] = 0;
      turning -= 1;
    }
    if (turning < 0) return;
    at[turning] = (at[turning] ?? 0) + 1;
  }
}

/** Tuples of `r` elements in the order of their positions; the kind says which positions may follow one another. */
function* chosen(
  pool: readonly unknown[],
  r: number,
  kind: 'permutations' | 'combinations' | 'replacement',
  taken: readonly number[] = [],
): Generator<Tuple> {
  spend(taken.length + 1);
  if (taken.length === r) {
    yield Tuple.from(taken.map((i) => pool[i]));
    return;
  }
  const last = taken.at(-1) ?? (kind === 'combinations' ? -1 : 0);
  for (let i = kind === 'permutations' ? 0 : kind === 'combinations' ? last + 1 : last; i < pool.length; i += 1) {
    if (kind === 'permutations') spend(taken.length / 8);
    if (kind !== 'permutations' || !taken.includes(i)) yield* chosen(pool, r, kind, [...taken, i]);
  }
}
