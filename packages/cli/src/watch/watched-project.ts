import { resolve } from 'node:path';
import { type ChangedNodes, changedNodes, findProfiles, readRootPackage, resourceTypesOf } from '@eider/core';
import { resolveFlags } from '../flags/resolve-flags.ts';
import type { Invoked } from '../invoked.ts';
import { chooseNodes } from '../project/choose-nodes.ts';
import { invokedProject } from '../project/invoked-project.ts';
import {
  findingsPrinter,
  logFolderOf,
  type OpenProject,
  openProject,
  savedCache,
  type Talk,
} from '../project/open-project.ts';
import { ReportedFailure } from '../reported-failure.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import { versionLine } from '../ui/notes.ts';
import { createReporter, type Reporter } from '../ui/reporter.ts';
import { createScrubber } from '../ui/scrubber.ts';
import { eiderVersion } from '../version.ts';
import { type WatchPlan, watchPlan } from './watch-plan.ts';

/** A project in the state of its files, and what the command's selection lets run. */
export interface ProjectState {
  readonly open: OpenProject;
  readonly allowed: ReadonlySet<string>;
}

/** A project that is opened again at each save. */
export interface WatchedProject {
  readonly reporter: Reporter;
  /** Absolute. */
  readonly folder: string;
  /** `--poll`. */
  readonly poll: number | undefined;
  /** Opens it as its files are now; null where that is impossible, with the findings on the screen. */
  open(): Promise<ProjectState | null>;
  /** What changed between two states. Nothing that templates print is shown. */
  compare(before: ProjectState, after: ProjectState): Promise<ChangedNodes>;
  /** Does something while what templates log and print is not shown. */
  muted<T>(work: () => Promise<T>): Promise<T>;
  /** Does something of which a failure is shown; null then. */
  guarded<T>(work: () => Promise<T>): Promise<T | null>;
  /** What to watch, whether the project can be opened or not. */
  plan(state: ProjectState | null): Promise<WatchPlan>;
}

/** Begins with a project. Throws ReportedFailure where there is none, UsageError for flags that cannot be read. */
export async function watchedProject(invoked: Invoked): Promise<WatchedProject> {
  const { commandLine, host } = invoked;
  const early = resolveFlags({ commandLine, env: host.env, project: {} });
  const options = await invokedProject(early, host);
  const folder = resolve(options.projectDir);
  const { diagnostics, root } = await readRootPackage(options);
  const flags =
    root === null ? early : resolveFlags({ commandLine, env: host.env, project: root.flags, places: root.flagPlaces });
  const scrubber = createScrubber(host.env);
  const logFolder = logFolderOf(folder, root ?? undefined, flags);
  const spoken = createReporter({ flags, host, scrubber, invocationId: host.randomId(), logFolder });
  if (diagnostics.some(({ code }) => code === 'project/not-found')) {
    findingsPrinter(folder, flags, spoken)(diagnostics);
    throw new ReportedFailure(2);
  }
  spoken.line(versionLine(eiderVersion()));
  const quiet = repeatingNothing(spoken);
  const talk: Talk = { reporter: quiet.reporter, scrubber, cache: savedCache(invoked) };
  // Templates and macros ask `flags.WHICH` whether they are built: they are.
  const building = { ...invoked, command: 'build' };
  return {
    reporter: quiet.reporter,
    folder,
    poll: flags.poll,
    muted: quiet.muted,
    guarded: (work) => guarded(quiet.reporter, work),
    open: async () => {
      quiet.nextOpening();
      const state = await guarded(quiet.reporter, () => openState(building, talk));
      // What was kept between commands is taken up at the start; from then on this process knows better.
      Object.assign(talk.cache, { restore: undefined, save: undefined });
      return state;
    },
    compare: (before, after) => quiet.muted(() => changedNodes(before.open.compiler, after.open.compiler)),
    plan: async (state) => {
      const current = state?.open.root ?? (await readRootPackage(options)).root ?? root;
      const { searched } = await findProfiles({ ...options, cwd: host.cwd });
      const target = state?.open.project.target;
      const written = [current?.targetPath ?? 'target', current?.logPath ?? 'logs', target?.externalRoot ?? 'target'];
      return watchPlan({
        folder,
        root: current,
        profiles: searched,
        written: written.map((each) => resolve(folder, each)),
      });
    },
  };
}

async function openState(invoked: Invoked, talk: Talk): Promise<ProjectState> {
  const open = await openProject(invoked, talk);
  const { excludeResourceTypes, resourceTypes } = open.flags;
  const { ids } = await chooseNodes(open, resourceTypesOf('build', resourceTypes, excludeResourceTypes));
  return { open, allowed: new Set(ids) };
}

async function guarded<T>(reporter: Reporter, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (failure) {
    if (failure instanceof ReportedFailure) return null;
    const found = findingsOf(failure);
    if (found === null) throw failure;
    reporter.findings(found);
    return null;
  }
}

interface QuietReporter {
  readonly reporter: Reporter;
  /** Warnings of the opening before this one are not told again. */
  nextOpening(): void;
  /** Does something while what templates log and print is not shown. */
  muted<T>(work: () => Promise<T>): Promise<T>;
}

function repeatingNothing(spoken: Reporter): QuietReporter {
  let mutes = 0;
  let told = new Set<string>();
  let telling = new Set<string>();
  const reporter: Reporter = {
    ...spoken,
    line: (line) => (mutes > 0 && line.name.startsWith('JinjaLog') ? undefined : spoken.line(line)),
    result: (text) => (mutes > 0 ? undefined : spoken.result(text)),
    findings: (diagnostics) => {
      const fresh = diagnostics.filter((one) => {
        const key = JSON.stringify([one.code, one.place, one.message, one.node]);
        telling.add(key);
        return one.severity === 'error' || !told.has(key);
      });
      spoken.findings(fresh);
    },
  };
  return {
    reporter,
    nextOpening: () => {
      told = telling;
      telling = new Set();
    },
    muted: async (work) => {
      mutes += 1;
      try {
        return await work();
      } finally {
        mutes -= 1;
      }
    },
  };
}
