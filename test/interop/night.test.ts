import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eiderCommand } from '../support/eider.ts';
import { runProgram } from '../support/run-program.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// What a scheduler's tools read after a run: `--fail-fast` leaves dbt's results, and dbt's own classes read every run_results.json that eider writes.

interface Result {
  readonly unique_id: string;
  readonly status: string;
  readonly message: string | null;
  readonly thread_id: string;
  readonly timing: readonly unknown[];
  readonly compiled: boolean | null;
  readonly compiled_code: string | null;
  readonly relation_name: string | null;
  readonly failures: number | null;
  readonly adapter_response: Readonly<Record<string, unknown>>;
}

const load = `
import json, sys
from dbt.artifacts.schemas.run import RunResultsArtifact
path = sys.argv[1]
RunResultsArtifact.validate(json.load(open(path)))
print(json.dumps([result.status for result in RunResultsArtifact.read_and_check_versions(path).results]))
`;

describe('run_results.json', () => {
  const { dbtPython, home } = findPeers();
  const env = { HOME: home };
  let project: SmallProject;
  const file = (): string => join(project.folder, 'target/run_results.json');

  beforeAll(() => {
    project = smallProject('fail-fast', {
      materialized: 'table',
      models: {
        a_good: 'select 1 as a',
        b_slow: "select sum(hash(i)) as h from range({{ 100 if var('threads') == 1 else 200000000000 }}) r(i)",
        // Long enough for a_good and its test to come to their end on another thread.
        c_bad: "select max(case when i = 400000000 then error('boom') end) as x from range(400000001) r(i)",
        d_child: "select * from {{ ref('c_bad') }}",
        e_late: "select * from {{ ref('b_slow') }}, {{ ref('c_bad') }}",
      },
      files: { 'models/schema.yml': 'models: [{name: a_good, columns: [{name: a, data_tests: [not_null]}]}]\n' },
    });
  });

  afterAll(() => removeFolder(project.folder));

  function results(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    const all = JSON.parse(readFileSync(file(), 'utf8')).results as readonly Result[];
    return Object.fromEntries(
      all.map(
        ({
          adapter_response,
          compiled,
          compiled_code,
          failures,
          message,
          relation_name,
          status,
          thread_id,
          timing,
          unique_id,
        }) => [
          unique_id,
          {
            ...{ adapter_response, compiled, failures, message, relation_name, status },
            hasCode: compiled_code !== null,
            // dbt takes the next node before it sees the failure, and may have compiled it.
            ...(status === 'skipped' && unique_id.startsWith('test.') && { compiled: '?', hasCode: '?' }),
            steps: timing.length,
            // Which worker it was is chance.
            thread: thread_id.replace(/\d+/, 'N'),
          },
        ],
      ),
    );
  }

  async function valid(): Promise<readonly string[]> {
    const read = await runProgram([dbtPython, '-c', load, file()], { env });
    expect(read.exitCode, read.stderr).toBe(0);
    return JSON.parse(read.stdout.trim().split('\n').at(-1) ?? '');
  }

  test.each([1, 8])('after --fail-fast with %i threads is dbt’s', async (threads) => {
    const parameters = [
      'build',
      '--fail-fast',
      '--threads',
      String(threads),
      '--vars',
      `{threads: ${threads}}`,
      '--profiles-dir',
      '.',
    ];
    const dbt = await runProgram([dbtPython, '-c', 'from dbt.cli.main import cli; cli()', ...parameters], {
      cwd: project.folder,
      env,
    });
    expect(dbt.exitCode, dbt.stdout + dbt.stderr).toBe(1);
    const expected = results();
    expect(expected['model.night.d_child']).toMatchObject({ status: 'skipped', message: 'Skipping due to fail_fast' });
    const eider = await runProgram([...eiderCommand(), ...parameters], { cwd: project.folder, env });
    expect(eider.exitCode, eider.stdout + eider.stderr).toBe(1);
    const found = results();
    const bad = 'model.night.c_bad';
    expect(String(found[bad]?.message)).toContain('boom');
    expect({ ...found, [bad]: { ...found[bad], message: expected[bad]?.message } }).toEqual(expected);
    expect(await valid()).toContain('skipped');
  });

  test.each([
    ['a success', ['build', '-s', 'a_good'], 0],
    ['a failure', ['build', '-s', 'c_bad+'], 1],
    ['compile', ['compile'], 0],
    ['nothing selected', ['build', '-s', 'nobody'], 0],
  ])('after %s is read by dbt', async (_, parameters, exitCode) => {
    const run = await project.eider([...parameters, '--vars', '{threads: 1}'], { env });
    expect(run.exitCode, run.stdout).toBe(exitCode);
    await valid();
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('after %s is read by dbt', async (signal) => {
    const log = join(project.folder, 'logs/eider.log');
    const starts = (): number =>
      existsSync(log) ? readFileSync(log, 'utf8').split('START sql table model main.b_slow').length : 0;
    const before = starts();
    let pid = 0;
    const running = project.eider(['build', '-s', 'b_slow', '--vars', '{threads: 2}'], {
      env,
      onStart: (id) => (pid = id),
    });
    for (let tries = 0; tries < 600 && starts() === before; tries += 1) await wait(100);
    process.kill(pid, signal);
    await running;
    expect(await valid()).toEqual(['skipped']);
  });
});

test('a seed that fails has been run nowhere in the manifest, as with dbt', async () => {
  const { dbtPython, home } = findPeers();
  const project = smallProject('bad-seed', {
    models: {},
    files: { 'seeds/good.csv': 'a\n1\n', 'seeds/bad.csv': 'a,b\n1,2\n3\n' },
  });
  const buildPaths = (): readonly unknown[] => {
    const { nodes } = JSON.parse(readFileSync(join(project.folder, 'target/manifest.json'), 'utf8'));
    return ['good', 'bad'].map((name) => nodes[`seed.night.${name}`].build_path);
  };
  try {
    const dbt = [dbtPython, '-c', 'from dbt.cli.main import cli; cli()', 'seed', '--profiles-dir', '.'];
    expect((await runProgram(dbt, { cwd: project.folder, env: { HOME: home } })).exitCode).toBe(1);
    const expected = buildPaths();
    expect(expected).toEqual(['target/run/night/seeds/good.csv', null]);
    expect((await project.eider(['seed'])).exitCode).toBe(1);
    expect(buildPaths()).toEqual(expected);
  } finally {
    removeFolder(project.folder);
  }
});
