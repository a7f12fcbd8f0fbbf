import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: an ephemeral model that cannot be compiled is told once, at its place, and leaves the results that dbt 1.11 leaves (tried beside it).

const folder = temporaryFolder('ephemeral-failure');
afterAll(() => removeFolder(folder));
mkdirSync(join(folder, 'models'));
for (const [name, text] of Object.entries({
  'dbt_project.yml': 'name: inlined\nprofile: inlined\nflags: {send_anonymous_usage_stats: false}\n',
  'profiles.yml': 'inlined: {target: dev, outputs: {dev: {type: duckdb, schema: main}}}\n',
  'models/bad.sql':
    "{{ config(materialized='ephemeral') }} select {{ exceptions.raise_compiler_error('no such day') if execute else 1 }} as a",
  'models/mid.sql': "{{ config(materialized='ephemeral') }} select * from {{ ref('bad') }}",
  'models/child.sql': "select * from {{ ref('bad') }}",
  'models/grandchild.sql': "select * from {{ ref('mid') }}",
  'models/later.sql': "select * from {{ ref('child') }}",
  'models/fine.sql': 'select 1 as a',
  'models/models.yml':
    'models:\n  - {name: bad, columns: [{name: a, data_tests: [not_null]}]}\n  - {name: mid, columns: [{name: a, data_tests: [not_null]}]}\n',
}))
  writeFileSync(join(folder, name), text);

interface Result {
  readonly unique_id: string;
  readonly status: string;
  readonly message: string | null;
}

async function results(...args: readonly string[]): Promise<{ said: string; results: Record<string, string> }> {
  const { exitCode, stderr, stdout } = await runEider([...args, '--profiles-dir', folder], { cwd: folder });
  expect(exitCode, stdout + stderr).toBe(1);
  const { results: all } = JSON.parse(readFileSync(join(folder, 'target/run_results.json'), 'utf8')) as {
    readonly results: readonly Result[];
  };
  const told = all.map(({ message, status, unique_id: id }) => [id.split('.')[2], `${status}: ${message}`]);
  return { said: stdout, results: Object.fromEntries(told) as Record<string, string> };
}

const because = (id: string, model: string): string =>
  `skipped: Compilation Error in model.inlined.${id}, caused by compilation error in referenced ephemeral model model.inlined.${model}`;

test('skips in a run all that is below it, each with the reason', async () => {
  const { said, results: found } = await results('run');
  expect(found).toEqual({
    child: because('child', 'bad'),
    grandchild: because('grandchild', 'bad'),
    later: because('later', 'bad'),
    fine: 'success: OK',
  });
  expect(said.match(/no such day/g)).toHaveLength(2);
  expect(said).toContain("SKIP relation main.child due to ephemeral model status 'error'");
  expect(said).toContain('Failure in model bad (models/bad.sql)');
  expect(said).toContain('Completed with 3 errors');
  expect(said).toContain('ERROR=0 SKIP=3');
});

test('skips in a build its tests, and what waits for them', async () => {
  const { results: found } = await results('build');
  expect(found).toMatchObject({
    child: 'skipped: null',
    grandchild: 'skipped: null',
    later: 'skipped: null',
    fine: 'success: OK',
  });
  expect(found.not_null_bad_a).toContain('ephemeral model model.inlined.bad');
  expect(found.not_null_mid_a).toContain('ephemeral model model.inlined.mid');
});

test('is not compiled where what it reads failed, and is no reason of its own in a run', async () => {
  const table = 'models/bad.sql';
  const text = readFileSync(join(folder, table), 'utf8');
  writeFileSync(join(folder, table), 'select nope as a');
  const compiled = (): unknown => {
    const manifest = readFileSync(join(folder, 'target/manifest.json'), 'utf8');
    return (JSON.parse(manifest) as { nodes: Record<string, { compiled?: boolean }> }).nodes['model.inlined.mid']
      ?.compiled;
  };
  const { results: found, said } = await results('run');
  expect(said).not.toContain('due to ephemeral');
  expect(found).toMatchObject({ grandchild: 'skipped: null', later: 'skipped: null', fine: 'success: OK' });
  expect(compiled()).toBeUndefined();
  expect((await results('build')).said).toContain("due to ephemeral model status 'skipped'");
  expect(compiled()).toBeUndefined();
  writeFileSync(join(folder, table), text);
});

test('fails in its own name what is selected without it', async () => {
  const error = 'error: Compilation Error in model bad (models/bad.sql)\n  no such day';
  expect((await results('run', '--select', 'child')).results).toEqual({ child: error });
  expect((await results('test', '--select', 'bad')).results).toEqual({ not_null_bad_a: error });
});
