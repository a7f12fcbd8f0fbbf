// `npm test`: everything that must hold before a commit, from a fresh clone on. EIDER_TEST_JSON names a file for the counts.
import { prepare, step, tool } from './install.mjs';

await prepare();
step('check: types of the tests', process.execPath, [tool('typescript', 'tsc'), '-b', 'test']);
step('check: lint and format', process.execPath, [tool('@biomejs/biome', 'biome'), 'check']);
step('check: unused files, exports and dependencies', process.execPath, [tool('knip', 'knip')]);
const counts = process.env.EIDER_TEST_JSON;
const reporters = counts === undefined ? [] : ['--reporter=default', '--reporter=json', `--outputFile.json=${counts}`];
step('test', process.execPath, [
  tool('vitest', 'vitest'),
  'run',
  '--config',
  'test/vitest.config.ts',
  ...reporters,
  ...process.argv.slice(2),
]);
