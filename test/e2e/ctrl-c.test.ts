import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import headless from '@xterm/headless';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eiderCommand, runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// A person at a terminal presses Ctrl-C: `script` gives the program a real one, and what it prints is played into an emulator of one.

const folder = temporaryFolder('ctrl-c');
afterAll(() => removeFolder(folder));

const [columns, rows] = [80, 60];

interface Session {
  readonly exitCode: number | null;
  /** What stands on the screen at the end. */
  readonly screen: readonly string[];
  /** Everything that was written. */
  readonly output: string;
}

/** Runs a build in a terminal, and presses Ctrl-C so often once the slow model runs, each a moment after the one before. */
async function build(presses: number): Promise<Session> {
  const command = [...eiderCommand(), 'build', '--no-use-colors'].map((word) => `'${word}'`).join(' ');
  const inTerminal = `stty cols ${columns} rows ${rows}; exec ${command}`;
  const parameters =
    process.platform === 'darwin' ? ['-q', '/dev/null', 'sh', '-c', inTerminal] : ['-qec', inTerminal, '/dev/null'];
  const env = { ...process.env, CI: '', TERM: 'xterm', UV_THREADPOOL_SIZE: '16' };
  const child = spawn('script', parameters, { cwd: folder, env });
  let output = '';
  let pressed = 0;
  const press = (): void => {
    child.stdin.write('\u0003');
    pressed += 1;
    if (pressed < presses) setTimeout(press, 20);
  };
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    // A second of the slow model: it is in DuckDB's hands by then.
    if (pressed === 0 && /slow 1\.\d/.test(output)) press();
  });
  const exitCode = await new Promise<number | null>((done) => child.on('close', done));
  return { exitCode, output, screen: await screenOf(output) };
}

async function screenOf(output: string): Promise<readonly string[]> {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(output, done));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true) ?? '');
  return lines.filter((line) => line !== '');
}

beforeAll(async () => {
  mkdirSync(join(folder, 'models'));
  writeFileSync(join(folder, 'dbt_project.yml'), 'name: shop\nprofile: shop\nmodels: {+materialized: table}\n');
  writeFileSync(
    join(folder, 'profiles.yml'),
    'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
  );
  writeFileSync(join(folder, 'models/quick.sql'), 'select 1 as a');
  writeFileSync(join(folder, 'models/slow.sql'), 'select 1 as h');
  expect((await runEider(['build'], { cwd: folder })).exitCode).toBe(0);
  writeFileSync(join(folder, 'models/slow.sql'), 'select sum(hash(i)) as h from range(400000000000) r(i)');
});

test('once: the run ends with its summary and dbt’s exit code, and the progress line is gone', async () => {
  const { exitCode, output, screen } = await build(1);
  expect(output).toMatch(/━ [01]\/2 {2}slow/);
  expect(screen.filter((line) => line.includes('━'))).toEqual([]);
  expect(screen.join('\n')).toMatch(/Stopping: running queries are interrupted/);
  expect(screen.join('\n')).toMatch(/slow \.+ \[SKIP\]/);
  expect(screen.join('\n')).toContain('Exited because of keyboard interrupt');
  expect(screen.at(-1)).toMatch(/Done\. PASS=1 WARN=0 ERROR=0 SKIP=1 /);
  expect(exitCode).toBe(2);
});

test('twice: it ends at once, as a shell expects, and leaves no half line', async () => {
  const codes: (number | null)[] = [];
  // A run may be over before the second one comes: then it is pressed too late, and the next try counts.
  while (codes.length < 10 && codes.at(-1) !== 130) {
    const { exitCode, screen } = await build(2);
    expect(screen.filter((line) => line.includes('━'))).toEqual([]);
    expect(screen.join('\n')).not.toContain('\n    at ');
    codes.push(exitCode);
  }
  expect(codes.at(-1)).toBe(130);
  expect(codes.slice(0, -1).every((code) => code === 2)).toBe(true);
});

test('the next build succeeds', async () => {
  writeFileSync(join(folder, 'models/slow.sql'), 'select 2 as h');
  expect((await runEider(['build'], { cwd: folder })).exitCode).toBe(0);
});
