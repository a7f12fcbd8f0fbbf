import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PyError } from './py-error.ts';

/** Steps of one render: some seconds of loops. What a macro does 2.5 million times is a mistake. */
const mostSteps = 20_000_000;
const mostItems = 10_000_000;
const mostCharacters = 100_000_000;

/** Time of a processor that a render may take, in milliseconds: steps differ in what they cost. */
const mostTime = 60_000;

/** The price in steps of what takes longer than a pass of a loop. */
const prices: { readonly macro: number; readonly generated: number; readonly key: number } = {
  macro: 8,
  generated: 4,
  key: 8,
};

/** Bytes that a render may ask for before the heap of the process is looked at, and how full that may be. */
const uncheckedBytes = 64_000_000;
const fullHeap = 0.8;

/** Functions of asynchronous code within one another: as many macros as Python's stack lets Jinja call, and half as many again. */
const mostDepth = 500;

/** Steps after which the heap is looked at again: many small values fill it as well. */
const stepsBetween = 100_000;

/** What one render may still spend. Renders that run at the same time have one each. */
export class Work {
  /** Steps that are left until the heap is looked at; generated code counts them down itself. */
  steps: number;
  /** How many functions of asynchronous code are within one another. */
  depth = 0;
  /** Steps that are left after these. */
  #rest: number;
  readonly #most: number;
  #unchecked = uncheckedBytes;
  /** Milliseconds that the render ran, waits and other renders left out. */
  #ran = 0;
  /** What the process had taken of its processors when the render was looked at first. */
  #before: number | null = null;

  constructor(most: number = mostSteps) {
    this.#most = most;
    this.steps = Math.min(most, stepsBetween);
    this.#rest = most - this.steps;
  }

  /** Steps that are left in all. */
  get left(): number {
    return this.steps + this.#rest;
  }

  /** The steps at hand are spent. Throws RuntimeError where there are no others, so that the render would hardly end. */
  end(): void {
    while (this.steps < 0) {
      if (this.#rest <= 0) {
        const words = `the template takes more than ${this.#most} steps: a loop in it seems to be endless`;
        throw new PyError('RuntimeError', words);
      }
      const next = Math.min(this.#rest, stepsBetween);
      this.steps += next;
      this.#rest -= next;
    }
    this.#refuseLong();
    refuseFullHeap(0);
  }

  /** The render ran for so many milliseconds, and stops or waits. */
  ran(time: number): void {
    this.#ran += time;
  }

  /**
   * Throws RuntimeError where the render takes too long. Where other processes keep the machine busy, a clock says too much; where the process does other work
   * beside the render, its processor time does: both have to be spent.
   */
  #refuseLong(): void {
    this.#before ??= processorTime();
    const time = this.#ran + (running === this ? performance.now() - since : 0);
    if (time < mostTime || processorTime() - this.#before < mostTime) return;
    const words = `the template takes more than ${mostTime / 1000} seconds: a loop in it seems to be endless`;
    throw new PyError('RuntimeError', words);
  }

  spend(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) this.end();
  }

  /** Counts memory that a value takes. Throws MemoryError where many values together would fill the heap. */
  take(bytes: number): void {
    this.#unchecked -= bytes;
    if (this.#unchecked > 0) return;
    this.#unchecked = uncheckedBytes;
    refuseFullHeap(bytes);
  }
}

/** Milliseconds that the process took of its processors. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Throws MemoryError where a value of that size would fill the heap. */
function refuseFullHeap(bytes: number): void {
  if (fits(bytes)) return;
  // What nobody holds any more counts as used until it is collected.
  collectGarbage ??= garbageCollector();
  collectGarbage();
  if (fits(bytes)) return;
  throw new PyError('MemoryError', 'the values of the template take more memory than the process has');
}

function fits(bytes: number): boolean {
  const heap = getHeapStatistics();
  // A list grows in steps: it may take half as much again.
  return heap.used_heap_size + bytes * 1.5 < fullHeap * heap.heap_size_limit;
}

let collectGarbage: (() => void) | undefined;

/** V8's garbage collector, which new contexts show where a flag asks for it. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** The render that runs: set while its code runs, null while it waits and where none does. */
let running: Work | null = null;

/** When it began to run or went on. */
let since = 0;

/** What counts for values that are made outside of any render. */
let idle = new Work();

/** The render that runs; code outside of one gets a new allowance. */
export function work(): Work {
  return running ?? new Work();
}

/** The render that runs, null outside of one. */
export function runningWork(): Work | null {
  return running;
}

/** A function of asynchronous code begins; it takes one off `depth` when it ends. Throws RecursionError where there are too many within one another. */
export function deeper(): Work {
  const own = work();
  if (own.depth >= mostDepth) throw new PyError('RecursionError', 'maximum recursion depth exceeded');
  own.depth += 1;
  return own;
}

/** A render begins to run, goes on, or (null) waits or ends. Gives the one that ran before. */
export function enterWork(next: Work | null): Work | null {
  const before = running;
  if (next === before) return before;
  const now = performance.now();
  before?.ran(now - since);
  since = now;
  running = next;
  return before;
}

/** Generated code goes on with what it waited for. */
export function resumed(value: unknown, own: Work): unknown {
  enterWork(own);
  return value;
}

/** Generated code is about to wait. */
export function paused(promise: unknown): unknown {
  enterWork(null);
  return promise;
}

function current(): Work {
  if (running !== null) return running;
  if (idle.left < mostSteps / 2) idle = new Work();
  return idle;
}

/** Counts steps of work. Throws RuntimeError once a render spent too many: it would hardly end. */
export function spend(steps: number): void {
  current().spend(steps);
}

/** Texts that are too short for the memory that they take to count. */
const shortText = 256;

/** Counts characters that are gone through or written anew by code as fast as the machine's own. */
export function spendText(characters: number): void {
  current().spend(characters / 8);
}

/** Counts characters that are looked at one by one. */
export function spendCharacters(characters: number): void {
  current().spend(characters);
}

/** Counts a call of a macro. */
export function spendMacro(): void {
  current().spend(prices.macro);
}

/** Counts an element that a generator gave. */
export function spendGenerated(): void {
  current().spend(prices.generated);
}

/** Counts a list or dict that is made. Throws MemoryError beyond ten million elements. */
export function refuseItems(count: number): void {
  if (count > mostItems) throw new PyError('MemoryError', `a value of more than ${mostItems} elements is too large`);
  if (count <= 1000) return;
  current().spend(count / 8);
  current().take(count * 8);
}

/** As `refuseItems`, for a value that grew by one element. */
export function refuseGrowth(count: number): void {
  if (count > mostItems) throw new PyError('MemoryError', `a value of more than ${mostItems} elements is too large`);
  const now = current();
  now.spend(1);
  now.take(16);
}

/** As `refuseGrowth`, for a dict or set, whose keys take more of time and memory than elements of a list. */
export function refuseKeys(count: number): void {
  current().spend(prices.key - 1);
  refuseGrowth(count);
}

/** Counts a text that is made. Throws MemoryError beyond a hundred million characters. */
export function refuseText(length: number): void {
  if (length > mostCharacters) {
    throw new PyError('MemoryError', `a text of more than ${mostCharacters} characters is too large`);
  }
  if (length > shortText) current().take(length);
}
