import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveFlags } from '../flags/resolve-flags.ts';
import type { Host } from '../host.ts';
import { createReporter, type Reporter } from './reporter.ts';
import { createScrubber } from './scrubber.ts';

let folder = '';
let screen = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eider-reporter-'));
  screen = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

function reporter(
  commandLine: Record<string, unknown> = {},
  env: Record<string, string> = {},
  isTTY = false,
): Reporter {
  const stdout = { isTTY, columns: 80, write: (text: string) => (screen += text) } as unknown as NodeJS.WriteStream;
  const host: Host = {
    env,
    cwd: folder,
    enter: () => {},
    pid: 42,
    program: ['node', 'eider'],
    user: 'anna',
    stdin: process.stdin,
    stdout,
    stderr: stdout,
    now: () => new Date('2026-11-21T09:31:19.750Z'),
    randomId: () => 'id',
    onInterrupt: () => () => undefined,
    exit: () => undefined,
  };
  const flags = resolveFlags({ commandLine, env: {}, project: {} });
  return createReporter({
    flags,
    host,
    scrubber: createScrubber(env),
    invocationId: 'an-id',
    logFolder: join(folder, 'logs'),
  });
}

function log(end = ''): string {
  return readFileSync(join(folder, `logs/eider.log${end}`), 'utf8');
}

const finding = {
  severity: 'error',
  code: 'ref/not-found',
  message: 'No "customer".',
  place: { file: 'models/a.sql', line: 3, column: 15 },
} as const;

test('lines carry the time, results of ls do not', () => {
  const to = reporter();
  to.say('Found 3 models');
  to.result('shop.orders');
  expect(screen).toBe('09:31:19  Found 3 models\nshop.orders\n');
});

test('quiet leaves errors and results', () => {
  const to = reporter({ quiet: true });
  to.say('hidden');
  to.warn('hidden too');
  to.result('shop.orders');
  to.findings([finding]);
  expect(screen).toBe('shop.orders\n09:31:19  error[ref/not-found] models/a.sql:3:15\n  No "customer".\n');
});

test('json lines are one object each, in the shape of dbt’s', () => {
  const to = reporter({ logFormat: 'json' });
  to.findings([finding]);
  to.say('two\nlines');
  const lines = screen
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { data: unknown; info: Record<string, unknown> });
  expect(lines).toHaveLength(2);
  expect(lines[0]?.data).toMatchObject({ code: 'ref/not-found', file: 'models/a.sql', line: 3, column: 15 });
  expect(lines[1]?.info).toMatchObject({
    invocation_id: 'an-id',
    level: 'info',
    msg: 'two\nlines',
    pid: 42,
    ts: '2026-11-21T09:31:19.750Z',
  });
});

test('the log file gets everything, without colours, secrets taken out everywhere, below the id of the invocation', () => {
  const to = reporter({ logLevel: 'error', logLevelFile: 'debug' }, { DBT_ENV_SECRET_KEY: 'swordfish' });
  to.warn('the key is swordfish');
  to.findings([{ ...finding, message: 'swordfish is wrong' }]);
  expect(screen).toContain('***** is wrong');
  const rule = '='.repeat(30);
  expect(log()).toBe(
    [
      `${rule} 2026-11-21T09:31:19.750Z | an-id ${rule}`,
      '09:31:19.750 [warn ] the key is *****',
      '09:31:19.750 [error] error[ref/not-found] models/a.sql:3:15\n  ***** is wrong\n',
    ].join('\n'),
  );
});

// dbt: --log-format, --log-level and --use-colors count for the file too, where its own flags are not given.
test.each<[Record<string, unknown>, RegExp | null]>([
  [{ logFormat: 'json' }, /^\{"data":/],
  [{ logFormat: 'json', logFormatFile: 'text' }, /09:31:19 {2}careful/],
  [{ logLevel: 'error' }, null],
  [{ logLevel: 'error', logLevelFile: 'warn' }, /\[warn \] careful/],
  [{ logLevelFile: 'none' }, null],
  [{ useColors: true }, /\[33mcareful/],
  [{ useColors: true, useColorsFile: false }, /\[warn \] careful/],
])('with %j the file holds %s', (commandLine, expected) => {
  reporter(commandLine).warn('careful');
  if (expected === null) expect(existsSync(join(folder, 'logs/eider.log'))).toBe(false);
  else expect(log()).toMatch(expected);
});

test.each<[Record<string, unknown>, Record<string, string>, boolean, boolean]>([
  [{}, {}, true, true],
  [{}, {}, false, false],
  [{}, { NO_COLOR: '1' }, true, false],
  [{ useColors: false }, {}, true, false],
  [{ useColors: true }, {}, false, true],
  [{ useColors: true }, { NO_COLOR: '1' }, false, true],
  [{}, { FORCE_COLOR: '1' }, false, true],
  [{}, { FORCE_COLOR: '0' }, true, false],
  [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  [{}, { TERM: 'dumb' }, true, false],
])('flags %j, environment %j, terminal %s: coloured %s', (commandLine, env, isTTY, colored) => {
  reporter(commandLine, env, isTTY).warn('careful');
  expect(screen.includes('\u001b[33m')).toBe(colored);
});

test('a log folder that cannot be made is said once, and the command goes on', () => {
  writeFileSync(join(folder, 'logs'), '');
  const to = reporter();
  to.say('one');
  to.say('two');
  expect(screen.match(/cannot be written/g)).toHaveLength(1);
  expect(screen).toContain('two');
});

test('a log file that would grow too large is moved aside, within a run too, and five are kept', () => {
  const to = reporter({ logFileMaxBytes: '150', logFormatFile: 'text' });
  for (let i = 0; i < 9; i++) to.say(`${i} ${'x'.repeat(100)}`);
  const texts = ['', '.1', '.2', '.3', '.4', '.5'].map((end) => log(end));
  expect(texts.map((text) => /09:31:19 {2}(\d)/.exec(text)?.[1])).toEqual(['8', '7', '6', '5', '4', '3']);
  expect(existsSync(join(folder, 'logs/eider.log.6'))).toBe(false);
});
