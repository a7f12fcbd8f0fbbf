// Ends `.ci/run`: what failed, then one plain line `N passed, N failed`.
// A test file that failed runs once more by itself: what fails only beside others, or only now and then, is named as such.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, tool } from './install.mjs';

/** Arguments: the number of steps that failed, then `config=report.json` for each suite. */
const [failedSteps, ...suites] = process.argv.slice(2);
let passed = 0;
let failed = 0;
let explained = 0;
for (const suite of suites) {
  const [config, path] = suite.split('=');
  if (!existsSync(path)) continue;
  const files = read(path);
  passed += files.reduce((sum, file) => sum + count(file, 'passed'), 0);
  const red = files.filter(isRed);
  if (red.length > 0) explained += 1;
  for (const file of red) {
    console.log(`\nFailed: ${relative(root, file.name)}\n${messagesOf(file)}`);
    const again = runAgain(config, file.name);
    if (again === undefined || isRed(again)) {
      failed += Math.max(1, count(again ?? file, 'failed'));
      console.log('It failed again when run by itself.');
    } else {
      passed += count(again, 'passed') - count(file, 'passed');
      console.log('It passed when run again by itself: an unsteady test, to be mended.');
    }
  }
}
// A step that failed without a failing test (build, lint, an error outside the tests) counts as one.
failed += Math.max(0, Number(failedSteps) - explained);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function read(path) {
  return JSON.parse(readFileSync(path, 'utf8')).testResults;
}

function count(file, status) {
  return file.assertionResults.filter((test) => test.status === status).length;
}

function isRed(file) {
  return file.status === 'failed' || count(file, 'failed') > 0;
}

function messagesOf(file) {
  const red = file.assertionResults.filter((test) => test.status === 'failed');
  const lines = red.map((test) => `- ${test.fullName}\n${(test.failureMessages ?? []).join('\n').slice(0, 4000)}`);
  return [file.message?.slice(0, 4000), ...lines].filter(Boolean).join('\n');
}

function runAgain(config, file) {
  const out = join(mkdtempSync(join(tmpdir(), 'eider-again-')), 'again.json');
  const args = ['run', '--config', config, '--reporter=json', `--outputFile.json=${out}`, file];
  spawnSync(process.execPath, [tool('vitest', 'vitest'), ...args], { cwd: root, stdio: 'ignore' });
  return existsSync(out) ? read(out).find(({ name }) => name === file) : undefined;
}
