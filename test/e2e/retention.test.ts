import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: the disk holds the retained generations and no others, however often everything is loaded again.

const reloads = 20;
const kept = 3;

describe('twenty full reloads', () => {
  const project = temporaryFolder('reloads');
  const state = join(project, 'lake/_eider/reload/dev-main');

  beforeAll(async () => {
    mkdirSync(join(project, 'models'));
    writeFileSync(
      join(project, 'dbt_project.yml'),
      "name: reload\nversion: '1.0'\nprofile: reload\nmodels: {reload: {+materialized: external}}\n",
    );
    const publish = `publish: {keep: {days: 0, builds: ${kept}}}`;
    writeFileSync(
      join(project, 'profiles.yml'),
      `reload: {target: dev, outputs: {dev: {type: duckdb, path: reload.duckdb, external_root: lake, ${publish}}}}\n`,
    );
    writeFileSync(
      join(project, 'models/big.sql'),
      "select i as id, {{ var('round') }} as round from range(100000) as t(i)",
    );
    writeFileSync(
      join(project, 'models/parts.sql'),
      "{{ config(options={'partition_by': 'part'}) }}\nselect id % 4 as part, id, round from {{ ref('big') }}",
    );
    for (let round = 1; round <= reloads; round += 1) {
      const built = await runEider(['build', '--vars', `{round: ${round}}`, '--profiles-dir', project], {
        cwd: project,
      });
      expect(built.exitCode, built.stdout + built.stderr).toBe(0);
    }
  }, 300_000);

  afterAll(() => removeFolder(project));

  const filesUnder = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile());

  test('leave the files of the retained builds only', () => {
    // A folder's alias is a folder of hard links beside the generation's own files.
    const data = filesUnder(join(state, 'data')).filter((path) => !path.includes('.alias/'));
    expect(data.filter((path) => path.includes('big'))).toHaveLength(kept);
    expect(data.filter((path) => path.includes('parts'))).toHaveLength(kept * 4);
    expect(filesUnder(join(state, 'catalog')).filter((path) => path.endsWith('.duckdb'))).toHaveLength(kept);
  });

  test('leave no file that others could write to', () => {
    for (const path of filesUnder(join(state, 'data')))
      expect(statSync(join(state, 'data', path)).mode & 0o222, path).toBe(0);
  });

  test('leave the newest round in the catalog and at the location', async () => {
    const newest = [{ round: reloads, n: 100_000 }];
    expect(
      await ask(join(project, 'catalog/dev.duckdb'), 'select round, count(*)::int as n from main.parts group by 1'),
    ).toEqual(newest);
    expect(
      await ask(undefined, `select round, count(*)::int as n from '${project}/lake/big.parquet' group by 1`),
    ).toEqual(newest);
    const glob = `${project}/lake/parts/*/*.parquet`;
    expect(await ask(undefined, `select round, count(*)::int as n from '${glob}' group by 1`)).toEqual(newest);
  });

  test('leave a ledger whose newest entry is the last build', () => {
    const entries = readdirSync(join(state, 'ledger'))
      .filter((name) => /^\d{20}\.json$/.test(name))
      .sort();
    const newest = JSON.parse(readFileSync(join(state, 'ledger', entries.at(-1) ?? ''), 'utf8')) as { number: number };
    expect(newest.number).toBe(reloads);
  });
});
