import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { deprecated } from '../deprecated.ts';
import { type Diagnostic, error, hasErrors } from '../diagnostics.ts';
import { displayPath } from './display-path.ts';
import { findProfiles } from './find-profiles.ts';
import type { Located } from './located.ts';
import type { Target } from './project.ts';
import { strangeFile } from './read-files.ts';
import { readProfile, renderProfileName } from './read-profile.ts';
import { isMapping } from './read-yaml.ts';
import { type Reading, readFilled } from './reading.ts';

/** The target that a command works with. */
export interface ChosenTarget {
  readonly target: Target;
  /** The profiles.yml that it came from, absolute. */
  readonly file: string;
  /** The old `config:` block of profiles.yml: flags. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Finds profiles.yml and reads the target of the project's profile. Null, with findings, where there is none to use. */
export async function readChosenTarget(project: Located, reading: Reading): Promise<ChosenTarget | null> {
  const { options, report } = reading;
  const given = project.get('profile');
  const profileName = chooseProfile(given, reading);
  if (profileName === null) {
    if (!hasErrors(reading.diagnostics)) report(noProfile(project));
    return null;
  }
  const namePlace = (given ?? project).place;
  const file = await findFile(profileName, given ?? project, reading);
  if (file === null) return null;
  const hint = `Add the profile "${profileName}".`;
  const root = readFilled(file.text, displayPath(reading.root, file.path), { code: 'profile/not-found', hint }, report);
  if (root === null) return null;
  const target = options.target ?? options.env.DBT_ENGINE_TARGET ?? options.env.DBT_TARGET;
  const chosen = readProfile(
    root,
    {
      profileName,
      namePlace,
      context: reading.context,
      ...(target === undefined ? {} : { target }),
      ...(options.threads === undefined ? {} : { threads: options.threads }),
    },
    report,
  );
  const config = root.get('config')?.value;
  if (isMapping(config) && Object.keys(config).length > 0) report(movedFlags(root));
  return chosen === null ? null : { target: chosen, file: file.path, config: isMapping(config) ? config : {} };
}

function movedFlags(profiles: Located): Diagnostic {
  const message = 'Flags under "config" in profiles.yml are deprecated in dbt.';
  const hint = 'Move them under `flags:` in dbt_project.yml.';
  return deprecated('ProjectFlagsMovedDeprecation', message, { place: profiles.at('config'), hint });
}

function chooseProfile(given: Located | undefined, { options, context, report }: Reading): string | null {
  const forced = options.profile ?? options.env.DBT_ENGINE_PROFILE ?? options.env.DBT_PROFILE;
  if (forced !== undefined) return forced;
  return given === undefined ? null : renderProfileName(given, context, report);
}

function noProfile(project: Located): Diagnostic {
  const hint =
    'Add `profile: <name>` to dbt_project.yml, with the name of a profile in profiles.yml, or give --profile.';
  return error('profile/not-found', 'The project names no profile.', { place: project.place, hint });
}

async function findFile(
  name: string,
  asked: Located,
  reading: Reading,
): Promise<{ path: string; text: string } | null> {
  const { options, root } = reading;
  const search = { projectDir: root, cwd: resolve(options.cwd ?? root), env: options.env };
  const { file, searched } = await findProfiles(
    options.profilesDir === undefined ? search : { ...search, profilesDir: options.profilesDir },
  );
  const bytes = file === null ? null : await readFile(file).catch(() => null);
  if (file !== null && bytes !== null) {
    const strange = strangeFile(bytes, displayPath(root, file));
    if (strange === null) return { path: file, text: bytes.toString('utf8') };
    reading.report(strange);
    return null;
  }
  const message = `There is no profiles.yml for the profile "${name}".`;
  const hint = `Looked for ${searched.join(', ')}. Create one of them, or name its folder with --profiles-dir.`;
  reading.report(error('profile/not-found', message, { place: asked.place, hint }));
  return null;
}
