import {
  type Compiler,
  type DatabasePort,
  type Diagnostic,
  EiderError,
  error,
  freshnessResultObject,
  type SourceFreshness,
} from '@eider/core';
import { openCompileSession } from './compile-session.ts';
import { readable } from './diagnose.ts';
import type { RunEvent } from './events.ts';
import { endsRun, hookFailure, runProjectHooks, skipsAfterHook } from './run-hooks.ts';
import { openWorkingSession } from './working-session.ts';

export interface FreshnessRequest {
  readonly compiler: Compiler;
  /** Unique ids of sources. */
  readonly sources: readonly string[];
  readonly eiderVersion: string;
  readonly now: () => Date;
  readonly onStart: (source: string) => void;
  readonly onEnd: (result: FreshnessResult) => void;
  /** Runs the project's hooks before and behind it, where given. */
  readonly hooks?: FreshnessHooks;
}

interface FreshnessHooks {
  /** Told of hooks, and of what the working database waits for. */
  readonly onEvent: (event: RunEvent) => void;
  /** Interrupts their queries. */
  readonly signal: AbortSignal;
}

/** What came of one source. */
export interface FreshnessResult {
  readonly source: string;
  /** Null where it could not be asked. */
  readonly freshness: SourceFreshness | null;
  /** Why it could not be asked. */
  readonly diagnostics: readonly Diagnostic[];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly executeMs: number;
}

/**
 * Asks how old the data of sources is, one after another, and builds nothing. With hooks it does so between them in the working database, with its lock;
 * else in the committed state, read only and without the lock. No source is asked where a hook of on-run-start forbids it.
 */
export async function checkFreshness(request: FreshnessRequest): Promise<readonly FreshnessResult[]> {
  const { compiler, eiderVersion, hooks } = request;
  if (hooks !== undefined) return checkBetweenHooks(request, hooks);
  const session = openCompileSession(compiler, eiderVersion);
  try {
    return await askAll(request, session.port);
  } finally {
    await session.close();
  }
}

async function checkBetweenHooks(
  request: FreshnessRequest,
  { onEvent, signal }: FreshnessHooks,
): Promise<readonly FreshnessResult[]> {
  const { compiler, eiderVersion, now } = request;
  const onWait = (message: string): void => onEvent({ kind: 'log', message, info: true, node: null });
  const session = await openWorkingSession({ compiler, eiderVersion, onWait, signal });
  const run = { compiler, now, request: { onEvent } };
  const hook = (when: 'on-run-start' | 'on-run-end', context = {}): Promise<Diagnostic | null> =>
    hookFailure(run, () => runProjectHooks(run, when, session, context));
  try {
    const before = await hook('on-run-start');
    const results = skipsAfterHook(run, before) ? [] : await askAll(request, session.port);
    const objects = results.map((result) => resultObject(compiler, result));
    if (!endsRun(before)) await hook('on-run-end', { results: objects, schemas: [], database_schemas: [] });
    return results;
  } finally {
    await session.close();
  }
}

async function askAll(request: FreshnessRequest, port: DatabasePort): Promise<readonly FreshnessResult[]> {
  const { compiler, now, onEnd, onStart, sources } = request;
  const results: FreshnessResult[] = [];
  for (const source of sources) {
    onStart(source);
    const startedAt = now();
    const asked = await compiler.freshness(source, port).then(
      (freshness) => ({ freshness, diagnostics: [] }),
      (cause: unknown) => ({ freshness: null, diagnostics: findingsOf(cause, source) }),
    );
    const executeMs = now().getTime() - startedAt.getTime();
    const result = { source, ...asked, startedAt: startedAt.toISOString(), executeMs };
    results.push(result);
    onEnd(result);
  }
  return results;
}

/** What dbt gives the templates of on-run-end of a source. */
function resultObject(
  compiler: Compiler,
  { diagnostics, executeMs, freshness, source, startedAt }: FreshnessResult,
): object {
  const node = compiler.manifest.sources[source];
  if (node === undefined) throw new Error(`bug: ${source} was asked and is not in the manifest`);
  const ended = new Date(Date.parse(startedAt) + executeMs).toISOString();
  const fields = {
    ...{
      node,
      unique_id: source,
      status: freshness?.status ?? 'runtime error',
      failures: null,
      thread_id: 'MainThread',
    },
    message: diagnostics[0]?.message ?? null,
    execution_time: executeMs / 1000,
    adapter_response: freshness === null ? {} : { _message: 'OK' },
    timing: [
      { name: 'compile', started_at: startedAt, completed_at: startedAt },
      { name: 'execute', started_at: startedAt, completed_at: ended },
    ],
  } as const;
  return freshnessResultObject(fields, freshness);
}

function findingsOf(cause: unknown, source: string): readonly Diagnostic[] {
  if (cause instanceof EiderError) return cause.diagnostics.map(readable);
  return [error('engine/failed', cause instanceof Error ? cause.message : String(cause), { node: source })];
}
