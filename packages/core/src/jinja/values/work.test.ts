import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PyError } from './py-error.ts';
import { enterWork, paused, resumed, Work } from './work.ts';

/** What the clock and the processor say, in milliseconds. */
let clock = 0;
let processor = 0;

beforeEach(() => {
  [clock, processor] = [1000, 1000];
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  vi.spyOn(process, 'cpuUsage').mockImplementation(() => ({ user: processor * 1000, system: 0 }));
});

afterEach(() => {
  enterWork(null);
  vi.restoreAllMocks();
});

function pass(time: number, processorTime: number = time): void {
  clock += time;
  processor += processorTime;
}

/** Spends as much as is spent before a render is looked at. */
function lookAt(work: Work): unknown {
  try {
    work.spend(150_000);
    return null;
  } catch (thrown) {
    return thrown;
  }
}

test('a render that takes a processor for a minute ends', () => {
  const work = new Work(1e9);
  enterWork(work);
  expect(lookAt(work)).toBe(null);
  pass(59_000);
  expect(lookAt(work)).toBe(null);
  pass(2_000);
  const words = 'the template takes more than 60 seconds: a loop in it seems to be endless';
  expect(lookAt(work)).toEqual(new PyError('RuntimeError', words));
});

test('time in which a render waits is not its own', () => {
  const work = new Work(1e9);
  enterWork(work);
  expect(lookAt(work)).toBe(null);
  paused(null);
  pass(100_000);
  resumed(null, work);
  expect(lookAt(work)).toBe(null);
  const other = new Work();
  enterWork(other);
  pass(100_000);
  enterWork(work);
  pass(50_000);
  expect(lookAt(work)).toBe(null);
});

test('time that other processes take is not its own', () => {
  const work = new Work(1e9);
  enterWork(work);
  expect(lookAt(work)).toBe(null);
  pass(200_000, 50_000);
  expect(lookAt(work)).toBe(null);
});
