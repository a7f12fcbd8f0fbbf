import { type Diagnostic, resourceTypesOf } from '@eider/core';
import type { NodeResult, RunOutcome, RunRequest } from '@eider/engine';
import { eventTimeOf } from '../flags/event-time.ts';
import type { Flags } from '../flags/flags.ts';
import { sampleWindow } from '../flags/sample.ts';
import { warningFate } from '../flags/warn-error-options.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { type ChosenNodes, chooseNodes } from '../project/choose-nodes.ts';
import { deferRequest } from '../project/defer-request.ts';
import { type FollowedRun, followRun, publishFailure } from '../project/follow-run.ts';
import { isUnrenderedHook } from '../project/hook-results.ts';
import { graceMs, type Interruption, queryInterruption } from '../project/interruption.ts';
import { nodeFacts } from '../project/node-facts.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { argsOf, type FinishedRun, writeRunArtifacts } from '../project/run-artifacts.ts';
import { nodeNames, telling } from '../project/run-story.ts';
import { showSeeds } from '../project/show-seeds.ts';
import { removeUnfinished, writeUnfinished } from '../project/unfinished-run.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import { isFailed } from '../ui/is-failed.ts';
import { nothingToDo } from '../ui/notes.ts';
import { summaryLines } from '../ui/summary-lines.ts';

type RunCommand = 'build' | 'run' | 'test' | 'seed' | 'snapshot' | 'clone';

export interface Chosen extends ChosenNodes {
  /** The run to go on with. */
  readonly continues?: string;
  /** Whether these nodes are what an earlier run left to be done, and not what the flags select. */
  readonly isRest?: true;
  /** What came of the batches of microbatch models in that run. */
  readonly batches?: RunRequest['batches'];
}

/** `build`, `run`, `test`, `seed`, `snapshot` and `clone`: the selected nodes through the engine, the report as dbt prints it, the artifacts. */
export const runNodes: CommandAction = (invoked) =>
  telling(invoked, async (story) => {
    const heard = { ...invoked, story };
    const open = await openProject(heard);
    // A mistake in the flags is told where there is nothing to do, too.
    eventTimeOf(open.flags);
    return await runChosen(open, heard, await chooseNodes(open, typesOf(invoked.command, open.flags)));
  });

/** The types of nodes that a command runs, by its name and flags. */
export function typesOf(command: string, { excludeResourceTypes, resourceTypes }: Flags): readonly string[] {
  return resourceTypesOf(command, resourceTypes, excludeResourceTypes);
}

/** A build runs unit tests before their models, as dbt does: without a model there is no place for one. */
function withoutLoneUnitTests({ manifest }: OpenProject, command: string, chosen: Chosen): Chosen {
  if (command !== 'build') return chosen;
  const selected = new Set(chosen.ids);
  const isLone = (id: string): boolean => {
    const node = manifest.nodes[id];
    return node?.resource_type === 'unit_test' && !selected.has(node.depends_on.nodes[0] ?? '');
  };
  return { ...chosen, ids: chosen.ids.filter((id) => !isLone(id)) };
}

/** Runs nodes to their end, and gives the exit code. */
export async function runChosen(open: OpenProject, invoked: Invoked, wanted: Chosen): Promise<number> {
  const chosen = withoutLoneUnitTests(open, invoked.command, wanted);
  open.compiler.select(chosen.ids);
  if (chosen.ids.length > 0) return await reportingFailures(open, () => run(open, invoked, chosen));
  open.reporter.line(nothingToDo);
  await writeRunArtifacts(open, invoked, { results: [], ephemeral: {}, elapsedMs: 0 });
  return 0;
}

/** Gives the exit code: once nodes ran there are results, so 0 or 1, whatever stood in the way later. */
async function run(open: OpenProject, invoked: Invoked, chosen: Chosen): Promise<number> {
  const { host } = invoked;
  const startedAt = host.now();
  host.enter(open.project.root);
  const runId = chosen.continues ?? host.randomId();
  let recorded: Promise<void> | undefined;
  const followed = followRun(open, invoked, chosen.ids, () => {
    recorded = recordRun(open, invoked, chosen, runId);
  });
  const end = (results: readonly NodeResult[], ephemeral: RunOutcome['ephemeral']): Promise<number> =>
    finish(open, invoked, {
      results,
      ephemeral,
      files: followed.files,
      elapsedMs: host.now().getTime() - startedAt.getTime(),
      interrupted: interrupting.signal.aborted,
    });
  const interrupting: Interruption = queryInterruption(host, open.reporter, async () => {
    open.reporter.warn(`A query did not end within ${graceMs / 1000} s: the process ends without it.`);
    await end(followed.results(), {});
  });
  try {
    const { found, outcome } = await runToEnd(open, invoked, { chosen, followed, runId, signal: interrupting.signal });
    const nodes = outcome === null || outcome.results.length === 0 ? undefined : outcome.results;
    if (open.flags.show && invoked.command === 'seed') await showSeeds(open, nodes ?? []);
    const failed = found.length === 0 ? [] : [publishFailure(open, found, host.now())];
    const code = await end([...followed.results(nodes), ...failed], outcome?.ephemeral ?? {});
    // What is not committed is to be gone on with.
    await recorded;
    if (outcome?.aborted === false) await removeUnfinished(open.targetFolder);
    if (outcome?.aborted !== true) return code;
    invoked.story?.stopped();
    return interrupting.exitCode() ?? code;
  } catch (failure) {
    // A bug of ours after nodes ran: what they came to is kept.
    if (followed.isStarted()) await end(followed.results(), {});
    throw failure;
  } finally {
    interrupting.end();
  }
}

