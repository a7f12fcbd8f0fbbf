import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { uncommentSecrets } from '../support/uncomment-secrets.ts';
import { alike, askPeer, withVectors as readers, storageOptions } from './delta-peers.ts';
import { findPeers } from './peers.ts';
import { startVersitygw, type Versitygw } from './versitygw.ts';

// Invariant: Delta tables in a bucket are landed, merged, put together, restored and read by other engines as those on a disk.

const home = temporaryFolder('delta-bucket');
let server: Versitygw;

beforeAll(async () => {
  server = await startVersitygw();
});
afterAll(async () => {
  await server.close();
  removeFolder(home);
});

/** A project of the template, with its lake and its landing below a root. */
async function makeProject(
  name: string,
  root: string,
): Promise<(...words: readonly string[]) => Promise<ProgramResult>> {
  const env = {
    HOME: findPeers().home,
    LAKE_ROOT: `${root}/lake`,
    LANDING_ROOT: `${root}/landing`,
    MINIO_ENDPOINT: server.endpoint.slice('http://'.length),
    DBT_ENV_SECRET_MINIO_KEY: server.keys.accessKeyId,
    DBT_ENV_SECRET_MINIO_SECRET: server.keys.secretAccessKey,
  };
  const run = async (cwd: string, words: readonly string[]): Promise<ProgramResult> => {
    const ran = await runEider(words, { cwd, env });
    expect(ran.exitCode, `${words.join(' ')}\n${ran.stdout}${ran.stderr}`).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain(server.keys.secretAccessKey);
    return ran;
  };
  await run(home, ['init', name, '--template', 'delta']);
  uncommentSecrets(join(home, name, 'profiles.yml'));
  return (...words) => run(join(home, name), words);
}

test('a lake of Delta tables grows in a bucket as it does on a disk', { timeout: 300_000 }, async () => {
  const storage = storageOptions(server.endpoint, server.keys);
  const onDisk = await makeProject('disk', join(home, 'grown'));
  const inBucket = await makeProject('bucket', 's3://lake/grown');
  const table = (name: string): string => `s3://lake/grown/lake/dev/${name}`;
  for (const eider of [onDisk, inBucket]) {
    for (const day of ['2026-10-03', '2026-10-04']) {
      await eider('land', 'landing.trips', `landing/incoming/${day}.csv`);
      expect((await eider('land', 'landing.trips', `landing/incoming/${day}.csv`)).stdout).toContain('nothing to do');
      await eider('build');
    }
    await eider('optimize', 'raw_trips');
    // Whoever else writes to the tables is gone on from.
    if (eider === inBucket) await askPeer({ action: 'do', table: table('trips'), kind: 'compact', storage });
    await eider('restore', 'trips', '--to-commit', '1');
    await eider('build');
    await eider('vacuum');
  }
  const tables: Record<string, readonly string[]> = {};
  for (const name of ['raw_trips', 'trips', 'trips_by_day']) {
    const expected = join(home, `${name}.parquet`);
    const rows = `COPY (SELECT COLUMNS(*)::VARCHAR FROM main.${name}) TO '${expected}' (FORMAT parquet)`;
    await ask(join(home, 'disk/catalog/dev.duckdb'), rows);
    tables[name] = [table(name), expected];
  }
  const same = alike(readers);
  expect(await askPeer({ action: 'read-all', tables, readers, storage })).toEqual({
    raw_trips: same,
    trips: same,
    trips_by_day: same,
  });
});

test('programs of ours and of others that write to one table at once lose nothing', { timeout: 300_000 }, async () => {
  const storage = storageOptions(server.endpoint, server.keys);
  const eider = await makeProject('beside', 's3://lake/beside');
  const land = async (first: number): Promise<string> => {
    writeFileSync(join(home, 'beside', `${first}.csv`), `n\n${first}\n${first + 1}\n`);
    return (await eider('land', 'landing.numbers', `${first}.csv`, '--output', 'json', '--quiet')).stdout;
  };
  const { location } = JSON.parse(await land(0)) as { readonly location: string };
  const ours = async (first: number): Promise<void> => {
    for (let at = first; at < first + 6; at += 2) await land(at);
  };
  const theirs = (first: number) => askPeer({ action: 'append', table: location, first, count: 6, storage });
  await Promise.all([theirs(1000), theirs(2000), ours(100), ours(200), ours(300)]);
  const expected = join(home, 'numbers.parquet');
  const all = [
    [0, 2],
    [1000, 6],
    [2000, 6],
    [100, 6],
    [200, 6],
    [300, 6],
  ].map(([first, count]) => `SELECT (range + ${first})::VARCHAR AS n FROM range(${count})`);
  await ask(undefined, `COPY (${all.join(' UNION ALL ')}) TO '${expected}' (FORMAT parquet)`);
  expect(await askPeer({ action: 'read', table: location, expected, readers, storage })).toEqual(alike(readers));
  // One commit after another, each with the rows of one writer: 1 + 12 + 9.
  const history = JSON.parse(
    (await eider('history', location, '--output', 'json', '--last', '100', '--quiet')).stdout,
  ) as { readonly commits: readonly { readonly version: number }[] };
  expect(history.commits.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 22 }, (_, at) => at),
  );
});

test('rows that a model marks as deleted in a bucket are gone for everyone', { timeout: 300_000 }, async () => {
  const eider = await makeProject('marked', 's3://lake/marked');
  const config =
    "materialized='incremental', format='delta', unique_key='id', incremental_strategy='merge', table_properties={'delta.enableDeletionVectors': true, 'delta.enableChangeDataFeed': true}";
  const rows =
    "select i as id, {{ var('day') }} as day from range(50000) r(i) {% if is_incremental() %} where hash(i + {{ var('day') }}) % 20 = 0 {% endif %}";
  writeFileSync(join(home, 'marked', 'models', 'changing.sql'), `{{ config(${config}) }} ${rows}`);
  for (const day of [1, 2, 3]) await eider('build', '-s', 'changing', '--vars', `{day: ${day}}`);
  const expected = join(home, 'changing.parquet');
  const check = async (days: readonly number[]): Promise<void> => {
    const newest = days.map((day) => `WHEN hash(i + ${day}) % 20 = 0 THEN ${day}`).join(' ');
    const sql = `SELECT i::VARCHAR AS id, (CASE ${newest} ELSE 1 END)::VARCHAR AS day FROM range(50000) r(i)`;
    await ask(undefined, `COPY (${sql}) TO '${expected}' (FORMAT parquet)`);
    const table = 's3://lake/marked/lake/dev/changing';
    expect(
      await askPeer({
        action: 'read',
        table,
        expected,
        readers,
        storage: storageOptions(server.endpoint, server.keys),
      }),
    ).toEqual(alike(readers));
    const counts = `select count(*) || ' ' || sum(day) as n from {{ ref('changing') }} except select count(*) || ' ' || sum(day::int) from '${expected}'`;
    const shown = await eider('show', '--inline', counts, '--vars', '{day: 9}', '--output', 'json', '--quiet');
    expect(JSON.parse(shown.stdout)).toMatchObject({ show: [] });
  };
  await check([3, 2]);
  await eider('rollback');
  await check([2]);
  await eider('vacuum');
  await eider('build', '-s', 'changing', '--vars', '{day: 5}');
  await check([5, 2]);
});
