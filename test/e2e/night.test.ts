import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, relationsOf } from '../support/duckdb.ts';
import { eiderCommand } from '../support/eider.ts';
import { testBucket } from '../support/into-bucket.ts';
import { runProgram } from '../support/run-program.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: a scheduler that looks at nothing but the exit code and the mail knows how the night went. 0: all is well; 1: nodes ran, and something
// failed (run_results.json says what); 2: nothing ran. What readers see is whole in every case.

interface Result {
  readonly unique_id: string;
  readonly status: string;
  readonly message: string | null;
}

function results(project: SmallProject): readonly Result[] {
  return JSON.parse(readFileSync(join(project.folder, 'target/run_results.json'), 'utf8')).results;
}

function statuses(project: SmallProject): Record<string, string> {
  return Object.fromEntries(results(project).map(({ status, unique_id: id }) => [id.split('.')[2] ?? id, status]));
}

function stories(project: SmallProject): readonly string[] {
  return readFileSync(join(project.folder, 'logs/runs.log'), 'utf8').trim().split('\n\n');
}

const lastStory = (project: SmallProject): string => stories(project).at(-1) ?? '';

describe('the exit code', () => {
  let project: SmallProject;

  beforeAll(() => {
    project = smallProject('codes', {
      models: { a: "select {{ var('a', 1) }} as a", b: "select * from {{ ref('a') }}" },
      files: {
        'models/schema.yml': `models:
  - name: a
    columns:
      - name: a
        data_tests:
          - accepted_values: {arguments: {values: [1]}, config: {severity: "{{ var('severity', 'error') }}"}}
`,
      },
      project: `on-run-start: ["select {{ var('start', 1) }}"]\non-run-end: ["select {{ var('end', 1) }}", "select 2"]`,
    });
  });

  afterAll(() => removeFolder(project.folder));

  beforeEach(() => rmSync(join(project.folder, 'target'), { recursive: true, force: true }));

  const all = { a: 'success', b: 'success', accepted_values_a_a__1: 'pass', 'night-on-run-start-0': 'success' };
  const ended = { 'night-on-run-end-0': 'success', 'night-on-run-end-1': 'success' };
  const tested = { accepted_values_a_a__1: 'fail', b: 'skipped' };

  // All but the last column were compared with dbt-core 1.11.16 and dbt-duckdb 1.11.1.
  test.each<[string, readonly string[], number, Record<string, string> | null]>([
    ['success', ['build'], 0, { ...all, ...ended }],
    [
      'a warning',
      ['build', '--vars', '{a: 2, severity: warn}'],
      0,
      { ...all, ...ended, accepted_values_a_a__1: 'warn' },
    ],
    [
      'a warning under --warn-error',
      ['--warn-error', 'build', '--vars', '{a: 2, severity: warn}'],
      1,
      { ...all, ...ended, ...tested },
    ],
    ['a test that fails', ['build', '--vars', '{a: 2}'], 1, { ...all, ...ended, ...tested }],
    [
      'a model that fails',
      ['build', '--vars', '{a: nope}'],
      1,
      { ...all, ...ended, a: 'error', b: 'skipped', accepted_values_a_a__1: 'skipped' },
    ],
    [
      'on-run-start that fails',
      ['build', '--vars', '{start: nope}'],
      1,
      { ...all, ...ended, 'night-on-run-start-0': 'error' },
    ],
    [
      'on-run-end that fails',
      ['build', '--vars', '{end: nope}'],
      1,
      { ...all, 'night-on-run-end-0': 'error', 'night-on-run-end-1': 'skipped' },
    ],
    ['nothing selected', ['build', '-s', 'nobody'], 0, {}],
    ['nothing selected under --warn-error', ['--warn-error', 'ls', '-s', 'nobody'], 2, null],
    ['compile', ['compile'], 0, { ...all, ...ended, accepted_values_a_a__1: 'success' }],
    [
      'compile of what cannot be',
      ['compile', '--vars', '{a: "{{ nope() }}"}', '--inline', 'select {{ nope() }}'],
      2,
      null,
    ],
    ['an unknown flag', ['build', '--nope'], 2, null],
    ['an unknown target', ['build', '-t', 'nope'], 2, null],
    ['no project', ['build', '--project-dir', '/'], 2, null],
  ])('of %s', { timeout: 60_000 }, async (_, parameters, exitCode, outcome) => {
    const run = await project.eider(parameters);
    expect(run.exitCode, run.stdout + run.stderr).toBe(exitCode);
    if (outcome !== null) expect(statuses(project)).toEqual(outcome);
    else expect(existsSync(join(project.folder, 'target/run_results.json'))).toBe(false);
    expect(run.stdout + run.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  });

  test('of a project that cannot be read is 2, and the story says why', { timeout: 60_000 }, async () => {
    project.write('models/c.sql', "select * from {{ ref('nobody') }}");
    const run = await project.eider(['-q', 'build']);
    rmSync(join(project.folder, 'models/c.sql'));
    expect(run.exitCode).toBe(2);
    expect(lastStory(project)).toMatch(/FAILED \(exit code 2\)/);
    expect(lastStory(project)).toMatch(/\n {2}first +models\/c\.sql:1:18: .*'nobody'/);
  });

  test('of a catalog that cannot be published is 1, and readers of the lake keep what they had', {
    timeout: 60_000,
  }, async () => {
    expect((await project.eider(['build'])).exitCode).toBe(0);
    const catalog = join(project.folder, 'catalog/dev.duckdb');
    const alias = join(project.folder, 'lake/a.parquet');
    // A hook puts something else where the catalog is, while the build runs.
    const end = `1; copy (select 1 as x) to '${catalog}' (format csv)`;
    const run = await project.eider(['build', '--vars', JSON.stringify({ a: '1.0', end })]);
    expect(run.exitCode, run.stdout).toBe(1);
    expect(statuses(project)).toMatchObject({ a: 'success', b: 'success', 'night-publish-0': 'error' });
    expect(lastStory(project)).toMatch(/\n {2}first .*catalog\/dev\.duckdb/);
    expect(lastStory(project)).toContain('published  nothing: readers see what they saw before');
    expect(await ask(undefined, `select a from '${alias}'`)).toEqual([{ a: 1 }]);
    rmSync(catalog);
    expect((await project.eider(['publish'])).exitCode).toBe(0);
    expect(await ask(catalog, 'select a from a')).toEqual([{ a: 1 }]);
  });

  // With the lake in a bucket the nodes need no room on this disk.
  test.skipIf(process.platform === 'win32' || testBucket() !== undefined)(
    'of a disk that is full is 1, and names the node',
    { timeout: 60_000 },
    async () => {
      project.write('models/big.sql', 'select i, hash(i) as h from range(300000) r(i)');
      const limited = ['bash', '-c', 'ulimit -f 1000; exec "$@"', 'eider', ...eiderCommand()];
      const run = await runProgram([...limited, 'build', '-s', 'big', '--profiles-dir', '.'], { cwd: project.folder });
      rmSync(join(project.folder, 'models/big.sql'));
      expect(run.exitCode, run.stdout + run.stderr).toBe(1);
      expect(statuses(project)).toMatchObject({ big: 'error' });
      expect(results(project).find(({ unique_id: id }) => id.endsWith('.big'))?.message).toMatch(
        /File too large|IO Error/,
      );
      expect(readdirSync(join(project.folder, 'lake/_eider/night/dev-main/data/model.night.big'))).toEqual([]);
    },
  );
});

describe('a quiet night', () => {
  let project: SmallProject;

  beforeAll(() => {
    project = smallProject('quiet', {
      models: { orders: 'select 1 as id', days: "select {{ var('x', 'id') }} as id from {{ ref('orders') }}" },
      target: 'secrets: [{type: http, bearer_token: hush-hush-token}]',
    });
  });

  afterAll(() => removeFolder(project.folder));

  test('says nothing where all went well: cron sends no mail', { timeout: 60_000 }, async () => {
    const run = await project.eider(['build', '--quiet']);
    expect([run.exitCode, run.stdout, run.stderr]).toEqual([0, '', '']);
    const [head = '', ...lines] = lastStory(project).split('\n');
    expect(head).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ {2}eider build --quiet --profiles-dir \S+ {2}OK after [\d.]+ s, night, target dev, on \S+ \(process \d+\)$/,
    );
    expect(lines).toEqual([
      '  nodes      2: 2 ok',
      expect.stringMatching(
        /^ {2}published {2}state 1, 2 relations, 2 of them new \(2 rows, 2 files, [\d.]+ (bytes|kB)\): .*catalog\/dev\.duckdb$/,
      ),
      // Nobody knows how much room a bucket has.
      ...(testBucket() === undefined
        ? [expect.stringMatching(/^ {2}disk {7}[\d.]+ [kMGTP]B of [\d.]+ [kMGTP]B free at .*_eider\/night\/dev-main$/)]
        : []),
    ]);
  });

  test('tells a failure in ten lines, at the end of the mail, with what to do', { timeout: 60_000 }, async () => {
    const run = await project.eider(['build', '-q', '--vars', '{x: nope, token: hush-hush-token}']);
    expect(run.exitCode).toBe(1);
    const story = lastStory(project);
    expect(story.split('\n').length).toBeLessThanOrEqual(10);
    expect(run.stdout).toContain(story);
    expect(run.stdout).not.toContain('hush-hush-token');
    expect(story).not.toContain('hush-hush-token');
    expect(story).toMatch(/\n {2}nodes {6}2: 1 ok, 1 failed\n {2}first {6}model days, models\/days\.sql:1:\d+: .*nope/);
    expect(story).toMatch(/\n {2}published {2}state 2, 2 relations, 1 of them new/);
    expect(story).toMatch(/\n {2}next {7}Mend it, then: eider build --target dev --select days\+\n/);
    expect(stories(project)).toHaveLength(2);
  });
});

