import { restoreTable } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction } from '../invoked.ts';
import { openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { tableRequest } from '../project/table-request.ts';

/** `restore TABLE --to-version N | --as-of TIME`: the rows of an older version of a Delta table, as a new one. */
export const restore: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const { flags, reporter } = open;
  const { asOf, toVersion } = flags;
  if ((toVersion === undefined) === (asOf === undefined))
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
    reporter.result(
      JSON.stringify(
        {
          dry_run: flags.dryRun,
          table,
          location: done.location,
          version,
          restored,
          changed,
          files_added: filesAdded,
          files_removed: filesRemoved,
        },
        null,
        2,
      ),
    );
  } else if (changed)
    reporter.say(`${table} is what it was at version ${restored} (now version ${version}): ${what}`, { version });
  else if (flags.dryRun && filesAdded + filesRemoved > 0)
    reporter.say(`Would make ${table} what it was at version ${restored}: ${what}`);
  else reporter.say(`Nothing to do: ${table} is what it was at version ${restored}.`);
  return 0;
};
