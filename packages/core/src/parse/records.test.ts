import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import { manifestBody } from '../manifest/write-manifest.ts';
import type { ParsedProject } from './parse-project.ts';

// What the records of a manifest keep of property files, as dbt keeps it.

const root = mkdtempSync(join(tmpdir(), 'eider-records-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

function parse(files: Readonly<Record<string, string>>): Promise<ParsedProject> {
  const profile = 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n';
  return parseFiles(join(root, String(count++)), { 'profiles.yml': profile, ...files });
}

test('a macro is shown or not as its entry says, also under `config`', async () => {
  const { manifest } = await parse({
    'macros/m.sql': '{% macro a() %}{% endmacro %}{% macro b() %}{% endmacro %}{% macro c() %}{% endmacro %}',
    'macros/m.yml': 'macros: [{name: a, docs: {show: false}}, {name: b, config: {docs: {node_color: red}}}]\n',
  });
  const shown = [
    ['a', { show: false, node_color: null }],
    ['b', { show: true, node_color: 'red' }],
    ['c', { show: true, node_color: null }],
  ] as const;
  for (const [name, docs] of shown)
    expect(manifest.macros[`macro.shop.${name}`]).toMatchObject({ docs, config: { docs } });
});

test('a generic test that is nowhere depends on a null', async () => {
  const { manifest } = await parse({
    'models/a.sql': 'select 1 as id',
    'models/s.yml': 'models: [{name: a, data_tests: [gone], columns: [{name: id, data_tests: [unique]}]}]\n',
  });
  const { nodes } = manifestBody(manifest) as {
    nodes: Record<string, { name: string; depends_on: { macros: readonly unknown[] } }>;
  };
  const macros = Object.values(nodes).map(({ depends_on: { macros }, name }) => [name, macros[0]]);
  expect(Object.fromEntries(macros)).toMatchObject({ gone_a_: null, unique_a_id: 'macro.dbt.test_unique' });
});

test('a group takes configs of the models around it, hooks aside', async () => {
  const { manifest } = await parse({
    'dbt_project.yml': 'name: shop\nprofile: shop\nmodels: {shop: {+post-hook: select 1, +schema: silver}}\n',
    'models/s.yml': 'groups: [{name: sales, owner: {name: A}, config: {pre_hook: select 2, tags: a}}]\n',
  });
  expect(manifest.groups['group.shop.sales']?.config).toEqual({ meta: {}, schema: 'silver', tags: 'a' });
});

test('the tags of a property file come behind those of dbt_project.yml and of the template, wherever else they stand', async () => {
  const { manifest } = await parse({
    'dbt_project.yml': 'name: shop\nprofile: shop\nmodels: {shop: {+tags: [a, b]}}\n',
    'models/a.sql': "{{ config(tags=['c']) }}select 1 as id",
    'models/s.yml': 'models: [{name: a, config: {tags: [b, d, a]}}]\n',
  });
  expect(manifest.nodes['model.shop.a']).toMatchObject({
    tags: ['a', 'b', 'c', 'd'],
    config: { tags: ['a', 'b', 'b', 'd', 'a', 'c'] },
  });
});

test.each([
  ['2026-01-01', '2026-01-01T00:00:00'],
  ['2026-01-01T06:00:00Z', '2026-01-01T06:00:00+00:00'],
  ['2026-01-01 06:00', '2026-01-01T06:00:00'],
])("the begin %s of a microbatch model is written as Python's moments are", async (begin, written) => {
  const { manifest } = await parse({
    'models/a.sql': `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', begin='${begin}', batch_size='day') }} select 1 as id, now() as at`,
  });
  const { nodes } = manifestBody(manifest) as { nodes: Record<string, unknown> };
  expect(nodes['model.shop.a']).toMatchObject({ config: { begin: written }, unrendered_config: { begin } });
});
