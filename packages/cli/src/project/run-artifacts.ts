import { dirname, resolve } from 'node:path';
import type { RunOutcome } from '@eider/engine';
import { yamlMapping } from '../flags/yaml-mapping.ts';
import type { Invoked } from '../invoked.ts';
import { createScrubber } from '../ui/scrubber.ts';
import { writeManifestFile, writeRunResultsFile } from './artifacts.ts';
import { type SqlWriter, sqlFilesOf, sqlWriter } from './compiled-files.ts';
import { flagArgs } from './flag-args.ts';
import type { OpenProject } from './open-project.ts';

export interface FinishedRun {
  readonly results: RunOutcome['results'];
  readonly ephemeral: RunOutcome['ephemeral'];
  readonly elapsedMs: number;
  /** What was written of the SQL while the run went on. */
  readonly files?: SqlWriter;
}

/** Writes what a run leaves in the target folder: compiled and executed SQL, and with `--write-json` manifest.json and run_results.json. */
export async function writeRunArtifacts(open: OpenProject, invoked: Invoked, run: FinishedRun): Promise<void> {
  const { manifest, targetFolder, targetPath, flags } = open;
  const files = run.files ?? sqlWriter(targetFolder);
  const compiled = new Map<string, { sql: string; ran: boolean }>();
  const ephemeral = Object.entries(run.ephemeral).map(([node, compiledSql]) => ({ node, compiledSql }));
  for (const result of [...run.results, ...ephemeral]) {
    const node = manifest.nodes[result.node];
    if (node === undefined) continue;
    // What a model with batches compiled to is each batch's, and dbt keeps none of it.
    if (result.compiledSql !== undefined && !('batches' in result && result.batches !== undefined))
      compiled.set(result.node, { sql: result.compiledSql, ran: 'ranSql' in result && result.ranSql !== undefined });
    for (const file of sqlFilesOf(node, result)) files.add(file);
  }
  await files.end();
  if (!flags.writeJson) return;
  await writeManifestFile(targetFolder, targetPath, manifest, compiled, open.invocation());
  const args = argsOf(open, invoked);
  await writeRunResultsFile(
    targetFolder,
    { results: run.results, elapsedMs: run.elapsedMs, args },
    manifest,
    open.invocation(),
  );
}

/** The command's flags, and where it looked, as dbt writes them; what the environment holds as a secret is taken out of what was typed. */
export function argsOf(
  { flags, project, root }: OpenProject,
  { argv, command, host, name }: Invoked,
): Record<string, unknown> {
  const { scrub } = createScrubber(host.env);
  const vars = JSON.parse(scrub(JSON.stringify(project.cliVars))) as Record<string, unknown>;
  return {
    ...flagArgs(command, flags, argv.map(scrub), vars),
    ...(command === 'run-operation' && { macro: name, args: yamlMapping(scrub(flags.args), '--args') }),
    project_dir: project.root,
    profiles_dir: dirname(project.profilesFile),
    log_path: resolve(project.root, root.logPath),
  };
}
