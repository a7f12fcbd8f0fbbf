import { dirname, join } from 'node:path';
import { type Diagnostic, error, hasErrors, type ProjectInspection } from '@eider/core';
import { type Check, checkOf } from './check.ts';

/** Whether the project's files and its profile were found and can be used. `folder` is the project's. */
export function configurationChecks(inspection: ProjectInspection, folder: string): readonly Check[] {
  const { profileFindings, profileName, profileNames, profiles, projectFindings, root, target } = inspection;
  const told = profileFindings.some(({ severity }) => severity === 'error');
  const isMissing = projectFindings.some(({ code }) => code === 'project/not-found');
  const places = profiles.searched.map(
    (file, i) => `looked for ${i + 1}: ${file}${file === profiles.file ? ' (found)' : ''}`,
  );
  return [
    fileCheck(
      'profiles.yml file',
      profiles.file === null,
      told || profiles.file !== null ? profileFindings : [...profileFindings, noProfiles],
      places,
    ),
    fileCheck('dbt_project.yml file', isMissing, projectFindings, []),
    profileName === null
      ? checkOf('configuration', 'profile', 'not known', {
          status: 'skipped',
          facts: profileNames.length === 0 ? [] : [`profiles.yml has: ${profileNames.join(', ')}`],
        })
      : checkOf(
          'configuration',
          `profile: ${profileName}`,
          profileNames.includes(profileName) ? 'found' : 'not found',
          {
            status: profileNames.includes(profileName) ? 'ok' : profiles.file === null ? 'skipped' : 'failed',
            facts: profileNames.includes(profileName)
              ? []
              : [`profiles.yml has: ${profileNames.join(', ') || 'nothing'}`],
          },
        ),
    target === null
      ? checkOf('configuration', 'target', 'not usable', { status: 'skipped' })
      : checkOf('configuration', `target: ${target.targetName}`, 'found'),
    ...(root === null ? [] : [checkOf('configuration', `project: ${root.name}`, join(folder, ''))]),
  ];
}

const noProfiles = error('profile/not-found', 'There is no profiles.yml.', {
  hint: 'Create one in the project, or name its folder with --profiles-dir. `eider init` makes a project with one.',
});

/** The words are dbt's. */
function fileCheck(name: string, isMissing: boolean, findings: readonly Diagnostic[], facts: readonly string[]): Check {
  if (isMissing) return checkOf('configuration', name, 'not found', { status: 'failed', findings, facts });
  if (hasErrors(findings)) return checkOf('configuration', name, 'invalid', { status: 'failed', findings, facts });
  const status = findings.length > 0 ? 'warning' : 'ok';
  return checkOf('configuration', name, 'found and valid', { status, findings, facts });
}

/** Where files are read from, as dbt says it. */
export function configurationPlaces({ profiles }: ProjectInspection, folder: string): Readonly<Record<string, string>> {
  const file = profiles.file ?? profiles.searched.at(-1) ?? '';
  return {
    'Using profiles dir at': dirname(file),
    'Using profiles.yml file at': file,
    'Using dbt_project.yml file at': join(folder, 'dbt_project.yml'),
  };
}
