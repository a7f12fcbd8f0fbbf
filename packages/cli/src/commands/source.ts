import { basename, dirname, join, resolve } from 'node:path';
import {
  behaviorFlag,
  checksFreshness,
  type Diagnostic,
  deprecated,
  hasErrors,
  type SourceNode,
  writeSources,
} from '@eider/core';
import type { FreshnessResult } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { hooksOf } from '../project/follow-run.ts';
import { type HooksAround, hooksAround } from '../project/hooks-around.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { writeJson } from '../project/write-json.ts';
import {
  freshnessComplete,
  freshnessFailure,
  freshnessResult,
  freshnessStart,
  type SourceAt,
} from '../ui/freshness-lines.ts';
import { nothingToDo } from '../ui/notes.ts';

/** `source freshness`: how old the data of the selected sources is, against what they say is too old; `target/sources.json`. As in dbt only errors make the exit code 1. */
export const source: CommandAction = async (invoked) => {
  // The name of old, which dbt still takes.
  if (invoked.name !== 'freshness' && invoked.name !== 'snapshot-freshness')
    throw new UsageError(
      invoked.name === undefined ? 'What of the sources?' : `There is no command "source ${invoked.name}".`,
      'Write `eider source freshness`.',
    );
  const open = await openProject(invoked);
  if (hasErrors(open.findings([...otherOutput(open), ...hooksThatWait(open)]))) return 2;
  const { ids } = await chooseNodes(open, ['source']);
  const checked = ids.flatMap((id) => {
    const found = open.manifest.sources[id];
    return found !== undefined && checksFreshness(found) ? [found] : [];
  });
  if (checked.length === 0) open.reporter.line(nothingToDo);
  return reportingFailures(open, () => check(open, invoked, checked));
};

function otherOutput({ flags }: OpenProject): readonly Diagnostic[] {
  if (flags.freshnessOutput === undefined) return [];
  const message = 'The option --output of source freshness is deprecated in dbt.';
  return [
    deprecated('CustomOutputPathInSourceFreshnessDeprecation', message, { hint: 'Choose a folder by --target-path.' }),
  ];
}

/** Whether the project's hooks run; dbt tells a project that switches them off that it should not. */
function runsHooks({ project }: OpenProject): boolean {
  return behaviorFlag(project, 'source_freshness_run_project_hooks');
}

function hooksThatWait(open: OpenProject): readonly Diagnostic[] {
  if (hooksOf(open).length === 0 || runsHooks(open)) return [];
  const message = 'The on-run hooks of the project are not run by source freshness.';
  return [deprecated('SourceFreshnessProjectHooksNotRun', message, { place: open.project.dbtProjectPlace })];
}

/** All that is asked, one after another. */
const thread = 'MainThread';

async function check(open: OpenProject, invoked: Invoked, checked: readonly SourceNode[]): Promise<number> {
  const { host } = invoked;
  const startedAt = host.now();
  host.enter(open.project.root);
  const around = checked.length > 0 && hooksOf(open).length > 0 && runsHooks(open) ? hooksAround(open, invoked) : null;
  let code = 0;
  try {
    const results = checked.length === 0 ? [] : await ask(open, invoked, checked, around?.hooks);
    for (const result of open.withExcerpts(results).filter(isBad)) {
      const known = open.manifest.sources[result.source];
      for (const line of known === undefined ? [] : freshnessFailure(known, result)) open.reporter.line(line);
    }
    if (open.flags.writeJson) await writeResults(open, results, host.now().getTime() - startedAt.getTime());
    code = results.some(isBad) ? 1 : 0;
  } finally {
    code = Math.max(code, (await around?.end()) ?? 0);
  }
  open.reporter.line(freshnessComplete);
  return code;
}

async function ask(
  { compiler, eiderVersion, flags, reporter }: OpenProject,
  { host }: Invoked,
  checked: readonly SourceNode[],
  hooks: HooksAround['hooks'] | undefined,
): Promise<readonly FreshnessResult[]> {
  const places = checked.map((source, at): [string, SourceAt] => [
    source.unique_id,
    { source, index: at + 1, total: checked.length },
  ]);
  const byId = new Map(places);
  const place = (id: string): SourceAt => byId.get(id) as SourceAt;
  const { checkFreshness } = await import('@eider/engine');
  return checkFreshness({
    ...{ compiler, eiderVersion, sources: [...byId.keys()], now: () => host.now() },
    onStart: (id) => reporter.line(freshnessStart(place(id), flags.printerWidth, host.now().toISOString())),
    onEnd: (result) => reporter.line(freshnessResult({ ...place(result.source), result }, flags.printerWidth)),
    ...(hooks && { hooks }),
  });
}

async function writeResults(
  { flags, invocation, manifest, project, targetFolder }: OpenProject,
  results: readonly FreshnessResult[],
  elapsedMs: number,
): Promise<void> {
  const records = results.flatMap(({ executeMs, freshness, source: id, startedAt }) => {
    const source = manifest.sources[id];
    return freshness === null || source === undefined ? [] : [{ source, ...freshness, startedAt, executeMs, thread }];
  });
  const { freshnessOutput: output = join(targetFolder, 'sources.json') } = flags;
  const path = resolve(project.root, output);
  await writeJson(dirname(path), basename(path), writeSources(records, elapsedMs, invocation()));
}

function isBad({ freshness }: FreshnessResult): boolean {
  return freshness === null || freshness.status === 'error';
}
