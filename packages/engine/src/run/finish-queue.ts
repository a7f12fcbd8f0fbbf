import type { Generation } from '../lake/generation.ts';
import type { Build } from '../lake/lake.ts';

/** Makes generations durable while other nodes compute. Nothing rests on it before the commit, which waits for all of them. */
export interface FinishQueue {
  /** Begins with a generation, after its files were written; waits only while many others are under way. */
  readonly add: Build['finish'];
  /** When all that were added are durable: node → why its generation is not. */
  settled(): Promise<ReadonlyMap<string, unknown>>;
}

/** A queue over a build's `finish`, with at most `most` generations under way: each holds threads that queries need too. */
export function finishQueue(finish: Build['finish'], most: number): FinishQueue {
  const running = new Set<Promise<void>>();
  const failed = new Map<string, unknown>();
  const begin = async (generation: Generation): Promise<void> => {
    try {
      await finish(generation);
    } catch (cause) {
      failed.set(generation.node, cause);
    }
  };
  return {
    add: async (generation) => {
      while (running.size >= most) await Promise.race(running);
      const job = begin(generation).then(() => void running.delete(job));
      running.add(job);
    },
    settled: async () => {
      await Promise.all(running);
      return failed;
    },
  };
}
