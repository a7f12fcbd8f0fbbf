import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: a run that meets another one waits, goes on beside it, or ends with an error that names it; it never fails without a word, and nothing of
// two runs is mixed.

const slow = { timeout: 180_000 };
const duckdb = import.meta.resolve('@duckdb/node-api');

async function untilLogged(project: SmallProject, pattern: RegExp): Promise<void> {
  const log = join(project.folder, 'logs/eider.log');
  for (let tries = 0; tries < 600; tries += 1) {
    if (existsSync(log) && pattern.test(readFileSync(log, 'utf8'))) return;
    await wait(100);
  }
  throw new Error(`${pattern} was never logged`);
}

/** Another program that has the working database open. */
async function holder(project: SmallProject): Promise<ChildProcess> {
  const script = join(project.folder, 'hold.mjs');
  writeFileSync(
    script,
    `import { DuckDBInstance } from ${JSON.stringify(duckdb)};
    const held = await DuckDBInstance.create(${JSON.stringify(join(project.folder, 'night.duckdb'))});
    process.send('held'); setInterval(() => held, 1000);`,
  );
  const child = fork(script, { execArgv: [] });
  await new Promise((resolve) => child.once('message', resolve));
  return child;
}

/** A model that reads nothing before somebody writes: it lasts as long as a test wants. */
function gate(project: SmallProject): { readonly sql: string; open(): Promise<void> } {
  const pipe = join(project.folder, 'gate');
  execFileSync('mkfifo', [pipe]);
  return {
    sql: `select a from read_csv('${pipe}', auto_detect=false, header=false, delim=',', columns={'a': 'INTEGER'})`,
    open: () => appendFile(pipe, '1\n'),
  };
}

describe.skipIf(process.platform === 'win32')('the working database', () => {
  let project: SmallProject;

  beforeEach(() => {
    project = smallProject('lock', { models: { a: 'select 1 as a' }, materialized: 'table' });
  });

  afterEach(() => removeFolder(project.folder));

  test('is waited for, with the name of who holds it', slow, async () => {
    const child = await holder(project);
    const running = project.eider(['build']);
    await untilLogged(project, /Waiting up to 60 s/);
    child.kill('SIGKILL');
    const run = await running;
    expect(run.exitCode, run.stdout).toBe(0);
    const waits = new RegExp(
      `Waiting up to 60 s for .*night\\.duckdb: node hold\\.mjs \\(process ${child.pid}, since \\S+Z\\) holds it\\.`,
    );
    expect(run.stdout).toMatch(waits);
    expect(readFileSync(join(project.folder, 'logs/runs.log'), 'utf8')).toMatch(/\n {2}waited +Waiting up to 60 s/);
  });

  test('another eider that holds it is named by its command and target, and nothing else', slow, async () => {
    const { open, sql } = gate(project);
    project.write('models/a.sql', sql);
    const first = project.eider(['build', '--target', 'dev', '--vars', '{password: hush-hush}']);
    // The second one finds a model that ends.
    await untilLogged(project, /START sql table model main\.a /);
    project.write('models/a.sql', 'select 2 as a');
    const waiting = project.eider(['run']);
    await untilLogged(project, /Waiting up to 60 s/);
    await open();
    const second = await waiting;
    expect((await first).exitCode).toBe(0);
    expect(second.exitCode, second.stdout).toBe(0);
    expect(second.stdout).toMatch(/: eider build --target dev \(process \d+, since \S+Z\) holds it\./);
    expect(second.stdout).not.toContain('hush-hush');
  });
});

describe.skipIf(process.platform === 'win32')('a second build', () => {
  let project: SmallProject;
  let release: () => Promise<void>;

  beforeEach(() => {
    project = smallProject('second', {
      models: {
        slow: 'select 1 as a',
        child: "select count(*) as n from {{ ref('slow') }}",
        quick: "select {{ var('q', 1) }} as q",
      },
    });
    const { open, sql } = gate(project);
    project.write('models/slow.sql', sql);
    release = open;
  });

  afterEach(() => removeFolder(project.folder));

  const firstRuns = (): Promise<void> => untilLogged(project, /START sql external model main\.slow /);

  test('is told of the first one; both commit where they do not meet', slow, async () => {
    const first = project.eider(['build', '-s', 'slow', 'child']);
    await firstRuns();
    const second = await project.eider(['build', '-s', 'quick']);
    expect(second.exitCode, second.stdout).toBe(0);
    expect(second.stdout).toMatch(
      /Another build of this state runs: eider build of .+ \(process \d+, since \S+Z\)\. Both commit what they make: they have no node in common\./,
    );
    await release();
    expect((await first).exitCode).toBe(0);
    expect(await ask(join(project.folder, 'catalog/dev.duckdb'), 'select q, n::int as n from quick, child')).toEqual([
      { q: 1, n: 1 },
    ]);
  });

  test(
    'that makes the same relations waits, with --wait, and then goes on from what the first one left',
    slow,
    async () => {
      const first = project.eider(['build']);
      await firstRuns();
      const busy = await project.eider(['run', '-s', 'quick', '--wait', '0']);
      expect(busy.exitCode, busy.stdout).toBe(2);
      expect(busy.stdout).toMatch(
        /error\[lake\/busy\]\n {2}After 0 s it still runs: eider build of .+ \(process \d+, since \S+Z\), which makes or reads model\.night\.quick\./,
      );
      const second = project.eider(['build', '-s', 'quick', '--vars', '{q: 2}', '--wait']);
      await untilLogged(project, /Waiting up to 3600 s for eider build of/);
      await release();
      expect((await first).exitCode).toBe(0);
      const late = await second;
      expect(late.exitCode, late.stdout).toBe(0);
      expect(await ask(join(project.folder, 'catalog/dev.duckdb'), 'select q, n::int as n from quick, child')).toEqual([
        { q: 2, n: 1 },
      ]);
      expect(readFileSync(join(project.folder, 'logs/runs.log'), 'utf8')).toMatch(
        /\n {2}waited +Waiting up to 3600 s for eider build of/,
      );
    },
  );

  test('that makes the same relations: the later one says with whom it met, and leaves nothing', slow, async () => {
    const first = project.eider(['build']);
    await firstRuns();
    const second = await project.eider(['build', '-s', 'quick', '--vars', '{q: 2}']);
    expect(second.exitCode, second.stdout).toBe(0);
    await release();
    const late = await first;
    expect(late.exitCode, late.stdout).toBe(1);
    expect(late.stdout).toMatch(
      /error\[lake\/conflict\]\n.*replaced what this one made or read: model\.night\.quick, since this one \(/,
    );
    expect(late.stdout).toMatch(/Committed meanwhile: state 1 by eider build of .*\(\d{8}T\d{9}Z-\w+\) at \S+Z\./);
    expect(late.stdout).toContain('Run it again');
    const { results } = JSON.parse(readFileSync(join(project.folder, 'target/run_results.json'), 'utf8'));
    expect(results.map((each: { unique_id: string; status: string }) => [each.unique_id, each.status])).toEqual(
      expect.arrayContaining([
        ['model.night.slow', 'success'],
        ['operation.night.night-publish-0', 'error'],
      ]),
    );
    const catalog = join(project.folder, 'catalog/dev.duckdb');
    expect(await ask(catalog, 'select q from quick')).toEqual([{ q: 2 }]);
    expect(readFileSync(join(project.folder, 'logs/runs.log'), 'utf8')).toMatch(
      /FAILED \(exit code 1\)[\s\S]*first +publishing: Another build replaced[\s\S]*next +Nothing of this build was committed\. Run it again/,
    );
  });
});
