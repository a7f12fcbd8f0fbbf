import { setMaxListeners } from 'node:events';
import { type Diagnostic, ephemeralParents } from '@eider/core';
import { allEnded } from '@eider/store';
import { withDeltaScans } from '../delta/delta-scans.ts';
import { openTables } from '../delta/open-table.ts';
import { inBatches } from '../lake/in-batches.ts';
import type { Lake } from '../lake/lake.ts';
import { type BuildPlan, otherBuildsText, type Waiting } from '../lake/lease.ts';
import { openLake } from '../lake/open-lake.ts';
import { openViewProbe, type ViewProbe } from '../materialize/view-probe.ts';
import { databasePort } from '../session/database-port.ts';
import { hasOtherRelations } from '../session/other-relations.ts';
import { isRemote } from '../session/place.ts';
import type { Connection, Session } from '../session/session.ts';
import { buildPlan } from './build-plan.ts';
import { readCandidates } from './candidates.ts';
import { checkPlaces } from './check-places.ts';
import { deferredState } from './deferred-state.ts';
import { dropLeftovers } from './drop-leftovers.ts';
import type { NodeResult } from './events.ts';
import { finishQueue } from './finish-queue.ts';
import { isOwnRelation, lakeOptions, needsWorkingDatabase } from './lake-options.ts';
import { withFailed } from './make-generations.ts';
import { makeSchemas } from './make-schemas.ts';
import { askedBy, countTraffic } from './node-traffic.ts';
import { tellApart, tellPublished } from './on-publish.ts';
import { planApart, planRun, type RunPlan } from './plan-run.ts';
import { openProjectSession } from './project-session.ts';
import { publishRun } from './publish-run.ts';
import { deferRun } from './resolve-parents.ts';
import type { RunOutcome, RunRequest } from './run.ts';
import { nodeOf, type RunContext } from './run-context.ts';
import { endContext, endsRun, hookFailure, runProjectHooks, skipsAfterHook } from './run-hooks.ts';
import { isEphemeral, type Ran, runPlan, skipAll } from './run-tasks.ts';
import { summarize } from './summarize.ts';

/**
 * Runs the selected nodes of a compiled project in dbt's order, tests them, and makes what passed visible in one commit. What goes wrong with a node
 * is in its result and in events. Throws EiderError where the run cannot begin (profile, state, working database) or cannot commit.
 */
export async function runProject(request: RunRequest): Promise<RunOutcome> {
  return runInLake(request, request.lake ?? (await openLake(lakeOptions(request.compiler, request))));
}

/** As `runProject`, in a lake that is open. */
export async function runInLake(request: RunRequest, lake: Lake): Promise<RunOutcome> {
  const now = request.now ?? (() => new Date());
  const started = now().getTime();
  const { compiler, onEvent, signal } = request;
  const tell = { compiler, lake, now, onEvent, signal };
  const ran = await buildInLake(request, lake, now, () => tellApart(tell));
  if (ran === null) return { results: [], summary: summarize([], 0, 0), ephemeral: {}, aborted: true };
  // After the working database was given back: a hook may take its time.
  const told = ran.aborted ? undefined : await tellPublished(tell);
  const lost = [...(told?.notStored ?? [])].map(([id, diagnostic]) => [id, [diagnostic]] as const);
  const results = withFailed(ran.results, new Map(lost));
  const summary = summarize(results, now().getTime() - started, ran.failures + (told?.failures ?? 0));
  onEvent({ kind: 'run-finished', summary });
  return { results, summary, ephemeral: ran.ephemeral, aborted: ran.aborted };
}

interface BuildRun extends NodesRun {
  readonly aborted: boolean;
}

