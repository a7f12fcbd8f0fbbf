import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { namesIn } from '../support/into-bucket.ts';
import { type SmallProject, type SmallProjectOptions, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: `retry` does what is left of the last command, with its flags, and nothing else; what a killed or stopped one finished is not made again.

let project: SmallProject;
afterEach(() => removeFolder(project.folder));

const make = (options: SmallProjectOptions): void => {
  project = smallProject('retry', options);
};

const eider = async (...words: readonly string[]) => await project.eider(words);

/** `unique_id status` of each result of the last command. */
const results = (): readonly string[] => {
  const document = JSON.parse(readFileSync(join(project.folder, 'target/run_results.json'), 'utf8'));
  return document.results
    .map((each: { unique_id: string; status: string }) => `${each.unique_id} ${each.status}`)
    .sort();
};

const query = (sql: string) => ask(join(project.folder, 'catalog/dev.duckdb'), sql);

describe('after a run that failed', () => {
  const models = {
    good: 'select 1 as a',
    bad: "select {{ var('column', 'nothing') }} as b from {{ ref('good') }}",
    child: "select * from {{ ref('bad') }}",
    other: 'select 2 as a',
  };

  test('runs again what failed and was skipped, with the flags of then', async () => {
    make({ models });
    const none = await eider('retry');
    expect([none.exitCode, none.stdout + none.stderr]).toEqual([
      2,
      expect.stringContaining("Could not find previous run in 'target' target directory"),
    ]);
    expect((await eider('run', '--exclude', 'other', '--threads', '1')).exitCode).toBe(1);
    expect((await eider('retry')).exitCode).toBe(1);
    expect(results()).toEqual(['model.night.bad error', 'model.night.child skipped']);
    cpSync(join(project.folder, 'target'), join(project.folder, 'kept'), { recursive: true });
    const done = await eider('retry', '--vars', '{column: a}');
    expect(done.exitCode, done.stdout).toBe(0);
    expect(results()).toEqual(['model.night.bad success', 'model.night.child success']);
    const { args } = JSON.parse(readFileSync(join(project.folder, 'target/run_results.json'), 'utf8'));
    expect(args).toMatchObject({ which: 'run', exclude: ['other'], threads: 1, vars: { column: 'a' } });
    expect(await query('select b from child')).toEqual([{ b: 1 }]);
    const over = await eider('retry');
    expect([over.exitCode, over.stdout]).toEqual([0, expect.stringContaining('Nothing to do.')]);
    expect(results()).toEqual([]);

    // By another folder's results; what is no longer in the project is left out.
    rmSync(join(project.folder, 'models/child.sql'));
    const kept = await eider('retry', '--state', 'kept', '--vars', '{column: a}');
    expect(kept.exitCode, kept.stdout).toBe(0);
    expect(kept.stdout).toContain('model.night.child is to be tried again, and is no longer in the project');
    expect(results()).toEqual(['model.night.bad success']);
  });

  test('tries what a test withheld, and publishes it without making it again', async () => {
    make({
      models: { ...models, bad: "select a as b from {{ ref('good') }}" },
      files: { 'tests/none.sql': "select * from {{ ref('good') }}" },
    });
    expect((await eider('build')).exitCode).toBe(1);
    expect(results()).toEqual([
      'model.night.bad skipped',
      'model.night.child skipped',
      'model.night.good success',
      'model.night.other success',
      'test.night.none fail',
    ]);
    project.write('tests/none.sql', "select * from {{ ref('good') }} where a > 1");
    const done = await eider('retry');
    expect(done.exitCode, done.stdout).toBe(0);
    expect(results()).toEqual(['model.night.bad success', 'model.night.child success', 'test.night.none pass']);
    expect(await query('select good.a, b from good, child')).toEqual([{ a: 1, b: 1 }]);
  });

  test('with --warn-error, tests that warned too', async () => {
    make({
      models: { good: 'select 1 as a' },
      files: { 'tests/soft.sql': "{{ config(severity='warn') }} select * from {{ ref('good') }}" },
    });
    expect((await eider('build')).exitCode).toBe(0);
    expect((await eider('retry')).stdout).toContain('Nothing to do.');
    expect((await eider('build')).exitCode).toBe(0);
    expect((await eider('retry', '--warn-error')).exitCode).toBe(1);
    expect(results()).toEqual(['test.night.soft fail']);
  });
});

describe('after a run that did not come to its end', () => {
  const slow = { timeout: 120_000 };
  /** A source, a view and a model on it, and a model that lasts for hours. */
  function slowProject(): void {
    make({
      models: {
        bronze: "select * from {{ source('raw', 'rows') }}",
        shown: "{{ config(materialized='view') }} select a + 1 as a from {{ ref('bronze') }}",
        gold: "select sum(a) as total from {{ ref('shown') }}",
        zlast:
          "select count(i % 7) as a, any_value(total) as total from range({{ var('rows', 1000000000000) }}) x(i), {{ ref('gold') }}",
      },
      files: {
        'rows.csv': 'a\n1\n2\n',
        'models/raw.yml': 'sources: [{name: raw, meta: {external_location: rows.csv}, tables: [{name: rows}]}]\n',
      },
    });
  }

  /** Ends a build by a signal once its models but the last are finished. */
  async function endedBy(signal: NodeJS.Signals, ...words: readonly string[]): Promise<number | null> {
    const log = join(project.folder, 'logs/eider.log');
    const starts = (): number =>
      existsSync(log) ? readFileSync(log, 'utf8').split('START sql external model main.zlast').length : 0;
    const before = starts();
    let pid = 0;
    const running = project.eider(words, { onStart: (id) => (pid = id) });
    const journal = join(project.folder, 'lake/_eider/night/dev-main/journal');
    const finished = (): boolean =>
      existsSync(journal) &&
      readdirSync(journal, { recursive: true }).some((name) => String(name).endsWith('night.gold.json'));
    for (let tries = 0; tries < 600 && !(starts() > Math.max(1, before) && finished()); tries += 1) await wait(100);
    process.kill(pid, signal);
    return (await running).exitCode;
  }

  test.each(['SIGKILL', 'SIGTERM'] as const)('%s: goes on with it', slow, async (signal) => {
    slowProject();
    await endedBy(signal, 'build', '--threads', '1');
    expect(existsSync(join(project.folder, 'target/unfinished_run.json'))).toBe(true);
    project.write('rows.csv', 'a\n100\n');
    const done = await eider('retry', '--vars', '{rows: 7}');
    expect(done.exitCode, done.stdout).toBe(0);
    expect(done.stdout).toMatch(/OK adopted sql external model main\.bronze \.+ \[ADOPTED in/);
    expect(done.stdout).toMatch(/OK adopted sql external model main\.gold \.+ \[ADOPTED in/);
    expect(done.stdout).toMatch(/OK created sql external model main\.zlast/);
    // What that run read of its source, seen whole.
    expect(
      await query('select a::int as a, total::int as total, (select sum(a)::int from bronze) as b from zlast'),
    ).toEqual([{ a: 7, total: 5, b: 3 }]);
    expect(readFileSync(join(project.folder, 'logs/runs.log'), 'utf8')).toMatch(
      /eider retry --vars … .*OK after [\s\S]*4 ok; 2 of them adopted from a run that did not come to its end/,
    );
    expect(existsSync(join(project.folder, 'target/unfinished_run.json'))).toBe(false);
    expect((await eider('retry')).stdout).toContain('Nothing to do.');
  });

  test('a build reads its sources anew, and clears up after it', slow, async () => {
    slowProject();
    await endedBy('SIGKILL', 'build', '--threads', '1');
    project.write('rows.csv', 'a\n100\n');
    const done = await eider('build', '--vars', '{rows: 7}');
    expect(done.exitCode, done.stdout).toBe(0);
    expect(done.stdout).not.toContain('ADOPTED');
    expect(await query('select total::int as total from gold')).toEqual([{ total: 101 }]);
    const state = join(project.folder, 'lake/_eider/night/dev-main');
    expect([namesIn(join(state, 'left')), namesIn(join(state, 'builds'))]).toEqual([[], []]);
    expect(namesIn(join(state, 'journal'))).toHaveLength(1);
  });
});
