import { expect, test } from 'vitest';
import type { Host } from './host.ts';
import { runProgram } from './program.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(argv: readonly string[], env: Record<string, string> = {}, cwd = '/'): Promise<Ran> {
  let out = '';
  let err = '';
  const stream = (add: (text: string) => void): NodeJS.WriteStream =>
    ({
      isTTY: false,
      write(text: string) {
        add(text);
        return true;
      },
    }) as unknown as NodeJS.WriteStream;
  const host: Host = {
    env,
    cwd,
    enter: () => {},
    pid: 1,
    program: ['node', 'eider'],
    user: 'anna',
    stdin: process.stdin,
    stdout: stream((text) => (out += text)),
    stderr: stream((text) => (err += text)),
    now: () => new Date(0),
    randomId: () => 'id',
    onInterrupt: () => () => undefined,
    exit: () => undefined,
  };
  const code = await runProgram(argv, host);
  return { code, out, err };
}

test('help names every command', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  for (const name of ['build', 'run', 'test', 'seed', 'compile', 'list|ls', 'parse', 'publish', 'clean'])
    expect(out).toContain(`  ${name} `);
});

test('help of a command shows its flags and an example', async () => {
  const { code, out } = await run(['build', '--help']);
  expect(code).toBe(0);
  expect(out).toContain('-s, --select <words...>');
  expect(out).toContain('-t, --target <text>');
  expect(out).toContain('Example: eider build -s +orders');
  expect(out).not.toContain('--no-fail-fast');
});

test.each([
  [['--nope'], 'There is no option --nope here.'],
  [['build', '--selec', 'x'], '--select'],
  [['biuld'], 'Did you mean build?'],
  [['build', '--sample', '3 weeks', '--project-dir', '/nowhere'], '--sample is "3 weeks", which is no time.'],
  [['build', '--sample', '{start: 2024-01-01}', '--project-dir', '/nowhere'], 'does not say from when to when'],
  [['run-operation', '--project-dir', '/nowhere'], 'Which macro?'],
  [['run', '--threads', 'many', '--project-dir', '/nowhere'], '--threads is "many"'],
  [['run', '--vars', '{a: ', '--project-dir', '/nowhere'], '--vars cannot be read'],
  [['run', '--vars', '', '--project-dir', '/nowhere'], '--vars cannot be read: it holds nothing.'],
  [['ls', '--exclude-resource-type', '', '--project-dir', '/nowhere'], '--exclude-resource-type is ""'],
])('%j is refused with exit code 2', async (argv, message) => {
  const { code, err } = await run(argv);
  expect(err).toContain(message);
  expect(code).toBe(2);
});

test('a variable that changes nothing is read as dbt reads it', async () => {
  const argv = ['ls', '--project-dir', '/nowhere'];
  const { code, err } = await run(argv, { DBT_CACHE_SELECTED_ONLY: 'some' });
  expect([code, err]).toEqual([2, expect.stringContaining('DBT_CACHE_SELECTED_ONLY is "some"')]);
  expect((await run(argv, { DBT_CACHE_SELECTED_ONLY: 'off' })).err).not.toContain('DBT_CACHE_SELECTED_ONLY');
});
