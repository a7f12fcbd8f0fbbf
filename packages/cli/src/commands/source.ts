import { basename, dirname, join, resolve } from 'node:path';
import {
  behaviorFlag,
  checksFreshness,
  type Diagnostic,
  deprecated,
  hasErrors,
  type SourceNode,
  warning,
  writeSources,
} from '@eider/core';
import type { FreshnessResult } from '@eider/engine';
import { UsageError } from '../flags/usage-error.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { type OpenProject, openProject } from '../project/open-project.ts';
import { reportingFailures } from '../project/reporting-failures.ts';
import { writeJson } from '../project/write-json.ts';
import { freshnessComplete, freshnessFailure, freshnessResult, freshnessStart } from '../ui/freshness-lines.ts';
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

/** Asking how old data is only reads; what hooks do may write. */
function hooksThatWait({ project, root }: OpenProject): readonly Diagnostic[] {
  if (root.onRunStart.length + root.onRunEnd.length === 0) return [];
  const message = 'The on-run hooks of the project are not run by source freshness, which only reads.';
  const hint = 'Set `source_freshness_run_project_hooks: false` under `flags:`, which means that in dbt too.';
  const place = project.dbtProjectPlace;
  if (behaviorFlag(project, 'source_freshness_run_project_hooks'))
    return [warning('project/unsupported', message, { place, hint })];
  return [deprecated('SourceFreshnessProjectHooksNotRun', message, { place })];
}

/** All that is asked, one after another. */
const thread = 'MainThread';

async function check(open: OpenProject, { host }: Invoked, checked: readonly SourceNode[]): Promise<number> {
  const { compiler, eiderVersion, flags, reporter, targetFolder } = open;
  const byId = new Map(checked.map((one) => [one.unique_id, one]));
  const startedAt = host.now();
  const place = (id: string): { readonly source: SourceNode; readonly index: number; readonly total: number } => ({
    source: byId.get(id) as SourceNode,
    index: [...byId.keys()].indexOf(id) + 1,
    total: byId.size,
  });
  host.enter(open.project.root);
  const { checkFreshness } = await import('@eider/engine');
  const results =
    checked.length === 0
      ? []
      : await checkFreshness({
          ...{ compiler, eiderVersion, sources: [...byId.keys()], now: () => host.now() },
          onStart: (id) => reporter.line(freshnessStart(place(id), flags.printerWidth, host.now().toISOString())),
          onEnd: (result) => reporter.line(freshnessResult({ ...place(result.source), result }, flags.printerWidth)),
        });
  for (const result of open.withExcerpts(results).filter(isBad)) {
    const known = byId.get(result.source);
    for (const line of known === undefined ? [] : freshnessFailure(known, result)) reporter.line(line);
  }
  if (flags.writeJson) {
    const elapsedMs = host.now().getTime() - startedAt.getTime();
    const records = results.flatMap(({ executeMs, freshness, source: id, startedAt: began }) => {
      const known = byId.get(id);
      if (freshness === null || known === undefined) return [];
      return [{ source: known, ...freshness, startedAt: began, executeMs, thread }];
    });
    const { freshnessOutput: output = join(targetFolder, 'sources.json') } = flags;
    const path = resolve(open.project.root, output);
    await writeJson(dirname(path), basename(path), writeSources(records, elapsedMs, open.invocation()));
  }
  reporter.line(freshnessComplete);
  return results.some(isBad) ? 1 : 0;
}

function isBad({ freshness }: FreshnessResult): boolean {
  return freshness === null || freshness.status === 'error';
}
