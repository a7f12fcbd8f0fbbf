import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask } from '../support/duckdb.ts';
import { type RanInProcess, runInProcess } from '../support/in-process.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';

// Invariant: no version of a model's table has a row that breaks a rule of it, and what breaks one is told before anything is seen.

let project: SmallProject;

beforeEach(() => {
  project = smallProject('delta-rules', { models: {}, target: 'threads: 2' });
});

afterEach(() => removeFolder(project.folder));

const build = (vars: string): Promise<RanInProcess> =>
  runInProcess(['build', '--profiles-dir', project.folder, '--vars', vars], { cwd: project.folder });

const shown = (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  ask(join(project.folder, 'catalog/dev.duckdb'), 'FROM t ORDER BY ALL');

const model = (rules: string): void =>
  project.write(
    'models/t.sql',
    `{{ config(materialized='incremental', format='delta', incremental_strategy='append', table_properties=${rules}) }}
select {{ var('n') }} as n, 'a' as "odd name"`,
  );

test('rows that break a constraint fail the model, and the table stays', async () => {
  model(`{'delta.constraints.positive': 'n > 0 AND \`odd name\` <> "b"'}`);
  expect((await build('{n: 1}')).out).toContain('Completed successfully');
  const failed = await build('{n: -1}');
  expect(failed.code).toBe(1);
  expect(failed.out).toContain('delta.constraints.positive (n > 0 AND `odd name` <> "b") by 1 row');
  expect(failed.out).toMatch(/error\[engine\/delta\] models\/t\.sql:1:\d+/);
  expect(await shown()).toEqual([{ n: 1, 'odd name': 'a' }]);
  expect((await build('{n: 2}')).out).toContain('Completed successfully');
  expect(await shown()).toHaveLength(2);
  const log = readFileSync(join(project.folder, 'lake/t/_delta_log/00000000000000000000.json'), 'utf8');
  expect(JSON.parse(log.split('\n').find((line) => line.includes('"protocol"')) ?? '')).toEqual({
    protocol: {
      minReaderVersion: 1,
      minWriterVersion: 7,
      writerFeatures: ['appendOnly', 'invariants', 'checkConstraints'],
    },
  });
});

test('a new rule is held against all rows, one that cannot be evaluated is an error', async () => {
  model('{}');
  expect((await build('{n: 5}')).out).toContain('Completed successfully');
  model("{'delta.constraints.small': 'n < 3'}");
  expect((await build('{n: 1}')).out).toContain('delta.constraints.small (n < 3) by 1 row');
  model("{'delta.constraints.odd': 'no_such_function(n)'}");
  expect((await build('{n: 1}')).out).toContain(
    'The rule delta.constraints.odd (no_such_function(n)) cannot be evaluated here',
  );
  expect(await shown()).toHaveLength(1);
});
