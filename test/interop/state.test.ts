import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repository } from '../support/eider.ts';
import { runInProcess } from '../support/in-process.ts';
import { runProgram } from '../support/run-program.ts';
import { findPeers } from './peers.ts';
import { projectFiles, type StateChange, stateChanges, stateSelections, toolFree } from './state-changes.ts';

// Invariant: after any change to a project, `state:` selects what dbt selects, by a manifest of dbt's as by one of ours. The other way round
// dbt reads what we wrote. What comes with the tools (dbt's macros, and ours of the same names) is no change of the project.

const peers = findPeers();
const folder = mkdtempSync(join(tmpdir(), 'eider-state-'));
const copyOf = (name: string): string => join(folder, name.replaceAll(' ', '-'));
type Lists = readonly (readonly string[] | null)[];
const theirs = new Map<string, { readonly byOwn: Lists; readonly byOurs: Lists }>();

beforeAll(async () => {
  const base = copyOf('base');
  cpSync(join(repository, 'test/projects/state'), base, { recursive: true });
  // The states are made before any change: dbt's and ours.
  await askDbt([{ folder: base, env: {}, args: ['--target-path', 'made-by-dbt'], lists: [] }]);
  const ours = await runInProcess(['parse', '--target-path', 'made-by-eider'], { cwd: base });
  expect(ours.code, ours.out + ours.err).toBe(0);
  for (const { edit, name } of stateChanges) {
    cpSync(base, copyOf(name), { recursive: true });
    edit(projectFiles(copyOf(name)));
  }
  const lists = [
    ...stateSelections.map((one) => [one, 'made-by-dbt'] as const),
    ...toolFree.map((one) => [one, 'made-by-eider'] as const),
  ];
  const copies = stateChanges.map(({ args = [], env = {}, name }) => ({ folder: copyOf(name), env, args, lists }));
  const answers = await askDbt(copies);
  for (const [at, { name }] of stateChanges.entries()) {
    const all = answers[at] ?? [];
    theirs.set(name, { byOwn: all.slice(0, stateSelections.length), byOurs: all.slice(stateSelections.length) });
  }
}, 900_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Copy extends Required<Pick<StateChange, 'args' | 'env'>> {
  readonly folder: string;
  readonly lists: readonly (readonly [selection: string, state: string])[];
}

async function askDbt(copies: readonly Copy[]): Promise<readonly Lists[]> {
  const [request, response] = [join(folder, 'request.json'), join(folder, 'response.json')];
  writeFileSync(request, JSON.stringify(copies));
  const output = await runProgram([peers.dbtPython, join(import.meta.dirname, 'state_peer.py'), request, response], {
    cwd: folder,
    env: { HOME: peers.home, PYTHONWARNINGS: 'ignore', DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' },
  });
  if (!existsSync(response)) throw new Error(`dbt did not run:\n${output.stdout}\n${output.stderr}`);
  const answers = JSON.parse(readFileSync(response, 'utf8')) as Lists[];
  rmSync(response);
  return answers;
}

/** Sorted names; null where the command failed. */
async function listOurs(selection: string, state: string, change: StateChange): Promise<readonly string[] | null> {
  const asked = ['ls', '--select', ...selection.split(' '), '--state', state, '--resource-type', 'all'];
  const argv = [...asked, '--quiet', ...(change.args ?? [])];
  const { code, out } = await runInProcess(argv, { cwd: copyOf(change.name), env: change.env ?? {} });
  return code === 0
    ? out
        .split('\n')
        .filter((line) => line !== '')
        .sort()
    : null;
}

test.each(stateChanges)('dbt sees $name by our state too', ({ name }) => {
  const { byOurs, byOwn } = theirs.get(name) ?? { byOurs: [], byOwn: [] };
  expect(byOurs).toHaveLength(toolFree.length);
  for (const [at, selection] of toolFree.entries())
    expect(byOurs[at], selection).toEqual(byOwn[stateSelections.indexOf(selection)]);
});

describe.each(stateChanges)('$name', (change) => {
  test.each(['made-by-dbt', 'made-by-eider'])('selects what dbt selects, by a state %s', async (state) => {
    const expected = theirs.get(change.name)?.byOwn ?? [];
    expect(expected).toHaveLength(stateSelections.length);
    for (const [at, selection] of stateSelections.entries())
      expect(await listOurs(selection, state, change), selection).toEqual(expected[at]);
  });
});
