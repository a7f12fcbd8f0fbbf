import { type Diagnostic, resourceTypesOf } from '@eider/core';
import type { NodeResult, RunOutcome } from '@eider/engine';
import { eventTimeOf } from '../flags/event-time.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { type FollowedRun, followRun, publishFailure } from '../project/follow-run.ts';
import { type Interruption, interruption } from '../project/interruption.ts';
import { nodeFacts } from '../project/node-facts.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { type FinishedRun, writeRunArtifacts } from '../project/run-artifacts.ts';
import { nodeNames, telling } from '../project/run-story.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import { isFailed } from '../ui/is-failed.ts';
import { nothingToDo } from '../ui/notes.ts';
import { summaryLines } from '../ui/summary-lines.ts';

type RunCommand = 'build' | 'run' | 'test' | 'seed';

interface Chosen {
  readonly ids: readonly string[];
  readonly partial: boolean;
}

/** `build`, `run`, `test` and `seed`: the selected nodes through the engine, the report as dbt prints it, the artifacts. */
export const runNodes: CommandAction = (invoked) =>
  telling(invoked, async (story) => {
    const heard = { ...invoked, story };
    const open = await openProject(heard);
    const { flags, reporter } = open;
    const types = resourceTypesOf(invoked.command, flags.resourceTypes, flags.excludeResourceTypes);
    const chosen = withoutLoneUnitTests(open, invoked.command, await chooseNodes(open, types));
    open.compiler.select(chosen.ids);
    if (chosen.ids.length > 0) return reportingFailures(open, () => run(open, heard, chosen));
    reporter.line(nothingToDo);
    await writeRunArtifacts(open, invoked, { results: [], ephemeral: {}, elapsedMs: 0 });
    return 0;
  });

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

/** Time for queries to end after they were interrupted: well within the 90 s that systemd gives. */
const graceMs = 10_000;

/** Gives the exit code: once nodes ran there are results, so 0 or 1, whatever stood in the way later. */
async function run(open: OpenProject, invoked: Invoked, chosen: Chosen): Promise<number> {
  const { host } = invoked;
  const startedAt = host.now();
  host.enter(open.project.root);
  const followed = followRun(open, invoked, chosen.ids);
  const end = (results: readonly NodeResult[], ephemeral: RunOutcome['ephemeral']): Promise<number> =>
    finish(open, invoked, {
      results,
      ephemeral,
      files: followed.files,
      elapsedMs: host.now().getTime() - startedAt.getTime(),
      interrupted: interrupting.signal.aborted,
    });
  const interrupting: Interruption = interruption(
    host,
    () => open.reporter.warn('Stopping: running queries are interrupted. Once more to stop at once.'),
    {
      graceMs,
      onOverdue: async () => {
        open.reporter.warn(`A query did not end within ${graceMs / 1000} s: the process ends without it.`);
        await end(followed.results(), {});
      },
    },
  );
  try {
    const { found, outcome } = await runToEnd(open, invoked, { chosen, followed, signal: interrupting.signal });
    const nodes = outcome === null || outcome.results.length === 0 ? undefined : outcome.results;
    const failed = found.length === 0 ? [] : [publishFailure(open, found, host.now())];
    const code = await end([...followed.results(nodes), ...failed], outcome?.ephemeral ?? {});
    return outcome?.aborted === true ? (interrupting.exitCode() ?? code) : code;
  } catch (failure) {
    // A bug of ours after nodes ran: what they came to is kept.
    if (followed.isStarted()) await end(followed.results(), {});
    throw failure;
  } finally {
    interrupting.end();
  }
}

interface RunToEnd {
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
  { compiler, eiderVersion, flags, project }: OpenProject,
  invoked: Invoked,
  { chosen, followed, signal }: RunToEnd,
): Promise<EndedRun> {
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
      eventTime: eventTimeOf(flags),
      failFast: flags.failFast,
      warnError: flags.warnError,
      storeFailures: flags.storeFailures,
      takeOver: flags.takeOver,
      withCandidates: flags.withCandidates,
      ...(flags.wait !== undefined && { waitMs: flags.wait * 1000 }),
      onEvent: followed.handle,
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
  return run.results.some(isBad) || unwritten?.length !== 0 ? 1 : 0;
}

/** As in dbt, what was skipped is not good either, exposures aside. */
function isBad({ node, status }: NodeResult): boolean {
  return isFailed(status) || (status === 'skipped' && !node.startsWith('exposure.'));
}
