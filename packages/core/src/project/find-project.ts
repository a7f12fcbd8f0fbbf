import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/** The nearest folder with a dbt_project.yml, from `startDir` upwards, absolute; null where there is none. */
export async function findProject(startDir: string): Promise<string | null> {
  for (let folder = resolve(startDir); ; folder = dirname(folder)) {
    if (await hasProjectFile(folder)) return folder;
    if (dirname(folder) === folder) return null;
  }
}

async function hasProjectFile(folder: string): Promise<boolean> {
  return access(join(folder, 'dbt_project.yml')).then(
    () => true,
    () => false,
  );
}
