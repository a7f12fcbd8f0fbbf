import { type Diagnostic, hasErrors, type PackageProject, type ReadProjectOptions, readRootPackage } from '@eider/core';
import { flagDeprecations } from '../flags/flag-deprecations.ts';
import type { Flags } from '../flags/flags.ts';
import { resolveFlags } from '../flags/resolve-flags.ts';
import type { Invoked } from '../invoked.ts';
import { ReportedFailure } from '../reported-failure.ts';
import { createReporter, type Reporter } from '../ui/reporter.ts';
import { createScrubber, type Scrubber } from '../ui/scrubber.ts';
import { createDeprecationTally } from './deprecation-tally.ts';
import { invokedProject } from './invoked-project.ts';
import { findingsPrinter, tellDeprecations } from './open-project.ts';

/** dbt_project.yml alone, and the way to talk about it. */
export interface RootPackage {
  readonly root: PackageProject;
  readonly flags: Flags;
  readonly reporter: Reporter;
  readonly scrubber: Scrubber;
  /** How the project was read. */
  readonly options: ReadProjectOptions;
  /** Prints findings with the lines around them; with `--warn-error` warnings become errors. */
  readonly findings: (diagnostics: readonly Diagnostic[]) => readonly Diagnostic[];
}

/** Reads dbt_project.yml without a profile, writing no log. Throws ReportedFailure where it cannot be used. */
export async function openRootPackage({ argv, host, commandLine, onEnd }: Invoked): Promise<RootPackage> {
  const early = resolveFlags({ commandLine, env: host.env, project: {} });
  const options = await invokedProject(early, host);
  const { root, diagnostics } = await readRootPackage(options);
  const flags =
    root === null ? early : resolveFlags({ commandLine, env: host.env, project: root.flags, places: root.flagPlaces });
  const scrubber = createScrubber(host.env);
  const reporter = createReporter({ flags, host, scrubber, invocationId: host.randomId(), logFolder: null });
  const tally = createDeprecationTally(flags);
  onEnd?.(() => tellDeprecations(reporter, tally));
  const findings = findingsPrinter(options.projectDir, flags, reporter, tally);
  const place = { file: 'dbt_project.yml', line: 1, column: 1 };
  const called = flagDeprecations({ argv, env: host.env, project: root?.flags ?? {}, place });
  const found = findings([...called, ...diagnostics]);
  if (root === null || hasErrors(found)) throw new ReportedFailure(2);
  return { root, flags, reporter, scrubber, options, findings };
}
