import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the programs of a test run keep copies of objects, instead of the user's own folder. */
export const cacheFolder: string = join(tmpdir(), `eider-tests-cache-${process.pid}`);

/** Vitest calls it before the run, and what it gives after. */
export function setup(): () => void {
  return () => rmSync(cacheFolder, { recursive: true, force: true });
}
