import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readProject } from '../project/read-project.ts';
import { parseProject } from './parse-project.ts';

const root = mkdtempSync(join(tmpdir(), 'eider-deprecated-'));
afterAll(() => rmSync(root, { recursive: true }));

test('models by their date, who reads them, names, each with a place; a contract has its checksum', async () => {
  const files = {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    'models/old.sql': 'select 1 as id',
    'models/v_v1.sql': 'select 1 as id',
    'models/v_v2.sql': 'select 1 as id',
    'models/two words.sql': 'select 1 as id',
    'models/reader.sql': "select * from {{ ref('old') }}\njoin {{ ref('v', v=1) }} using (id)",
    'models/models.yml': `models:
  - name: old
    deprecation_date: 2024-01-01T00:00:00+00:00
  - name: v
    latest_version: 2
    versions: [{v: 1, deprecation_date: "2099-01-01T00:00:00+00:00"}, {v: 2}]
  - name: reader
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: integer, constraints: [{type: unique}]}]
exposures:
  - {name: A board, type: dashboard, owner: {name: me}}
`,
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const { project } = await readProject({ projectDir: root, env: {} });
  if (project === null) throw new Error('not read');
  const { diagnostics, manifest } = parseProject(project, { startedAt: new Date('2026-01-02T03:04:05Z') });
  expect(
    diagnostics.map(({ code, message, place }) => `${code} ${place?.file}:${place?.line}:${place?.column} ${message}`),
  ).toEqual([
    'config/invalid models/models.yml:8:14 Constraints of the model "reader" are ignored: nothing holds those of a view.',
    'project/deprecated models/models.yml:3:23 Model old has passed its deprecation date of 2024-01-01T00:00:00+00:00.',
    "project/deprecated models/reader.sql:1:18 While compiling 'reader': Found a reference to old, which was deprecated on '2024-01-01T00:00:00+00:00'.",
    "project/deprecated models/reader.sql:2:9 While compiling 'reader': Found a reference to v.v1, which is slated for deprecation on '2099-01-01T00:00:00+00:00'.",
    "project/invalid-value models/two words.sql:1:1 The name 'two words' (model.shop.two words) has a space, which names cannot.",
    "project/deprecated models/models.yml:11:5 The exposure name 'A board' is deprecated in dbt: names hold letters, digits, underscores and hyphens.",
  ]);
  // What dbt-core 1.11 makes of the same contract as a view.
  expect(manifest.nodes['model.shop.reader']).toMatchObject({
    contract: { checksum: 'c73bf6125ed728e06d4d5f27302c08d4485750b6841c3aff6e1ffb487ad2210a' },
  });
});
