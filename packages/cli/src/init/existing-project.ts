import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { didYouMeanHint, findProfiles, findProject, readProject, readRootPackage, readYamlMapping } from '@eider/core';
import { UsageError } from '../flags/usage-error.ts';
import type { Host } from '../host.ts';
import { typedCommand } from './template-values.ts';

/** Throws UsageError inside a project: it says what the project still lacks, if anything, to be built. Projects do not nest. */
export async function refuseInsideProject(host: Host, profilesDir: string | undefined): Promise<void> {
  const folder = await findProject(host.cwd);
  if (folder === null) return;
  const { cwd, env } = host;
  const options = { projectDir: folder, cwd, env, ...(profilesDir === undefined ? {} : { profilesDir }) };
  const { root } = await readRootPackage(options);
  const { diagnostics } = await readProject(options);
  const missing = diagnostics.find(({ code }) => code === 'profile/not-found');
  const build = `${typedCommand(host)} build`;
  throw new UsageError(
    `This is a project already: ${join(folder, 'dbt_project.yml')}. Nothing was changed.`,
    missing === undefined
      ? `Build it as it is: ${build}. For a new project go to a folder outside of it.`
      : `${missing.message} ${missing.hint ?? ''} For example:\n${sampleProfile(root?.profileName)}\n  Then: ${build}`,
  );
}

function sampleProfile(name: string | null | undefined): string {
  const shown = name ?? 'my_profile';
  return `
    ${shown}:
      target: dev
      outputs:
        dev:
          type: duckdb
          path: ${shown}.duckdb
`;
}

/** Throws UsageError where no profiles.yml that dbt would find has a profile of this name. */
export async function requireProfile(profile: string, host: Host, profilesDir: string | undefined): Promise<void> {
  const search = { projectDir: host.cwd, cwd: host.cwd, env: host.env };
  const { file, searched } = await findProfiles(profilesDir === undefined ? search : { ...search, profilesDir });
  if (file === null) {
    throw new UsageError(
      `There is no profiles.yml, so none with the profile "${profile}".`,
      `Looked for ${searched.join(', ')}. Without --profile the project gets a profile of its own.`,
    );
  }
  const { root } = readYamlMapping(await readFile(file, 'utf8'), file);
  const names = Object.keys(root?.value ?? {}).filter((key) => key !== 'config');
  if (names.includes(profile)) return;
  const near = didYouMeanHint(profile, names) ?? '';
  throw new UsageError(
    `There is no profile "${profile}" in ${file}.`,
    `${near} Without --profile the project gets a profile of its own.`.trim(),
  );
}
