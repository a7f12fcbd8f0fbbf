import type { Compiler, Diagnostic } from '@eider/core';
import type { Connection } from '../session/session.ts';
import { diagnose } from './diagnose.ts';
import type { NodeResult, SkipCause } from './events.ts';
import { labelOf } from './label.ts';
import { nodePort } from './node-port.ts';
import { withWork } from './node-work.ts';
import type { RunPlan } from './plan-run.ts';
import type { RunRequest } from './run.ts';
import { nodeOf, type RunContext } from './run-context.ts';
import { runNode, whyStopped } from './run-node.ts';
import { schedule, type TaskEnd } from './schedule.ts';

/** Whether a node is SQL within its readers alone: nothing is run for it, and nobody counts it. */
export function isEphemeral({ manifest }: Pick<Compiler, 'manifest'>, id: string): boolean {
  return manifest.nodes[id]?.config.materialized === 'ephemeral';
}

export interface Ran {
  /** In the order in which they came. */
  readonly results: readonly NodeResult[];
  /** The ephemeral models that had their turn and compiled. */
  readonly ephemeral: readonly string[];
}

/** Skips everything, as what runs before it failed. */
export function skipAll(run: RunContext, plan: RunPlan, because: Diagnostic): Ran {
  const ids = [...plan.keys()].filter((id) => !isEphemeral(run.compiler, id));
  const results = ids.map((id, i) => {
    const result = skipped(run, id, `Skipped: ${because.message}`);
    const node = labelOf(nodeOf(run.compiler, id));
    run.request.onEvent({ kind: 'node-finished', node, result, index: i + 1, total: ids.length });
    return result;
  });
  return { results, ephemeral: [] };
}

/** Runs a plan. Ephemeral models have no results. `failFast` is aborted at the first failure that ends the run. */
export async function runPlan(run: RunContext, plan: RunPlan, failFast: AbortController): Promise<Ran> {
  const { compiler, request } = run;
  const workers: Connection[] = [];
  const worker = async (thread: number): Promise<Connection> => {
    workers[thread] ??= await run.session.connect();
    return workers[thread];
  };
  const results: NodeResult[] = [];
  const ephemeral: string[] = [];
  const causes = skipCauses(run);
  const total = [...plan.keys()].filter((id) => !isEphemeral(compiler, id)).length;
  let index = 0;
  const report = (result: NodeResult, at: number): void => {
    results.push(result);
    request.onEvent({ kind: 'node-finished', node: labelOf(nodeOf(compiler, result.node)), result, index: at, total });
  };
  const skip = (id: string, message: string, cause?: Caused): void => {
    if (isEphemeral(compiler, id)) return;
    index += 1;
    report({ ...skipped(run, id, message), ...cause }, index);
  };
  await schedule({
    plan,
    threads: request.threads,
    run: async (id, thread) => {
      if (isAborted(request) || run.failFast.aborted) {
        skip(id, whyStopped(run));
        return 'stop';
      }
      let end: TaskEnd;
      if (isEphemeral(compiler, id)) {
        end = await compileOnly(run, id, await worker(thread), causes);
        if (end === 'done') ephemeral.push(id);
      } else {
        index += 1;
        const at = index;
        const name = `Thread-${thread + 1} (worker)`;
        request.onEvent({ kind: 'node-started', node: labelOf(nodeOf(compiler, id)), index: at, total, thread: name });
        const connection = await worker(thread);
        const result = await run.traffic.node(id, connection, () => runNode(run, id, connection, name));
        end = endOf(result, request);
        report(result, at);
      }
      if (end === 'stop' && !isAborted(request)) failFast.abort();
      return end;
    },
    skip: (id, because) => {
      if (because === null || run.failFast.aborted) skip(id, whyStopped(run));
      else skip(id, `Skipped: ${nodeOf(compiler, because).name} failed`, causes.of(id, because));
    },
  });
  await run.traffic.settled();
  // Of a run that --fail-fast ended dbt lists all that has no result, and of ephemeral models none has.
  const inline = run.failFast.aborted ? [...plan.keys()].filter((id) => isEphemeral(compiler, id)) : [];
  const left = inline.map((id) => skipped(run, id, whyStopped(run)));
  return { results: [...results.map((result) => withWork(run, result)), ...left], ephemeral };
}

/** An ephemeral model in its turn: that it compiles is all that its readers wait for. */
async function compileOnly(run: RunContext, id: string, connection: Connection, causes: SkipCauses): Promise<TaskEnd> {
  const { compiler, request } = run;
  const node = nodeOf(compiler, id);
  try {
    await compiler.compile(id, nodePort(node, undefined, connection));
    return 'done';
  } catch (cause) {
    if (isAborted(request)) return 'stop';
    causes.failed(id, await diagnose(cause, { compiler, node, compiled: undefined }));
    return request.failFast ? 'stop' : 'failed';
  }
}

type Caused = Pick<NodeResult, 'diagnostics' | 'skipCause'>;

interface SkipCauses {
  failed(id: string, diagnostics: readonly Diagnostic[]): void;
  /** What a node that is skipped because of another says of an ephemeral model that could not be compiled; the first one has the findings. */
  of(id: string, because: string): Caused | undefined;
}

/** As in dbt: in a `run` whatever is below such a model names it, in a `build` only what comes right behind it, and so behind one that was skipped itself. */
function skipCauses({ compiler, request: { command } }: RunContext): SkipCauses {
  const findings = new Map<string, readonly Diagnostic[]>();
  const known = new Map<string, SkipCause>();
  const isTransitive = command === 'run';
  return {
    failed: (id, diagnostics) => void findings.set(id, diagnostics),
    of: (id, because) => {
      const above = known.get(because);
      const own =
        isEphemeral(compiler, because) && (findings.has(because) || !isTransitive)
          ? ({ model: because, status: findings.has(because) ? 'error' : 'skipped' } as const)
          : undefined;
      const cause = isTransitive ? (above ?? own) : own;
      if (cause === undefined) return undefined;
      known.set(id, cause);
      const diagnostics = findings.get(cause.model) ?? [];
      if (isEphemeral(compiler, id)) return undefined;
      if (diagnostics.length > 0) findings.set(cause.model, []);
      return { skipCause: cause, diagnostics };
    },
  };
}
function endOf({ status }: NodeResult, request: RunRequest): TaskEnd {
  if (isAborted(request)) return 'stop';
  if (status !== 'error' && status !== 'partial success' && status !== 'fail') return 'done';
  return request.failFast ? 'stop' : 'failed';
}

function skipped({ compiler, now }: RunContext, id: string, message: string): NodeResult {
  return {
    ...{
      node: id,
      status: 'skipped',
      message,
      failures: null,
      rows: null,
      compileMs: 0,
      executeMs: 0,
      diagnostics: [],
      thread: 'MainThread',
      location: null,
    },
    startedAt: now().toISOString(),
    relationName: nodeOf(compiler, id).relation_name,
  };
}

function isAborted({ signal }: RunRequest): boolean {
  return signal?.aborted === true;
}
