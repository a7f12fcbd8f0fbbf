import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { repository, runEider } from '../support/eider.ts';
import { copyProject } from '../support/temporary-project.ts';

// DuckDB replaces no table that a foreign key points at, so those that point there make room, where the same run makes them anew.

const folder = copyProject(join(repository, 'test/projects/foreign-keys'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...parameters: readonly string[]): ReturnType<typeof runEider> =>
  runEider(['run', ...parameters, '--profiles-dir', folder], { cwd: folder });
const keys = (): Promise<readonly unknown[]> =>
  ask(
    join(folder, 'keys.duckdb'),
    "SELECT table_name || ' ' || referenced_table AS key FROM duckdb_constraints() WHERE constraint_type = 'FOREIGN KEY' ORDER BY ALL",
  );
const all = ['grows shops', 'letters customers', 'lines orders', 'orders customers', 'visits customers'].map((key) => ({
  key,
}));

test('tables are replaced with the tables whose keys point at them, or not at all', async () => {
  expect((await run()).exitCode).toBe(0);
  expect((await run('--exclude', 'shops', 'grows')).exitCode).toBe(0);
  expect(await keys()).toEqual(all);
  const alone = await run('--select', 'customers', 'orders');
  expect(alone.exitCode).toBe(1);
  expect(alone.stdout).toContain('lines (the model lines is not selected)');
  const grown = await run('--select', 'shops+');
  expect([grown.exitCode, grown.stdout]).toEqual([1, expect.stringContaining('grows is incremental and would lose')]);
  expect(await keys()).toEqual(all);
  expect((await run('--full-refresh')).exitCode).toBe(0);
  expect(await keys()).toEqual(all);
});

test('what is set aside keeps its rows where it then fails to be made anew', async () => {
  expect((await run('--select', 'customers+', '--vars', '{broken: true}')).exitCode).toBe(1);
  expect(await ask(join(folder, 'keys.duckdb'), 'SELECT count(*)::INTEGER AS n FROM letters')).toEqual([{ n: 19 }]);
  expect((await run('--select', 'customers+')).exitCode).toBe(0);
  expect(await keys()).toEqual(all);
});
