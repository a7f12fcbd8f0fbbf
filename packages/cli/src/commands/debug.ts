import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type Diagnostic, type Target, withExcerpt } from '@eider/core';
import { isSuccess } from '../debug/check.ts';
import { debugJson, debugLines } from '../debug/debug-lines.ts';
import { debugReport } from '../debug/debug-report.ts';
import { isRaised, judgeReport } from '../debug/judge-report.ts';
import { resolveFlags } from '../flags/resolve-flags.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { invokedProject } from '../project/invoked-project.ts';
import { textsOf } from '../project/project-texts.ts';
import { versionLine } from '../ui/notes.ts';
import { createReporter, type Reporter } from '../ui/reporter.ts';
import { createScrubber, secretValues } from '../ui/scrubber.ts';
import { eiderVersion } from '../version.ts';

/**
 * `debug`: versions, files, profile, DuckDB as the profile sets it up, and the folders of the lake, each with what is wrong and what to do; most useful
 * where other commands give up. Exit code 1 where a check failed, 2 where the folder of `--project-dir` or a variable is missing, or a file is no YAML. No log file: where it would be may be what is wrong.
 */
export const debug: CommandAction = async (invoked) => {
  const { commandLine, host } = invoked;
  const flags = resolveFlags({ commandLine, env: host.env, project: {} });
  const options = await invokedProject(flags, host);
  const scrubber = createScrubber(host.env);
  const reporter = createReporter({ flags, host, scrubber, invocationId: host.randomId(), logFolder: null });
  if (flags.configDir) return showFolder(invoked, reporter);
  const isJson = flags.output === 'json';
  if (!isJson) reporter.line(versionLine(eiderVersion()));
  const { connection: connectionOnly } = flags;
  const onTarget = (target: Target): void => scrubber.add(secretValues(target));
  const about = { options, eiderVersion: eiderVersion(), connectionOnly, now: host.now, onTarget };
  const report = judgeReport(await debugReport(about), flags);
  const texts = textsOf(options.projectDir);
  const shown = (findings: readonly Diagnostic[]): readonly Diagnostic[] =>
    findings.map((one) => withExcerpt(one, texts));
  if (isJson) reporter.result(debugJson(report));
  else for (const line of debugLines(report, shown)) reporter.line(line);
  if (isSuccess(report)) return 0;
  const found = report.checks.flatMap(({ findings }) => findings);
  return !existsSync(options.projectDir) || found.some(endsDebug) ? 2 : 1;
};

/**
 * Whether dbt gives up because of a finding, whatever else there is to check: a file cannot be read as YAML, profiles.yml is no mapping, a variable is
 * missing, a warning is to be an error.
 */
function endsDebug(finding: Diagnostic): boolean {
  const { code, place } = finding;
  if (isRaised(finding)) return true;
  if (code === 'env/missing' || code === 'project/yaml-syntax') return true;
  if (code === 'project/invalid-value' && place !== undefined && basename(place.file) === 'profiles.yml') return true;
  return code === 'jinja/render' && place?.file === 'dbt_project.yml';
}

/** dbt's `--config-dir`: how to look at the folder where profiles.yml is looked for. */
async function showFolder({ commandLine, host }: Invoked, reporter: Reporter): Promise<number> {
  const { inspectProject } = await import('@eider/core');
  const flags = resolveFlags({ commandLine, env: host.env, project: {} });
  const options = await invokedProject(flags, host);
  const { profiles } = await inspectProject(options);
  const folder = dirname(profiles.file ?? profiles.searched[0] ?? resolve(host.cwd, 'profiles.yml'));
  const open = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const text = `To view your profiles.yml file, run:\n\n${open} ${folder}`;
  reporter.line({
    level: 'info',
    name: 'OpenCommand',
    code: 'Z016',
    text,
    data: { open_cmd: open, profiles_dir: folder },
  });
  return 0;
}
