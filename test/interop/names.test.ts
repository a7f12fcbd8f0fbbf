import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../support/run-program.ts';
import { dbtNames } from '../supported/dbt-names.ts';
import { findPeers } from './peers.ts';

test('the table of what is supported forgets no name of the installed dbt', { timeout: 120_000 }, async () => {
  const { dbtPython, home } = findPeers();
  const peer = join(import.meta.dirname, 'names_peer.py');
  const { stderr, stdout } = await runProgram([dbtPython, peer], { cwd: import.meta.dirname, env: { HOME: home } });
  expect(stdout.startsWith('{'), stderr).toBe(true);
  expect(dbtNames).toEqual(JSON.parse(stdout));
});
