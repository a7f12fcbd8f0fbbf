import type { NodeResult, RunEvent } from '@eider/engine';

/** The project's hooks as results, which dbt counts like nodes: collected from the events of a run. */
export interface HookResults {
  /** Whether the event is the failure of a hook, which the end of the run reports. */
  handle(event: RunEvent): boolean;
  /** A hook that began and did not end well has failed, with the finding that followed. */
  results(): readonly NodeResult[];
}

interface HookRun {
  readonly id: string;
  readonly name: string;
  readonly startedAt: Date;
  ms: number | null;
  sql: string | undefined;
  failure: Extract<RunEvent, { kind: 'finding' }>['diagnostic'] | null;
}

/** Collects the hooks of one run. `all`: unique ids of the project's hooks; those behind one that failed are skipped, as in dbt. */
export function collectHooks(now: () => Date, all: readonly string[] = []): HookResults {
  const hooks: HookRun[] = [];
  return {
    handle(event) {
      const last = hooks.at(-1);
      if (event.kind === 'hook-started')
        hooks.push({ id: event.id, name: event.name, startedAt: now(), ms: null, sql: undefined, failure: null });
      else if (event.kind === 'hook-rendered' && last !== undefined) last.sql = event.sql;
      else if (event.kind === 'hook-finished' && event.status === 'success' && last !== undefined) last.ms = event.ms;
      else if (event.kind === 'finding' && last?.ms === null && last.failure === null) {
        last.failure = event.diagnostic;
        return true;
      }
      return false;
    },
    results: () => hooks.flatMap((hook) => [hookResult(hook), ...skippedBehind(hook, all)]),
  };
}

function skippedBehind(hook: HookRun, all: readonly string[]): readonly NodeResult[] {
  if (hook.ms !== null) return [];
  const when = hookTime(hook.id);
  const same = when === undefined ? [] : all.filter((id) => hookTime(id) === when);
  const from = same.indexOf(hook.id) + 1;
  return same.slice(from).map((id, i) => ({
    ...hookResult({ ...hook, ms: 0, sql: undefined, failure: null }),
    node: id,
    status: 'skipped',
    message: `${id.split('.')[1]}.on-run-${when}.${from + i} skipped`,
    failures: 1,
  }));
}

/** When the hook of a run with this unique id runs; undefined for any other node. */
export function hookTime(id: string): string | undefined {
  return /-on-run-(start|end)-\d+$/.exec(id)?.[1];
}

/** A hook of the run whose template fails ends dbt, as what is wrong with a project does. */
export function isUnrenderedHook({ diagnostics, node }: NodeResult): boolean {
  return hookTime(node) !== undefined && diagnostics.some(({ code }) => code !== 'engine/hook-failed');
}

/** What the database said, in dbt's sentence. */
function failed(name: string, failure: HookRun['failure']): string {
  if (failure?.cause !== undefined) return `${name} failed, error:\n ${failure.cause}`;
  return failure?.message ?? `${name} failed`;
}

function hookResult({ id, name, startedAt, ms, sql, failure }: HookRun): NodeResult {
  return {
    node: id,
    status: ms === null ? 'error' : 'success',
    message: ms === null ? failed(name, failure) : `${name} passed`,
    failures: ms === null ? 1 : 0,
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