/** Runs the nodes and publishes them; null where the run was stopped before its first node. `tell` runs what a killed command left of the hooks. */
async function buildInLake(
  request: RunRequest,
  lake: Lake,
  now: () => Date,
  tell: () => Promise<number>,
): Promise<BuildRun | null> {
  const name = request.continues ?? request.run;
  const plan = { ...buildPlan(request.compiler, runnable(request)), ...(name !== undefined && { run: name }) };
  const waiting = waitingOf(request);
  // Of a bucket the head is asked for while DuckDB opens: it is known then where to look first.
  if (isRemote(lake.state)) lake.head().catch(() => undefined);
  const session = await (waiting === undefined ? Promise.resolve() : lake.untilFree(plan, waiting))
    .then(() => openRunSession(request))
    .catch(unlessAborted(request));
  if (session === undefined) return null;
  const interrupt = (): void => session.interrupt();
  request.signal?.addEventListener('abort', interrupt, { once: true });
  let probe: Promise<ViewProbe> | undefined;
  try {
    await allEnded([lake.serve(session), lake.recover(session)]);
    const late = await tell();
    const layouts = await checkPlaces(request, runnable(request), lake, session).catch(unlessAborted(request));
    if (layouts === undefined || isAborted(request)) return null;
    const failFast = new AbortController();
    // Each node that runs listens: more of them than node takes for a leak.
    for (const signal of [failFast.signal, request.signal]) if (signal !== undefined) setMaxListeners(0, signal);
    const begun = { session, layouts, now, startedAt: now(), failFast: failFast.signal };
    const run = await beginRun(request, lake, begun, plan).catch(unlessAborted(request));
    if (run === undefined) return null;
    let isDone = false;
    try {
      const ended = await runNodes(run, failFast).catch(unlessAborted(request));
      if (ended === undefined) return null;
      const { ephemeral, failures, results: ran } = ended;
      const published = await publishRun({ run, results: ran, probe: () => (probe ??= openViewProbe()) });
      isDone = published !== null;
      const { findings, results } = published ?? { findings: [], results: ran };
      for (const diagnostic of findings) request.onEvent({ kind: 'finding', diagnostic });
      return { results, ephemeral, failures: failures + late, aborted: published === null };
    } finally {
      await run.finishing.settled();
      // What a wave of `watch` finished is worth less than the next save.
      await run.build.end({ leave: !isDone && request.command !== 'watch' });
    }
  } finally {
    request.signal?.removeEventListener('abort', interrupt);
    (await probe)?.close();
    await session.close();
  }
}

/** Undefined where the run goes on beside others. */
function waitingOf({ continues, onEvent, signal, ...request }: RunRequest): Waiting | undefined {
  // Who goes on with a run must not do so beside it.
  const waitMs = request.waitMs ?? (continues === undefined ? undefined : 0);
  if (waitMs === undefined) return undefined;
  return { limitMs: waitMs, signal, onWait: (message) => onEvent({ kind: 'log', message, info: true, node: null }) };
}

async function openRunSession(request: RunRequest): Promise<Session> {
  const { project } = request.compiler;
  const { lockTimeoutMs = request.waitMs } = request;
  const session = await openProjectSession(request.compiler, {
    inMemory: !(await usesWorkingDatabase(request)),
    onWait: (message) => request.onEvent({ kind: 'log', message, info: true, node: null }),
    ...(request.signal && { signal: request.signal }),
    ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
  });
  return withDeltaScans(session, openTables(project.target, project.root));
}

/** Begins a build, and tells of others that run. */
async function beginRun(
  request: RunRequest,
  lake: Lake,
  more: Pick<RunContext, 'session' | 'layouts' | 'now' | 'startedAt' | 'failFast'>,
  plan: BuildPlan,
): Promise<RunContext> {
  const build = await lake.begin(request.command, plan, waitingOf(request));
  const [running, left] = await Promise.all([
    lake.running(build.id),
    adopts(request) ? build.left(request.continues) : new Map(),
  ]);
  const others = otherBuildsText(plan, running);
  if (others !== undefined) request.onEvent({ kind: 'log', message: others, info: true, node: null });
  const { compiler, defer } = request;
  // Each node asks for what it was before: of a bucket for all at once, not one after another.
  if (isRemote(lake.state))
    inBatches(runnable(request), 32, async (id) => build.head?.generation(id)).catch(() => undefined);
  const run: RunContext = {
    ...more,
    ...(defer && { deferred: { state: deferredState(defer, compiler, request), read: new Set() } }),
    request,
    compiler,
    build,
    state: lake.state,
    finishing: finishQueue(build.finish, finishingAtOnce),
    traffic: countTraffic(await askedBy(lake, more.session)),
    candidates: request.command === 'test' || request.withCandidates ? await readCandidates(build) : new Map(),
    built: new Map(),
    adopted: new Map(),
    left,
    resolved: new Map(),
  };
  deferRun(run, defer?.favor === true);
  return run;
}

/** A full refresh is to be one; a run that goes on with another is part of that one. */
function adopts({ command, continues, fullRefresh, noAdopt }: RunRequest): boolean {
  return noAdopt !== true && command !== 'test' && command !== 'clone' && (continues !== undefined || !fullRefresh);
}

function isAborted({ signal }: RunRequest): boolean {
  return signal?.aborted === true;
}

/** What fails because the run was stopped is no failure. */
function unlessAborted(request: RunRequest): (cause: unknown) => undefined {
  return (cause) => {
    if (!isAborted(request)) throw cause;
  };
}

