import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { EiderError, error, type Target } from '@eider/core';
import { placeOfEntry } from './profile-entry.ts';
import { quoteName, quoteText } from './quote.ts';
import { type Connection, SqlError } from './session.ts';

/** How long and how a session waits for another process that holds the working database. */
export interface LockWait {
  readonly timeoutMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told once, when waiting begins. */
  readonly onWait?: (message: string) => void;
}

/** The file (or URI: `ducklake:…`) of a target's working database; relative paths lie in the project's folder, which dbt runs in. */
export function workingPath(target: Pick<Target, 'path'>, folder: string): string {
  const isUri = /^[a-z][a-z0-9+.-]+:/i.test(target.path);
  return target.path === ':memory:' || isUri || isAbsolute(target.path) ? target.path : resolve(folder, target.path);
}

/**
 * Attaches a target's database file under the target's database name, its folder made, waiting for its lock.
 * Throws EiderError `engine/database` with the holder of the lock where the wait is over, or with what is wrong with the file.
 */
export async function attachWorkingDatabase(
  connection: Connection,
  target: Target,
  path: string,
  wait: LockWait,
): Promise<void> {
  const readOnly = String(target.configOptions.access_mode ?? '').toLowerCase() === 'read_only' ? ' (READ_ONLY)' : '';
  if (isAbsolute(path)) await makeFolder(target, dirname(path));
  const statement = `ATTACH ${quoteText(path)} AS ${quoteName(target.database)}${readOnly}`;
  const pause = 200;
  for (let waited = 0; ; waited += pause) {
    try {
      await connection.query(statement);
      return;
    } catch (cause) {
      if (!isLock(cause) || waited >= wait.timeoutMs) throw cannotOpen(target, path, wait, cause);
      if (waited === 0) wait.onWait?.(`Waiting for ${path}: ${holder(cause)}`);
      await wait.sleep(pause);
    }
  }
}

async function makeFolder(target: Target, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EiderError(
      [
        error('engine/database', `The folder ${folder} of the profile's \`path\` cannot be made: ${reason}`, {
          ...placeOfEntry(target, ['path']),
          hint: 'Correct `path`, or make the folder.',
        }),
      ],
      { cause },
    );
  }
}

function isLock(cause: unknown): cause is SqlError {
  return cause instanceof SqlError && /Could not set lock on file/.test(cause.message);
}

function holder(cause: SqlError): string {
  const found = /Conflicting lock is held in (.*?) \(PID (\d+)\)/.exec(cause.message);
  return found === null ? 'another process holds it' : `${found[1]} (process ${found[2]}) holds it`;
}

function cannotOpen(target: Target, path: string, wait: LockWait, cause: unknown): EiderError {
  const finding = isLock(cause)
    ? error(
        'engine/database',
        `The working database ${path} is locked: ${holder(cause)}, for more than ${wait.timeoutMs / 1000} s.`,
        {
          ...placeOfEntry(target, ['path']),
          hint: 'End that process, or point it at the published catalog, which nobody locks.',
        },
      )
    : error(
        'engine/database',
        `The working database ${path} cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          ...placeOfEntry(target, ['path']),
          hint: "Check `path` in the profile's target.",
        },
      );
  return new EiderError([finding], { cause });
}
