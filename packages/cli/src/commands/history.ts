import type { CommandAction } from '../invoked.ts';
import { openProject } from '../project/open-project.ts';
import { openProjectLake } from '../project/project-lake.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { historyTable } from '../ui/history-lines.ts';

/** `history`: the newest commits of the target's lake: when, who, what, rows, outcome. */
export const history: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const { flags, reporter } = open;
  const lines = await reportingFailures(open, async () => (await openProjectLake(open)).history(flags.last));
  if (flags.output === 'json') reporter.result(JSON.stringify(lines, null, 2));
  else if (lines.length === 0) reporter.warn('Nothing is committed yet. Run eider build first.');
  else
    for (const line of historyTable(lines, invoked.host.stdout.columns ?? Number.POSITIVE_INFINITY))
      reporter.result(line);
  return 0;
};
