import { type Diagnostic, warning } from '@eider/core';
import type { CommandAction, Invoked } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { type LastRun, readLastRun } from '../project/last-run.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { retryFlags } from '../project/retry-flags.ts';
import { telling } from '../project/run-story.ts';
import { compileOpen } from './compile.ts';
import { type Chosen, runChosen, typesOf } from './run-nodes.ts';
import { runOperation } from './run-operation.ts';

/**
 * dbt's `retry`: the last command again, with its flags, for the nodes that failed or were skipped. One that was killed or stopped, or that could not commit, is
 * gone on with: what it finished is not built again.
 */
export const retry: CommandAction = (invoked) =>
  telling(invoked, async (story) => {
    const last = await readLastRun(invoked);
    const { args, command } = last;
    const again = { ...invoked, story, command, commandLine: retryFlags(args, invoked.commandLine) };
    if (command === 'run-operation') return await callAgain(again, last);
    const open = await openProject(again);
    const chosen = await chooseAgain(open, command, last);
    return command === 'compile' ? await compileOpen(open, again, chosen.ids) : await runChosen(open, again, chosen);
  });

/** A macro that did what it should is not called again. */
async function callAgain(invoked: Invoked, { args, nodes }: LastRun): Promise<number> {
  if (nodes?.length === 0) return 0;
  const commandLine = { ...invoked.commandLine, args: JSON.stringify(args.args ?? {}) };
  return await runOperation({ ...invoked, name: String(args.macro), commandLine });
}

async function chooseAgain(
  open: OpenProject,
  command: string,
  { batches, continues, nodes }: LastRun,
): Promise<Chosen> {
  const more = continues === undefined ? {} : { continues };
  if (nodes === undefined) return { ...(await chooseNodes(open, typesOf(command, open.flags))), ...more };
  const { exposures, nodes: known } = open.manifest;
  const isThere = (id: string): boolean => known[id] !== undefined || exposures[id] !== undefined;
  open.findings(nodes.filter((id) => !isThere(id)).map(goneFinding));
  return { ids: nodes.filter(isThere).sort(), partial: true, isRest: true, ...(batches && { batches }), ...more };
}

function goneFinding(id: string): Diagnostic {
  return warning('cli/gone-node', `${id} is to be tried again, and is no longer in the project: it is left out.`);
}
