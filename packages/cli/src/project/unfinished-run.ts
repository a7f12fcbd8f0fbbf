import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeJson } from './write-json.ts';

/**
 * A run that has not come to its end: `unfinished_run.json` in the target folder, from its first node on. One that was killed or stopped, or that could not commit,
 * leaves it, and `retry` goes on with that run.
 */
export interface UnfinishedRun {
  /** Names the run in the lake's journal; a retry of it has the same. */
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** The command's flags, as run_results.json has them. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Unique ids, where it ran what an earlier run left to be done, and not what its flags select. */
  readonly nodes?: readonly string[];
}

const name = 'unfinished_run.json';

export async function writeUnfinished(folder: string, run: UnfinishedRun): Promise<void> {
  await writeJson(folder, name, run);
}

export async function removeUnfinished(folder: string): Promise<void> {
  await rm(join(folder, name), { force: true });
}

/** Undefined where the last run came to its end, and where the file cannot be read. */
export async function readUnfinished(folder: string): Promise<UnfinishedRun | undefined> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => null);
  if (text === null) return undefined;
  try {
    const { args, run } = JSON.parse(text) as Partial<UnfinishedRun>;
    return typeof run === 'string' && typeof args === 'object' ? (JSON.parse(text) as UnfinishedRun) : undefined;
  } catch {
    return undefined;
  }
}
