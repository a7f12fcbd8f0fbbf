import { hostOf } from './host-object.ts';
import { enterWork, runningWork, type Work } from './work.ts';

/**
 * Runs code that hands out what it may have to wait for and takes the value back: at once as long as no promise is among it, else as a promise. So
 * what calls a template's macro is written once, for those that wait and those that do not.
 */
export function inTurn<T>(steps: Generator<unknown, T>): T | Promise<T> {
  // What is called may wait before it gives its promise, and the render with it.
  const own = runningWork();
  let step = steps.next();
  while (step.done !== true) {
    if (step.value instanceof Promise) return inTime(steps, step.value, own);
    step = steps.next(step.value);
  }
  return step.value;
}

async function inTime<T>(steps: Generator<unknown, T>, first: Promise<unknown>, own: Work | null): Promise<T> {
  let value: unknown = first;
  try {
    for (;;) {
      enterWork(null);
      const settled = await Promise.resolve(value).then(
        (given) => () => steps.next(given),
        (thrown: unknown) => () => steps.throw(thrown),
      );
      enterWork(own);
      const step = settled();
      if (step.done === true) return step.value;
      value = step.value;
    }
  } finally {
    enterWork(null);
  }
}

/** Whether calls of a value give promises. */
export function waits(value: unknown): boolean {
  return hostOf(value)?.__waits__ === true;
}
