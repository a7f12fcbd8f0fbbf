import { relative } from 'node:path';
import type { CommandAction } from '../invoked.ts';
import { cleanTargets } from '../project/clean-targets.ts';
import { openRootPackage } from '../project/open-root-package.ts';
import { removeAllBut } from '../project/remove-folder.ts';

const stateFolders: ReadonlySet<string> = new Set(['_eider', '.eider']);

/** `clean`: deletes the folders under `clean-targets`. Sources are refused, and so is what lies outside the project; the state of a lake stays. */
export const clean: CommandAction = async (invoked) => {
  const { root, flags, reporter } = await openRootPackage(invoked);
  for (const path of cleanTargets(root, flags.cleanProjectFilesOnly)) {
    reporter.say(`Checking ${path}/*`);
    const kept = await removeAllBut(path, stateFolders);
    reporter.say(`Cleaned ${path}/*`);
    for (const folder of kept) reporter.say(`Kept ${relative(root.root, folder)}: it is the state of a lake`);
  }
  reporter.say('Finished cleaning all paths.');
  return 0;
};
