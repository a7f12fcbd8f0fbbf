import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Diagnostic, Manifest } from '@eider/core';
import type { NodeResult, RunEvent } from '@eider/engine';
import type { Flags } from '../flags/flags.ts';
import type { Invoked } from '../invoked.ts';
import { ReportedFailure } from '../reported-failure.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import { isFailed } from '../ui/is-failed.ts';
import { openLogFile } from '../ui/log-file.ts';
import type { Reporter } from '../ui/reporter.ts';
import { type StoryFacts, type StoryFailure, storyLines } from '../ui/run-story.ts';
import type { Scrubber } from '../ui/scrubber.ts';

/** What a story needs to be told: known once the project was read, or could not be. */
export interface StoryPlace {
  readonly reporter: Reporter;
  readonly scrubber: Scrubber;
  readonly flags: Flags;
  /** The folder that the command line means, absolute. */
  readonly folder: string;
  /** Absolute; null where the project could not be read, and none was asked for. */
  readonly logFolder: string | null;
  readonly project: string | null;
  readonly target: string | null;
}

/** Listens to a command, and tells it in ten lines when it has ended. */
export interface RunStory {
  place(place: StoryPlace): void;
  findings(found: readonly Diagnostic[]): void;
  event(event: RunEvent): void;
  /** What came of the nodes, hooks included; `name` gives a node for people, `select` what builds it again. */
  results(results: readonly NodeResult[], about: NodeNames): void;
  /** Somebody stopped it: Ctrl-C, `systemctl stop`, a terminal that was closed. */
  stopped(): void;
}

export interface NodeNames {
  readonly name: (id: string) => string;
  readonly select: (id: string) => readonly string[];
}

/**
 * Does a command, and appends its story to `runs.log` beside the log file, whatever comes of it. With `--quiet` the story of a failure is printed too:
 * cron sends no mail for a night that went well, and ten lines for one that did not.
 */
export async function telling(invoked: Invoked, action: (story: RunStory) => Promise<number>): Promise<number> {
  const startedAt = invoked.host.now();
  const heard = listener();
  let code = 2;
  try {
    code = await action(heard.story);
    return code;
  } catch (failure) {
    if (failure instanceof ReportedFailure) code = failure.exitCode;
    else heard.story.findings(findingsOf(failure) ?? []);
    throw failure;
  } finally {
    const elapsedMs = invoked.host.now().getTime() - startedAt.getTime();
    await heard.tell({
      commandLine: commandLine(invoked),
      startedAt,
      elapsedMs,
      exitCode: code,
      pid: invoked.host.pid,
    });
  }
}

/** Names for people: `model orders`; a test is built again with the nodes that it is about. */
export function nodeNames({ nodes }: Manifest): NodeNames {
  return {
    name: (id) => {
      const node = nodes[id];
      if (/\w-publish-0$/.test(id) && !id.includes('-on-publish-')) return 'publishing';
      return node === undefined ? (id.split('.').at(-1) ?? id) : `${node.resource_type} ${node.name}`;
    },
    select: (id) => {
      const node = nodes[id];
      if (node === undefined || node.resource_type === 'operation') return [];
      const about = node.resource_type === 'test' ? node.depends_on.nodes : [id];
      return about.flatMap((each) => nodes[each]?.name ?? []);
    },
  };
}

type Heard = Pick<StoryFacts, 'commandLine' | 'startedAt' | 'elapsedMs' | 'exitCode' | 'pid'>;

