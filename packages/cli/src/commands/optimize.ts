import { optimizeTable } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction } from '../invoked.ts';
import { openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { tableRequest } from '../project/table-request.ts';

/** `optimize TABLE`: few large files in the place of many small ones, or all rows in a better order. The rows stay what they are. */
export const optimize: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const { flags, reporter } = open;
  const { fileSize, sortBy, zOrder } = flags;
  if (sortBy.length > 0 && zOrder.length > 0)
    throw new UsageError('--sort-by and --z-order are two orders.', 'Choose one of them.');
  const done = await reportingFailures(open, async () =>
    optimizeTable({ ...tableRequest(open, invoked), sortBy, zOrderBy: zOrder, targetBytes: fileSize * 1024 * 1024 }),
  );
  if (flags.output === 'json') {
    const { filesAfter, filesBefore, ...rest } = done;
    reporter.result(
      JSON.stringify({ dry_run: flags.dryRun, ...rest, files_before: filesBefore, files_after: filesAfter }, null, 2),
    );
  } else if (done.rewritten === 0) reporter.say(`Nothing to do: no two files of ${done.table} are better together.`);
  else if (!done.changed)
    reporter.say(`Would write ${done.rewritten} of ${done.filesBefore} files of ${done.table} anew`);
  else
    reporter.say(
      `Wrote ${done.rewritten} of ${done.filesBefore} files of ${done.table} anew: it has ${done.filesAfter} (version ${done.version})`,
    );
  return 0;
};
