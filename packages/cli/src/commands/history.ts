import { type TableHistory, tableHistory } from '@eider/engine';
import type { CommandAction, Invoked } from '../invoked.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { openProjectLake } from '../project/project-lake.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { tableRequest } from '../project/table-request.ts';
import { historyTable, tableHistoryLines } from '../ui/history-lines.ts';

/** `history [TABLE]`: the newest commits of the target's lake, or of one Delta table: when, who, what, rows, outcome. */
export const history: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  if (invoked.name !== undefined) return await historyOfTable(open, invoked);
  const { flags, reporter } = open;
  const lines = await reportingFailures(open, async () => (await openProjectLake(open)).history(flags.last));
  if (flags.output === 'json') reporter.result(JSON.stringify(lines, null, 2));
  else if (lines.length === 0) reporter.warn('Nothing is committed yet. Run eider build first.');
  else
    for (const line of historyTable(lines, invoked.host.stdout.columns ?? Number.POSITIVE_INFINITY))
      reporter.result(line);
  return 0;
};

async function historyOfTable(open: OpenProject, invoked: Invoked): Promise<number> {
  const { flags, reporter } = open;
  const { entries, location, table } = await reportingFailures(open, async () =>
    tableHistory({ ...(await tableRequest(open, invoked)), last: flags.last }),
  );
  if (flags.output === 'json')
    reporter.result(JSON.stringify({ table, location, commits: entries.map(recordOf) }, null, 2));
  else for (const line of tableHistoryLines(entries)) reporter.result(line);
  return 0;
}

const recordOf = ({ commitInfo, timestamp, version }: TableHistory['entries'][number]) => ({
  version,
  timestamp: new Date(timestamp).toISOString(),
  operation: commitInfo?.operation ?? null,
  parameters: commitInfo?.operationParameters ?? {},
  engine: commitInfo?.engineInfo ?? null,
});
