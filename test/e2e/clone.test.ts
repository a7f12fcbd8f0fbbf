import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, readWhole, relationsOf } from '../support/duckdb.ts';
import { eiderCommand, runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: a clone shows what the other state shows, whatever the project is made of, takes nothing away, and may be killed at any instant.

const folder = temporaryFolder('clone');
afterAll(() => removeFolder(folder));

async function run(...args: readonly string[]): Promise<string> {
  const { exitCode, stderr, stdout } = await runEider([...args, '--profiles-dir', folder], { cwd: folder });
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout;
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

const both = 'from {{ ref("plain") }} union all select a + 1 from {{ ref("inner") }}';

beforeAll(async () => {
  mkdirSync(join(folder, 'models'));
  write({
    'dbt_project.yml': 'name: views\nprofile: views\nflags: {send_anonymous_usage_stats: false}\n',
    'profiles.yml': `views:
  target: prod
  outputs:
    prod: {type: duckdb, path: work.duckdb, schema: live, publish: {path: prod.duckdb}}
    dev: {type: duckdb, path: work.duckdb, schema: mine, publish: {path: dev.duckdb}}
    memory: {type: duckdb, schema: live, publish: {path: memory.duckdb}}
`,
    'numbers.csv': 'a\n1\n2\n',
    'models/plain.sql': "select a from read_csv('numbers.csv') where a > {{ var('least', 0) }}",
    'models/inner.sql': '{{ config(materialized="ephemeral") }} select a * 10 as a from {{ ref("plain") }}',
    'models/both.sql': `select a ${both}`,
  });
  await run('build');
  cpSync(join(folder, 'target'), join(folder, 'state'), { recursive: true });
});

test.each(['dev', 'memory'])('takes over a project of views alone, into %s', async (target) => {
  for (const again of [[], ['--full-refresh']]) {
    await run('clone', '--state', 'state', '--target', target, ...again);
    const schema = target === 'dev' ? 'mine' : 'live';
    const catalog = join(folder, `${target}.duckdb`);
    expect(await ask(catalog, `select a from ${schema}.both order by a`)).toEqual(
      [1, 2, 11, 21].map((a) => ({ a: BigInt(a) })),
    );
  }
});

test('of a state over itself leaves everything as it is', async () => {
  const before = await readWhole(join(folder, 'prod.duckdb'));
  const said = await run('clone', '--state', 'state', '--target', 'prod', '--full-refresh');
  expect(said).toContain('skipping clone for relation: "work"."live"."both"');
  expect(await readWhole(join(folder, 'prod.duckdb'))).toEqual(before);
  await run('run', '--select', 'both');
});

test('killed at any instant leaves one whole state, and the next clone succeeds', { timeout: 300_000 }, async () => {
  mkdirSync(join(folder, 'seeds'));
  write({
    'seeds/rows.csv': 'a\n1\n',
    'models/hidden.sql': '{{ config(publish="none") }} select 1 as a',
    'models/files.sql': `{{ config(materialized="external", location="out/" ~ target.name ~ ".parquet") }} select a ${both}`,
  });
  for (const at of [...Array(8).keys()]) write({ [`models/many_${at}.sql`]: `select ${at} + a as a ${both}` });
  await run('build');
  cpSync(join(folder, 'target'), join(folder, 'state'), { recursive: true });
  const args = ['clone', '--state', 'state', '--target', 'dev', '--full-refresh'];
  const since = performance.now();
  await run(...args);
  const duration = performance.now() - since;
  const shown = () => readWhole(join(folder, 'dev.duckdb'));
  const before = await shown();
  expect((await relationsOf(join(folder, 'dev.duckdb'))).filter((name) => name.includes('hidden'))).toEqual([]);
  await run('build', '--vars', '{least: 1}');
  const live = await readWhole(join(folder, 'prod.duckdb'));
  const ends: (NodeJS.Signals | null)[] = [];
  const seen: unknown[] = [];
  for (const part of [0.3, 0.7, 0.9]) {
    const [program = '', ...start] = [...eiderCommand(), ...args, '--profiles-dir', folder];
    const child = spawn(program, start, { cwd: folder, stdio: 'ignore' });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_, by) => resolve(by)));
    await Promise.race([ended, wait(duration * part)]);
    child.kill('SIGKILL');
    ends.push(await ended);
    seen.push(await shown());
  }
  // The first comes long before the end of any run.
  expect(ends).toContain('SIGKILL');
  await run(...args);
  const after = await shown();
  expect(after).not.toEqual(before);
  for (const state of seen) expect([before, after]).toContainEqual(state);
  expect(await readWhole(join(folder, 'prod.duckdb'))).toEqual(live);
});
