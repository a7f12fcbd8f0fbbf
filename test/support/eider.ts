import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { intoBucket } from './into-bucket.ts';
import { type ProgramOptions, type ProgramResult, runProgram } from './run-program.ts';

/** The root of the repository. */
export const repository: string = join(import.meta.dirname, '..', '..');

const bin = join(repository, 'packages/cli/bin/eider.cjs');

/**
 * How to start eider: the built program, as users have it. `EIDER_FROM=source` runs the sources without a build, `EIDER_BIN`
 * another installation. Throws where nothing is built, with what to do.
 */
export function eiderCommand(): readonly string[] {
  const other = process.env.EIDER_BIN;
  if (other !== undefined) return [other];
  if (process.env.EIDER_FROM === 'source') {
    const source = join(repository, 'packages/cli/src/bin.ts');
    return [process.execPath, '--conditions=eider-source', '--import', import.meta.resolve('tsx'), source];
  }
  if (!existsSync(join(repository, 'packages/cli/dist/main.js'))) {
    throw new Error('eider is not built: run `npm run build` first (or set EIDER_FROM=source).');
  }
  return [process.execPath, bin];
}

/** Runs one command of eider to its end. */
export function runEider(parameters: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  intoBucket(parameters, options.cwd);
  return runProgram([...eiderCommand(), ...parameters], options);
}
