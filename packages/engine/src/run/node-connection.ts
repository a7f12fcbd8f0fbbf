import { setTimeout as sleep } from 'node:timers/promises';
import type { ManifestNode } from '@eider/core';
import { isNote } from '../materialize/working-table.ts';
import { retryPolicy, withRetries } from '../session/retry.ts';
import { type Connection, SqlError } from '../session/session.ts';
import { makesSecret } from '../session/sql-failure.ts';
import type { RunContext } from './run-context.ts';

/** A worker's connection while it runs one node. */
export interface NodeConnection {
  readonly connection: Connection;
  /** Ends the node's time on it: what stops the run stops its statements no more. */
  release(): void;
}

/** The connection with the profile's `retries`, each told with the node's name; `--fail-fast` cancels what runs on it when another node fails. */
export function nodeConnection(run: RunContext, node: ManifestNode, plain: Connection): NodeConnection {
  const { failFast, request, session } = run;
  const policy = retryPolicy(session.target, 'query', {
    sleep: (ms) => sleep(ms, undefined, request.signal && { signal: request.signal }),
    onRetry: (message) =>
      request.onEvent({
        kind: 'log',
        message: `${node.name}: ${message}`,
        info: true,
        node: node.unique_id,
        retry: true,
      }),
  });
  let isReleased = false;
  const cancel = (): void => plain.cancel();
  failFast.addEventListener('abort', cancel);
  const unlessStopped = <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    if (!failFast.aborted || isReleased) return work();
    return Promise.reject(new SqlError('INTERRUPT Error: Interrupted!', { sql, kind: 'INTERRUPT' }));
  };
  const guarded: Connection = {
    ...plain,
    query: (sql) => unlessStopped(sql, () => plain.query(sql)),
    objects: (sql) => unlessStopped(sql, () => plain.objects(sql)),
    retry: (work) => work(guarded, 1),
  };
  return {
    connection: withRetries(guarded, policy),
    release: () => {
      isReleased = true;
      failFast.removeEventListener('abort', cancel);
    },
  };
}

/** Whether a node failed because its statement was stopped from outside. */
export function wasInterrupted(cause: unknown): boolean {
  const sql = cause instanceof SqlError ? cause : cause instanceof Error ? cause.cause : undefined;
  return sql instanceof SqlError && /^interrupt$/i.test(sql.kind);
}

/** A connection that keeps the statements that changed something, notes aside, for `target/run`. */
export function recorded(connection: Connection, statements: string[]): Connection {
  return {
    ...connection,
    query: (sql) => {
      if (
        /^\s*(COPY|CREATE|ALTER|DELETE|INSERT|MERGE|create|select|delete|insert|merge)\b/.test(sql) &&
        !makesSecret(sql) &&
        !isNote(sql)
      )
        statements.push(sql);
      return connection.query(sql);
    },
    retry: (work) => connection.retry((inner, attempt) => work(recorded(inner, statements), attempt)),
  };
}
