import type { CommandAction } from '../invoked.ts';
import { openProject } from '../project/open-project.ts';

/** `parse`: reads and links the project, reports what is wrong, writes manifest.json. */
export const parse: CommandAction = async (invoked) => {
  await openProject(invoked);
  return 0;
};
