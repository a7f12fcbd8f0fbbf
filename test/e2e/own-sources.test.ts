import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: a source that means what a model of the project makes is read as dbt reads it, also where no table keeps the working database from one run to the next, and its schema has the name of the database.

const folder = temporaryFolder('own-sources');
afterAll(() => removeFolder(folder));
mkdirSync(join(folder, 'models'));
for (const [name, text] of Object.entries({
  'dbt_project.yml': 'name: shop\nprofile: shop\nflags: {send_anonymous_usage_stats: false}\n',
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: dev.duckdb, schema: dev}}}\n',
  'models/seen.sql': 'select 1 as id',
  'models/filed.sql': "{{ config(materialized='external', location='out/filed.parquet') }} select 2 as id",
  'models/reader.sql':
    "select (select id from {{ source('own', 'seen') }}) + (select id from {{ source('own', 'filed') }}) as total",
  'models/own.yml': `sources:
  - name: own
    schema: DEV
    tables:
      - {name: seen, columns: [{name: id, data_tests: [not_null, unique]}]}
      - {name: filed, columns: [{name: id, data_tests: [not_null]}]}
models: [{name: reader, columns: [{name: total, data_tests: [{accepted_values: {arguments: {values: [3]}}}]}]}]
`,
}))
  writeFileSync(join(folder, name), text);

async function last(...args: readonly string[]): Promise<string> {
  const { stderr, stdout } = await runEider([...args, '--profiles-dir', folder], { cwd: folder });
  return /Done\. .*/.exec(stdout)?.[0] ?? stdout + stderr;
}

test('by its tests alone, and by a model that is built alone', { timeout: 300_000 }, async () => {
  expect(await last('run', '--exclude', 'reader')).toContain('PASS=2 WARN=0 ERROR=0');
  expect(await last('test', '--select', 'source:own')).toContain('PASS=3 WARN=0 ERROR=0');
  expect(await last('build', '--select', 'reader')).toContain('PASS=2 WARN=0 ERROR=0');
});
