import type { NodeResult, RunEvent } from '@eider/engine';

/** The project's hooks as results, which dbt counts like nodes: collected from the events of a run. */
export interface HookResults {
  /** Whether the event is the failure of a hook, which the end of the run reports. */
  handle(event: RunEvent): boolean;
  /** A hook that began and did not end has failed, with the finding that followed. */
  results(): readonly NodeResult[];
}

interface HookRun {
  readonly name: string;
  readonly startedAt: Date;
  ms: number | null;
  sql: string | undefined;
  failure: Extract<RunEvent, { kind: 'finding' }>['diagnostic'] | null;
}

/** Collects the hooks of one run. */
export function collectHooks(now: () => Date): HookResults {
  const hooks: HookRun[] = [];
  return {
    handle(event) {
      const last = hooks.at(-1);
      if (event.kind === 'hook-started')
        hooks.push({ name: event.name, startedAt: now(), ms: null, sql: undefined, failure: null });
      else if (event.kind === 'hook-finished' && last !== undefined) {
        last.ms = event.ms ?? 0;
        last.sql = event.sql;
      } else if (event.kind === 'finding' && last?.ms === null && last.failure === null) {
        last.failure = event.diagnostic;
        return true;
      }
      return false;
    },
    results: () => hooks.map(hookResult),
  };
}

function hookResult({ name, startedAt, ms, sql, failure }: HookRun): NodeResult {
  const [packageName = '', when = '', index = ''] = name.split('.');
  return {
    node: `operation.${packageName}.${packageName}-${when}-${index}`,
    status: ms === null ? 'error' : 'success',
    message: ms === null ? (failure?.message ?? `${name} failed`) : `${name} passed`,
    failures: ms === null ? null : 0,
    rows: null,
    startedAt: startedAt.toISOString(),
    compileMs: 0,
    executeMs: ms ?? 0,
    diagnostics: failure === null ? [] : [failure],
    thread: 'main',
    relationName: null,
    location: null,
    ...(sql === undefined ? {} : { compiledSql: sql }),
  };
}
