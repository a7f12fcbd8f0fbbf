import type { BuildReport, StateReport } from '@eider/engine';
import type { CommandAction } from '../invoked.ts';
import { openProject } from '../project/open-project.ts';
import { openProjectLake } from '../project/project-lake.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { counted } from '../ui/fancy-line.ts';
import { byText, factLine, localTime } from '../ui/history-lines.ts';
import { bytesText } from '../ui/quantities.ts';

/** `state`: where the lake's state lies, its size and head, who works in it, and what the next command would finish. Changes nothing. */
export const state: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const report = await reportingFailures(open, async () => (await openProjectLake(open)).report());
  if (open.flags.output === 'json') open.reporter.result(JSON.stringify(report, null, 2));
  else for (const line of stateLines(report)) open.reporter.result(line);
  return 0;
};

function stateLines(report: StateReport): readonly string[] {
  const { bytes, files, head, retained } = report;
  const builds = buildLines(report);
  if (head === null) return [factLine('state', report.state), factLine('head', 'nothing is committed yet'), ...builds];
  const kept =
    retained.length === 1
      ? `commit ${retained[0]}`
      : `${retained.length} commits, ${retained[0]} to ${retained.at(-1)}`;
  const size = `${bytesText(bytes.data)} of data, ${bytesText(bytes.catalogs)} of catalogs, ${bytesText(bytes.records)} of records; ${files} files`;
  return [
    factLine('state', report.state),
    factLine('head', `commit ${head.number} of ${localTime(head.committedAt)}, ${head.nodes} nodes`),
    factLine('retained', kept),
    factLine('size', size),
    factLine('published', report.publishPath),
    ...(report.livePath === null ? [] : [factLine('live file', report.livePath)]),
    ...builds,
    factLine(
      'to finish',
      report.isSettled
        ? 'nothing'
        : `commit ${head.number} is not shown everywhere: the next build, or eider publish, sees to it`,
    ),
  ];
}

function buildLines({ dead, left, running }: StateReport): readonly string[] {
  return [
    ...(running.length === 0
      ? [factLine('running', 'no build')]
      : running.map((build) => factLine('running', buildText(build)))),
    ...dead.map((build) => factLine('died', `${buildText(build)}: the next command clears up after it`)),
    ...left.map(({ build, nodes, seen }) =>
      factLine('left', `${counted(nodes.length, 'finished node')} by ${build}, which ended at ${localTime(seen)}`),
    ),
  ];
}

function buildText({ build, by, command, pid, startedAt }: BuildReport): string {
  const who = byText(by);
  const since = startedAt === null ? '' : ` since ${localTime(startedAt)}`;
  return `${command ?? 'a command'}${since}${who === '' ? '' : ` by ${who}`}, process ${pid} (${build})`;
}
