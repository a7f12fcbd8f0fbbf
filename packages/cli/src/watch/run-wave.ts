import type { NodeResult, RunEvent, RunOutcome } from '@eider/engine';
import { eventTimeOf } from '../flags/event-time.ts';
import type { Invoked } from '../invoked.ts';
import { collectHooks } from '../project/hook-results.ts';
import type { OpenProject } from '../project/open-project.ts';
import { writeRunArtifacts } from '../project/run-artifacts.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import { runLines } from '../ui/run-lines.ts';
import type { KeptLake } from './kept-lake.ts';
import { leftToDo, type WavePlan } from './plan-wave.ts';
import { named, nodeLine, type WaveCause, waveEndLine, waveStartLines } from './wave-lines.ts';

export interface WaveRequest {
  readonly open: OpenProject;
  readonly invoked: Invoked;
  readonly number: number;
  readonly cause: WaveCause;
  readonly plan: WavePlan;
  readonly todo: ReadonlySet<string>;
  readonly lakeOf: KeptLake;
  /** When the first of the saves was noticed, in milliseconds of the host's clock. */
  readonly since: number;
  readonly signal: AbortSignal;
}

/** `again`: another build stood in the way. `stopped` and `again` leave everything to do. */
export interface WaveOutcome {
  readonly kind: 'done' | 'stopped' | 'again' | 'failed';
  readonly left: ReadonlySet<string>;
}

/** Runs a wave: builds, tests, publishes, reports. What goes wrong is on the screen and in `left`; only a bug of ours is thrown. */
export async function runWave(request: WaveRequest): Promise<WaveOutcome> {
  const { open, todo } = request;
  for (const line of waveStartLines(request)) open.reporter.line(line);
  try {
    return await ranWave(request);
  } catch (failure) {
    const found = findingsOf(failure);
    if (found === null) throw failure;
    if (found.some(({ code }) => code === 'lake/conflict')) {
      open.reporter.warn('Another build published meanwhile what this wave builds upon, so it begins again.');
      return { kind: 'again', left: todo };
    }
    open.findings(found);
    open.reporter.say(`Still to do: ${named(names(open, todo))}.`);
    return { kind: 'failed', left: todo };
  } finally {
    open.reporter.close();
  }
}

async function ranWave(request: WaveRequest): Promise<WaveOutcome> {
  const { invoked, number, open, plan, signal, since, todo } = request;
  const { flags, project, reporter } = open;
  const { host } = invoked;
  const { runProject } = await import('@eider/engine');
  host.enter(project.root);
  const log = await followWave(request);
  const outcome = await runProject({
    compiler: open.compiler,
    command: 'watch',
    selected: plan.ids,
    partial: true,
    threads: flags.threads ?? project.target.threads,
    fullRefresh: flags.fullRefresh,
    eventTime: eventTimeOf(flags),
    failFast: flags.failFast,
    storeFailures: flags.storeFailures,
    takeOver: flags.takeOver,
    lockTimeoutMs: Number.POSITIVE_INFINITY,
    lake: await request.lakeOf(open),
    onEvent: log.handle,
    signal,
    eiderVersion: open.eiderVersion,
  });
  if (outcome.aborted) return { kind: 'stopped', left: todo };
  const left = leftToDo(todo, { ids: plan.ids, results: outcome.results, withheld: log.withheld });
  const ms = (log.publishedAt() ?? host.now().getTime()) - since;
  const end = { number, ms, published: log.published(), results: outcome.results, left: names(open, left) };
  reporter.line(waveEndLine(end));
  await writeArtifacts(request, outcome, log.hooks());
  return { kind: 'done', left };
}

async function writeArtifacts(
  { invoked, open }: WaveRequest,
  { ephemeral, results, summary }: RunOutcome,
  hooks: readonly NodeResult[],
): Promise<void> {
  await writeRunArtifacts(open, invoked, {
    results: [...results, ...hooks],
    ephemeral,
    elapsedMs: summary.elapsedMs,
  });
}

interface WaveLog {
  readonly handle: (event: RunEvent) => void;
  /** Nodes that were built and that readers do not get. */
  readonly withheld: ReadonlySet<string>;
  published(): Extract<RunEvent, { kind: 'published' }> | null;
  publishedAt(): number | null;
  hooks(): readonly NodeResult[];
}

/** Shows the events of a wave as they come. After it was stopped nothing more is said: what was interrupted is no failure. */
async function followWave({ invoked, number, open, plan, signal }: WaveRequest): Promise<WaveLog> {
  const { labelOf } = await import('@eider/engine');
  const { reporter } = open;
  const hooks = collectHooks(invoked.host.now);
  const withheld = new Set<string>();
  let published: Extract<RunEvent, { kind: 'published' }> | null = null;
  let publishedAt: number | null = null;
  const labels = [...plan.own, ...plan.children].flatMap((id) => open.manifest.nodes[id] ?? []).map(labelOf);
  const width = Math.min(widestName, Math.max(0, ...labels.map(({ display }) => display.length)));
  const handle = (event: RunEvent): void => {
    reporter.progress(event);
    hooks.handle(event);
    if (event.kind === 'published') {
      published = event;
      publishedAt = invoked.host.now().getTime();
    } else if (signal.aborted) return;
    else if (event.kind === 'node-finished') {
      reporter.line(nodeLine(event.node, event.result, width, number));
      if (event.result.status !== 'skipped') open.findings(event.result.diagnostics);
    } else if (event.kind === 'finding') {
      if (event.diagnostic.code === 'engine/withheld' && event.diagnostic.node !== undefined)
        withheld.add(event.diagnostic.node);
      open.findings([event.diagnostic]);
    } else if (event.kind === 'withheld' || event.kind === 'log') {
      if (event.kind === 'withheld') withheld.add(event.node.id);
      for (const line of runLines(event, { width: open.flags.printerWidth, now: invoked.host.now() }))
        reporter.line(line);
    }
  };
  return {
    handle,
    withheld,
    published: () => published,
    publishedAt: () => publishedAt,
    hooks: () => hooks.results(),
  };
}

const widestName = 48;

function names({ manifest }: OpenProject, ids: ReadonlySet<string>): readonly string[] {
  return [...ids].flatMap((id) => manifest.nodes[id]?.name ?? []).sort();
}
