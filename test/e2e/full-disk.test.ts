import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { eiderCommand } from '../support/eider.ts';
import { type ProgramResult, runProgram } from '../support/run-program.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: a build for which there is no room fails with a reason, and nobody sees it; one whose commit finds no room for the catalog says that it is
// committed, and the next command shows it. Room is taken by a limit on the size of files (`ulimit -f`), which DuckDB meets as it meets a full disk.

let project: SmallProject;
beforeEach(async () => {
  project = smallProject('full', {
    models: {
      orders: "select i as id, {{ var('round') }} as round, hash(i) as h from range({{ var('rows', 10) }}) t(i)",
      totals: "select {{ var('round') }} as round, count(*) as n from {{ ref('orders') }}",
    },
  });
  expect((await build('{round: 1}')).exitCode).toBe(0);
});
afterEach(() => removeFolder(project.folder));

const build = (vars: string): Promise<ProgramResult> => project.eider(['build', '--vars', vars]);
const shown = () =>
  ask(
    join(project.folder, 'catalog/dev.duckdb'),
    'select distinct o.round as a, t.round as b from main.orders o, main.totals t',
  );

/** A build that can write no file of more than so many KiB. */
async function buildInRoom(kib: number, vars: string): Promise<ProgramResult> {
  const command = ['bash', '-c', `trap '' XFSZ; ulimit -f ${kib}; exec "$@"`, 'bash', ...eiderCommand()];
  return await runProgram([...command, 'build', '--vars', vars, '--no-use-colors'], { cwd: project.folder });
}

test('no room for data: the build fails at its model, and readers keep what they have', async () => {
  const failed = await buildInRoom(4096, '{round: 2, rows: 3000000}');
  expect(failed.exitCode, failed.stdout).toBe(1);
  expect(failed.stdout).toMatch(/orders[\s\S]*File too large/i);
  expect(await shown()).toEqual([{ a: 1, b: 1 }]);
  expect((await build('{round: 3}')).exitCode).toBe(0);
  expect(await shown()).toEqual([{ a: 3, b: 3 }]);
});

// target/manifest.json is smaller than that, every catalog larger.
test('no room for the catalog: what is committed is shown by the next command', async () => {
  const failed = await buildInRoom(1024, '{round: 2}');
  expect(failed.exitCode, failed.stdout).toBe(1);
  expect(failed.stdout).toContain('Commit 2 is safe, but it could not be shown everywhere');
  expect(await shown()).toEqual([{ a: 1, b: 1 }]);
  expect((await project.eider(['publish'])).exitCode).toBe(0);
  expect(await shown()).toEqual([{ a: 2, b: 2 }]);
});
