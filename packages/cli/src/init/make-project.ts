import { lstatSync, readdirSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { NameProblem } from '@eider/core';
import { UsageError } from '../flags/usage-error.ts';
import type { ProjectFile } from './fill-template.ts';

export interface MakeOptions {
  /** Absolute: where the project shall be. */
  readonly folder: string;
  readonly files: readonly ProjectFile[];
  /** Ends the work; nothing stays then. */
  readonly signal: AbortSignal;
  /** Sets this run's unfinished folder apart from others'. */
  readonly id: string;
}

/**
 * Makes a project's folder whole or not at all: the files go to a hidden folder beside it, which a rename then puts in place. Throws UsageError where
 * something is there already, and the signal's reason where it was aborted.
 */
export async function makeProject({ folder, files, signal, id }: MakeOptions): Promise<void> {
  refuseTaken(folder);
  const unfinished = join(dirname(folder), `.${basename(folder)}-${id}`);
  await mkdir(unfinished).catch((failure: Error) => {
    throw new UsageError(`No folder can be made in ${dirname(folder)}: ${failure.message}.`, 'Go where you may write.');
  });
  try {
    for (const { path, content, mode } of files) {
      signal.throwIfAborted();
      const file = join(unfinished, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content, { flag: 'wx' });
      if (mode !== undefined) await chmod(file, mode);
    }
    signal.throwIfAborted();
    // Takes the place of an empty folder; fails where something came into it meanwhile.
    await rename(unfinished, folder).catch((failure: Error) => {
      refuseTaken(folder);
      throw failure;
    });
  } catch (failure) {
    await rm(unfinished, { recursive: true, force: true });
    throw failure;
  }
}

/** Why a project cannot come to a path: anything but an empty folder is in its place. Null where it can. */
export function whyTaken(folder: string): NameProblem | null {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return null;
  const hint = 'Nothing is ever overwritten: give another name, or move it away.';
  const name = basename(folder);
  if (!found.isDirectory()) return { message: `There is a file ${name} here already.`, hint };
  const [first, ...others] = readdirSync(folder).sort();
  if (first === undefined) return null;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return { message: `There is a folder ${name} here already, with ${first}${more} in it.`, hint };
}

function refuseTaken(folder: string): void {
  const problem = whyTaken(folder);
  if (problem !== null) throw new UsageError(problem.message, problem.hint);
}
