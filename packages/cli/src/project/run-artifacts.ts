import { dirname, resolve } from 'node:path';
import type { ManifestNode, NodeTrace } from '@eider/core';
import type { NodeResult, RunOutcome } from '@eider/engine';
import { sampleRecord } from '../flags/sample.ts';
import { yamlMapping } from '../flags/yaml-mapping.ts';
import type { Invoked } from '../invoked.ts';
import { createScrubber } from '../ui/scrubber.ts';
import { rewriteManifestFile, writeManifestFile, writeRunResultsFile } from './artifacts.ts';
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

/** Commands that run no node. */
const compiling: ReadonlySet<string> = new Set(['compile', 'docs']);

/** Writes what a run leaves in the target folder: compiled and executed SQL, and with `--write-json` manifest.json and run_results.json. */
export async function writeRunArtifacts(open: OpenProject, invoked: Invoked, run: FinishedRun): Promise<void> {
  const { flags, manifest, targetFolder } = open;
  await writeCompiled(open, invoked, run);
  if (!flags.writeJson) return;
  const args = argsOf(open, invoked);
  await writeRunResultsFile(
    targetFolder,
    { results: run.results, elapsedMs: run.elapsedMs, args, scrub: createScrubber(invoked.host.env).scrub },
    manifest,
    open.invocation(),
  );
}

/** The same without run_results.json, in which what came of sources has no place. */
export async function writeCompiled(open: OpenProject, invoked: Invoked, run: FinishedSql): Promise<void> {
  const { manifest, targetFolder, targetPath, flags, written } = open;
  await writeSql(open, run);
  if (!flags.writeJson) return;
  const traces = new Map<string, NodeTrace>();
  for (const [node, result] of resultsOfNodes(open, run)) {
    const trace = await traceOf(open, node, result);
    traces.set(result.node, compiling.has(invoked.command) ? { ...trace, ran: false, main: false } : trace);
  }
  const traced = { manifest, targetPath, traces };
  if (written === null || !(await rewriteManifestFile(targetFolder, written, traced, open.invocation())))
    await writeManifestFile(targetFolder, traced, open.invocation());
}

type FinishedSql = Pick<FinishedRun, 'results' | 'ephemeral' | 'files'>;

/** Writes compiled and executed SQL to the target folder. */
export async function writeSql(open: OpenProject, run: FinishedSql): Promise<void> {
  const files = run.files ?? sqlWriter(open.targetFolder);
  for (const [node, result] of resultsOfNodes(open, run)) for (const file of sqlFilesOf(node, result)) files.add(file);
  await files.end();
}

function resultsOfNodes(
  { manifest }: OpenProject,
  { ephemeral, results }: FinishedSql,
): readonly (readonly [ManifestNode, ResultOfNode])[] {
  const all: readonly ResultOfNode[] = [
    ...results,
    ...Object.entries(ephemeral).map(([node, compiledSql]) => ({ node, compiledSql })),
  ];
  return all.flatMap((result) => {
    const node = manifest.nodes[result.node];
    return node === undefined ? [] : [[node, result] as const];
  });
}

type ResultOfNode = Pick<NodeResult, 'node'> & Partial<NodeResult>;

