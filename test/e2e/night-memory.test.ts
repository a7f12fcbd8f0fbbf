import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: all threads of a run share one memory limit; what does not fit goes to a folder of this process alone, which nobody finds afterwards.

let project: SmallProject;
const spill = (): string => join(project.folder, 'spill');

beforeAll(() => {
  project = smallProject('memory', {
    models: {
      sorted: "select i, hash(i) as h, 'some text of row ' || i as t from range(4000000) r(i) order by h",
    },
    target: 'threads: 2, settings: {memory_limit: 250MB, threads: 2, temp_directory: spill}',
  });
});

afterAll(() => removeFolder(project.folder));

/** The files that the running process has put aside. */
function spilled(): readonly string[] {
  if (!existsSync(spill())) return [];
  return readdirSync(spill(), { recursive: true, encoding: 'utf8' }).filter((name) => /duckdb_temp/.test(name));
}

async function untilSpilled(): Promise<void> {
  for (let tries = 0; tries < 2000 && spilled().length === 0; tries += 1) await wait(20);
  expect(spilled()).not.toEqual([]);
}

const slow = { timeout: 180_000 };

test('a model larger than the limit is built through the temporary folder', slow, async () => {
  const running = project.eider(['build']);
  await untilSpilled();
  expect(readdirSync(spill())).toEqual([expect.stringMatching(/^eider-[0-9a-f]{8}-\d+-[0-9a-f]{8}$/)]);
  const run = await running;
  expect(run.exitCode, run.stdout).toBe(0);
  expect(await ask(join(project.folder, 'catalog/dev.duckdb'), 'select count(*)::int as n from sorted')).toEqual([
    { n: 4_000_000 },
  ]);
  // The folder is the user's; what was in it is gone.
  expect(readdirSync(spill())).toEqual([]);
});

test('what a kill in the middle leaves is deleted by the next run, and by no other process', slow, async () => {
  let pid = 0;
  const killed = project.eider(['build'], { onStart: (started) => (pid = started) });
  await untilSpilled();
  process.kill(pid, 'SIGKILL');
  expect((await killed).signal).toBe('SIGKILL');
  const [left = ''] = readdirSync(spill());
  expect(left).toContain(`-${pid}-`);
  expect(spilled()).not.toEqual([]);
  project.write('models/sorted.sql', 'select 1 as i');
  const next = await project.eider(['build']);
  expect(next.exitCode, next.stdout).toBe(0);
  expect(readdirSync(spill())).toEqual([]);
});

test('a query that fits nowhere is an error that says what to do', slow, async () => {
  project.write(
    'models/sorted.sql',
    "select list(repeat('x', 100) || i order by hash(i)) as l from range(4000000) r(i)",
  );
  const run = await project.eider(['build']);
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toMatch(
    /error\[engine\/sql-failed\] models\/sorted\.sql:1:1\n +DuckDB has no memory left for this query: .* used/,
  );
  expect(run.stdout).toContain('Raise `memory_limit`');
  const { results } = JSON.parse(readFileSync(join(project.folder, 'target/run_results.json'), 'utf8'));
  expect(results).toMatchObject([{ status: 'error' }]);
});

test('without settings the folder lies beside the working database, and goes with the process', slow, async () => {
  const other = smallProject('memory-default', { models: { a: 'select 1 as a' }, materialized: 'table' });
  const run = await other.eider(['build', '--log-level-file', 'none', '--no-write-json']);
  expect(run.exitCode, run.stdout).toBe(0);
  expect(readdirSync(other.folder).sort()).toEqual([
    'catalog',
    'dbt_project.yml',
    'lake',
    'models',
    'night.duckdb',
    'profiles.yml',
    'target',
  ]);
  removeFolder(other.folder);
});
