import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import { readProject } from '../project/read-project.ts';
import { parseProject } from './parse-project.ts';

const root = mkdtempSync(join(tmpdir(), 'eider-contracts-'));
afterAll(() => rmSync(root, { recursive: true }));

test('an incremental model with a contract must say what becomes of columns that change', async () => {
  mkdirSync(join(root, 'models'));
  const contract = 'config: {materialized: incremental, contract: {enforced: true}';
  const files = {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    ...Object.fromEntries(
      ['silent', 'syncs', 'adds', 'fails', 'free'].map((name) => [`models/${name}.sql`, 'select 1 as id']),
    ),
    'models/models.yml': `models:
  - name: silent
    ${contract}}
    columns: [{name: id, data_type: integer}]
  - name: syncs
    ${contract}, on_schema_change: sync_all_columns}
    columns: [{name: id, data_type: integer}]
  - name: adds
    ${contract}, on_schema_change: append_new_columns}
    columns: [{name: id, data_type: integer}]
  - name: fails
    ${contract}, on_schema_change: fail}
    columns: [{name: id, data_type: integer}]
  - name: free
    config: {materialized: incremental}
`,
  };
  for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content);
  const { project } = await readProject({ projectDir: root, env: {} });
  if (project === null) throw new Error('not read');
  const { diagnostics } = parseProject(project, { startedAt: new Date('2026-01-02T03:04:05Z') });
  const words = (kind: string): string =>
    `Invalid value for on_schema_change: ${kind}. Models materialized as incremental with contracts enabled must set on_schema_change to 'append_new_columns' or 'fail'`;
  expect(
    diagnostics.map(({ code, message, node, place }) => [code, message, node, `${place?.file}:${place?.line}`]),
  ).toEqual([
    ['config/invalid', words('ignore'), 'model.shop.silent', 'models/models.yml:3'],
    ['config/invalid', words('sync_all_columns'), 'model.shop.syncs', 'models/models.yml:6'],
  ]);
});

test('a contract is of SQL, and of columns that a property file names', async () => {
  const folder = mkdtempSync(join(root, 'more-'));
  mkdirSync(join(folder, 'models'));
  const files = {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    'models/python.py': 'def model(dbt, session):\n    return dbt.ref("bare")\n',
    'models/bare.sql': 'select 1 as id',
    'models/unwritten.sql': "{{ config(contract={'enforced': true}) }} select 1 as id",
    'models/models.yml': `models:
  - name: python
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer}]
  - name: bare
    config: {contract: {enforced: true}}
`,
  };
  for (const [path, content] of Object.entries(files)) writeFileSync(join(folder, path), content);
  const { project } = await readProject({ projectDir: folder, env: {} });
  if (project === null) throw new Error('not read');
  const { diagnostics } = parseProject(project, { startedAt: new Date('2026-01-02T03:04:05Z') });
  const told = new Map(diagnostics.map(({ message, place }) => [place?.line, message]));
  expect(told).toEqual(
    new Map([
      [3, "Contract enforcement failed for: (models/python.py)\nLanguage Error: Expected 'sql' but found 'python'"],
      [
        6,
        'Contract enforcement failed for: (models/bare.sql)\nConstraints must be defined in a `yml` schema configuration file like `schema.yml`.',
      ],
    ]),
  );
});

test('constraints of what has no rows of its own are told as ignored', async () => {
  const model = (name: string, materialized: string, more = ''): string =>
    `  - {name: ${name}, config: {materialized: ${materialized}, contract: {enforced: true}}, columns: [{name: id, data_type: integer, constraints: [{type: not_null${more}}]}]}\n`;
  const { diagnostics } = await parseFiles(join(root, 'views'), {
    ...Object.fromEntries(['seen', 'quiet', 'kept', 'files'].map((name) => [`models/${name}.sql`, 'select 1 as id'])),
    'models/s.yml': `models:\n${model('seen', 'view')}${model('quiet', 'view', ', warn_unsupported: false')}${model('kept', 'table')}${model('files', 'external')}`,
  });
  expect(diagnostics.map(({ dbtName, message, place }) => [dbtName, message, place?.line])).toEqual([
    [
      'UnsupportedConstraintMaterialization',
      'Constraints of the model "seen" are ignored: nothing holds those of a view.',
      2,
    ],
  ]);
});
