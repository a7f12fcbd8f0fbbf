import headless from '@xterm/headless';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resolveFlags } from '../packages/cli/src/flags/resolve-flags.ts';
import type { Host } from '../packages/cli/src/host.ts';
import { createReporter, type Reporter } from '../packages/cli/src/ui/reporter.ts';
import { createScrubber } from '../packages/cli/src/ui/scrubber.ts';
import { summaryLines } from '../packages/cli/src/ui/summary-lines.ts';
import type { NodeLabel, NodeResult, RunEvent } from '../packages/engine/src/run/events.ts';

// A run is played into a real terminal emulator. However narrow it is, and whenever it changes: no line of a run is wider than it, the progress line is
// always the last one, and it leaves nothing behind, also where the run ends early.

const started = Date.parse('2026-11-21T09:31:19.000Z');
let now = started;

beforeEach(() => {
  now = started;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Played {
  readonly reporter: Reporter;
  readonly terminal: InstanceType<typeof headless.Terminal>;
  /** Lets time pass, frames being drawn. */
  readonly wait: (ms: number) => void;
  /** What stands on the screen, without empty lines at the end. */
  readonly screen: () => Promise<readonly string[]>;
  /** The lines that the terminal had to break, for they were too wide. */
  readonly broken: () => Promise<readonly string[]>;
  readonly exit: () => void;
}

function play(cols: number, commandLine: Record<string, unknown> = {}, env: Record<string, string> = {}): Played {
  const terminal = new headless.Terminal({ cols, rows: 60, allowProposedApi: true, convertEol: true });
  const exits: (() => void)[] = [];
  const stdout = {
    isTTY: true,
    get columns() {
      return terminal.cols;
    },
    write: (text: string) => terminal.write(text),
  } as unknown as NodeJS.WriteStream;
  const host: Host = {
    ...{
      env,
      cwd: '/',
      enter: () => {},
      pid: 1,
      program: [],
      user: 'anna',
      stdin: process.stdin,
      stdout,
      stderr: stdout,
    },
    now: () => new Date(now),
    randomId: () => 'id',
    onInterrupt: () => () => undefined,
    onExit: (listener) => exits.push(listener),
    exit: () => undefined,
  };
  const flags = resolveFlags({ commandLine, env: {}, project: {} });
  const reporter = createReporter({ flags, host, scrubber: createScrubber({}), invocationId: 'id', logFolder: null });
  const lines = async (): Promise<readonly { text: string; isWrapped: boolean }[]> => {
    await new Promise<void>((done) => terminal.write('', done));
    const buffer = terminal.buffer.active;
    return Array.from({ length: buffer.length }, (_, i) => {
      const line = buffer.getLine(i);
      return { text: line?.translateToString(true) ?? '', isWrapped: line?.isWrapped === true };
    });
  };
  return {
    reporter,
    terminal,
    wait: (ms) => {
      for (let passed = 0; passed < ms; passed += 100) {
        now += 100;
        vi.advanceTimersByTime(100);
      }
    },
    screen: async () => {
      const texts = (await lines()).map(({ text }) => text);
      return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1);
    },
    broken: async () => (await lines()).filter(({ isWrapped }) => isWrapped).map(({ text }) => text),
    exit: () => {
      for (const listener of exits) listener();
    },
  };
}

function node(name: string, resourceType = 'model'): NodeLabel {
  const isTest = resourceType === 'test';
  const display = isTest ? name : `main.${name}`;
  return { id: `${resourceType}.shop.${name}`, name, resourceType, materialized: 'table', language: 'sql', display };
}

const nodes = [
  node('orders'),
  node('a_model_with_a_really_long_name_that_goes_past_the_printer_width_of_eighty_columns'),
  node('日本語のモデルの名前はとても長い'),
  node('broken'),
  node('people', 'seed'),
  node('unique_orders_id', 'test'),
  node('not_null_a_model_with_a_really_long_name_id', 'test'),
  node('after_broken'),
];
const total = nodes.length;
const at = (index: number): { node: NodeLabel; index: number; total: number } => ({
  node: nodes[index - 1] ?? node('none'),
  index,
  total,
});

function result(index: number, status: NodeResult['status'], more: Partial<NodeResult> = {}): NodeResult {
  return {
    ...{ node: at(index).node.id, status, message: 'OK', failures: null, rows: null, compileMs: 5, executeMs: 1240 },
    ...{
      startedAt: new Date(started).toISOString(),
      diagnostics: [],
      thread: 'Thread-1',
      relationName: null,
      location: null,
    },
    ...more,
  };
}

const begin: RunEvent = { kind: 'run-started', build: 'b', state: '/s', threads: 8, target: 'dev', counts: {}, total };
const start = (index: number): RunEvent => ({ kind: 'node-started', ...at(index), thread: `Thread-${index}` });
const end = (index: number, status: NodeResult['status'], more: Partial<NodeResult> = {}): RunEvent => ({
  kind: 'node-finished',
  ...at(index),
  result: result(index, status, more),
});

const sqlFailed: NodeResult['diagnostics'][number] = {
  severity: 'error',
  code: 'engine/sql-failed',
  message: 'There is no column "this_is_a_long_name" here.',
  place: { file: 'models/broken.sql', line: 1, column: 90 },
  excerpt: `> 1 | select ${'x, '.repeat(26)} this_is_a_long_name from orders\n    | ${' '.repeat(86)}^`,
};

function first({ reporter, wait }: Played): void {
  reporter.say('Running with eider=0.1.0');
  reporter.event(begin);
  for (const index of [1, 2, 3, 4, 5]) {
    reporter.event(start(index));
    wait(300);
  }
}

function second({ reporter, wait }: Played): void {
  reporter.event(end(1, 'success'));
  reporter.event(end(2, 'success'));
  reporter.event(end(3, 'success'));
  reporter.event(end(5, 'success', { message: 'INSERT 2' }));
  reporter.event(start(6));
  reporter.event(start(7));
  wait(200);
}

function third({ reporter }: Played): void {
  reporter.event(end(4, 'error', { diagnostics: [sqlFailed] }));
  reporter.event(end(6, 'fail', { failures: 3 }));
  reporter.event(end(7, 'warn', { failures: 1 }));
  reporter.event(end(8, 'skipped'));
  const summary = { elapsedMs: 2000, pass: 4, warn: 1, error: 2, skip: 1, noOp: 0, total, success: false };
  reporter.event({ kind: 'run-finished', summary });
  const results = [result(4, 'error', { diagnostics: [sqlFailed] }), result(6, 'fail', { failures: 3 })];
  const facts = (id: string): ReturnType<Parameters<typeof summaryLines>[0]['facts']> => {
    const [resourceType = '', , name = ''] = id.split('.');
    const path = `models/${name}.sql`;
    return { resourceType, materialized: 'table', name, path, compiledPath: `target/${path}`, failuresTable: null };
  };
  for (const line of summaryLines({ results, facts, elapsedMs: 2000, interrupted: false })) reporter.line(line);
}

const bar = /━/;

describe.each([40, 60, 80, 140])('in %i columns', (columns) => {
  test('a run, frame by frame', async () => {
    const played = play(columns);
    const frames: (readonly string[])[] = [];
    for (const step of [first, second, third]) {
      step(played);
      frames.push(await played.screen());
    }
    expect(await played.broken()).toEqual([]);
    expect(frames.map((frame) => frame.findIndex((line) => bar.test(line)) - frame.length)).toEqual([
      -1,
      -1,
      -1 - (frames[2]?.length ?? 0),
    ]);
    expect(`\n${frames.map((frame) => frame.join('\n')).join(`\n${'~'.repeat(columns)}\n`)}\n`).toMatchSnapshot();
  });

  test('nothing is left of the progress line where the run ends early', async () => {
    const played = play(columns);
    first(played);
    played.exit();
    expect((await played.screen()).filter((line) => bar.test(line))).toEqual([]);
    played.wait(500);
    expect((await played.screen()).filter((line) => bar.test(line))).toEqual([]);
  });
});

test.each([
  [140, 60],
  [80, 40],
  [60, 140],
])('from %i to %i columns within a run no old progress line stays', async (before, after) => {
  const played = play(before);
  first(played);
  await played.screen();
  played.terminal.resize(after, 60);
  second(played);
  const screen = await played.screen();
  expect(screen.filter((line) => bar.test(line))).toEqual([screen.at(-1)]);
});

test.each<[string, Record<string, unknown>, Record<string, string>]>([
  ['TERM=dumb', {}, { TERM: 'dumb' }],
  ['CI', {}, { CI: 'true' }],
  ['--quiet', { quiet: true }, {}],
  ['--log-level error', { logLevel: 'error' }, {}],
  ['--log-format json', { logFormat: 'json' }, {}],
])('with %s there is no progress line', async (_, commandLine, env) => {
  const played = play(80, commandLine, env);
  first(played);
  expect((await played.screen()).filter((line) => bar.test(line))).toEqual([]);
});

test('NO_COLOR takes the colours from the progress line too', async () => {
  const played = play(80, {}, { NO_COLOR: '1' });
  first(played);
  await played.screen();
  const { active } = played.terminal.buffer;
  const cell = active.getLine(active.baseY + active.cursorY)?.getCell(0);
  expect(cell?.getChars()).toBe('━');
  expect([cell?.isFgDefault(), cell?.isDim()]).toEqual([true, 0]);
});
