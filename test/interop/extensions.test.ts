import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// Invariant: on a machine without a way to DuckDB's repository, files that were brought to it are all that is needed.

const home = temporaryFolder('extensions');
let brought = '';
beforeAll(() => {
  brought = join(findPeers().home, '.duckdb', 'extensions');
});
afterAll(() => removeFolder(home));

const eider = (...words: readonly string[]) => runEider(['extensions', ...words], { cwd: home, env: { HOME: home } });
const stateOf = async (name: string): Promise<unknown> => {
  const { stdout } = await eider('list', '--output', 'json');
  const { extensions } = JSON.parse(stdout) as {
    readonly extensions: readonly { readonly name: string; readonly place: string | null }[];
  };
  return extensions.find((one) => one.name === name)?.place;
};

test('an extension is installed from a folder, and listed', async () => {
  expect(await stateOf('httpfs')).toBeNull();
  const done = await eider('install', 'httpfs', '--from', brought);
  expect(done.exitCode, done.stdout + done.stderr).toBe(0);
  expect(done.stdout).toMatch(/Installed httpfs .*httpfs\.duckdb_extension/);
  expect(await stateOf('httpfs')).toContain(home);
});

test('what is not in the folder is named, and the rest is installed', async () => {
  const done = await eider('install', 'nosuch', 'delta', '--from', brought);
  expect(done.exitCode).toBe(2);
  expect(done.stderr + done.stdout).toMatch(
    /nosuch cannot be installed: There is no nosuch\.duckdb_extension in .*it holds .*httpfs\.duckdb_extension/,
  );
  expect(await stateOf('delta')).toContain('delta.duckdb_extension');
});
