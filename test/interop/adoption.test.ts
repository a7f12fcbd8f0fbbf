import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, relationsOf } from '../support/duckdb.ts';
import { repository, runEider } from '../support/eider.ts';
import { type ProgramResult, runProgram } from '../support/run-program.ts';
import { copyProject, removeFolder } from '../support/temporary-project.ts';
import { findPeers } from './peers.ts';

// A lake that dbt-duckdb left is taken up where it is: its files are read by name, not copied and not built again.

describe('a lake that dbt-duckdb built', () => {
  const peers = findPeers();
  const project = copyProject(join(repository, 'test/projects/partitioned-days'));
  const catalog = join(project, 'catalog/dev.duckdb');

  async function dbt(...invocation: readonly string[]): Promise<void> {
    const [request, response] = ['.request.json', '.response.json'].map((name) => join(project, name)) as [
      string,
      string,
    ];
    writeFileSync(request, JSON.stringify({ invocations: [[...invocation, '--profiles-dir', project]] }));
    const script = join(repository, 'test/interop/dbt_peer.py');
    const result = await runProgram([peers.dbtPython, script, request, response], {
      cwd: project,
      env: { HOME: peers.home },
    });
    expect(result.exitCode, result.stdout + result.stderr).toBe(0);
  }
  const eider = (...parameters: readonly string[]): Promise<ProgramResult> =>
    runEider([...parameters, '--profiles-dir', project], { cwd: project, env: { HOME: peers.home } });

  beforeAll(async () => {
    for (const day of [1, 2]) await dbt('run', '--vars', `{day: ${day}}`);
  });

  afterAll(() => removeFolder(project));

  test('is read by a model whose parents are not selected', async () => {
    const result = await eider('run', '--select', 'total');
    expect(result.exitCode, result.stdout + result.stderr).toBe(0);
    expect(await ask(catalog, 'select rows_appended::int as n, days::int as days from main.total')).toEqual([
      { n: 6, days: 2 },
    ]);
  });

  test('is gone on with: an appended model keeps the files of the days before', async () => {
    const result = await eider('run', '--vars', '{day: 3}');
    expect(result.exitCode, result.stdout + result.stderr).toBe(0);
    expect(await relationsOf(catalog)).toHaveLength(5);
    const days = await ask(
      catalog,
      'select day::int as day, count(*)::int as n from main.appended group by 1 order by 1',
    );
    expect(days).toEqual([1, 2, 3].map((day) => ({ day, n: 3 })));
    const buckets = await ask(
      catalog,
      'select bucket::int as bucket, written_on::int as day from main.overwritten_by_name order by 1',
    );
    expect(buckets).toEqual([
      { bucket: 1, day: 1 },
      { bucket: 2, day: 2 },
      { bucket: 3, day: 3 },
      { bucket: 4, day: 3 },
    ]);
  });
});
