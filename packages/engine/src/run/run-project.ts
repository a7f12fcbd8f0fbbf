import { type Diagnostic, EiderError, error } from '@eider/core';
import type { Lake } from '../lake/lake.ts';
import { openLake } from '../lake/open-lake.ts';
import { openViewProbe, type ViewProbe } from '../materialize/view-probe.ts';
import { databasePort } from '../session/database-port.ts';
import { openSession } from '../session/open-session.ts';
import { hasOtherRelations } from '../session/other-relations.ts';
import { applyEntry } from '../session/profile-entry.ts';
import { quoteRelation } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import { readCandidates } from './candidates.ts';
import { checkPlaces } from './check-places.ts';
import type { NodeResult } from './events.ts';
import { finishQueue } from './finish-queue.ts';
import { labelOf } from './label.ts';
import { isOwnRelation, lakeOptions, needsWorkingDatabase } from './lake-options.ts';
import { planRun, type RunPlan } from './plan-run.ts';
import { publishRun } from './publish-run.ts';
import type { RunOutcome, RunRequest } from './run.ts';
import { nodeOf, type RunContext } from './run-context.ts';
import { endContext, runProjectHooks } from './run-hooks.ts';
import { runNode } from './run-node.ts';
import { schedule, type TaskEnd } from './schedule.ts';
import { summarize } from './summarize.ts';

/**
 * Runs the selected nodes of a compiled project in dbt's order, tests them, and makes what passed visible in one commit. What goes wrong with a node
 * is in its result and in events. Throws EiderError where the run cannot begin (profile, state, working database) or cannot commit.
 */
export async function runProject(request: RunRequest): Promise<RunOutcome> {
  return runInLake(request, await openLake(lakeOptions(request.compiler, request)));
}

/** As `runProject`, in a lake that is open. */
export async function runInLake(request: RunRequest, lake: Lake): Promise<RunOutcome> {
  const { compiler } = request;
  const { project } = compiler;
  const now = request.now ?? (() => new Date());
  const started = now().getTime();
  const session = await openSession(project.target, {
    inMemory: !(await usesWorkingDatabase(request)),
    folder: project.root,
    onWait: (message) => request.onEvent({ kind: 'log', message, info: true, node: null }),
  });
  let probe: Promise<ViewProbe> | undefined;
  try {
    await lake.recover(session);
    const layouts = await checkPlaces(request, runnable(request), lake, session);
    const build = await lake.begin(request.command);
    const run: RunContext = {
      request,
      compiler,
      session,
      build,
      layouts,
      finishing: finishQueue(build.finish, finishingAtOnce),
      now,
      candidates: request.command === 'test' ? await readCandidates(build) : new Map(),
      built: new Map(),
      adopted: new Map(),
      resolved: new Map(),
    };
    try {
      const { ephemeral, failures, results: ran } = await runNodes(run);
      const isAborted = request.signal?.aborted === true;
      const { findings, results } = isAborted
        ? { findings: [], results: ran }
        : await publishRun({ run, lake, results: ran, probe: () => (probe ??= openViewProbe()) });
      for (const diagnostic of findings) request.onEvent({ kind: 'finding', diagnostic });
      const summary = summarize(results, now().getTime() - started, failures);
      request.onEvent({ kind: 'run-finished', summary });
      return { results, summary, ephemeral };
    } finally {
      await run.finishing.settled();
      await build.end();
    }
  } finally {
    (await probe)?.close();
    await session.close();
  }
}

/** Of libuv's 64 threads, on which queries run too. */
const finishingAtOnce = 16;

async function usesWorkingDatabase({ compiler, storeFailures }: RunRequest): Promise<boolean> {
  const { root, target } = compiler.project;
  return needsWorkingDatabase(compiler, storeFailures) || hasOtherRelations(target, root, isOwnRelation(compiler));
}

const commands: Readonly<Record<RunRequest['command'], readonly string[]>> = {
  build: ['model', 'seed', 'test', 'snapshot'],
  run: ['model'],
  test: ['test'],
  seed: ['seed'],
};

/** The nodes that a command runs: ephemeral models have nothing to run. */
function runnable({ command, compiler, selected }: RunRequest): readonly string[] {
  return selected.filter((id) => {
    const node = compiler.manifest.nodes[id];
    return (
      node !== undefined && commands[command].includes(node.resource_type) && node.config.materialized !== 'ephemeral'
    );
  });
}

interface NodesRun extends Omit<RunOutcome, 'summary'> {
  /** How many of on-run-start and -end failed. */
  readonly failures: number;
}

