import { commitOfVersion, type Lake, restoreTable } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { openProjectLake } from '../project/project-lake.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { namedNode, tableRequest } from '../project/table-request.ts';
import { localTime } from '../ui/history-lines.ts';

/** `restore TABLE|NODE`: the rows of an older version of a Delta table, or of an older commit of one node, as a new one. */
export const restore: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const node = namedNode(open.manifest, invoked.name);
  return node === undefined ? await restoreOfTable(open, invoked) : await restoreOfNode(open, node.unique_id);
};

async function restoreOfNode(open: OpenProject, node: string): Promise<number> {
  const { compiler, flags, reporter } = open;
  const { asOf, dryRun, toCommit, toVersion } = flags;
  const given = [asOf, toCommit, toVersion].filter((each) => each !== undefined);
  if (given.length > 1)
    throw new UsageError(
      'These name more than one state to go back to.',
      'Say one of --to-commit, --to-version, --as-of.',
    );
  const outcome = await reportingFailures(open, async () => {
    const lake = await openProjectLake(open);
    const to =
      toVersion === undefined
        ? asOf === undefined
          ? toCommit
          : String(await commitAt(lake, asOf))
        : String(await commitOfVersion({ compiler, lake }, node, toVersion));
    return await lake.rollback({ node, dryRun, ...(to !== undefined && { to }) });
  });
  open.findings(outcome.findings);
  if (flags.output === 'json') {
    reporter.result(JSON.stringify({ dry_run: dryRun, node, ...outcome }, null, 2));
    return 0;
  }
  const { changed, number, published, restored } = outcome;
  const name = node.split('.').at(-1);
  const which = `at commit ${restored.number} (${restored.command}, ${localTime(restored.committedAt)})`;
  if (changed.length === 0) reporter.say(`Nothing to do: ${name} is what it was ${which}.`);
  else
    reporter.say(
      dryRun ? `Would make ${name} what it was ${which}` : `Commit ${number}: ${name} is what it was ${which}`,
    );
  if (published !== null)
    reporter.say(
      `Published ${published}. What reads the node is as it was: eider build -s ${name}+ --exclude ${name}`,
      { path: published },
    );
  return 0;
}

/** The newest commit that is not after a time. */
async function commitAt(lake: Lake, moment: Date): Promise<number> {
  const lines = await lake.history(Number.MAX_SAFE_INTEGER);
  const found = lines.find(({ committedAt }) => new Date(committedAt) <= moment);
  if (found === undefined)
    throw new UsageError(`Nothing was committed by ${moment.toISOString()}.`, 'eider history lists the commits.');
  return found.number;
}

async function restoreOfTable(open: OpenProject, invoked: Invoked): Promise<number> {
  const { flags, reporter } = open;
  const { asOf, toCommit, toVersion } = flags;
  if ((toVersion === undefined) === (asOf === undefined) || toCommit !== undefined)
    throw new UsageError(
      'restore needs one version to go back to.',
      'Say --to-version 12, or --as-of 2024-01-31T12:00:00. `eider history TABLE` lists them.',
    );
  const done = await reportingFailures(open, async () => {
    const request = tableRequest(open, invoked);
    return await restoreTable(
      toVersion === undefined ? { ...request, asOf: asOf as Date } : { ...request, to: toVersion },
    );
  });
  const { changed, filesAdded, filesRemoved, restored, table, version } = done;
  const what = `${filesAdded} files come back, ${filesRemoved} go`;
  if (flags.output === 'json') {
    const files = { files_added: filesAdded, files_removed: filesRemoved };
    const facts = { dry_run: flags.dryRun, table, location: done.location, version, restored, changed, ...files };
    reporter.result(JSON.stringify(facts, null, 2));
  } else if (changed)
    reporter.say(`${table} is what it was at version ${restored} (now version ${version}): ${what}`, { version });
  else if (flags.dryRun && filesAdded + filesRemoved > 0)
    reporter.say(`Would make ${table} what it was at version ${restored}: ${what}`);
  else reporter.say(`Nothing to do: ${table} is what it was at version ${restored}.`);
  return 0;
}
