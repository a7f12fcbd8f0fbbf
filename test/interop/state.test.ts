import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildGraph,
  type Graph,
  hasErrors,
  type IndirectSelection,
  type Manifest,
  type PreviousState,
  parseProject,
  readPreviousState,
  readProject,
  resourceTypesOf,
  select,
} from '@eider/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repository } from '../support/eider.ts';
import { runInProcess } from '../support/in-process.ts';
import { runProgram } from '../support/run-program.ts';
import { findPeers } from './peers.ts';
import {
  plainSelections,
  projectFiles,
  type StateChange,
  stateChanges,
  stateSelections,
  toolFree,
} from './state-changes.ts';

// Invariant: after any change to a project, `state:` selects what dbt selects, by a manifest of dbt's as by one of ours. The other way round
// dbt reads what we wrote. What comes with the tools (dbt's macros, and ours of the same names) is no change of the project. And all other
// selections of the project give what they give in dbt, in every mode of indirect selection.

const peers = findPeers();
const folder = mkdtempSync(join(tmpdir(), 'eider-state-'));
const copyOf = (name: string): string => join(folder, name.replaceAll(' ', '-'));
const modes = ['eager', 'cautious', 'buildable', 'empty'] as const;
type Lists = readonly (readonly string[] | null)[];
const theirs = new Map<string, Lists>();

beforeAll(async () => {
  const base = copyOf('base');
  cpSync(join(repository, 'test/projects/state'), base, { recursive: true });
  // The states are made before any change: dbt's and ours.
  await askDbt([{ folder: base, args: ['--target-path', 'made-by-dbt'], lists: [] }]);
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
  const changed = stateChanges.map(({ name, ...more }) => ({ ...more, folder: copyOf(name), lists }));
  const plain = plainSelections.map((one) => [one, ''] as const);
  const inModes = modes.map((mode) => ({ folder: base, args: ['--indirect-selection', mode], lists: plain }));
  const answers = await askDbt([...changed, ...inModes]);
  for (const [at, name] of [...stateChanges.map((change) => change.name), ...modes].entries())
    theirs.set(name, answers[at] ?? []);
}, 1_200_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Copy extends Pick<StateChange, 'args' | 'env'> {
  readonly folder: string;
  readonly lists: readonly (readonly [selection: string, state: string])[];
}

async function askDbt(copies: readonly Copy[]): Promise<readonly Lists[]> {
  const [request, response] = [join(folder, 'request.json'), join(folder, 'response.json')];
  writeFileSync(request, JSON.stringify(copies.map((copy) => ({ env: {}, args: [], ...copy }))));
  const output = await runProgram([peers.dbtPython, join(import.meta.dirname, 'state_peer.py'), request, response], {
    cwd: folder,
    env: { HOME: peers.home, PYTHONWARNINGS: 'ignore', DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' },
  });
  if (!existsSync(response)) throw new Error(`dbt did not run:\n${output.stdout}\n${output.stderr}`);
  const answers = JSON.parse(readFileSync(response, 'utf8')) as Lists[];
  rmSync(response);
  return answers;
}

interface Parsed {
  readonly manifest: Manifest;
  readonly graph: Graph;
}

async function parseOurs(projectDir: string, { env = {}, target, vars }: Partial<StateChange> = {}): Promise<Parsed> {
  const asked = { ...(vars && { vars }), ...(target !== undefined && { target }) };
  const { diagnostics, project } = await readProject({ projectDir, cwd: projectDir, env, ...asked });
  if (project === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const silent = { onLog: () => undefined, onPrint: () => undefined };
  const parsed = parseProject(project, { invocationId: 'x', startedAt: new Date(), ...silent });
  expect([...diagnostics, ...parsed.diagnostics].filter(({ severity }) => severity === 'error')).toEqual([]);
  return { manifest: parsed.manifest, graph: buildGraph(parsed.manifest).graph };
}

function stateIn(name: string): PreviousState {
  const manifest = readFileSync(join(copyOf('base'), name, 'manifest.json'), 'utf8');
  return readPreviousState({ folder: name, manifest, runResults: null, sources: null, sourcesNow: null });
}

/** Sorted unique ids; null where the command would fail. */
function listOurs(
  { graph, manifest }: Parsed,
  selection: string,
  more: { readonly previous?: PreviousState; readonly indirectSelection?: IndirectSelection },
): readonly string[] | null {
  const [included = '', excluded] = selection.split(' --exclude ');
  const { diagnostics, ids } = select(manifest, graph, {
    ...{
      select: included.split(' '),
      exclude: excluded?.split(' ') ?? [],
      resourceTypes: resourceTypesOf('list', ['all']),
    },
    ...{ includeEmpty: true, now: new Date(), ...more },
  });
  return hasErrors(diagnostics) ? null : ids;
}

describe.each(stateChanges)('$name', (change) => {
  test('selects what dbt selects, by a state of either', async () => {
    const parsed = await parseOurs(copyOf(change.name), change);
    const expected = theirs.get(change.name) ?? [];
    expect(expected).toHaveLength(stateSelections.length + toolFree.length);
    for (const state of ['made-by-dbt', 'made-by-eider']) {
      const previous = stateIn(state);
      for (const [at, selection] of stateSelections.entries())
        expect(listOurs(parsed, selection, { previous }), `${selection} by the state ${state}`).toEqual(expected[at]);
    }
  });

  test('is for dbt the same by our state', () => {
    const lists = theirs.get(change.name) ?? [];
    for (const [at, selection] of toolFree.entries())
      expect(lists[stateSelections.length + at], selection).toEqual(lists[stateSelections.indexOf(selection)]);
  });
});

test.each(modes)('all selections, %s', async (mode) => {
  const parsed = await parseOurs(copyOf('base'));
  const expected = theirs.get(mode) ?? [];
  expect(expected).toHaveLength(plainSelections.length);
  for (const [at, selection] of plainSelections.entries())
    expect(listOurs(parsed, selection, { indirectSelection: mode }), selection).toEqual(expected[at]);
});