async function runNodes(run: RunContext): Promise<NodesRun> {
  const { compiler, request } = run;
  const ids = runnable(request);
  const plan = planRun(ids, compiler.graph, compiler.manifest, request.command === 'build');
  announceStart(run, ids);
  const main = await run.session.connect();
  const workers: Connection[] = [];
  const interrupt = (): void => {
    for (const connection of [main, ...workers]) connection.interrupt();
  };
  request.signal?.addEventListener('abort', interrupt, { once: true });
  try {
    await makeSchemas(run, ids, main);
    const before = await hookFailure(run, () => runProjectHooks(run, 'on-run-start', main));
    const results = before === null ? await runPlan(run, plan, workers) : skipAll(run, plan, before);
    const after = request.signal?.aborted
      ? null
      : await hookFailure(run, () => runProjectHooks(run, 'on-run-end', main, endContext(run, results)));
    const failures = [before, after].filter((failure) => failure !== null).length;
    return { results, failures, ephemeral: await compileEphemeral(run, main) };
  } finally {
    request.signal?.removeEventListener('abort', interrupt);
  }
}

/** What cannot be compiled has failed its children, which say so. */
async function compileEphemeral(
  { compiler, request }: RunContext,
  connection: Connection,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const id of request.selected) {
    const node = compiler.manifest.nodes[id];
    if (node?.config.materialized !== 'ephemeral' || node.resource_type !== 'model') continue;
    const compiled = await compiler.compile(id, databasePort(connection)).catch(() => undefined);
    if (compiled !== undefined) found[id] = compiled.sql;
  }
  return found;
}

function announceStart({ build, compiler, request }: RunContext, ids: readonly string[]): void {
  const counts: Record<string, number> = {};
  for (const id of ids) {
    const { resource_type: type } = nodeOf(compiler, id);
    counts[type] = (counts[type] ?? 0) + 1;
  }
  const { targetName: target } = compiler.project.target;
  request.onEvent({
    kind: 'run-started',
    build: build.id,
    threads: request.threads,
    target,
    counts,
    total: ids.length,
  });
}

/** All schemas of the run at once: two connections that make one at the same time conflict. */
async function makeSchemas({ compiler }: RunContext, ids: readonly string[], connection: Connection): Promise<void> {
  const names = new Set<string>();
  for (const id of new Set([...ids, ...ids.flatMap((each) => [...compiler.graph.ancestors(each)])])) {
    const node = compiler.manifest.nodes[id];
    if (node !== undefined && node.schema !== '')
      names.add(quoteRelation({ database: node.database, identifier: node.schema }));
  }
  const { target } = compiler.project;
  const make = async (): Promise<void> => {
    for (const name of names) await connection.query(`CREATE SCHEMA IF NOT EXISTS ${name}`);
  };
  const mode = target.configOptions.access_mode;
  await (mode === undefined ? make() : applyEntry(target, ['config_options', 'access_mode'], make));
}

async function hookFailure({ request }: RunContext, work: () => Promise<void>): Promise<Diagnostic | null> {
  try {
    await work();
    return null;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const known = cause instanceof EiderError ? cause.diagnostics[0] : undefined;
    const diagnostic = known ?? error('engine/hook-failed', message);
    request.onEvent({ kind: 'finding', diagnostic });
    return diagnostic;
  }
}

function skipAll(run: RunContext, plan: RunPlan, because: Diagnostic): readonly NodeResult[] {
  return [...plan.keys()].map((id, i) => {
    const result = skipped(run, id, `Skipped: ${because.message}`);
    const node = labelOf(nodeOf(run.compiler, id));
    run.request.onEvent({ kind: 'node-finished', node, result, index: i + 1, total: plan.size });
    return result;
  });
}

async function runPlan(run: RunContext, plan: RunPlan, workers: Connection[]): Promise<readonly NodeResult[]> {
  const { compiler, request } = run;
  const results: NodeResult[] = [];
  const total = plan.size;
  let index = 0;
  const report = (result: NodeResult, at: number): void => {
    results.push(result);
    request.onEvent({ kind: 'node-finished', node: labelOf(nodeOf(compiler, result.node)), result, index: at, total });
  };
  await schedule({
    plan,
    threads: request.threads,
    run: async (id, thread) => {
      if (request.signal?.aborted) return stopBefore(id);
      index += 1;
      const at = index;
      request.onEvent({ kind: 'node-started', node: labelOf(nodeOf(compiler, id)), index: at, total });
      workers[thread] ??= await run.session.connect();
      const result = await runNode(run, id, workers[thread], `Thread-${thread + 1}`);
      report(result, at);
      return endOf(result, request);
    },
    skip: (id, because) => {
      index += 1;
      const why =
        because === null ? 'Skipped: the run was stopped' : `Skipped: ${nodeOf(compiler, because).name} failed`;
      report(skipped(run, id, why), index);
    },
  });
  return results;

  function stopBefore(id: string): TaskEnd {
    index += 1;
    report(skipped(run, id, 'Skipped: the run was stopped'), index);
    return 'stop';
  }
}

function endOf({ status }: NodeResult, { failFast, signal }: RunRequest): TaskEnd {
  if (signal?.aborted) return 'stop';
  if (status !== 'error' && status !== 'fail') return 'done';
  return failFast ? 'stop' : 'failed';
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
      thread: '',
      location: null,
    },
    startedAt: now().toISOString(),
    relationName: nodeOf(compiler, id).relation_name,
  };
}
