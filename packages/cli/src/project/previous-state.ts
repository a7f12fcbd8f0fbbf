import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EiderError, error, type PreviousManifest, type PreviousState, readPreviousState } from '@eider/core';
import type { OpenProject } from './open-project.ts';

/** The artifacts in the folder of `--state`, as `state:`, `result:` and `source_status:` ask for them; null without that flag. Throws EiderError for files that cannot be read. */
export async function previousState(open: OpenProject): Promise<PreviousState | null> {
  const { flags, targetPath } = open;
  if (flags.state === undefined) return null;
  if (flags.state === targetPath) open.reporter.warn(sameFolder(flags.state));
  return readFolder(open, flags.state);
}

/** What `--defer` and `clone` go by: the manifest in `--defer-state`, else in `--state`. Throws EiderError `select/no-state` where there is none. */
export async function deferManifest(open: OpenProject): Promise<PreviousManifest> {
  const { deferState, state } = open.flags;
  const folder = deferState ?? state;
  if (folder === undefined) {
    const words = '--state or --defer-state are required for deferral, but neither was provided';
    const hint = 'Name the folder of the artifacts, or a target that published: --defer-target prod.';
    throw new EiderError([error('select/no-state', words, { hint })]);
  }
  const { manifest } = await readFolder(open, folder);
  if (manifest !== null) return manifest;
  const hint = 'The folder is looked for from the project on; it must hold the manifest.json of an earlier run.';
  throw new EiderError([error('select/no-state', `Could not find manifest in --state path: "${folder}"`, { hint })]);
}

async function readFolder({ project, targetFolder }: OpenProject, folder: string): Promise<PreviousState> {
  const read = (path: string): Promise<string | null> => readFile(path, 'utf8').catch(() => null);
  const at = (name: string): Promise<string | null> => read(resolve(project.root, folder, name));
  const [manifest, runResults, sources, sourcesNow] = await Promise.all([
    at('manifest.json'),
    at('run_results.json'),
    at('sources.json'),
    read(resolve(targetFolder, 'sources.json')),
  ]);
  return readPreviousState({ folder, manifest, runResults, sources, sourcesNow });
}

/** dbt's words. */
function sameFolder(folder: string): string {
  return `The state and target directories are the same: '${folder}'. This could lead to missing changes due to overwritten state including non-idempotent retries.`;
}