/** Of libuv's 64 threads, on which queries run too. */
const finishingAtOnce = 16;

async function usesWorkingDatabase({ compiler, storeFailures }: RunRequest): Promise<boolean> {
  const { root, target } = compiler.project;
  return needsWorkingDatabase(compiler, storeFailures) || hasOtherRelations(target, root, isOwnRelation(compiler));
}

const commands: Readonly<Record<RunRequest['command'], readonly string[]>> = {
  build: ['model', 'seed', 'test', 'unit_test', 'snapshot', 'function'],
  watch: ['model', 'seed', 'test', 'unit_test', 'snapshot', 'function'],
  run: ['model'],
  test: ['test', 'unit_test'],
  seed: ['seed'],
  snapshot: ['snapshot'],
  clone: ['model', 'seed', 'snapshot'],
};

/** The nodes that a command runs. Ephemeral models are compiled in their turn: what is behind one that cannot be is skipped. */
function runnable({ command, compiler, selected }: RunRequest): readonly string[] {
  return selected.filter((id) => {
    const node = compiler.manifest.nodes[id];
    return (
      node !== undefined &&
      commands[command].includes(node.resource_type) &&
      (command !== 'clone' || !isEphemeral(compiler, id))
    );
  });
}

interface NodesRun extends Pick<RunOutcome, 'results' | 'ephemeral'> {
  /** How many of on-run-start and -end failed. */
  readonly failures: number;
}

async function runNodes(run: RunContext, failFast: AbortController): Promise<NodesRun> {
  const { compiler, request } = run;
  const ids = runnable(request);
  const testsBlock = request.command === 'build' || request.command === 'watch';
  const isClone = request.command === 'clone';
  const planOf = (all: readonly string[]): RunPlan => planRun(all, compiler.graph, compiler.manifest, testsBlock);
  const plan = isClone ? planApart(ids) : planOf(ids);
  const { counted } = request;
  if (counted !== undefined && counted.ids.length > 0) counted.plan(planOf([...ids, ...counted.ids]));
  // dbt's clone runs no hooks and compiles nothing.
  const hook = (work: () => Promise<void>): Promise<Diagnostic | null> =>
    isClone ? Promise.resolve(null) : hookFailure(run, work);
  const main = await run.session.connect();
  const working = { connection: main, port: databasePort(main) };
  const relations = ids.filter((id) => !isEphemeral(compiler, id));
  await makeSchemas(run, relations, main);
  if (!isClone) await dropLeftovers(run, relations, main);
  announceStart(run, relations);
  const before = await hook(() => runProjectHooks(run, 'on-run-start', working));
  const ran = skipsAfterHook(run, before) ? skipAll(run, plan, before) : await runPlan(run, plan, failFast);
  const { results } = ran;
  const after =
    isAborted(request) || endsRun(before)
      ? null
      : await hook(() =>
          runProjectHooks(run, 'on-run-end', working, endContext(run, counted?.among(results) ?? results)),
        );
  const failures = [before, after].filter((failure) => failure !== null).length;
  const ephemeral = isClone ? {} : await compileEphemeral(run, ran, main);
  const withSql = (result: NodeResult): NodeResult => {
    const compiledSql = ephemeral[result.node];
    return compiledSql === undefined ? result : { ...result, compiledSql };
  };
  return { results: results.map(withSql), failures, ephemeral };
}

/** The ephemeral models that had their turn, and those that went into what was compiled. What cannot be compiled is told of with its children. */
async function compileEphemeral(
  { compiler }: RunContext,
  { ephemeral, results }: Ran,
  connection: Connection,
): Promise<Record<string, string>> {
  const { manifest } = compiler;
  const compiled = results.flatMap(({ compiledSql, node }) =>
    compiledSql === undefined || node.startsWith('unit_test.') ? [] : [node],
  );
  const found: Record<string, string> = {};
  for (const id of new Set([...ephemeral, ...ephemeralParents(manifest, [...ephemeral, ...compiled])])) {
    const sql = (await compiler.compile(id, databasePort(connection)).catch(() => undefined))?.sql;
    if (sql !== undefined) found[id] = sql;
  }
  return found;
}

function announceStart({ build, compiler, request, state }: RunContext, ids: readonly string[]): void {
  const counts: Record<string, number> = {};
  for (const id of ids) {
    const { resource_type: type } = nodeOf(compiler, id);
    counts[type] = (counts[type] ?? 0) + 1;
  }
  const { targetName: target } = compiler.project.target;
  request.onEvent({
    kind: 'run-started',
    build: build.id,
    state,
    threads: request.threads,
    target,
    counts,
    total: ids.length,
  });
}
