import { vacuumTable } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction } from '../invoked.ts';
import { openProject } from '../project/open-project.ts';
import { openProjectLake } from '../project/project-lake.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { tableRequest } from '../project/table-request.ts';
import { bytesText } from '../ui/quantities.ts';

/** `vacuum`: deletes from the state what no retained commit and no running build names, or of a Delta table what no version within its retention needs; with `--dry-run` it only tells. */
export const vacuum: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const { flags, reporter } = open;
  const { dryRun, retentionHours } = flags;
  const isTable = invoked.name !== undefined;
  if (!isTable && retentionHours !== undefined)
    throw new UsageError(
      '--retention-hours is for one Delta table.',
      'Name it, or set publish.keep in the profile for the lake.',
    );
  const { bytes, files } = await reportingFailures(open, async () => {
    if (!isTable) return (await openProjectLake(open)).vacuum({ dryRun });
    return await vacuumTable({
      ...(await tableRequest(open, invoked)),
      ...(retentionHours === undefined ? {} : { retentionHours }),
    });
  });
  if (flags.output === 'json') {
    reporter.result(JSON.stringify({ dry_run: dryRun, files, bytes }, null, 2));
    return 0;
  }
  if (dryRun) for (const file of files) reporter.say(file);
  const what = `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${bytesText(bytes)}`;
  if (files.length === 0)
    reporter.say(
      isTable
        ? 'Nothing to delete: every file is needed by a version within the retention, or is younger.'
        : 'Nothing to delete: every file belongs to a retained commit or a running build.',
    );
  else reporter.say(dryRun ? `Would delete ${what}` : `Deleted ${what}`, { files: files.length, bytes });
  return 0;
};
