import { stat } from 'node:fs/promises';

/** How saves become one burst. */
export interface SavesOptions {
  /** No save for so long ends a burst, in milliseconds. */
  readonly quietMs: number;
  /** The same, where a file of the burst is empty or gone: an editor may be about to write it. */
  readonly halfMs: number;
  /** A burst is not held back for longer. */
  readonly longestMs: number;
}

/** Files that were saved at about the same time. */
export interface Burst {
  readonly paths: ReadonlySet<string>;
  /** How long ago the first of them was noticed, in milliseconds. */
  readonly ageMs: number;
}

/** Saved files on their way to the next wave. */
export interface Saves {
  /** A file was written, made or removed. */
  add(path: string): void;
  /** The next burst, when it is over; at once where one is over already. One call at a time. */
  next(): Promise<Burst>;
}

export const usualSaves: SavesOptions = { quietMs: 40, halfMs: 250, longestMs: 2000 };

/** Puts together what is saved at about the same time: all of an editor's files, a checkout, the two steps of a save by rename. */
export function collectSaves(
  options: SavesOptions,
  sizeOf: (path: string) => Promise<number | null> = fileSize,
): Saves {
  let paths = new Set<string>();
  let last = 0;
  let first = 0;
  let wake: (() => void) | undefined;
  const settled = async (): Promise<void> => {
    for (;;) {
      const now = performance.now();
      const isHalf = async (): Promise<boolean> => {
        const sizes = await Promise.all([...paths].map(sizeOf));
        return sizes.some((size) => size === null || size === 0);
      };
      const quiet = now - last;
      if (now - first >= options.longestMs) return;
      if (quiet >= options.halfMs || (quiet >= options.quietMs && !(await isHalf()))) return;
      await pause(Math.max(1, (quiet < options.quietMs ? options.quietMs : options.halfMs) - quiet));
    }
  };
  return {
    add(path) {
      last = performance.now();
      if (paths.size === 0) first = last;
      paths.add(path);
      wake?.();
    },
    async next() {
      if (paths.size === 0) await new Promise<void>((resolve) => (wake = resolve));
      wake = undefined;
      await settled();
      const burst = { paths, ageMs: performance.now() - first };
      paths = new Set();
      return burst;
    },
  };
}

/** In bytes; null for a file that is not there. */
async function fileSize(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.size ?? null;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
