import type { CommandAction } from '../invoked.ts';
import { writeManifestFile } from '../project/artifacts.ts';
import { openProject } from '../project/open-project.ts';

/** `parse`: reads and links the project, reports what is wrong, writes manifest.json. */
export const parse: CommandAction = async (invoked) => {
  const open = await openProject(invoked);
  if (open.flags.writeJson)
    await writeManifestFile(open.targetFolder, open.targetPath, open.manifest, new Map(), open.invocation());
  return 0;
};
