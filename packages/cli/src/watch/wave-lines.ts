import type { ChangedNodes, Manifest } from '@eider/core';
import type { NodeLabel, NodeResult, RunEvent } from '@eider/engine';
import { bold, dim, green, red, yellow } from '../ui/colors.ts';
import { counted } from '../ui/fancy-line.ts';
import { isFailed } from '../ui/is-failed.ts';
import { blank, type LogLine } from '../ui/log-line.ts';
import type { WavePlan } from './plan-wave.ts';

/** Why a wave begins: files that were saved, by their paths in the project; or what the start found. */
export interface WaveCause {
  readonly files: readonly string[];
  /** In place of files. */
  readonly words?: string;
}

export interface WaveHead {
  readonly number: number;
  readonly cause: WaveCause;
  readonly plan: WavePlan;
}

/** The lines that begin a wave: `Wave 3 · models/orders.sql · 1 to build, 3 children, 6 tests`. */
export function waveStartLines({ cause, number, plan }: WaveHead): readonly LogLine[] {
  const counts = [
    ...(plan.own.length > 0 ? [`${plan.own.length} to build`] : []),
    ...(plan.children.length > 0 ? [plan.children.length === 1 ? '1 child' : `${plan.children.length} children`] : []),
    ...(plan.tests.length > 0 ? [counted(plan.tests.length, 'data_test')] : []),
  ];
  const text = [bold(`Wave ${number}`), causeText(cause), counts.join(', ')].join(dim(' · '));
  const data = {
    wave: number,
    files: cause.files,
    reason: cause.words ?? 'saved',
    nodes: plan.own,
    children: plan.children,
    tests: plan.tests,
  };
  return [blank, info('WatchWaveStarted', 'W001', text, data)];
}

const shownFiles = 3;

function causeText({ files, words }: WaveCause): string {
  if (words !== undefined) return words;
  const more = files.length - shownFiles;
  return [...files.slice(0, shownFiles), ...(more > 0 ? [`${more} more files`] : [])].join(', ');
}

/** The line of a node or test that ended: status, name, rows before and after, time. `width` is that of the wave's longest name. */
export function nodeLine(node: NodeLabel, result: NodeResult, width: number, wave: number): LogLine {
  const isTest = node.resourceType === 'test' || node.resourceType === 'unit_test';
  const { change, status } = result;
  const ms = result.compileMs + result.executeMs;
  const rows = change === undefined || status !== 'success' ? '' : rowsText(change.before, change.after);
  const time = `${(ms / 1000).toFixed(2)}s`.padStart(7);
  const more = status === 'skipped' ? [] : [dim(time), ...(rows === '' ? [] : [rows])];
  const text = [
    `  ${statusText(result)} ${more.length === 0 ? node.display : node.display.padEnd(width)}`,
    ...more,
  ].join('  ');
  const data = {
    wave,
    unique_id: node.id,
    resource_type: node.resourceType,
    status,
    execution_time: ms / 1000,
    rows_before: change?.before ?? null,
    rows: change?.after ?? null,
    failures: result.failures,
    message: result.message,
  };
  const level = isFailed(status) ? 'error' : status === 'warn' ? 'warn' : 'info';
  const line: LogLine = { level, name: 'WatchNodeFinished', code: 'W002', text, data };
  // What passed is counted at the end; the screen is for what changed.
  return isTest && status === 'pass' ? { ...line, transient: true } : line;
}

function statusText({ failures, status }: NodeResult): string {
  const [word, paint] = statusWords[status] ?? [status, dim];
  const count = (status === 'fail' || status === 'warn') && failures !== null ? ` ${failures}` : '';
  return paint(`${word}${count}`.padEnd(6));
}

const statusWords: Readonly<Record<string, readonly [string, (text: string) => string]>> = {
  success: ['OK', green],
  pass: ['PASS', green],
  warn: ['WARN', yellow],
  fail: ['FAIL', red],
  error: ['ERROR', red],
  skipped: ['SKIP', yellow],
};

