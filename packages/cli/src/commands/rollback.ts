import type { Lake, RollbackOutcome } from '@eider/engine';
import type { Host } from '../host.ts';
import type { CommandAction } from '../invoked.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { openProjectLake } from '../project/project-lake.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { localTime } from '../ui/history-lines.ts';

/** `rollback [BUILD]`: shows an older state again, as a new commit: the one before, or the one that is named by number or by how its build begins. */
export const rollback: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const { dryRun, output } = open.flags;
  const to = invoked.name === undefined ? {} : { to: invoked.name };
  const lake = await reportingFailures(open, () => openProjectLake(open));
  const outcome = await reportingFailures(open, () => lake.rollback({ ...to, dryRun }));
  open.findings(outcome.findings);
  if (output === 'json') open.reporter.result(JSON.stringify(outcome, null, 2));
  else tell(open, outcome, dryRun);
  return dryRun || (await runHooks(open, lake, invoked.host)) === 0 ? 0 : 1;
};

/** A rollback publishes, so the hooks of on_publish hear of it. Gives how many failed. */
async function runHooks({ compiler, reporter }: OpenProject, lake: Lake, { now }: Host): Promise<number> {
  const { tellApart } = await import('@eider/engine');
  return tellApart({ compiler, lake, now, onEvent: reporter.event });
}

function tell({ reporter }: OpenProject, outcome: RollbackOutcome, dryRun: boolean): void {
  const { changed, dropped, number, published, restored, working } = outcome;
  const which = `commit ${restored.number} (${restored.command}, ${localTime(restored.committedAt)})`;
  if (changed.length === 0) {
    reporter.say(`Nothing to do: what is published is the state of ${which}.`);
    return;
  }
  reporter.say(dryRun ? `Would show ${which} again:` : `Commit ${number} shows ${which} again:`);
  const gone = new Set(dropped);
  for (const node of changed) reporter.say(`  ${node}${gone.has(node) ? ': not in that state, dropped' : ''}`);
  if (published !== null) reporter.say(`Published ${published}`, { path: published });
  if (working.length === 0) return;
  const names = working.map((node) => node.split('.').at(-1)).join(', ');
  reporter.say(`Tables of the working database go back when a build next reads or makes them: ${names}`);
}
