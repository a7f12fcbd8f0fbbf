import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, relationsOf } from '../support/duckdb.ts';
import { repository, runEider } from '../support/eider.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { copyProject, removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// The example project as its README walks through it, over every tenth flight.

const data = join(repository, 'node_modules/vega-datasets/data');
const files = ['airports.csv', 'seattle-weather-hourly-normals.csv', 'birdstrikes.csv'];

describe('the example project', () => {
  const landing = temporaryFolder('landing');
  const project = copyProject(join(repository, 'example-project'));
  const catalog = join(project, 'catalog/dev.duckdb');
  let built: ProgramResult;

  const eider = (...parameters: readonly string[]): Promise<ProgramResult> =>
    runEider([...parameters, '--profiles-dir', project], { cwd: project, env: { LANDING_ROOT: landing } });

  beforeAll(async () => {
    await ask(
      undefined,
      `copy (from '${data}/flights-3m.parquet' using sample 10% (system, 7)) to '${landing}/flights-3m.parquet' (format parquet)`,
    );
    for (const name of files) copyFileSync(join(data, name), join(landing, name));
    built = await eider('build', '--vars', '{least_flights: 100}');
  });

  afterAll(() => {
    for (const folder of [landing, project]) removeFolder(folder);
  });

  test('builds, with the one warning that it is meant to have', () => {
    expect(built.exitCode, built.stdout + built.stderr).toBe(0);
    expect(built.stdout).toMatch(/Done\. PASS=\d+ WARN=1 ERROR=0 SKIP=0/);
    expect(built.stdout).toContain('relationships_bird_strikes_airport');
  });

  test('publishes every layer', async () => {
    const relations = await relationsOf(catalog);
    expect(relations).toContain('dev_gold.busiest_airports');
    expect(relations).toContain('dev_gold.network_today');
    expect(relations).toContain('dev_reference.census_regions');
    expect(relations).not.toContain('dev_silver.plausible_flights');
    expect(relations).toContain('dev_silver.flights_by_day');
    expect(relations).toHaveLength(24);
  });

  test('answers questions', async () => {
    const [busiest] = await ask(catalog, 'select airport from dev_gold.busiest_airports order by place limit 1');
    expect(busiest).toEqual({ airport: 'ORD' });
    const months = await ask(
      catalog,
      'select count(*)::int as months, bool_and(on_time_percent between 50 and 100) as plausible from dev_gold.on_time_by_month',
    );
    expect(months).toEqual([{ months: 6, plausible: true }]);
  });

  test('leaves plain files where the macro says', () => {
    expect(existsSync(join(project, 'lake/main/gold_dev/on_time_by_month.parquet'))).toBe(true);
    expect(readdirSync(join(project, 'lake/main/silver_dev/flights')).sort()).toEqual(
      [1, 2, 3, 4, 5, 6].map((month) => `flight_month=${month}`),
    );
    const csv = readFileSync(join(project, 'lake/main/gold_dev/busiest_airports_top_50.csv'), 'utf8')
      .trim()
      .split('\n');
    expect(csv[0]).toBe('place,airport,airport_name,city,state,departures,arrivals');
    expect(csv).toHaveLength(51);
  });

  test('gives other engines the same rows as the catalog', async () => {
    const [theirs] = await ask(
      undefined,
      `select count(*)::int as n, sum(delay_minutes)::int as delay from '${project}/lake/main/silver_dev/flights/**/*.parquet'`,
    );
    const [ours] = await ask(
      catalog,
      'select count(*)::int as n, sum(delay_minutes)::int as delay from dev_silver.flights',
    );
    expect(theirs).toEqual(ours);
  });

  test('builds again over itself, and for production into folders of its own', async () => {
    const again = await eider('build', '--vars', '{least_flights: 100}');
    expect(again.exitCode, again.stdout + again.stderr).toBe(0);
    const production = await eider('build', '--target', 'prod', '--vars', '{least_flights: 100}');
    expect(production.exitCode, production.stdout + production.stderr).toBe(0);
    expect(existsSync(join(project, 'lake/main/gold/on_time_by_month.parquet'))).toBe(true);
    expect(await relationsOf(join(project, 'catalog/prod.duckdb'))).toContain('gold.busiest_airports');
  });

  test('lists what reads the flights', async () => {
    const listed = await eider('ls', '--quiet', '--resource-type', 'model', '--select', 'flights+');
    expect(listed.exitCode, listed.stderr).toBe(0);
    expect(listed.stdout).toContain('us_flights.gold.busiest_airports');
    expect(listed.stdout).not.toContain('us_flights.silver.bird_strikes');
  });
});
