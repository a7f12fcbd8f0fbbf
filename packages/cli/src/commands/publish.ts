import { publishCatalog } from '@eider/engine';
import type { CommandAction } from '../invoked.ts';
import { openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';

/** `publish`: finishes what a killed build left to do and writes the published catalog of the committed state again. */
export const publish: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  const { compiler, reporter, eiderVersion } = open;
  const path = await reportingFailures(open, () => publishCatalog(compiler, eiderVersion));
  if (path === null) {
    reporter.warn('Nothing is committed yet. Run eider build first.');
    return 1;
  }
  reporter.say(`Published ${path}`, { path });
  return 0;
};