/** `1,204 → 1,198 rows (−6)`, `1,204 rows` where none came or went, `12 rows (new)`; empty where nobody counted. */
export function rowsText(before: number | null, after: number | null): string {
  if (after === null) return '';
  const rows = `${grouped(after)} ${after === 1 ? 'row' : 'rows'}`;
  if (before === null) return `${rows} (new)`;
  if (before === after) return rows;
  const gain = after - before;
  return `${grouped(before)} → ${rows} (${gain > 0 ? '+' : '−'}${grouped(Math.abs(gain))})`;
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** How a wave ended. */
export interface WaveEnd {
  readonly number: number;
  readonly ms: number;
  /** The state that it published; null where there was nothing to publish. */
  readonly published: Extract<RunEvent, { kind: 'published' }> | null;
  readonly results: readonly NodeResult[];
  /** Names of what is still to do. */
  readonly left: readonly string[];
}

/** `Published state 13 in 0.64s: 4 built, 6 passed.` and what is left. */
export function waveEndLine({ left, ms, number, published, results }: WaveEnd): LogLine {
  const count = (...statuses: readonly string[]): number =>
    results.filter(({ status }) => statuses.includes(status)).length;
  const counts = [
    [count('success'), 'built'],
    [count('pass'), 'passed'],
    [count('warn'), 'warned'],
    [count('error', 'fail'), 'failed'],
    [count('skipped'), 'skipped'],
  ] as const;
  const said = counts.flatMap(([n, word]) => (n > 0 ? [`${n} ${word}`] : [])).join(', ');
  const what = published === null ? yellow('Nothing was published') : green(`Published state ${published.number}`);
  const todo = left.length === 0 ? '' : ` Still to do: ${named(left)}.`;
  const text = `${what} in ${(ms / 1000).toFixed(2)}s${said === '' ? '' : `: ${said}`}.${todo}`;
  const data = {
    wave: number,
    execution_time: ms / 1000,
    number: published?.number ?? null,
    path: published?.path ?? null,
    built: count('success'),
    passed: count('pass'),
    warned: count('warn'),
    failed: count('error', 'fail'),
    skipped: count('skipped'),
    left,
  };
  return info('WatchWaveFinished', 'W003', text, data);
}

/** What a save did beside, or instead of, giving something to build. */
export function changeLines(changes: ChangedNodes, outside: readonly string[], manifest: Manifest): readonly LogLine[] {
  const names = (ids: readonly string[]): string => named(ids.map((id) => manifest.nodes[id]?.name ?? nameIn(id)));
  const note = (ids: readonly string[], kind: string, text: string): readonly LogLine[] =>
    ids.length === 0 ? [] : [info('WatchNote', 'W005', text, { kind, nodes: ids })];
  const gone = changes.removed.filter((id) => /^(model|seed|snapshot)\./.test(id));
  return [
    ...note(
      gone,
      'removed',
      `${yellow('Gone from the project')}: ${names(gone)}. Watching drops nothing: \`eider build\` takes it out of the catalog.`,
    ),
    ...note(
      changes.described,
      'described',
      `New descriptions of ${names(changes.described)}: published when it is built next.`,
    ),
    ...note(outside, 'outside', `Outside the selection, so not built: ${names(outside)}.`),
    ...note(changes.same, 'same', `The SQL of ${names(changes.same)} is the same as before.`),
  ];
}

/** The line that says that nothing goes on. `files`: how many there are; null where the project could not be read yet. */
export function waitingLine(files: number | null, polling: string | null, broken: boolean): LogLine {
  const how = polling === null ? '' : ` (${polling})`;
  const what = broken ? 'Nothing is built until this is mended. ' : '';
  const text = `${what}Watching ${files === null ? 'the project' : counted(files, 'file')}${how}; press Ctrl-C to end.`;
  return info('WatchWaiting', 'W004', broken ? yellow(text) : dim(text), {
    files: files ?? 0,
    polling: polling !== null,
    broken,
  });
}

const shownNames = 8;

/** `orders, customers and 3 more`. */
export function named(names: readonly string[]): string {
  const more = names.length - shownNames;
  return more > 0 ? `${names.slice(0, shownNames).join(', ')} and ${more} more` : names.join(', ');
}

function nameIn(id: string): string {
  return id.split('.').slice(2).join('.') || id;
}

function info(name: string, code: string, text: string, data: Readonly<Record<string, unknown>>): LogLine {
  return { level: 'info', name, code, text, data };
}
