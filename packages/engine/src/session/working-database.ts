import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { EiderError, error, type Target } from '@eider/core';
import { describeProcess } from './lock-holder.ts';
import { placeOfEntry } from './profile-entry.ts';
import { quoteName, quoteText } from './quote.ts';
import { pauseAfter, type RetryPolicy, retrying } from './retry.ts';
import { type Connection, SqlError } from './session.ts';

/** How long and how a session waits for another process that holds the working database. */
export interface LockWait {
  readonly timeoutMs: number;
  /** The profile's `retries`, for other failures of opening, and for waiting longer. */
  readonly retries: RetryPolicy;
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
  const timeoutMs = Math.max(wait.timeoutMs, allPauses(wait.retries.attempts));
  try {
    await retrying(wait.retries, () => attachUnlocked(connection, statement, path, { ...wait, timeoutMs }));
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    throw await cannotOpen(target, path, timeoutMs, cause);
  }
}

const pause = 200;

/** Throws the refusal where the lock is not free in time. */
async function attachUnlocked(connection: Connection, statement: string, path: string, wait: LockWait): Promise<void> {
  for (let waited = 0; ; waited += pause) {
    try {
      await connection.query(statement);
      return;
    } catch (cause) {
      if (!(cause instanceof SqlError) || !isLock(cause)) throw cause;
      if (waited >= wait.timeoutMs) throw new LockTimeout(cause);
      if (waited === 0)
        wait.onWait?.(`Waiting ${until(wait.timeoutMs)}for ${path}: ${await lockHolder(cause)} holds it.`);
      await wait.retries.sleep(pause);
    }
  }
}

function until(timeoutMs: number): string {
  return Number.isFinite(timeoutMs) ? `up to ${timeoutMs / 1000} s ` : '';
}

/** A lock that was waited for long enough: nothing to try again. */
class LockTimeout extends SqlError {
  constructor({ message, sql }: SqlError) {
    super(message, { sql, kind: 'Lock' });
  }
}

/** How long dbt-duckdb waits in all for so many attempts. */
function allPauses(attempts: number): number {
  return Array.from({ length: attempts - 1 }, (_, i) => pauseAfter(i + 1)).reduce((sum, ms) => sum + ms, 0);
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

/** Whether a file could not be opened because another process has it open. */
export function isLock({ message }: SqlError): boolean {
  return /Could not set lock on file/.test(message);
}

/** Who has the file open, for a sentence that goes on with `holds it`. */
export async function lockHolder(cause: SqlError): Promise<string> {
  const found = /Conflicting lock is held in (.*?) \(PID (\d+)\)/.exec(cause.message);
  // A lock of another machine on a network share has no process here.
  if (found === null || found[2] === '0') return 'another process, perhaps of another machine,';
  return describeProcess(Number(found[2]), found[1] ?? '');
}

async function cannotOpen(target: Target, path: string, timeoutMs: number, cause: SqlError): Promise<EiderError> {
  const where = placeOfEntry(target, ['path']);
  const finding = isLock(cause)
    ? error(
        'engine/database',
        `The working database ${path} is locked: ${await lockHolder(cause)} has held it for more than ${timeoutMs / 1000} s.`,
        {
          ...where,
          hint: 'Wait for it or end it; who only reads opens the published catalog, which nobody locks. `retries: {connect_attempts: 8}` waits for two minutes.',
        },
      )
    : error('engine/database', `The working database ${path} cannot be opened: ${cause.message}`, {
        ...where,
        hint: "Check `path` in the profile's target.",
      });
  return new EiderError([finding], { cause });
}
