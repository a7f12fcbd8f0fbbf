import { setTimeout as sleep } from 'node:timers/promises';
import { buildId } from './build-id.ts';
import type { Build } from './lake.ts';
import type { LakeContext } from './lake-context.ts';
import { LakeError } from './lake-error.ts';
import { type BuildReport, reportBuilds } from './running-builds.ts';

// A build that lives holds its nodes: whoever asks to wait does not begin beside it. Nothing rests on that but spared work: what may be committed is decided at
// the commit. So a hold needs no unlocking: it ends with the heartbeat.

/** What a build makes, and what it reads without making it: unique ids. */
export interface BuildPlan {
  readonly writes: readonly string[];
  readonly reads: readonly string[];
  /** Names the run, so that another build can go on with it. */
  readonly run?: string;
}

export const noPlan: BuildPlan = { writes: [], reads: [] };

/** How long others are waited for. */
export interface Waiting {
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** How often is looked, in milliseconds, more or less: 1000 where absent. */
  readonly everyMs?: number;
  /** Told who is waited for, when that changes. */
  readonly onWait: (message: string) => void;
}

/** Another build, and the nodes for which both cannot commit. */
interface Met {
  readonly build: BuildReport;
  readonly nodes: readonly string[];
}

/** Nodes that one of two builds makes and the other makes or reads. */
export function sharedNodes(one: BuildPlan, other: BuildPlan): readonly string[] {
  const [made, used] = [new Set(one.writes), new Set([...one.writes, ...one.reads])];
  const shared = [...other.writes.filter((node) => used.has(node)), ...other.reads.filter((node) => made.has(node))];
  return [...new Set(shared)].sort();
}

/** Waits until no build lives that meets the plan. Throws LakeError `lake/busy` when the time is over, and AbortError by the signal. */
export async function untilFree(context: LakeContext, plan: BuildPlan, waiting: Waiting): Promise<void> {
  const until = performance.now() + waiting.limitMs;
  let told = '';
  for (;;) {
    const met = await meeting(context, plan);
    if (met.length === 0) return;
    if (performance.now() >= until) throw busy(met, waiting);
    const text = `Waiting up to ${seconds(waiting.limitMs)} for ${met.map(metText).join('; ')}.`;
    if (text !== told) waiting.onWait(text);
    told = text;
    await pause(waiting);
  }
}

/**
 * Begins a build; with `waiting` when no other one meets it. Two that begin at the same moment see each other, give way, and try again after times of
 * their own.
 */
export async function takeTurn(
  context: LakeContext,
  plan: BuildPlan,
  waiting: Waiting | undefined,
  begin: (id: string) => Promise<Build>,
): Promise<Build> {
  const { now, randomId } = context.options;
  if (waiting === undefined) return await begin(buildId(now(), randomId()));
  const until = performance.now() + waiting.limitMs;
  for (;;) {
    await untilFree(context, plan, { ...waiting, limitMs: Math.max(0, until - performance.now()) });
    const build = await begin(buildId(now(), randomId()));
    const met = await meeting(context, plan, build.id);
    if (met.length === 0) return build;
    await build.end();
    await pause(waiting);
  }
}

async function meeting({ options, store }: LakeContext, plan: BuildPlan, own?: string): Promise<readonly Met[]> {
  const { running } = await reportBuilds(store, options.randomId(), own);
  return running.flatMap((build) => {
    const nodes = sharedNodes(plan, build);
    return nodes.length === 0 ? [] : [{ build, nodes }];
  });
}

async function pause({ everyMs = 1000, signal }: Waiting): Promise<void> {
  await sleep(everyMs * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal });
}

function busy(met: readonly Met[], { limitMs }: Waiting): LakeError {
  const text = `After ${seconds(limitMs)} it still runs: ${met.map(metText).join('; ')}. Nothing was begun.`;
  return new LakeError('lake/busy', text, 'Run the command later, or wait longer: --wait 7200.');
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

function metText({ build, nodes }: Met): string {
  return `${buildText(build)}, which makes or reads ${nodesText(nodes)}`;
}

const named = 5;

/** At most five nodes by name. */
export function nodesText(nodes: readonly string[]): string {
  const more = nodes.length > named ? ` and ${nodes.length - named} more` : '';
  return `${nodes.slice(0, named).join(', ')}${more}`;
}

/** `eider build of ada on nas (process 4711, since 2026-11-21T03:00:12Z)`. */
function buildText({ by, command, pid, startedAt }: BuildReport): string {
  const who = [by?.user, by?.host].filter(Boolean).join(' on ');
  return `eider ${command}${who === '' ? '' : ` of ${who}`} (process ${pid}, since ${startedAt?.slice(0, 19)}Z)`;
}

/** What the builds that run mean for one that begins now; undefined where there are none. Other commands beat too, and only builds can conflict. */
export function otherBuildsText(plan: BuildPlan, running: readonly BuildReport[]): string | undefined {
  const builds = running.filter(({ command }) => command !== null);
  if (builds.length === 0) return undefined;
  const what = builds.length === 1 ? 'Another build of this state runs' : 'Other builds of this state run';
  const each = builds.map(buildText).join(', ');
  const shared = [...new Set(builds.flatMap((build) => sharedNodes(plan, build)))].sort();
  const one = builds.length === 1;
  if (shared.length === 0)
    return `${what}: ${each}. ${one ? 'Both' : 'All'} commit what they make: they have no node in common.`;
  const both = `${one ? 'Both make or read' : 'They and this one make or read'} ${nodesText(shared)}`;
  return `${what}: ${each}. ${both}: who commits later ends with lake/conflict, and nothing of that build is published. With --wait this one would wait.`;
}
