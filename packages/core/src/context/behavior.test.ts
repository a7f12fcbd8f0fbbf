import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseProject } from '../parse/parse-project.ts';
import { readProject } from '../project/read-project.ts';

// Invariant: adapter.behavior says what `flags:` of dbt_project.yml says, and dbt's default where that is silent; macros of dbt follow it.

const root = mkdtempSync(join(tmpdir(), 'eider-behavior-'));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'models'));
writeFileSync(join(root, 'profiles.yml'), 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n');
writeFileSync(
  join(root, 'models/asked.sql'),
  `{% set nulls = adapter.behavior.enable_truthy_nulls_equals_macro %}
{{ config(meta={'set': nulls.setting, 'quiet': nulls.no_warn, 'true': 1 if nulls else 0, 'name': nulls.name,
  'batches': adapter.behavior.require_batched_execution_for_custom_microbatch_strategy.no_warn, 'sql': equals('a', 'b')}) }} select 1 as id`,
);

test.each([
  ['', { set: false, quiet: false, true: 0, sql: '(a = b)' }],
  [
    'flags: {enable_truthy_nulls_equals_macro: true}\n',
    { set: true, quiet: true, true: 1, sql: '(a is not distinct from b)' },
  ],
])('with %j', async (flags, answers) => {
  writeFileSync(join(root, 'dbt_project.yml'), `name: shop\nprofile: shop\n${flags}`);
  const { project } = await readProject({ projectDir: root, env: {} });
  if (project === null) throw new Error('not read');
  const { diagnostics, manifest } = parseProject(project, { startedAt: new Date('2026-01-02T03:04:05Z') });
  expect(diagnostics).toEqual([]);
  expect(manifest.nodes['model.shop.asked']?.config.meta).toEqual({
    ...{ name: 'enable_truthy_nulls_equals_macro', batches: false },
    ...answers,
  });
});
