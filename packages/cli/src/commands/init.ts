import { join, resolve } from 'node:path';
import { type NameProblem, projectNameProblem } from '@eider/core';
import type { Flags } from '../flags/flags.ts';
import { resolveFlags } from '../flags/resolve-flags.ts';
import { UsageError } from '../flags/usage-error.ts';
import type { Host } from '../host.ts';
import { type Answers, ask } from '../init/ask.ts';
import { refuseInsideProject, requireProfile } from '../init/existing-project.ts';
import { fillTemplate } from '../init/fill-template.ts';
import { madeLine } from '../init/made-line.ts';
import { makeProject, whyTaken } from '../init/make-project.ts';
import type { NewProject } from '../init/new-project.ts';
import { templateValues } from '../init/template-values.ts';
import { templateFolder, templates } from '../init/templates.ts';
import type { CommandAction, Invoked } from '../invoked.ts';
import { interruption } from '../project/interruption.ts';
import type { LogLine } from '../ui/log-line.ts';
import { createReporter } from '../ui/reporter.ts';
import { createScrubber } from '../ui/scrubber.ts';

const defaults: Answers = { name: 'my_lake', template: 'minimal' };

const nothingMade: LogLine = {
  level: 'info',
  name: 'Note',
  code: 'Z050',
  text: 'Nothing was made.',
  data: { msg: 'Nothing was made.' },
  plain: true,
};

/** As a shell counts a program that Ctrl-C ended. */
const leftWithCtrlC = 130;

/**
 * `init`: a new project from a template, in a folder of its own name below this one. Asks for what the command line leaves open where a person sits at
 * a terminal, and takes defaults elsewhere. Whole or not at all, and never over something.
 */
export const init: CommandAction = async (invoked) => {
  const { commandLine } = invoked;
  const flags = resolveFlags({ commandLine, env: invoked.host.env, project: {} });
  const host = inFolder(invoked.host, flags.projectDir);
  const scrubber = createScrubber(host.env);
  const reporter = createReporter({ flags, host, scrubber, invocationId: host.randomId(), logFolder: null });
  await refuseInsideProject(host, flags.profilesDir);
  // Not from DBT_PROFILE: that one chooses among profiles for projects that are there.
  const profile = commandLine.profile === undefined ? null : String(commandLine.profile);
  if (profile !== null) await requireProfile(profile, host, flags.profilesDir);
  const answers = await choose({ ...invoked, host }, flags);
  const ownsProfile = profile === null && !flags.skipProfileSetup;
  const project = answers === null ? null : await plan(answers, host, { profile, ownsProfile });
  const isMade = project !== null && (await make(project, host));
  if (!flags.quiet) reporter.line(isMade ? madeLine(project, host) : nothingMade);
  return isMade ? 0 : leftWithCtrlC;
};

/** `--project-dir`: where the project's folder is made. */
function inFolder(host: Host, folder: string | undefined): Host {
  return folder === undefined ? host : Object.create(host, { cwd: { value: resolve(host.cwd, folder) } });
}

async function choose({ host, name }: Invoked, flags: Flags): Promise<Answers | null> {
  const check = (chosen: string): NameProblem | null => projectNameProblem(chosen) ?? whyTaken(join(host.cwd, chosen));
  if (name !== undefined) refuse(check(name));
  const { template } = flags;
  const given = { ...(name === undefined ? {} : { name }), ...(template === undefined ? {} : { template }) };
  const { stdin: input, stdout: output } = host;
  const isSilent = flags.quiet || flags.logFormat === 'json' || Boolean(host.env.CI);
  const isAttended = input.isTTY === true && output.isTTY === true && !isSilent;
  if (isAttended) return ask({ given, defaults, check, input, output });
  const answers = { ...defaults, ...given };
  refuse(check(answers.name));
  return answers;
}

function refuse(problem: NameProblem | null): void {
  if (problem !== null) throw new UsageError(problem.message, problem.hint);
}

async function plan(
  { name, template }: Answers,
  host: Host,
  { profile, ownsProfile }: { readonly profile: string | null; readonly ownsProfile: boolean },
): Promise<NewProject> {
  const folder = join(host.cwd, name);
  const values = templateValues({ name, profile: profile ?? name, folder, host });
  const all = await fillTemplate(templateFolder(template), values);
  const files = ownsProfile ? all : all.filter(({ path }) => path !== 'profiles.yml');
  return { name, template: templates[template], folder, files, profile: profile ?? name, ownsProfile };
}

/** False where Ctrl-C came first: nothing is left then. */
async function make({ folder, files }: NewProject, host: Host): Promise<boolean> {
  const interrupted = interruption(host, () => undefined);
  const { signal } = interrupted;
  try {
    await makeProject({ folder, files, signal, id: host.randomId().slice(0, 8) });
    return true;
  } catch (failure) {
    if (signal.aborted) return false;
    throw failure;
  } finally {
    interrupted.end();
  }
}