/** What a model with batches compiled to is each batch's, and dbt keeps none of it. */
async function traceOf({ compiler }: OpenProject, node: ManifestNode, result: ResultOfNode): Promise<NodeTrace> {
  const isHook = node.resource_type === 'operation';
  const main = isHook ? result.message !== '' : cameToMain(node, result) || madeByNoStatement(compiler, result);
  const ran = main || result.ranSql !== undefined;
  if (result.compiledSql === undefined || result.batches !== undefined) return { ran, main };
  const targets: Record<string, string> = {};
  const constraints = node.resource_type === 'model' ? [node, ...Object.values(node.columns)] : [];
  for (const one of constraints.flatMap((of) => of.constraints) as readonly { readonly to?: unknown }[])
    if (typeof one.to === 'string' && /^\s*(?:ref|source)\(/.test(one.to))
      targets[one.to] ??= await compiler.render(node.unique_id, `{{ ${one.to} }}`, null);
  const made = node.resource_type === 'test' ? compiler.materialization(node.unique_id) : null;
  return { sql: result.compiledSql, ran, main, targets, ...(made?.calls && { calls: made.calls }) };
}

/** A project's own materialization may end well by `noop_statement('main')`, which asks the database nothing. */
function madeByNoStatement(
  compiler: OpenProject['compiler'],
  { batches, node, ranSql, status }: Pick<NodeResult, 'node'> & Partial<NodeResult>,
): boolean {
  const isSilent = status === 'success' && ranSql === undefined && batches === undefined;
  return isSilent && compiler.materialization(node)?.isOwn === true;
}

/** Whether dbt came to the statement that it writes to `target/run`: of a file's model the last one, of an incremental one that behind its temporary table. */
function cameToMain(
  { config, language, resource_type }: ManifestNode,
  { batches, compiledSql, diagnostics = [], message = '', ranSql, status }: Partial<NodeResult>,
): boolean {
  // Each batch has a file of its own.
  if (batches !== undefined) return false;
  if (language === 'python' && /^(table|incremental)$/.test(config.materialized)) return compiledSql !== undefined;
  if (ranSql === undefined) return false;
  if (status !== 'error') return true;
  // Of a seed it says that the rows are there.
  if (resource_type === 'seed') return false;
  // A test that keeps its failures counts them in the table that it makes first.
  if (resource_type === 'test') return !/^\s*create\b/i.test(ranSql.split(';\n').at(-1) ?? '');
  if (config.materialized === 'external' || /^main is not being called/.test(message)) return false;
  // What a macro refused came before it.
  if (config.materialized === 'incremental' && !diagnostics.some(({ code }) => code.startsWith('engine/')))
    return false;
  const isAside = /^\s*create (or replace )?temp|^\s*create .*"_eider"\.|^\s*$/i;
  return config.materialized !== 'incremental' || ranSql.split(';\n').some((statement) => !isAside.test(statement));
}

/** What dbt has for `run-operation` alone: switches that are off too, and nothing that it keeps as a path or an object. */
function operationArgs(
  { warn_error_options: _options, state: _state, defer_state: _other, ...written }: Record<string, unknown>,
  own: Record<string, unknown>,
): Record<string, unknown> {
  const off = ['debug', 'fail_fast', 'full_refresh', 'log_cache_events', 'single_threaded', 'store_failures'];
  return Object.assign(
    Object.fromEntries([...off, 'use_experimental_parser'].map((key) => [key, false])),
    written,
    own,
  );
}

/** The command's flags, and where it looked, as dbt writes them; what the environment holds as a secret is taken out of what was typed. */
export function argsOf(
  { flags, invocation, project, root }: OpenProject,
  { argv, command, host, name }: Invoked,
): Record<string, unknown> {
  const { scrub } = createScrubber(host.env);
  const vars = JSON.parse(scrub(JSON.stringify(project.cliVars))) as Record<string, unknown>;
  const written = flagArgs(command, flags, { argv: argv.map(scrub), env: host.env, project: root.flags }, vars);
  if (command === 'run-operation') {
    const args = yamlMapping(scrub(flags.args), '--args');
    const { profilesDir, projectDir } = flags;
    return operationArgs(written, {
      macro: name,
      ...(Object.keys(args).length > 0 && { args }),
      ...(projectDir !== undefined && { project_dir: projectDir }),
      ...(profilesDir !== undefined && { profiles_dir: profilesDir }),
    });
  }
  return {
    ...written,
    ...(flags.sample && { sample: sampleRecord(flags.sample, invocation().startedAt) }),
    project_dir: project.root,
    profiles_dir: dirname(project.profilesFile),
    log_path: resolve(project.root, root.logPath),
  };
}
