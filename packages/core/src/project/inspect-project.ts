import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics.ts';
import { findProfiles, type ProfilesFound } from './find-profiles.ts';
import type { PackageProject, Target } from './project.ts';
import { readChosenTarget } from './read-profiles.ts';
import { packageWithoutTarget, readRootFile } from './read-project.ts';
import { isMapping, readYamlMapping } from './read-yaml.ts';
import type { Reading, ReadProjectOptions } from './reading.ts';

/** As much of a project's settings as can be read, whatever is wrong with them. */
export interface ProjectInspection {
  /** Null where dbt_project.yml is missing or cannot be used. */
  readonly root: PackageProject | null;
  readonly projectFindings: readonly Diagnostic[];
  readonly profiles: ProfilesFound;
  /** The names in profiles.yml. */
  readonly profileNames: readonly string[];
  /** Null where nothing says which profile it is. */
  readonly profileName: string | null;
  /** Null where the profile or its target cannot be used. */
  readonly target: Target | null;
  readonly profileFindings: readonly Diagnostic[];
}

/**
 * Reads dbt_project.yml and the profile each for itself, for a command that tells what is wrong. Without a project the profile is that of `--profile`,
 * else the only one there is, as in dbt. Throws nothing for what a person wrote.
 */
export async function inspectProject(options: ReadProjectOptions): Promise<ProjectInspection> {
  const rootFolder = resolve(options.projectDir);
  const projectReading = readingOf(rootFolder, options);
  const file = await readRootFile(projectReading);
  const root = file === null ? null : packageWithoutTarget(file, projectReading);
  const profiles = await findProfiles({
    projectDir: rootFolder,
    cwd: resolve(options.cwd ?? rootFolder),
    env: options.env,
    ...(options.profilesDir === undefined ? {} : { profilesDir: options.profilesDir }),
  });
  const profileNames = await namesIn(profiles.file);
  const given = options.profile ?? options.env.DBT_ENGINE_PROFILE ?? options.env.DBT_PROFILE;
  const only = file === null && profileNames.length === 1 ? profileNames[0] : undefined;
  const profile = given ?? only;
  const reading = readingOf(rootFolder, profile === undefined ? options : { ...options, profile });
  const asked = file ?? readYamlMapping('name: none', 'dbt_project.yml').root;
  const isAsked = asked !== null && (file !== null || profile !== undefined);
  const chosen = isAsked ? await readChosenTarget(asked, reading) : null;
  return {
    root,
    projectFindings: projectReading.diagnostics,
    profiles,
    profileNames,
    profileName: chosen?.target.profileName ?? profile ?? root?.profileName ?? null,
    target: chosen?.target ?? null,
    profileFindings: reading.diagnostics,
  };
}

function readingOf(root: string, options: ReadProjectOptions): Reading {
  const diagnostics: Diagnostic[] = [];
  const context = { env: options.env, cliVars: options.vars ?? {}, onEnvRead: () => undefined };
  return { root, options, diagnostics, context, report: (finding) => void diagnostics.push(finding) };
}

async function namesIn(file: string | null): Promise<readonly string[]> {
  const text = file === null ? null : await readFile(file, 'utf8').catch(() => null);
  const value = text === null ? null : readYamlMapping(text, 'profiles.yml').root?.value;
  return isMapping(value) ? Object.keys(value).filter((name) => name !== 'config') : [];
}
