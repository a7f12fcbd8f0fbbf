import type { Target } from '@eider/core';
import { type Connection, SqlError } from './session.ts';

/** What a retry waits with, and whom it tells. */
export interface RetryPolicy {
  /** How often something is tried in all; 1: never again. */
  readonly attempts: number;
  /** dbt-duckdb's names of what is worth another try: `IOException`. */
  readonly exceptions: readonly string[];
  readonly sleep: (ms: number) => Promise<void>;
  /** Told before each wait: which attempt comes, when, and why. */
  readonly onRetry: (message: string) => void;
}

type Wait = Pick<RetryPolicy, 'sleep' | 'onRetry'>;

/** A profile's `retries`: for opening (`connect_attempts`), and for statements (`query_attempts`). Without the block nothing is tried again. */
export function retryPolicy({ retries }: Pick<Target, 'retries'>, what: 'connect' | 'query', wait: Wait): RetryPolicy {
  const attempts = what === 'connect' ? retries?.connectAttempts : retries?.queryAttempts;
  return { ...wait, attempts: Math.max(1, attempts ?? 1), exceptions: retries?.retryableExceptions ?? [] };
}

/** Does work that leaves nothing behind where it fails, again while the policy says so: after 1 s, 2 s, 4 s, …, as dbt-duckdb. `work` gets the attempt, from 1. */
export async function retrying<T>(policy: RetryPolicy, work: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (cause) {
      if (attempt >= policy.attempts || !isTransient(cause, policy.exceptions)) throw cause;
      const pause = pauseAfter(attempt);
      const reason = (cause as SqlError).message.split('\n')[0];
      policy.onRetry(`Attempt ${attempt + 1} of ${policy.attempts} in ${pause / 1000} s: ${reason}`);
      await policy.sleep(pause);
    }
  }
}

/** Milliseconds between an attempt that failed and the next. */
export function pauseAfter(attempt: number): number {
  return 1000 * 2 ** (attempt - 1);
}

/**
 * A connection whose statements are tried again. Not those that may have changed something before they failed: several in one text, and all between
 * BEGIN and COMMIT, which fail as one.
 */
export function withRetries(connection: Connection, policy: RetryPolicy): Connection {
  if (policy.attempts <= 1) return connection;
  let inTransaction = false;
  const follow = (sql: string): void => {
    if (/^\s*(begin|start\s+transaction)\b/i.test(sql)) inTransaction = true;
    if (/(^|;)\s*(commit|rollback|abort|end)(\s+transaction)?\s*;?\s*$/i.test(sql)) inTransaction = false;
  };
  const safely = async <T>(sql: string, run: () => Promise<T>): Promise<T> => {
    follow(sql);
    if (inTransaction) return run();
    try {
      return await run();
    } catch (cause) {
      if (!isTransient(cause, policy.exceptions) || (await connection.statements(sql)) !== 1) throw cause;
      // The first attempt has been made.
      return retrying(policy, (attempt) => (attempt === 1 ? Promise.reject(cause) : run()));
    }
  };
  return {
    ...connection,
    query: (sql) => safely(sql, () => connection.query(sql)),
    objects: (sql) => safely(sql, () => connection.objects(sql)),
    retry: (work) => retrying(policy, (attempt) => work(connection, attempt)),
  };
}

/** Whether a failure is one of the named kinds. An interrupt never is. */
export function isTransient(cause: unknown, exceptions: readonly string[]): cause is SqlError {
  if (!(cause instanceof SqlError) || /^interrupt$/i.test(cause.kind)) return false;
  return namesOf(cause.kind).some((name) => exceptions.includes(name));
}

/** What Python's duckdb calls a kind of error: its class, and those that it is derived from. */
function namesOf(kind: string): readonly string[] {
  const name = `${kind.replaceAll(' ', '')}Exception`;
  return [name, ...(derived[name] ?? [])];
}

const derived: Readonly<Record<string, readonly string[]>> = {
  HTTPException: ['IOException'],
  TransactionContextException: ['TransactionException'],
};
