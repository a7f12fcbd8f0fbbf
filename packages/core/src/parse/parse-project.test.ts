import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import type { ParsedProject } from './parse-project.ts';

const root = mkdtempSync(join(tmpdir(), 'eider-parse-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

/** Writes a project and parses it. `dbt_project.yml` and `profiles.yml` are there unless given. */
function parse(
  files: Readonly<Record<string, string>>,
  vars: Readonly<Record<string, unknown>> = {},
): Promise<ParsedProject> {
  return parseFiles(join(root, String(count++)), files, { env: { EXTERNAL_ROOT: '/lake/' }, vars });
}

async function findings(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { diagnostics } = await parse(files);
  return diagnostics.map((one) => `${one.code} ${one.place?.file}:${one.place?.line}:${one.place?.column}`);
}

describe('nodes', () => {
  test('a function in Python is refused by name', async () => {
    const functions = { 'functions/tidy.py': 'def tidy(text):\n    return text\n', 'functions/one.sql': 'select 1' };
    expect(await findings(functions)).toContain('project/unsupported functions/tidy.py:1:1');
  });

  test('a model knows what it refers to, what its config says and where it will live', async () => {
    const { manifest, diagnostics } = await parse({
      'dbt_project.yml': `name: shop
profile: shop
models:
  shop:
    +external_root: "{{ env_var('EXTERNAL_ROOT') }}"
    silver: {+materialized: external, +mode: overwrite, +schema: silver, +tags: [layer]}
`,
      'models/silver/orders.sql':
        "{{ config(tags='own', meta={'a': 1}) }}\nselect * from {{ ref('codes') }}, {{ source('land', 'raw') }}",
      'models/silver/schema.yml': `models:
  - {name: orders, description: all of them, config: {meta: {b: 2}}, columns: [{name: order_id, data_tests: [unique]}]}
sources:
  - {name: land, meta: {external_location: "/land/{name}.parquet"}, tables: [{name: raw}]}
`,
      'seeds/codes.csv': 'id\n1\n',
    });
    expect(diagnostics).toEqual([]);
    expect(manifest.nodes['model.shop.orders']).toMatchObject({
      fqn: ['shop', 'silver', 'orders'],
      relation_name: '"shop"."dev_silver"."orders"',
      description: 'all of them',
      tags: ['layer', 'own'],
      meta: { a: 1, b: 2 },
      config: { materialized: 'external', mode: 'overwrite', external_root: '/lake/' },
      refs: [{ name: 'codes', package: null, version: null }],
      sources: [['land', 'raw']],
      depends_on: { nodes: ['source.shop.land.raw', 'seed.shop.codes'] },
    });
    expect(manifest.sources['source.shop.land.raw']?.relation_name).toBe("'/land/raw.parquet'");
    expect(manifest.nodes['test.shop.unique_orders_order_id.fed79b3a6e']).toMatchObject({
      attached_node: 'model.shop.orders',
      column_name: 'order_id',
      raw_code: '{{ test_unique(**_dbt_generic_test_kwargs) }}',
    });
    expect(manifest.child_map['seed.shop.codes']).toEqual(['model.shop.orders']);
  });

  test('refs and configs inside macros count, and the macros that the model itself calls are its dependencies', async () => {
    const { manifest } = await parse({
      'macros/m.sql':
        "{% macro outer() %}{{ inner() }}{% endmacro %}{% macro inner() %}{{ config(alias='x') }}{{ ref('a') }}{% endmacro %}",
      'models/a.sql': 'select 1',
      'models/b.sql': 'select * from {{ outer() }}',
    });
    expect(manifest.nodes['model.shop.b']).toMatchObject({
      alias: 'x',
      depends_on: { macros: ['macro.shop.outer'], nodes: ['model.shop.a'] },
    });
    expect(manifest.macros['macro.shop.outer']?.depends_on.macros).toEqual(['macro.shop.inner']);
  });

  test('a project names its schemas itself', async () => {
    const { manifest } = await parse({
      'macros/s.sql':
        '{% macro generate_schema_name(custom, node) %} {{ custom or target.schema }}_{{ node.name }} {% endmacro %}',
      'models/a.sql': "{{ config(schema='s') }} select 1",
    });
    expect(manifest.nodes['model.shop.a']?.schema).toBe('s_a');
  });

  test('disabled nodes are kept apart, and a test on them goes with them', async () => {
    const { manifest, diagnostics } = await parse({
      'models/a.sql': "{{ config(enabled=var('on', false)) }} select 1",
      'models/s.yml': 'models: [{name: a, data_tests: [{unique: {arguments: {column_name: id}}}]}]',
    });
    expect(diagnostics).toEqual([]);
    expect(manifest.nodes).toEqual({});
    expect(Object.keys(manifest.disabled)).toEqual(['model.shop.a']);
    expect(Object.values(manifest.withdrawn).map(({ config, name }) => [name, config.enabled])).toEqual([
      ['unique_a_id', false],
    ]);
  });

  test('descriptions take docs blocks', async () => {
    const { manifest } = await parse({
      'models/a.sql': 'select 1',
      'models/d.md': '{% docs about %}\nWords\n{% enddocs %}',
      'models/s.yml': 'models: [{name: a, description: "{{ doc(\'about\') }}!"}]',
    });
    expect(manifest.nodes['model.shop.a']).toMatchObject({ description: 'Words!', doc_blocks: ['doc.shop.about'] });
  });

  test('hooks at the start and end of a run are operations', async () => {
    const { manifest } = await parse({
      'dbt_project.yml': 'name: shop\nprofile: shop\non-run-start: ["select 1"]\non-run-end: "{{ log(1) }}"\n',
    });
    expect(Object.keys(manifest.nodes)).toEqual([
      'operation.shop.shop-on-run-start-0',
      'operation.shop.shop-on-run-end-0',
    ]);
  });
});

describe('findings have the place of the mistake', () => {
  test.each([
    ['a missing ref', { 'models/a.sql': "\n\nselect *\nfrom {{ ref('ordrs') }}" }, ['ref/not-found models/a.sql:4:9']],
    [
      'a missing ref that a macro makes',
      { 'macros/m.sql': "{% macro m() %}\n{{ ref('nope') }}{% endmacro %}", 'models/a.sql': '{{ m() }}' },
      ['ref/not-found macros/m.sql:2:4'],
    ],
    ['a missing source', { 'models/a.sql': "select {{ source('a', 'b') }}" }, ['source/not-found models/a.sql:1:11']],
    [
      'a ref to a disabled model',
      { 'models/a.sql': "{{ ref('b') }}", 'models/b.sql': '{{ config(enabled=false) }}' },
      ['ref/disabled models/a.sql:1:4'],
    ],
    [
      'an unknown test',
      { 'models/a.sql': '', 'models/s.yml': 'models:\n  - name: a\n    data_tests:\n      - uniqe' },
      ['macro/not-found models/s.yml:4:9'],
    ],
    [
      'two models of one name',
      { 'models/x/a.sql': '', 'models/y/a.sql': '' },
      ['project/duplicate models/y/a.sql:1:1'],
    ],
    [
      'an entry that enables one of two',
      {
        'models/x/a.sql': '{{ config(enabled=false) }}',
        'models/y/a.sql': '{{ config(enabled=false) }}',
        'models/s.yml': 'models:\n  - name: a\n    config: {enabled: true}',
      },
      ['project/duplicate models/s.yml:2:11'],
    ],
    [
      'configs of what is not there',
      {
        'models/a.sql': '',
        'dbt_project.yml': 'name: shop\nprofile: shop\nseeds: {+schema: raw}\nmodels: {+tags: a}\nsnapshots: {}\n',
      },
      ['project/unused-config dbt_project.yml:3:9'],
    ],
    ['a description of nothing', { 'models/s.yml': 'models:\n  - name: a' }, ['project/no-node models/s.yml:2:11']],
    ['an unset variable', { 'models/a.sql': "select 1\n  {{ env_var('NOT_SET') }}" }, ['env/missing models/a.sql:2:6']],
    ['a template that ends too early', { 'models/a.sql': 'select {{ 1' }, ['jinja/syntax models/a.sql:1:12']],
    [
      'a missing docs block',
      { 'models/a.sql': '', 'models/s.yml': 'models:\n  - name: a\n    description: "{{ doc(\'x\') }}"' },
      ['jinja/render models/s.yml:3:22'],
    ],
    [
      'a missing docs block of a macro and of its argument',
      {
        'macros/m.sql': '{% macro a(b) %}{% endmacro %}',
        'macros/m.yml':
          'macros:\n  - name: a\n    description: "{{ doc(\'x\') }}"\n    arguments:\n      - {name: b, description: "{{ doc(\'y\') }}"}',
      },
      ['jinja/render macros/m.yml:3:22', 'jinja/render macros/m.yml:5:36'],
    ],
  ])('%s', async (_what, files, places) => {
    expect(await findings(files)).toEqual(places);
  });

  test('a seed that is described among the models is sent to its list', async () => {
    const { diagnostics } = await parse({ 'seeds/a.csv': 'id\n1\n', 'models/s.yml': 'models:\n  - name: a' });
    expect(diagnostics).toMatchObject([
      {
        code: 'project/no-node',
        dbtName: 'WrongResourceSchemaFile',
        hint: 'It is described under `seeds:`: move the entry there.',
      },
    ]);
  });
});
