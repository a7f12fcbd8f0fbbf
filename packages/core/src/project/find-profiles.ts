import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Environment } from './value-functions.ts';

/** Where to look. */
export interface ProfilesSearch {
  readonly projectDir: string;
  /** `--profiles-dir`. */
  readonly profilesDir?: string;
  /** The process's working folder. */
  readonly cwd: string;
  readonly env: Environment;
}

/** Where profiles.yml is, or every place where it was looked for. Paths are absolute. */
export interface ProfilesFound {
  readonly file: string | null;
  readonly searched: readonly string[];
}

/**
 * Looks for profiles.yml as dbt does: `--profiles-dir`, else DBT_PROFILES_DIR, and nowhere else where one of them is given; else the working folder,
 * the project's folder, `~/.dbt`.
 */
export async function findProfiles(search: ProfilesSearch): Promise<ProfilesFound> {
  const { cwd, env, projectDir } = search;
  const given = search.profilesDir ?? env.DBT_ENGINE_PROFILES_DIR ?? env.DBT_PROFILES_DIR;
  const home = resolve(env.HOME ?? env.USERPROFILE ?? homedir(), '.dbt');
  const folders = given === undefined ? [cwd, resolve(cwd, projectDir), home] : [resolve(cwd, given)];
  const searched = [...new Set(folders)].map((folder) => resolve(folder, 'profiles.yml'));
  for (const file of searched) if (await exists(file)) return { file, searched };
  return { file: null, searched };
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