describe.skipIf(process.platform === 'win32')('a run that is told to end', () => {
  const slow = 'select sum(hash(i)) as h from range(200000000000) r(i)';

  test.each([
    ['SIGTERM', null, 'SIGTERM'],
    ['SIGHUP', null, 'SIGHUP'],
    ['SIGINT', 2, null],
  ] as const)(
    'by %s ends within seconds; readers keep what they had',
    { timeout: 120_000 },
    async (name, code, signal) => {
      const project = smallProject('stop', { models: { a: 'select 1 as a', b: 'select 1 as b' } });
      expect((await project.eider(['build'])).exitCode).toBe(0);
      const catalog = join(project.folder, 'catalog/dev.duckdb');
      project.write('models/a.sql', 'select 2 as a');
      project.write('models/b.sql', slow);
      let pid = 0;
      const running = project.eider(['build', '--log-format', 'json'], { onStart: (started) => (pid = started) });
      await startOf(project, 'b');
      process.kill(pid, name);
      const run = await running;
      expect([run.exitCode, run.signal]).toEqual([code, signal]);
      expect(statuses(project)).toEqual({ a: 'success', b: 'skipped' });
      expect(await ask(catalog, 'select a from a')).toEqual([{ a: 1 }]);
      expect(lastStory(project)).toMatch(
        / STOPPED after (?:.*\n)+ {2}next {7}Nothing of it is visible\. Go on with it: eider retry\n/,
      );
      // Nothing of it stays on the disk, and the next build succeeds.
      project.write('models/b.sql', 'select 3 as b');
      expect((await project.eider(['build'])).exitCode).toBe(0);
      expect(await ask(catalog, 'select a, b from a, b')).toEqual([{ a: 2, b: 3 }]);
      expect(await relationsOf(catalog)).toEqual(['main.a', 'main.b']);
      expect(readdirSync(project.folder)).not.toContain('night.duckdb.tmp');
      removeFolder(project.folder);
    },
  );

  test('ends though a query hangs where DuckDB cannot interrupt it', { timeout: 120_000 }, async () => {
    const project = smallProject('hang', { models: { a: 'select 1 as a' } });
    const pipe = join(project.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    project.write(
      'models/b.sql',
      `select * from read_csv('${pipe}', auto_detect=false, header=false, delim=',', columns={'a': 'INTEGER'})`,
    );
    let pid = 0;
    const running = project.eider(['build', '--threads', '2'], { onStart: (started) => (pid = started) });
    await startOf(project, 'b');
    process.kill(pid, 'SIGTERM');
    const run = await running;
    expect(run.signal).toBe('SIGTERM');
    expect(run.stdout).toContain('A query did not end within 10 s');
    expect(statuses(project)).toMatchObject({ a: 'success' });
    removeFolder(project.folder);
  });
});

/** Waits until the log file tells that a node has begun. */
async function startOf(project: SmallProject, model: string): Promise<void> {
  const log = join(project.folder, 'logs/eider.log');
  const begun = new RegExp(`START sql external model main\\.${model} `);
  const before = existsSync(log) ? (readFileSync(log, 'utf8').match(new RegExp(begun, 'g'))?.length ?? 0) : 0;
  for (let tries = 0; tries < 600; tries += 1) {
    if (existsSync(log) && (readFileSync(log, 'utf8').match(new RegExp(begun, 'g'))?.length ?? 0) > before) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // Let the query begin.
  await new Promise((resolve) => setTimeout(resolve, 300));
}