function listener(): { readonly story: RunStory; readonly tell: (told: Heard) => Promise<void> } {
  let place: StoryPlace | undefined;
  let state: string | null = null;
  let published: StoryFacts['published'] = null;
  let ended: { readonly results: readonly NodeResult[]; readonly about: NodeNames } | undefined;
  let retries = 0;
  let isStopped = false;
  const [waits, withheld, errors] = [[] as string[], [] as StoryFacts['withheld'][number][], [] as Diagnostic[]];
  const story: RunStory = {
    place: (given) => {
      place = given;
    },
    findings: (found) => void errors.push(...found.filter(({ severity }) => severity === 'error')),
    event: (event) => {
      if (event.kind === 'run-started') state = event.state;
      else if (event.kind === 'published') published = event;
      else if (event.kind === 'withheld') withheld.push(event);
      else if (event.kind === 'log' && event.retry === true) retries += 1;
      else if (event.kind === 'log' && /^Waiting /.test(event.message)) waits.push(event.message);
    },
    results: (results, about) => {
      ended = { results, about };
    },
    stopped: () => {
      isStopped = true;
    },
  };
  const tell = async (told: Heard): Promise<void> => {
    const logFolder = place === undefined ? null : (place.logFolder ?? usualFolder(place.folder));
    if (place === undefined || logFolder === null) return;
    const { project, target } = place;
    const broken = (ended?.results ?? []).filter(({ status }) => isFailed(status));
    const failures = [...broken.map((result) => nodeFailure(result, ended?.about)), ...errors.map(runFailure)];
    await write(
      { ...place, logFolder },
      {
        ...told,
        ...{ project, target, retries, isStopped, waits, withheld, published, failures },
        host: hostname(),
        results: ended?.results ?? [],
        disk: await diskOf(state),
        next: nextStep({
          ...told,
          isStopped,
          target,
          select: broken.flatMap(({ node }) => ended?.about.select(node) ?? []),
          isFull: failures.some(({ message }) => /No space left|disk is full/.test(message)),
          errors: [...broken.filter(isOperation).flatMap(({ diagnostics }) => diagnostics), ...errors],
        }),
        log: join(logFolder, 'eider.log'),
      },
    );
  };
  return { story, tell };
}

/** A project that cannot be read has failed its night too; a folder without one gets no log. */
function usualFolder(folder: string): string | null {
  return existsSync(join(folder, 'dbt_project.yml')) ? join(folder, 'logs') : null;
}

/** A hook, or publishing: what is to be done stands in its finding. */
function isOperation({ node }: NodeResult): boolean {
  return node.startsWith('operation.');
}

function nodeFailure({ diagnostics, message, node }: NodeResult, about: NodeNames | undefined): StoryFailure {
  const [first] = diagnostics;
  return { what: about?.name(node) ?? node, place: first?.place, message: first?.message ?? message };
}

function runFailure({ message, place }: Diagnostic): StoryFailure {
  return { what: null, place, message };
}

async function write(
  { flags, logFolder, reporter, scrubber }: StoryPlace & { readonly logFolder: string },
  facts: StoryFacts,
): Promise<void> {
  const text = scrubber.scrub(storyLines(facts).join('\n'));
  const file = openLogFile(logFolder, flags.logFileMaxBytes, (message) => reporter.warn(message), 'runs.log');
  if (flags.logLevelFile !== 'none') file.append(`${text}\n\n`);
  const isMail = flags.quiet && facts.exitCode !== 0;
  const { exitCode, next } = facts;
  reporter.line({
    level: isMail ? 'error' : 'debug',
    name: 'RunStory',
    code: 'L010',
    text,
    data: { msg: text, exit_code: exitCode, next },
  });
}

/** Room on the disk of a state folder; null for an object store. */
async function diskOf(state: string | null): Promise<StoryFacts['disk']> {
  if (state === null || !isAbsolute(state)) return null;
  const room = await statfs(state).catch(() => statfs(dirname(state)).catch(() => null));
  return room === null ? null : { path: state, free: room.bavail * room.bsize, total: room.blocks * room.bsize };
}

interface NextRequest {
  readonly exitCode: number;
  readonly isStopped: boolean;
  readonly target: string | null;
  readonly select: readonly string[];
  readonly isFull: boolean;
  readonly errors: readonly Diagnostic[];
}

function nextStep({ errors, exitCode, isFull, isStopped, select, target }: NextRequest): string | null {
  if (exitCode === 0) return null;
  const [first] = errors;
  const hint = first?.hint?.split('\n').at(-1);
  if (hint !== undefined) return hint;
  if (select.length === 0) return isStopped ? 'Nothing of it is visible. Go on with it: eider retry' : null;
  const names = [...new Set(select)].slice(0, 10).map((name) => `${name}+`);
  return `${isFull ? 'Free some room on the disk' : 'Mend it'}, then: eider build${target === null ? '' : ` --target ${target}`} --select ${names.join(' ')}`;
}

/** What was typed; values of `--vars` may be secrets. */
function commandLine({ argv }: Invoked): string {
  const words = argv.map((word, i) => {
    if (argv[i - 1] === '--vars') return '…';
    return word.startsWith('--vars=') ? '--vars=…' : word;
  });
  return ['eider', ...words.map((word) => (/[\s"'$]/.test(word) ? JSON.stringify(word) : word))].join(' ');
}
