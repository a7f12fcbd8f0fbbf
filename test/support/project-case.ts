import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a fixture's `case.json` says: what it is for, and what to run in which environment. */
export interface ProjectCase {
  readonly about: string;
  readonly env: Readonly<Record<string, string>>;
  /** SQL to run before the first command, e.g. to make a Parquet file from a CSV. */
  readonly prepare: readonly string[];
  /** Commands with their arguments, one after another over the same lake. */
  readonly runs: readonly (readonly string[])[];
  /** Selections whose `ls` is compared. */
  readonly lists: readonly string[];
}

/** Reads `case.json`; a project without one is built once. `<project>` stands for the copy's folder. */
export function readProjectCase(folder: string): ProjectCase {
  const file = join(folder, 'case.json');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
  const given = JSON.parse(text.replaceAll('<project>', folder)) as Partial<ProjectCase>;
  return { about: '', env: {}, prepare: [], runs: [['build']], lists: [], ...given };
}
