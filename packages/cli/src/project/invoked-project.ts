import { resolve } from 'node:path';
import { findProject, type ReadProjectOptions } from '@eider/core';
import type { Flags } from '../flags/flags.ts';
import { yamlMapping } from '../flags/yaml-mapping.ts';
import type { Host } from '../host.ts';

/** The folder that a command line means, and how its project is to be read. Throws UsageError for `--vars` that cannot be read. */
export async function invokedProject(flags: Flags, host: Host): Promise<ReadProjectOptions> {
  return {
    projectDir: await projectFolder(flags, host.cwd),
    cwd: host.cwd,
    env: host.env,
    vars: yamlMapping(flags.vars, '--vars'),
    ...defined({
      profilesDir: flags.profilesDir,
      profile: flags.profile,
      target: flags.target,
      threads: flags.threads,
    }),
    ...defined({ targetPath: flags.targetPath, logPath: flags.logPath }),
  };
}

async function projectFolder(flags: Flags, cwd: string): Promise<string> {
  if (flags.projectDir !== undefined) return resolve(cwd, flags.projectDir);
  return (await findProject(cwd)) ?? cwd;
}

/** The entries that are set: `exactOptionalPropertyTypes` tells absent from undefined. */
function defined<T extends Record<string, unknown>>(values: T): { readonly [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };
}