/** From now on the target folder tells of a run that has not come to its end. */
async function recordRun(open: OpenProject, invoked: Invoked, { ids, isRest }: Chosen, run: string): Promise<void> {
  if (!open.flags.writeJson) return;
  const startedAt = invoked.host.now().toISOString();
  const nodes = isRest === undefined ? {} : { nodes: ids };
  await writeUnfinished(open.targetFolder, { run, startedAt, args: argsOf(open, invoked), ...nodes });
}

interface RunToEnd {
  readonly runId: string;
  readonly chosen: Chosen;
  readonly followed: FollowedRun;
  readonly signal: AbortSignal;
}

interface EndedRun {
  readonly outcome: RunOutcome | null;
  /** Why what the nodes made could not be committed or shown. */
  readonly found: readonly Diagnostic[];
}

/** Runs the nodes. Throws what kept them from beginning. */
async function runToEnd(
  open: OpenProject,
  invoked: Invoked,
  { chosen, followed, runId, signal }: RunToEnd,
): Promise<EndedRun> {
  const { compiler, eiderVersion, flags, project } = open;
  const defer = await deferRequest(open, invoked.command);
  // After parsing, so that a mistake in the project is shown before the engine is loaded.
  const { runProject } = await import('@eider/engine');
  try {
    const outcome = await runProject({
      compiler,
      command: invoked.command as RunCommand,
      selected: chosen.ids,
      partial: chosen.partial,
      threads: flags.threads ?? project.target.threads,
      fullRefresh: flags.fullRefresh,
      eventTime: flags.sample ? sampleWindow(flags.sample, open.invocation().startedAt) : eventTimeOf(flags),
      ...(flags.empty && { fewerRows: '--empty' as const }),
      ...(flags.sample && { fewerRows: '--sample' as const }),
      ...(chosen.batches && { batches: chosen.batches }),
      failFast: flags.failFast,
      warnError: warningFate({ code: 'test' }, flags.warnErrorOptions, flags.warnError) === 'error',
      storeFailures: flags.storeFailures,
      defer,
      takeOver: flags.takeOver,
      // What tests withheld of the run before is what is tried again.
      withCandidates: flags.withCandidates || chosen.isRest === true,
      run: runId,
      ...(chosen.continues !== undefined && { continues: chosen.continues }),
      noAdopt: !flags.adopt,
      ...(flags.wait !== undefined && { waitMs: flags.wait * 1000 }),
      onEvent: followed.handle,
      counted: followed.counted,
      signal,
      eiderVersion,
    });
    return { outcome, found: [] };
  } catch (failure) {
    const found = followed.isStarted() ? findingsOf(failure) : null;
    if (found === null) throw failure;
    return { outcome: null, found };
  }
}

interface Finished extends FinishedRun {
  readonly interrupted: boolean;
}

/** Says how a run ended, and writes what it leaves. */
async function finish(open: OpenProject, invoked: Invoked, run: Finished): Promise<number> {
  const { flags, manifest, reporter, targetPath } = open;
  invoked.story?.results(run.results, nodeNames(manifest));
  const unwritten = await writeRunArtifacts(open, invoked, run).then(() => [], findingsOf);
  const facts = nodeFacts(manifest, targetPath, flags.storeFailures);
  const results = open.withExcerpts(run.results);
  invoked.document?.add(results.flatMap(({ diagnostics }) => diagnostics));
  for (const line of summaryLines({ ...run, results, facts })) reporter.line(line);
  open.findings(unwritten ?? []);
  if (run.results.some(isUnrenderedHook)) return 2;
  return run.results.some(isBad) || unwritten?.length !== 0 ? 1 : 0;
}

/** As in dbt, what was skipped is not good either, exposures aside. */
function isBad({ node, status }: NodeResult): boolean {
  return isFailed(status) || (status === 'skipped' && !node.startsWith('exposure.'));
}
