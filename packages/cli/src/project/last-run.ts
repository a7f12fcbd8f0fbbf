import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EiderError, error, readProject } from '@eider/core';
import type { RunRequest } from '@eider/engine';
import { resolveFlags } from '../flags/resolve-flags.ts';
import type { Invoked } from '../invoked.ts';
import { invokedProject } from './invoked-project.ts';
import { readUnfinished } from './unfinished-run.ts';

/** What the target folder tells of the last command that ran nodes. */
export interface LastRun {
  readonly command: string;
  /** Its flags, as run_results.json has them. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The run to go on with, where it did not come to its end or could not commit. */
  readonly continues?: string;
  /** Unique ids to run again; those that the flags select where absent. */
  readonly nodes?: readonly string[];
  /** Of microbatch models of which some batches failed and others did not. */
  readonly batches?: RunRequest['batches'];
}

interface RunResults {
  readonly args: Readonly<Record<string, unknown>>;
  readonly results: readonly ResultRecord[];
}

interface ResultRecord {
  readonly unique_id: string;
  readonly status: string;
  readonly batch_results?: { readonly successful: readonly TextSpan[]; readonly failed: readonly TextSpan[] } | null;
}

type TextSpan = readonly [start: string, end: string];

/** dbt's list: what failed, and what was never run. */
const again: ReadonlySet<string> = new Set(['error', 'fail', 'skipped', 'runtime error', 'partial success']);
/** Commands that `retry` repeats. */
const repeatable: ReadonlySet<string> = new Set([
  ...['build', 'run', 'test', 'seed', 'snapshot', 'clone', 'compile', 'run-operation'],
]);

/** Reads it, from `--state` where that is given. Throws EiderError `cli/no-previous-run` and `cli/cannot-retry`. */
export async function readLastRun(invoked: Invoked): Promise<LastRun> {
  const { commandLine, host } = invoked;
  const flags = resolveFlags({ commandLine, env: host.env, project: {} });
  const { project } = await readProject(await invokedProject(flags, host));
  const root = project?.packages[0];
  const shown = flags.state ?? root?.targetPath ?? flags.targetPath ?? 'target';
  const folder = resolve(project?.root ?? host.cwd, shown);
  const unfinished = await readUnfinished(folder);
  if (unfinished !== undefined) {
    const { args, nodes, run } = unfinished;
    return { command: commandOf(args), args, continues: run, ...(nodes !== undefined && { nodes }) };
  }
  const text = await readFile(join(folder, 'run_results.json'), 'utf8').catch(() => null);
  if (text === null) throw noPreviousRun(shown);
  const { args, results } = parse(text, join(shown, 'run_results.json'));
  // dbt does not tell one in which nothing ran from none.
  if (results.length === 0) throw noPreviousRun(shown);
  return {
    command: commandOf(args),
    args,
    nodes: nodesToRun(results, flags.warnError),
    batches: batchesToRun(results),
  };
}

/** Of a run that could not be published nothing is there: all of it is to be done again. */
function nodesToRun(results: RunResults['results'], warnError: boolean): readonly string[] {
  const isUnpublished = results.some(
    ({ status, unique_id: id }) =>
      /^operation\..*-publish-0$/.test(id) && !id.includes('-on-publish-') && status === 'error',
  );
  return results
    .filter(
      ({ status, unique_id: id }) => !id.startsWith('operation.') && (isUnpublished || isAgain(status, warnError)),
    )
    .map(({ unique_id: id }) => id);
}

/** Where no batch succeeded, all are to be run: as dbt, by what decided on them before. */
function batchesToRun(results: readonly ResultRecord[]): NonNullable<LastRun['batches']> {
  const times = (spans: readonly TextSpan[]): [Date, Date][] =>
    spans.map(([start, end]) => [new Date(start), new Date(end)]);
  const parts = results.filter(({ status }) => status === 'partial success');
  return Object.fromEntries(
    parts.flatMap(({ batch_results: of, unique_id: id }) =>
      of ? [[id, { successful: times(of.successful), failed: times(of.failed) }]] : [],
    ),
  );
}

function isAgain(status: string, warnError: boolean): boolean {
  return again.has(status) || (warnError && status === 'warn');
}

function parse(text: string, path: string): RunResults {
  try {
    const { args, results } = JSON.parse(text) as Partial<RunResults>;
    if (typeof args === 'object' && args !== null && Array.isArray(results)) return { args, results };
  } catch {
    // Said below.
  }
  throw new EiderError([
    error('cli/cannot-retry', `${path} is no record of a run.`, { hint: 'Run the command itself again.' }),
  ]);
}

function commandOf({ which }: LastRun['args']): string {
  if (typeof which === 'string' && repeatable.has(which)) return which;
  const text = `The last command was ${String(which)}, which ran nothing that could be tried again.`;
  throw new EiderError([error('cli/cannot-retry', text, { hint: 'Run eider build.' })]);
}

/** dbt's words. */
function noPreviousRun(folder: string): EiderError {
  const hint = 'Run eider build first; --state names another folder that holds a run_results.json.';
  return new EiderError([
    error('cli/no-previous-run', `Could not find previous run in '${folder}' target directory`, { hint }),
  ]);
}
