import { type HistoryLine, type TableHistory, tableHistory } from '@eider/engine';
import type { CommandAction, Invoked } from '../invoked.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { openProjectLake } from '../project/project-lake.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { namedNode, tableRequest } from '../project/table-request.ts';
import { historyTable, tableHistoryLines } from '../ui/history-lines.ts';

/** `history [TABLE|NODE]`: the newest commits of the target's lake, those that changed one node, or those of one Delta table: when, who, what, rows, outcome. */
export const history: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const node = namedNode(open.manifest, invoked.name)?.unique_id;
  if (invoked.name !== undefined && node === undefined) return await historyOfTable(open, invoked);
  const { flags, reporter } = open;
  const lines = await reportingFailures(open, async () => {
    const lake = await openProjectLake(open);
    if (node === undefined) return await lake.history(flags.last);
    return (await lake.history(Number.MAX_SAFE_INTEGER)).filter((line) => changes(line, node)).slice(0, flags.last);
  });
  if (flags.output === 'json') reporter.result(JSON.stringify(lines, null, 2));
  else if (lines.length === 0) reporter.warn('Nothing is committed yet. Run eider build first.');
  else
    for (const line of historyTable(lines, invoked.host.stdout.columns ?? Number.POSITIVE_INFINITY))
      reporter.result(line);
  return 0;
};

/** Whether a commit shows another state of a node than the one before. */
function changes({ dropped, published, withheld }: HistoryLine, node: string): boolean {
  return published.includes(node) || dropped.includes(node) || withheld[node] !== undefined;
}

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
