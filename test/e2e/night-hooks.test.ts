import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { ask } from '../support/duckdb.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: what stands under on_publish is told of every commit, at least once, after readers see it; never where nothing was published.

let project: SmallProject;
const told = (): readonly string[] => readFileSync(join(project.folder, 'told.txt'), 'utf8').trim().split('\n');

const hooks = `publish: {on_publish: [
  'echo "$EIDER_COMMIT $EIDER_COMMAND $EIDER_TARGET $EIDER_PROJECT $EIDER_BUILD" >> told.txt; echo seen by the hook',
  {command: ['{{ env_var("NODE") }}', '-e', 'process.exitCode = require("node:fs").existsSync("fail") ? 3 : 0; console.log("last words")']},
  {sql: "copy (select a, (select max(number) from eider.builds) as n from a) to 'sql.csv' (header)", timeout: 60}]}`;

const env = { NODE: process.execPath };

beforeAll(() => {
  project = smallProject('on-publish', {
    models: { a: "select {{ var('a', 1) }} as a" },
    files: {
      'models/schema.yml':
        'models: [{name: a, columns: [{name: a, data_tests: [{accepted_values: {arguments: {values: [1, 2, 3]}}}]}]}]\n',
    },
    target: hooks,
  });
});

afterAll(() => removeFolder(project.folder));

/** Writes `on_publish`, given as YAML, into the profile in the place of what is there. */
function setHooks(text: string): void {
  const path = join(project.folder, 'profiles.yml');
  const profiles = parseDocument(readFileSync(path, 'utf8'));
  profiles.setIn(['night', 'outputs', 'dev', 'publish', 'on_publish'], parseDocument(text).contents);
  writeFileSync(path, profiles.toString());
}

const slow = { timeout: 120_000 };

test('commands and SQL are run after a commit', slow, async () => {
  const run = await project.eider(['build'], { env });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(told()).toEqual([expect.stringMatching(/^1 build dev night \d{8}T\d{9}Z-\w+$/)]);
  expect(readFileSync(join(project.folder, 'sql.csv'), 'utf8')).toBe('a,n\n1,1\n');
  expect(run.stdout).toMatch(/OK hook: night\.on-publish\.2/);
  expect(run.stdout).not.toContain('seen by the hook');
  expect(readFileSync(join(project.folder, 'logs/eider.log'), 'utf8')).toContain(
    'night.on-publish.0: seen by the hook',
  );
});

test('not where nothing was published', slow, async () => {
  expect((await project.eider(['build', '--vars', '{a: 9}'], { env })).exitCode).toBe(1);
  expect((await project.eider(['build', '-s', 'nobody'], { env })).exitCode).toBe(0);
  expect(
    told()
      .slice(1)
      .filter((line) => !line.startsWith('2 ')),
  ).toEqual([]);
});

test('a hook that fails is a result and an exit code, and what was published stays', slow, async () => {
  writeFileSync(join(project.folder, 'fail'), '');
  const before = told().length;
  const run = await project.eider(['build', '--vars', '{a: 2}'], { env });
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toMatch(
    /error\[engine\/publish-hook\] profiles\.yml:\d+:\d+\n.*The hook 2 of on_publish ended with exit code 3\.\n +last words/,
  );
  const { results } = JSON.parse(readFileSync(join(project.folder, 'target/run_results.json'), 'utf8'));
  const hookResults = results.filter((result: { unique_id: string }) => result.unique_id.includes('-on-publish-'));
  expect(hookResults.map((result: { status: string }) => result.status)).toEqual(['success', 'error', 'success']);
  expect(await ask(join(project.folder, 'catalog/dev.duckdb'), 'select a from a')).toEqual([{ a: 2 }]);
  rmSync(join(project.folder, 'fail'));
  // It is not told of again by itself, and `publish` tells of it.
  expect(told()).toHaveLength(before + 1);
  expect((await project.eider(['publish'], { env })).exitCode).toBe(0);
  expect(told()).toHaveLength(before + 2);
});

test('what a kill left is told of by the next command', slow, async () => {
  const state = join(project.folder, 'lake/_eider/night/dev-main/told.json');
  const { number } = JSON.parse(readFileSync(state, 'utf8'));
  // As a process leaves it that was killed between the publication and its hooks.
  writeFileSync(state, JSON.stringify({ number: number - 1 }));
  const before = told().length;
  const run = await project.eider(['test'], { env });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(told().slice(before)).toEqual([expect.stringMatching(new RegExp(`^${number} build `))]);
});

test('one that takes too long is ended, with all that it started', slow, async () => {
  setHooks("{command: 'sleep 300 | sleep 300; touch late', timeout: 1}");
  const run = await project.eider(['build', '--vars', '{a: 3}'], { env });
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain('The hook 1 of on_publish was ended after 1 s.');
  expect(existsSync(join(project.folder, 'late'))).toBe(false);
});

test.each([
  ['{command: x, sql: y}', 'A hook has a command or SQL, not both.'],
  ['{comand: x}', 'comand'],
  ['{command: []}', 'a list of a program and its parameters'],
  ['{command: x, timeout: 0}', 'a number of seconds, more than 0'],
])('%s is refused before anything runs', slow, async (hook, message) => {
  setHooks(`[${hook}]`);
  const run = await project.eider(['build'], { env });
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain(message);
});
