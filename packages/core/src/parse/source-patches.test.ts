import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import type { ParsedProject } from './parse-project.ts';

const root = mkdtempSync(join(tmpdir(), 'eider-overrides-'));
afterAll(() => rmSync(root, { recursive: true }));

const original = `sources:
  - name: raw
    schema: main
    description: theirs
    config: {meta: {of: theirs}}
    freshness: {warn_after: {count: 1, period: day}}
    loaded_at_field: at
    tables:
      - {name: orders, identifier: o, quoting: {identifier: false}, columns: [{name: id, data_tests: [unique]}]}
      - {name: people, data_tests: [some_test]}
`;

let count = 0;

async function parse(properties: string): Promise<ParsedProject & { readonly said: string[] }> {
  const parsed = await parseFiles(join(root, String(count++)), {
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    'packages.yml': 'packages: [{local: vendor}]\n',
    'dbt_packages/vendor/dbt_project.yml': 'name: vendor\n',
    'dbt_packages/vendor/models/s.yml': original,
    'dbt_packages/vendor/macros/m.sql': '{% test some_test(model) %}select 1{% endtest %}',
    'models/a.sql': "select * from {{ source('raw', 'orders') }}",
    'models/s.yml': properties,
  });
  const said = parsed.diagnostics.map(
    ({ message, place, severity }) => `${severity} ${place?.file}:${place?.line} ${message}`,
  );
  return { ...parsed, said };
}

test('what overrides a source of a package stands in the place of its own words', async () => {
  const { manifest, said } = await parse(`sources:
  - name: raw
    overrides: vendor
    schema: "{{ 'lan' ~ 'ding' }}"
    description: ours
    tables:
      - {name: orders, description: each, columns: [{name: id, data_tests: [not_null]}]}
`);
  expect(said).toEqual([]);
  expect(Object.keys(manifest.sources)).toEqual(['source.vendor.raw.orders', 'source.vendor.raw.people']);
  const [orders, people] = Object.values(manifest.sources);
  expect(orders).toMatchObject({
    schema: 'landing',
    source_description: 'ours',
    description: 'each',
    identifier: 'o',
    relation_name: '"shop"."landing"."o"',
    freshness: { warn_after: { count: null } },
    loaded_at_field: 'at',
    meta: {},
  });
  expect(people).toMatchObject({ schema: 'landing', source_description: 'ours' });
  expect(Object.values(manifest.nodes).filter((node) => node.resource_type === 'test')).toMatchObject([
    { name: 'source_not_null_raw_orders_id', package_name: 'vendor' },
    { name: 'source_some_test_raw_people_', package_name: 'vendor' },
  ]);
  expect(manifest.nodes['model.shop.a']).toMatchObject({ depends_on: { nodes: ['source.vendor.raw.orders'] } });
});

test('a source may be overridden once', async () => {
  const { said } = await parse('sources:\n  - {name: raw, overrides: vendor}\n  - {name: raw, overrides: vendor}\n');
  expect(said).toEqual([
    'error models/s.yml:3 The source "vendor.raw" is overridden twice; the other place is models/s.yml:2.',
  ]);
});

test('what overrides nothing is told, by source and by table', async () => {
  const { manifest, said } = await parse(`sources:
  - {name: raws, overrides: vendor}
  - name: raw
    overrides: vendor
    tables: [{name: people}, {name: order}]
`);
  expect(said).toEqual([
    'warning models/s.yml:2 This overrides the source "vendor.raws", which is not there.',
    'warning models/s.yml:5 This overrides the source table "vendor.raw.order", which is not there.',
  ]);
  expect(Object.keys(manifest.sources)).toHaveLength(2);
});

test('tests of a table have one spelling, in both files together', async () => {
  const { said } = await parse(
    'sources: [{name: raw, overrides: vendor, tables: [{name: people, tests: [some_test]}]}]\n',
  );
  expect(said).toEqual([
    'error models/s.yml:1 The source table "raw.people" has "tests" in one file and "data_tests" in the one that overrides it.',
  ]);
});
