import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runPython } from './run-python.ts';

// A script of the shell stands for the interpreter: it sees `-u -c PROGRAM PARAMETER…`.

const folder = mkdtempSync(join(tmpdir(), 'eider-python-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function interpreter(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const run = (python: string, signals: readonly AbortSignal[] = [], lines: string[] = []) =>
  runPython({
    ...{ python, folder, signals },
    program: 'the program',
    parameters: ['request.json'],
    onLine: (line, isError) => lines.push(`${isError ? 'err' : 'out'} ${line}`),
  });

test('gives the program and its parameters, and every line that is printed', async () => {
  const lines: string[] = [];
  const end = await run(interpreter('echo', 'echo "$2 $3 $4"; echo late >&2; printf "no end"; exit 4'), [], lines);
  expect(end).toEqual({ kind: 'ended', exitCode: 4 });
  expect(lines.toSorted()).toEqual(['err late', 'out -c the program request.json', 'out no end']);
});

test('says that there is no such interpreter', async () => {
  expect(await run(join(folder, 'nowhere'))).toEqual({ kind: 'missing' });
  expect(await run('no-python-of-this-name')).toEqual({ kind: 'missing' });
});

test('is stopped by a signal, and does not begin after one', async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  // The program ends when its standard input does: `cat` waits for that.
  const end = runPython({
    ...{ python: interpreter('waits', 'echo begun; exec cat'), folder, signals: [stop.signal] },
    program: '',
    parameters: [],
    onLine: (line) => {
      lines.push(line);
      stop.abort();
    },
  });
  expect(await end).toEqual({ kind: 'stopped' });
  expect(lines).toEqual(['begun']);
  expect(await run(interpreter('never', 'echo begun'), [stop.signal], lines)).toEqual({ kind: 'stopped' });
  expect(lines).toEqual(['begun']);
});
