import { resourceTypesOf } from '@eider/core';
import type { RunOutcome } from '@eider/engine';
import type { CommandAction, Invoked } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { addExposures } from '../project/exposure-results.ts';
import { collectHooks } from '../project/hook-results.ts';
import { interruption } from '../project/interruption.ts';
import { nodeFacts } from '../project/node-facts.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { writeRunArtifacts } from '../project/run-artifacts.ts';
import { nothingToDo } from '../ui/notes.ts';
import { summaryLines } from '../ui/summary-lines.ts';

type RunCommand = 'build' | 'run' | 'test' | 'seed';

/** `build`, `run`, `test` and `seed`: the selected nodes through the engine, the report as dbt prints it, the artifacts. */
export const runNodes: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const { flags, reporter } = open;
  const types = resourceTypesOf(invoked.command, flags.resourceTypes, flags.excludeResourceTypes);
  const chosen = await chooseNodes(open, types);
  if (chosen.ids.length === 0) {
    reporter.line(nothingToDo);
    await writeRunArtifacts(open, invoked, { results: [], ephemeral: {}, elapsedMs: 0 });
    return 0;
  }
  const outcome = await reportingFailures(open, () => run(open, invoked, chosen));
  return outcome.summary.success ? 0 : 1;
};

async function run(
  open: OpenProject,
  invoked: Invoked,
  chosen: { readonly ids: readonly string[]; readonly partial: boolean },
): Promise<RunOutcome> {
  const { flags, reporter, compiler, project } = open;
  const { host } = invoked;
  // After parsing, so that a mistake in the project is shown before the engine is loaded.
  const { runProject } = await import('@eider/engine');
  host.enter(project.root);
  const hooks = collectHooks(host.now);
  const exposures = chosen.ids.flatMap((id) => open.manifest.exposures[id] ?? []);
  const counted = addExposures(exposures, open.graph, host.now, reporter.event);
  const interrupted = interruption(host, () =>
    reporter.warn('Stopping: running queries are interrupted. Ctrl-C again to stop at once.'),
  );
  try {
    const outcome = await runProject({
      compiler,
      command: invoked.command as RunCommand,
      selected: chosen.ids,
      partial: chosen.partial,
      threads: flags.threads ?? project.target.threads,
      fullRefresh: flags.fullRefresh,
      failFast: flags.failFast,
      storeFailures: flags.storeFailures,
      takeOver: flags.takeOver,
      onEvent: (event) => {
        if (hooks.handle(event)) return;
        if (event.kind === 'finding') open.findings([event.diagnostic]);
        else counted.handle(event);
      },
      signal: interrupted.signal,
      eiderVersion: open.eiderVersion,
    });
    const results = [...outcome.results, ...counted.results(), ...hooks.results()];
    const { elapsedMs } = outcome.summary;
    await writeRunArtifacts(open, invoked, { results, ephemeral: outcome.ephemeral, elapsedMs });
    const facts = nodeFacts(open.manifest, open.targetPath, flags.storeFailures);
    const end = { results: open.withExcerpts(results), facts, elapsedMs, interrupted: interrupted.signal.aborted };
    for (const line of summaryLines(end)) reporter.line(line);
    return outcome;
  } finally {
    interrupted.end();
  }
}
