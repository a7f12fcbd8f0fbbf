import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, relationsOf } from '../support/duckdb.ts';
import { repository, runEider } from '../support/eider.ts';
import { readProjectCase } from '../support/project-case.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { copyProject, removeFolder } from '../support/temporary-project.ts';

// A project as a homelab user wrote it, who copied the .duckdb file by hand after each run: one command, done. The profile
// loses `httpfs` and the S3 secret that needs it, because tests fetch nothing; the interop tests build it whole.

describe('the homelab project', () => {
  const project = copyProject(join(repository, 'test/projects/homelab'));
  const { env, prepare } = readProjectCase(project);
  const nas = join(project, 'nas/main');
  let built: ProgramResult;

  const eider = (...parameters: readonly string[]): Promise<ProgramResult> =>
    runEider([...parameters, '--profiles-dir', project], { cwd: project, env });

  beforeAll(async () => {
    const profile = readFileSync(join(project, 'profiles.yml'), 'utf8');
    writeFileSync(
      join(project, 'profiles.yml'),
      profile.replaceAll(/ +- httpfs\n/g, '').replaceAll(/ +secrets:\n( {8}.*\n)+/g, ''),
    );
    for (const sql of prepare) await ask(undefined, sql);
    built = await eider('build');
    expect(built.exitCode, built.stdout + built.stderr).toBe(0);
  });

  afterAll(() => removeFolder(project));

  test('writes where its macro says, and says so', () => {
    expect(readdirSync(nas).sort()).toEqual(['bronze_dev', 'gold_dev', 'silver_dev']);
    // Names with an underscore in front are nobody's data: every engine passes them by.
    const files = readdirSync(join(nas, 'bronze_dev')).filter((name) => !name.startsWith('_'));
    expect(files.sort()).toEqual(['instruments.parquet', 'orders', 'quotes.parquet']);
    expect(readdirSync(join(nas, 'bronze_dev/orders')).sort()).toEqual(['side=buy', 'side=sell']);
    expect(built.stdout).toContain(`Files of finget go to ${nas}/gold_dev/portfolio.parquet`);
  });

  test('publishes a catalog without being told', async () => {
    const catalog = join(project, 'catalog/dev.duckdb');
    expect(await relationsOf(catalog)).toEqual([
      'dev_bronze.instruments',
      'dev_bronze.orders',
      'dev_bronze.quotes',
      'dev_gold.portfolio',
      'dev_silver.daily_returns',
      'dev_silver.positions',
    ]);
    const rows = await ask(
      catalog,
      'select symbol, quantity::int as quantity, last_close from dev_gold.portfolio order by symbol',
    );
    expect(rows).toEqual([
      { symbol: 'ABC', quantity: 60, last_close: 11.1 },
      { symbol: 'XYZ', quantity: 5, last_close: 205.5 },
    ]);
  });

  test('writes to folders without a schema in production', async () => {
    const production = await eider('build', '--target', 'prod');
    expect(production.exitCode, production.stdout + production.stderr).toBe(0);
    expect(existsSync(join(nas, 'gold/portfolio.parquet'))).toBe(true);
    expect(existsSync(join(nas, 'bronze/orders/side=buy'))).toBe(true);
    expect(await relationsOf(join(project, 'catalog/prod.duckdb'))).toContain('prod_gold.portfolio');
  });
});
