import { relative } from 'node:path';
import { deprecated, hasErrors } from '@eider/core';
import type { CommandAction } from '../invoked.ts';
import { cleanTargets } from '../project/clean-targets.ts';
import { openRootPackage } from '../project/open-root-package.ts';
import { removeAllBut } from '../project/remove-folder.ts';

const oldPackages = deprecated(
  'PackageInstallPathDeprecation',
  'The "clean-targets" name dbt_modules, where dbt once installed packages, and not the folder where they are now.',
  {
    place: { file: 'dbt_project.yml', line: 1, column: 1 },
    hint: 'Write dbt_packages, or set `packages-install-path: dbt_modules`.',
  },
);

const stateFolders: ReadonlySet<string> = new Set(['_eider', '.eider']);

/** `clean`: deletes the folders under `clean-targets`. Sources are refused, and so is what lies outside the project; the state of a lake stays. */
export const clean: CommandAction = async (invoked) => {
  const { root, findings, flags, reporter } = await openRootPackage(invoked);
  if (root.cleanTargets.includes('dbt_modules') && !root.cleanTargets.includes(root.packagesInstallPath))
    if (hasErrors(findings([oldPackages]))) return 2;
  for (const path of cleanTargets(root, flags.cleanProjectFilesOnly)) {
    reporter.say(`Checking ${path}/*`);
    const kept = await removeAllBut(path, stateFolders);
    reporter.say(`Cleaned ${path}/*`);
    for (const folder of kept) reporter.say(`Kept ${relative(root.root, folder)}: it is the state of a lake`);
  }
  reporter.say('Finished cleaning all paths.');
  return 0;
};
