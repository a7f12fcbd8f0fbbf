import { expect, test } from 'vitest';
import { commandOf, describeProcess } from './lock-holder.ts';

test.each([
  [
    ['/usr/bin/node', '/usr/local/bin/eider', 'build', '--target', 'prod', '--vars', '{key: secret}'],
    'eider build --target prod',
  ],
  [
    ['node', '--import', 'tsx', '/x/packages/cli/src/bin.ts', '-q', 'watch', '--target=dev'],
    'eider watch --target dev',
  ],
  [['node', '/x/bin/eider.cjs', '--vars', 'secret', 'run', '-t', 'dev'], 'eider run --target dev'],
  [['/usr/bin/python3.11', '-u', '/venv/bin/dbt', 'build', '--vars', 'secret'], 'python3.11 dbt'],
  [['/opt/datagrip/bin/datagrip', 'secret'], 'datagrip'],
  [['node', '-e', 'secret()'], 'node'],
])('%j is %s', (args, text) => expect(commandOf(args)).toBe(text));

test('a process that is gone is what DuckDB called it', async () => {
  expect(await describeProcess(2 ** 22 + 7, '/usr/bin/python3')).toBe(`python3 (process ${2 ** 22 + 7})`);
});
