import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DeltaProject, deltaProject } from '../support/delta-project.ts';
import { eiderCommand } from '../support/eider.ts';

// Invariant: a build that is killed with a Delta table written and not committed leaves the table as it was, and the next one adds its rows once. What a kill behind the
// ledger entry, and behind the commit to the log, leaves is the matter of kill-points.test.ts.

let project: DeltaProject;

beforeEach(async () => {
  project = await deltaProject('delta-killed', 'threads: 1, publish: {keep: {days: 0, builds: 1}}');
});

afterEach(() => project.close());

/** Kills a build once a model is written, and whatever else is waited for: others of the build never are. */
async function killBehind(model: string, day: number, until: () => Promise<void> = async () => {}): Promise<void> {
  const [program = '', ...start] = eiderCommand();
  const parameters = ['build', '--vars', `{day: ${day}, endless: true}`, '--profiles-dir', project.folder];
  const child = spawn(program, [...start, ...parameters], { cwd: project.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  const listen = (chunk: Buffer): void => {
    said.push(String(chunk));
    if (new RegExp(`OK created .*${model}`).test(said.join(''))) void until().finally(() => child.kill('SIGKILL'));
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const signal = await new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_, by) => resolve(by)));
  expect(signal, said.join('')).toBe('SIGKILL');
}

const endless =
  "select count(*) as n from {{ ref('t') }} {% if var('endless', false) %} , range(1000000000) a, range(1000000000) b where a.range + b.range < 0 {% endif %}";

/** Files of rows and vectors. Those of a change data feed age by the table's retention. */
const filesIn = (name: string): readonly string[] =>
  readdirSync(project.rootOf(name), { recursive: true })
    .map(String)
    .filter((file) => /\.(?:parquet|bin)$/.test(file) && !/^_(?:delta_log|change_data)/.test(file));

test.each([
  ['append', ''],
  ['merge', ''],
  ['merge', ", table_properties={'delta.enableDeletionVectors': true, 'delta.enableChangeDataFeed': true}"],
])('%s%s', async (strategy, more) => {
  const config = `materialized='incremental', format='delta', unique_key='id', incremental_strategy='${strategy}'${more}`;
  project.write(
    'models/t.sql',
    `{{ config(${config}) }} select i * 10 + {{ var('day') }} as id, {{ var('day') }} as day from range(100) r(i)
    {% if is_incremental() and '${strategy}' == 'merge' %} union all select 1, {{ var('day') }} {% endif %}`,
  );
  project.write('models/after_t.sql', endless);
  await project.build(1);
  const before = await project.both('t');
  const { version } = await project.newest('t');
  const known = new Set(filesIn('t'));
  for (let kill = 0; kill < 2; kill += 1) {
    await killBehind('main.t', 2);
    expect((await project.newest('t')).version).toBe(version);
    expect(await project.both('t')).toEqual(before);
  }
  const lost = filesIn('t').filter((file) => !known.has(file));
  expect(lost.length).toBeGreaterThan(0);
  await project.build(2);
  const after = await project.newest('t');
  expect(after.version).toBe(version + 1);
  const rows = await project.both('t');
  expect(rows).toHaveLength(200);
  expect(rows.filter((row) => row.endsWith(' 2'))).toHaveLength(strategy === 'merge' ? 101 : 100);
  // Of the killed builds nothing stays.
  await project.done('vacuum');
  const left = new Set(filesIn('t'));
  expect(lost.filter((file) => left.has(file))).toEqual([]);
  expect(await project.both('t')).toEqual(rows);
});

test('all rows that a killed build wrote anew are taken over, unless the table moved on', async () => {
  project.write(
    'models/t.sql',
    "{{ config(materialized='external', format='delta') }} select i as id, {{ var('day') }} as day from range(100) r(i)",
  );
  project.write('models/after_t.sql', endless);
  await project.build(1);
  await killBehind('main.t', 2, () => noted(2));
  const written = filesIn('t');
  expect(await project.build(2)).toMatch(/OK adopted sql external model main\.t /);
  await expectDay(2, 1);
  expect(filesIn('t')).toEqual(written);
  await killBehind('main.t', 3, () => noted(2));
  const between = join(project.rootOf('t'), '_delta_log', '00000000000000000002.json');
  writeFileSync(between, '{"commitInfo":{"operation":"SET TBLPROPERTIES","timestamp":1700000000000}}\n');
  expect(await project.build(3)).toMatch(/OK created sql external model main\.t /);
  await expectDay(3, 3);
});

/** Waits until so many generations of the table are in the journal: that is behind what a build says of it. */
async function noted(count: number): Promise<void> {
  const journal = join(project.folder, 'lake/_eider/night/dev-main/journal');
  const found = (): number =>
    readdirSync(journal, { recursive: true }).filter((name) => /night\.t\.json$/.test(String(name))).length;
  await expect.poll(found, { timeout: 30_000 }).toBe(count);
}

/** The table's newest version has the hundred rows of a day, and no others. */
async function expectDay(day: number, version: number): Promise<void> {
  expect((await project.newest('t')).version).toBe(version);
  const rows = Array.from({ length: 100 }, (_, id) => `${id} ${day}`);
  expect(await project.both('t')).toEqual(rows.sort());
}
