import type { Place } from '@eider/core';
import type { NodeResult, RunEvent } from '@eider/engine';
import { placeText } from './diagnostic-lines.ts';
import { counted } from './fancy-line.ts';
import { bytesText, durationText } from './quantities.ts';

/** What failed in a run: a node, or the run itself. */
export interface StoryFailure {
  /** `test unique_orders_id`; null for what is about no node. */
  readonly what: string | null;
  readonly place: Place | undefined;
  readonly message: string;
}

/** What is to be told of a command that ran nodes or published. */
export interface StoryFacts {
  readonly startedAt: Date;
  readonly elapsedMs: number;
  /** As it was typed, without values of variables: `eider build --target prod`. */
  readonly commandLine: string;
  readonly exitCode: number;
  /** Whether somebody stopped it. */
  readonly isStopped: boolean;
  readonly project: string | null;
  readonly target: string | null;
  readonly host: string;
  readonly pid: number;
  readonly results: readonly Pick<NodeResult, 'status' | 'message'>[];
  readonly retries: number;
  /** What was waited for, in the words of the log. */
  readonly waits: readonly string[];
  readonly failures: readonly StoryFailure[];
  readonly withheld: readonly Extract<RunEvent, { kind: 'withheld' }>[];
  readonly published: Extract<RunEvent, { kind: 'published' }> | null;
  /** Where the data lies, and how much room there is, in bytes; null where nothing was reached or nobody can tell. */
  readonly disk: { readonly path: string; readonly free: number; readonly total: number } | null;
  /** What to do. */
  readonly next: string | null;
  readonly log: string;
}

/** A run in at most ten lines, for `runs.log` and for who reads mail from cron. */
export function storyLines(facts: StoryFacts): readonly string[] {
  const { startedAt, commandLine, elapsedMs, exitCode, host, log, next, pid, project, target, waits } = facts;
  const where = project === null ? '' : `, ${project}${target === null ? '' : `, target ${target}`}`;
  const head = `${minute(startedAt.toISOString())}  ${commandLine}  ${verdict(facts)} after ${durationText(elapsedMs)}${where}, on ${host} (process ${pid})`;
  const [first, second] = facts.failures;
  const more = facts.failures.length > 2 ? ` (${facts.failures.length - 2} more)` : '';
  const rows: readonly (readonly [string, string | null])[] = [
    ['waited', waits[0] ?? null],
    ['nodes', nodesText(facts)],
    ['first', first === undefined ? null : failureText(first)],
    ['also', second === undefined ? null : `${failureText(second)}${more}`],
    ['withheld', withheldText(facts.withheld)],
    ['published', publishedText(facts)],
    ['disk', diskText(facts.disk)],
    ['next', next],
    ['log', exitCode === 0 ? null : log],
  ];
  return [head, ...rows.flatMap(([name, text]) => (text === null ? [] : [`  ${name.padEnd(10)} ${text}`]))];
}

function verdict({ exitCode, isStopped }: StoryFacts): string {
  if (exitCode === 0) return 'OK';
  return isStopped ? 'STOPPED' : `FAILED (exit code ${exitCode})`;
}

function nodesText({ exitCode, results, retries }: StoryFacts): string | null {
  if (results.length === 0) return exitCode === 0 ? 'none was selected' : null;
  const count = (...statuses: string[]): number => results.filter(({ status }) => statuses.includes(status)).length;
  const parts = [
    [count('success', 'pass', 'no-op'), 'ok'],
    [count('warn'), 'warned'],
    [count('error', 'partial success', 'fail'), 'failed'],
    [count('skipped'), 'skipped'],
  ].flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`]));
  const again = retries === 0 ? '' : `; ${counted(retries, 'attempt')} repeated after a transient failure`;
  const adopted = results.filter(({ message }) => message === 'ADOPTED').length;
  const taken = adopted === 0 ? '' : `; ${adopted} of them adopted from a run that did not come to its end`;
  return `${results.length}: ${parts.join(', ')}${taken}${again}`;
}

function failureText({ message, place, what }: StoryFailure): string {
  const where = [what, place === undefined ? null : placeText(place)].filter((part) => part !== null).join(', ');
  const text = message.split('\n')[0] ?? '';
  return where === '' ? text : `${where}: ${text}`;
}

const named = 5;

function withheldText(withheld: StoryFacts['withheld']): string | null {
  if (withheld.length === 0) return null;
  const names = withheld.slice(0, named).map(({ node }) => node.display);
  const more = withheld.length > named ? ` and ${withheld.length - named} more` : '';
  const kept = withheld.flatMap(({ since }) => since ?? []).sort();
  const readers =
    kept[0] === undefined
      ? 'readers have none of before'
      : `readers keep those of before, the oldest of ${minute(kept[0])}`;
  return `${names.join(', ')}${more}: ${readers}`;
}

function publishedText({ exitCode, published, results, withheld }: StoryFacts): string | null {
  if (published === null) {
    const isPlain = exitCode === 0 || (results.length === 0 && withheld.length === 0);
    return isPlain ? null : 'nothing: readers see what they saw before';
  }
  const { made, number, path, relations } = published;
  const rows = `${made.rows.toLocaleString('en-US')} ${made.rows === 1 ? 'row' : 'rows'}`;
  const fresh = `${made.relations} of them new (${rows}, ${counted(made.files, 'file')}, ${bytesText(made.bytes, 'bytes')})`;
  return `state ${number}, ${counted(relations, 'relation')}, ${fresh}: ${path}`;
}

function diskText(disk: StoryFacts['disk']): string | null {
  return disk === null
    ? null
    : `${bytesText(disk.free, 'bytes')} of ${bytesText(disk.total, 'bytes')} free at ${disk.path}`;
}

/** ISO 8601 to the second, as a file name or a person can read it: `2026-11-21 03:00:04Z`. */
function minute(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}Z`;
}
