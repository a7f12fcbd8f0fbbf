import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';
import { compareProject } from './compare.ts';
import { alike, askPeer, withVectors } from './delta-peers.ts';
import { describeVerdict } from './verdict.ts';

// Invariant: what `eider init` makes is an ordinary dbt project: dbt-duckdb builds the same from it, on both targets.

const home = temporaryFolder('templates');
afterAll(() => removeFolder(home));

describe('made by eider init, built by dbt-duckdb and by eider', () => {
  test.each(['minimal', 'lakehouse'])('%s', { timeout: 300_000 }, async (template) => {
    const made = await runEider(['init', template, '--template', template], { cwd: home });
    expect(made.exitCode, made.stderr).toBe(0);
    const project = join(home, template);
    const runs = [['build'], ['build', '--target', 'prod']];
    writeFileSync(join(project, 'case.json'), JSON.stringify({ about: 'A template', runs }));
    const verdict = await compareProject(project);
    expect(verdict.differences, describeVerdict(verdict)).toEqual([]);
    expect(verdict.compared.relations).toBeGreaterThan(0);
    expect(verdict.compared.nodes).toBeGreaterThan(0);
  });
});

test('other engines read the tables of the template delta', { timeout: 300_000 }, async () => {
  const project = join(home, 'delta');
  for (const [folder, ...command] of [
    [home, 'init', 'delta', '--template', 'delta'],
    [project, 'build'],
    [project, 'land', 'landing.trips', 'landing/incoming/2026-10-03.csv'],
    [project, 'build'],
  ] as const)
    expect((await runEider(command, { cwd: folder })).exitCode, command.join(' ')).toBe(0);
  const tables: Record<string, readonly string[]> = {};
  for (const name of ['raw_trips', 'trips', 'trips_by_day']) {
    const expected = join(home, `${name}.parquet`);
    const rows = `COPY (SELECT COLUMNS(*)::VARCHAR FROM main.${name}) TO '${expected}' (FORMAT parquet)`;
    await ask(join(project, 'catalog/dev.duckdb'), rows);
    tables[name] = [join(project, 'lake/dev', name), expected];
  }
  const same = alike(withVectors);
  expect(await askPeer({ action: 'read-all', tables, readers: withVectors })).toEqual({
    raw_trips: same,
    trips: same,
    trips_by_day: same,
  });
});
