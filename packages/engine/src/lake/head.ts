import type { Store } from '@eider/store';
import type { Generation } from './generation.ts';
import { readGeneration } from './journal.ts';
import type { Head } from './lake.ts';
import type { LedgerEntry } from './ledger.ts';

/** A reader of generation objects that keeps what it read: they never change. */
export type GenerationReader = (build: string, node: string) => Promise<Generation | undefined>;

/** `learn` is told of each generation that is read. */
export function generationReader(
  store: Store,
  learn?: (generation: Generation) => void,
): {
  readonly read: GenerationReader;
  remember(generation: Generation): void;
} {
  const known = new Map<string, Promise<Generation | undefined>>();
  const readAndTell: GenerationReader = async (build, node) => {
    const generation = await readGeneration(store, build, node);
    if (generation !== undefined) learn?.(generation);
    return generation;
  };
  return {
    read: (build, node) => {
      const key = `${build}/${node}`;
      const found = known.get(key) ?? readAndTell(build, node);
      known.set(key, found);
      return found;
    },
    remember: (generation) => {
      known.set(`${generation.build}/${generation.node}`, Promise.resolve(generation));
    },
  };
}

/** An entry with the way to its generations. */
export function headOf(entry: LedgerEntry, read: GenerationReader): Head {
  return {
    entry,
    generation: async (node) => {
      const line = entry.nodes[node];
      return line && (await read(line.build, node));
    },
    candidate: async (node) => {
      const line = entry.candidates?.[node];
      return line && (await read(line.build, node));
    },
  };
}
