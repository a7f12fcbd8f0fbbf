import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import { manifestBody } from '../manifest/write-manifest.ts';
import type { ParsedProject } from './parse-project.ts';

const root = mkdtempSync(join(tmpdir(), 'eider-whole-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

async function parse(files: Readonly<Record<string, string>>): Promise<ParsedProject & { readonly said: string[] }> {
  const profile = 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n';
  const parsed = await parseFiles(join(root, String(count++)), { 'profiles.yml': profile, ...files });
  const said = parsed.diagnostics.map(
    ({ message, place, severity }) => `${severity} ${place?.file}:${place?.line} ${message}`,
  );
  return { ...parsed, said };
}

test('a Python model is a node with its refs, sources and configs', async () => {
  const { manifest, said } = await parse({
    'models/a.sql': 'select 1 as id',
    'models/b.py': `def model(dbt, session):
    dbt.config(materialized="table", tags=["py"])
    # dbt.ref("nothing")
    return dbt.ref("a").union(dbt.source('raw', 't'))
`,
    'models/c.sql': "select * from {{ ref('b') }}",
    'models/s.yml':
      'sources: [{name: raw, tables: [{name: t}]}]\nmodels: [{name: b, columns: [{name: id, data_tests: [unique]}]}]\n',
  });
  expect(said).toEqual([]);
  expect(manifest.nodes['model.shop.b']).toMatchObject({
    language: 'python',
    raw_code: expect.stringMatching(/^def model/),
    config: { materialized: 'table', tags: ['py'] },
    depends_on: { nodes: ['source.shop.raw.t', 'model.shop.a'] },
  });
  expect(manifest.parent_map['model.shop.c']).toEqual(['model.shop.b']);
});

test('a ref of a Python model that does not exist is a finding at its line', async () => {
  const { said } = await parse({ 'models/b.py': 'def model(dbt, session):\n    return dbt.ref("nothing")\n' });
  expect(said).toEqual([
    "error models/b.py:2 Model 'model.shop.b' (models/b.py) depends on a node named 'nothing', which was not found.",
  ]);
});

test('the white space that the tags of a snapshot take is no part of its code', async () => {
  const { manifest } = await parse({
    'snapshots/s.sql':
      '{%- snapshot near -%}\nselect 1 as id\n{%- endsnapshot %}\n{% snapshot far %}\nselect 2 as id\n{% endsnapshot %}\n',
    'snapshots/s.yml':
      'snapshots: [{name: near, config: &c {strategy: check, unique_key: id, check_cols: all}}, {name: far, config: *c}]\n',
  });
  expect(['near', 'far'].map((name) => manifest.nodes[`snapshot.shop.${name}`]?.raw_code)).toEqual([
    'select 1 as id',
    '\nselect 2 as id\n',
  ]);
});

test('a foreign key points at a ref or a source', async () => {
  const key = (to: string): string =>
    `models: [{name: a, constraints: [{type: foreign_key, columns: [id], to: ${to}, to_columns: [id]}]}]\n`;
  const models = { 'models/a.sql': 'select 1 as id', 'models/b.sql': 'select 1 as id' };
  const good = await parse({ ...models, 'models/s.yml': key("ref('b')") });
  expect(good.said).toEqual([]);
  expect(good.manifest.parent_map['model.shop.a']).toEqual(['model.shop.b']);
  const bad = await parse({ ...models, 'models/s.yml': key('main.b') });
  expect(bad.said).toEqual([
    "error models/s.yml:1 Invalid 'ref' or 'source' syntax on foreign key constraint 'to' on model a: main.b.",
  ]);
});

test('every group is in the map of groups, also one without members', async () => {
  const { manifest } = await parse({
    'models/a.sql': 'select 1 as id',
    'models/s.yml':
      'groups: [{name: some, owner: {name: A}}, {name: none, owner: {name: B}}]\nmodels: [{name: a, config: {group: some}}]\n',
  });
  expect(manifestBody(manifest).group_map).toEqual({ some: ['model.shop.a'], none: [] });
});

test('what a property file writes of a config is kept as written under the flag for it', async () => {
  const files = {
    'models/a.sql': 'select 1 as id',
    'models/s.yml': `models: [{name: a, config: {materialized: "{{ 'table' if execute else 'view' }}", freshness: {build_after: {updates_on: all}}}}]\n`,
  };
  const project = (more: string): string => `name: shop\nprofile: shop\n${more}`;
  const plain = await parse({ ...files, 'dbt_project.yml': project('') });
  expect(plain.manifest.nodes['model.shop.a']).toMatchObject({
    config: { materialized: 'view', freshness: { build_after: { count: null, period: null, updates_on: 'all' } } },
    unrendered_config: { materialized: 'view' },
  });
  const more = await parse({
    ...files,
    'dbt_project.yml': project('flags: {state_modified_compare_more_unrendered_values: true}\n'),
  });
  expect(more.manifest.nodes['model.shop.a']).toMatchObject({
    config: { materialized: 'view' },
    unrendered_config: { materialized: "{{ 'table' if execute else 'view' }}" },
  });
});

test('what Jinja renders of a config is kept as its syntax tree under the flag for it', async () => {
  const { manifest } = await parse({
    'dbt_project.yml': 'name: shop\nprofile: shop\nflags: {state_modified_compare_more_unrendered_values: true}\n',
    'models/plain.sql': "{{ config(tags='a') }} select 1 as id",
    'models/hooked.sql': "{{ config(tags='a', pre_hook='select 1') }} select 1 as id",
    'models/rendered.sql': "{{ config(alias='a' ~ 1) }}{{ config(tags='b') }} select 1 as id",
    'models/skipped.sql': "{% if execute %}{{ config(tags='a') }}{% endif %} select 1 as id",
    'models/s.yml':
      'models: [{name: plain, config: {tags: [b], meta: {a: [1]}}, columns: [{name: id, data_tests: [{accepted_values: {values: [1], config: {severity: warn}}}]}]}]\n',
  });
  const written = Object.values(manifest.nodes).map((node) => [node.name, node.unrendered_config]);
  expect(Object.fromEntries(written)).toEqual({
    plain: { tags: 'a', meta: { a: [1, 1] } },
    hooked: {
      tags: "Keyword(key='tags', value=Const(value='a'))",
      pre_hook: "Keyword(key='pre_hook', value=Const(value='select 1'))",
    },
    rendered: { alias: "Keyword(key='alias', value=Concat(nodes=[Const(value='a'), Const(value=1)]))" },
    skipped: {},
    accepted_values_plain_id__1: { severity: "Keyword(key='severity', value=Const(value='warn'))" },
  });
});

test('configs of a plain template are kept as they are written last, and merged where a property file has a say', async () => {
  const unrendered = async (file: string): Promise<unknown> => {
    const { manifest } = await parse({
      'models/a.sql': "{{ config(materialized='table', tags='x') }}{{ config(tags='y') }} select 1 as id",
      'models/b.sql': "{% if true %}{{ config(tags='x') }}{{ config(tags='y') }}{% endif %} select 1 as id",
      'models/s.yml': `models: [{name: a${file}}]\n`,
    });
    return Object.values(manifest.nodes).map((node) => [node.name, node.unrendered_config.tags, node.config.tags]);
  };
  const [last, merged] = ['y', ['x', 'y']];
  expect(await unrendered('')).toEqual([
    ['a', last, merged],
    ['b', merged, merged],
  ]);
  expect(await unrendered(', config: {meta: {k: 1}}')).toEqual([
    ['a', merged, merged],
    ['b', merged, merged],
  ]);
});

test('a seed is materialized as one', async () => {
  const { diagnostics } = await parse({
    'seeds/codes.csv': 'id\n1\n',
    'seeds/s.yml': 'seeds: [{name: codes, config: {materialized: table}}]\n',
  });
  expect(diagnostics.map(({ code, message, place }) => [code, message, place?.line])).toEqual([
    ['config/invalid', 'The config "materialized" must be "seed", not "table".', 1],
  ]);
});

test('a materialization that a var without a value gives is none', async () => {
  const { diagnostics } = await parse({ 'models/a.sql': "{{ config(materialized=var('kind')) }} select 1 as id" });
  expect(diagnostics.map(({ code, message, place }) => [code, message, place?.line, place?.column])).toEqual([
    ['config/invalid', 'The config "materialized" must be a text, not null.', 1, 11],
  ]);
});

test('a description lists the docs blocks that it prints as they are, an exposure takes what its tree shares', async () => {
  const { manifest } = await parse({
    'dbt_project.yml': 'name: shop\nprofile: shop\nexposures: {meta: {shared: 1, own: 1}}\n',
    'models/a.sql': 'select 1 as id',
    'models/d.md': '{% docs plain %}Text {name}{% enddocs %}',
    'models/s.yml': `models:
  - name: a
    description: "{{ doc('plain') }}"
    columns: [{name: id, description: "{{ doc('plain').format(name='x') }}"}]
exposures: [{name: e, type: notebook, owner: {name: A}, depends_on: [ref('a')], config: {meta: {own: 2}}}]
`,
  });
  expect(manifest.nodes['model.shop.a']).toMatchObject({
    doc_blocks: ['doc.shop.plain'],
    columns: { id: { description: 'Text x', doc_blocks: [] } },
  });
  expect(manifest.exposures['exposure.shop.e']?.meta).toEqual({ shared: 1, own: 2 });
});

test("the manifest's name of a source takes the project's quoting where the source says nothing itself", async () => {
  const { manifest } = await parse({
    'dbt_project.yml': 'name: shop\nprofile: shop\nquoting: {database: false, schema: false, identifier: false}\n',
    'models/s.yml':
      'sources: [{name: raw, quoting: {schema: true}, tables: [{name: a}, {name: b, quoting: {identifier: true}}]}]\n',
  });
  const names = ['a', 'b'].map((table) => manifest.sources[`source.shop.raw.${table}`]?.relation_name);
  expect(names).toEqual(['shop."raw".a', 'shop."raw"."b"']);
});

test('a snapshot may stand in a property file alone', async () => {
  const { manifest, said } = await parse({
    'models/a.sql': 'select 1 as id',
    'models/b.sql': "select * from {{ ref('snap') }}",
    'snapshots/s.yml': `snapshots:
  - {name: snap, relation: ref('a'), config: {unique_key: id, strategy: check, check_cols: all, schema: kept}}
`,
  });
  expect(said).toEqual([]);
  expect(manifest.nodes['snapshot.shop.snap']).toMatchObject({
    raw_code: "select * from {{ ref('a') }}",
    fqn: ['shop', 'snap'],
    path: 's.yml/snap.sql',
    relation_name: '"shop"."main_kept"."snap"',
    depends_on: { nodes: ['model.shop.a'] },
    config: { strategy: 'check' },
  });
});

test('models that are to be registered in Glue are refused, external ones', async () => {
  const profile = 'shop: {target: dev, outputs: {dev: {type: duckdb, plugins: [{module: glue, alias: g}]}}}\n';
  const { said } = await parse({
    'profiles.yml': profile,
    'models/a.sql': "{{ config(materialized='external') }}select 1 as id",
    'models/b.sql': "{{ config(materialized='external', plugin='g') }}select 1 as id",
    'models/c.sql': "{{ config(materialized='table', glue_register=true) }}select 1 as id",
    'models/s.yml': 'models:\n  - {name: a, config: {glue_register: true}}\n',
  });
  expect(said).toEqual([
    'error models/s.yml:2 a is to be registered in AWS Glue, which eider cannot do.',
    'error models/b.sql:1 b is to be registered in AWS Glue, which eider cannot do.',
  ]);
});

const packaged = {
  'dbt_packages/lib/dbt_project.yml': 'name: lib\n',
  'dbt_packages/lib/models/orders.sql': 'select 1 as id',
  'dbt_packages/lib/models/s.yml':
    'models: [{name: orders, description: of the package, columns: [{name: id, data_tests: [unique]}]}]\n',
};

test("a model that replaces a package's keeps its description and tests", async () => {
  const { manifest, said } = await parse({
    ...packaged,
    'dbt_project.yml': 'name: shop\nprofile: shop\nmodels: {lib: {orders: {+enabled: false}}}\n',
    'models/orders.sql': 'select 2 as id',
  });
  expect(said).toEqual([]);
  expect(manifest.nodes['model.shop.orders']).toMatchObject({
    description: 'of the package',
    patch_path: 'lib://models/s.yml',
  });
  expect(manifest.child_map['model.shop.orders']).toEqual([expect.stringMatching(/^test\.lib\.unique_orders_id\./)]);
});

test("a model beside a package's of one name has nothing of it", async () => {
  const { manifest } = await parse({
    ...packaged,
    'dbt_project.yml': 'name: shop\nprofile: shop\nmodels: {shop: {+schema: own}}\n',
    'models/orders.sql': 'select 2 as id',
  });
  expect(manifest.nodes['model.shop.orders']).toMatchObject({ description: '', patch_path: null });
  expect(manifest.nodes['model.lib.orders']).toMatchObject({ description: 'of the package' });
});

test('groups, constraints, dates and time spines are recorded whole', async () => {
  const { manifest } = await parse({
    'models/a.sql': 'select 1 as id',
    'models/s.yml': `groups: [{name: sales, owner: {email: a@b.c}}]
models:
  - name: a
    config: {group: sales}
    deprecation_date: 2030-01-02
    time_spine: {standard_granularity_column: id}
    constraints: [{type: unique, columns: [id]}]
    columns: [{name: id, constraints: [{type: check, expression: id > 0}]}]
`,
  });
  const rest = { name: null, warn_unenforced: true, warn_unsupported: true, to: null, to_columns: [] };
  expect(manifest.groups['group.shop.sales']).toMatchObject({ name: 'sales', owner: { email: 'a@b.c', name: null } });
  expect(manifest.nodes['model.shop.a']).toMatchObject({
    group: 'sales',
    deprecation_date: expect.stringMatching(/^2030-01-02T00:00:00[+-]\d\d:\d\d$/),
    time_spine: { standard_granularity_column: 'id', custom_granularities: [] },
    constraints: [{ ...rest, type: 'unique', columns: ['id'], expression: null }],
    columns: { id: { constraints: [{ ...rest, type: 'check', expression: 'id > 0' }] } },
  });
});

test('a column keeps keys of its own, and a text that ends its file has no line end', async () => {
  const { manifest } = await parse({
    'models/a.sql': 'select 1 as id',
    'models/s.yml':
      'models:\n  - name: a\n    columns: [{name: id, unit: EUR, limits: [1, 2]}]\n    description: |\n      one\n\n',
  });
  expect(manifest.nodes['model.shop.a']).toMatchObject({
    description: 'one',
    columns: { id: { name: 'id', unit: 'EUR', limits: [1, 2] } },
  });
});

test('packages read versions and names from `ref.config`', async () => {
  const { manifest } = await parse({
    ...packaged,
    'dbt_packages/lib/dbt_project.yml': 'name: lib\nversion: 1.2.3\n',
    'models/a.sql': `{{ config(alias=builtins.ref.config.dependencies['lib'].version ~ builtins.ref.config.project_name) }}`,
  });
  expect(manifest.nodes['model.shop.a']?.alias).toBe('1.2.3shop');
});

test('a config that stands in a test and under its config is refused, as in dbt', async () => {
  const yaml = (test: string): string => `models: [{name: a, columns: [{name: id, data_tests: [${test}]}]}]\n`;
  const twice = (test: string): Promise<{ said: string[] }> =>
    parse({ 'models/a.sql': 'select 1 as id', 'models/s.yml': yaml(test) });
  const { said } = await twice("{unique: {limit: 1, error_if: '>2', config: {error_if: '>2', where: id > 0}}}");
  expect(said.filter((one) => one.startsWith('error'))).toEqual([
    'error models/s.yml:1 "error_if" stands in this test and under its "config"; only one of them may be given.',
  ]);
  const { said: apart } = await twice("{unique: {limit: 1, config: {error_if: '>2'}}}");
  expect(apart.filter((one) => one.startsWith('error'))).toEqual([]);
});

test('hooks of property files keep the spelling that they were written in', async () => {
  const { manifest, said } = await parse({
    'dbt_project.yml': 'name: shop\nprofile: shop\nmodels: {shop: {+pre-hook: ["{{ 1 }}"]}}\n',
    'models/a.sql': "{{ config(post_hook='{{ 5 }}') }}select 1 as id",
    'models/s.yml': `models: [{name: a, config: {pre_hook: "{{ 2 }}", post-hook: {sql: "{{ 3 }}"}}}]\n`,
  });
  expect(said).toEqual([]);
  const { config, unrendered_config } = manifest.nodes['model.shop.a'] ?? {};
  expect(config?.['pre-hook']).toMatchObject([{ sql: '{{ 1 }}' }, { sql: '{{ 2 }}' }]);
  // dbt renders those with a hyphen while it parses.
  expect(config?.['post-hook']).toMatchObject([{ sql: '3' }, { sql: '{{ 5 }}' }]);
  expect(unrendered_config).toEqual({ 'pre-hook': ['{{ 1 }}'], pre_hook: '{{ 2 }}', 'post-hook': '{{ 5 }}' });
  const bad = await parse({
    'models/a.sql': 'select 1 as id',
    'models/s.yml': 'models: [{name: a, config: {pre_hook: {statement: x}}}]\n',
  });
  expect(bad.said).toEqual([
    'error models/s.yml:1 The config "pre-hook" must be SQL, or a mapping with `sql`, not a mapping.',
  ]);
});

test('that no input of a microbatch model has an event time is left to warn of, unless the project wants all warnings judged', async () => {
  const model = `{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', begin='2026-01-01', batch_size='day') }} select 1 as id, now() as at`;
  const found = async (flags: string): Promise<readonly unknown[]> => {
    const files = { 'models/a.sql': model, 'dbt_project.yml': `name: shop\nprofile: shop\nflags: {${flags}}\n` };
    const { diagnostics } = await parse(files);
    return diagnostics.map(({ dbtName, staysWarning }) => [dbtName, staysWarning]);
  };
  expect(await found('')).toEqual([['MicrobatchModelNoEventTimeInputs', true]]);
  expect(await found('require_all_warnings_handled_by_warn_error: true')).toEqual([
    ['MicrobatchModelNoEventTimeInputs', false],
  ]);
});

test('descriptions of what is disabled stay as they are written', async () => {
  const { manifest, said } = await parse({
    'models/a.sql': 'select 1 as id',
    'models/b.sql': 'select 1 as id',
    'models/d.md': '{% docs d %}Some words{% enddocs %}',
    'models/s.yml': `models:
  - {name: a, description: "{{ doc('d') }}", columns: [{name: id, description: "{{ doc('d') }}"}]}
  - {name: b, description: "{{ doc('nothing') }}", config: {enabled: false}, columns: [{name: id, description: "{{ doc('d') }}"}]}
`,
  });
  expect(said).toEqual([]);
  expect(manifest.nodes['model.shop.a']).toMatchObject({
    description: 'Some words',
    columns: { id: { description: 'Some words', doc_blocks: ['doc.shop.d'] } },
  });
  expect(manifest.disabled['model.shop.b']).toMatchObject([
    { description: "{{ doc('nothing') }}", columns: { id: { description: "{{ doc('d') }}", doc_blocks: [] } } },
  ]);
});

test('a primary key stands once: in a column, or in the model', async () => {
  const key = 'constraints: [{type: primary_key}]';
  const { said } = await parse({
    'models/both.sql': 'select 1 as id',
    'models/two.sql': 'select 1 as id',
    'models/fine.sql': 'select 1 as id',
    'models/idle.sql': '{{ config(enabled=false) }} select 1 as id',
    'models/s.yml': `models:
  - {name: both, constraints: [{type: primary_key, columns: [id]}], columns: [{name: id, ${key}}]}
  - {name: two, columns: [{name: id, ${key}}, {name: other, ${key}}]}
  - {name: fine, columns: [{name: id, ${key}}, {name: other, constraints: [{type: not_null}]}]}
  - {name: idle, columns: [{name: id, ${key}}, {name: other, ${key}}]}
`,
  });
  expect(said.sort()).toEqual([
    'error models/s.yml:2 The model "both" has a primary key of its own, and one in the column "id".',
    'error models/s.yml:3 The model "two" has a primary key in each of the columns "id" and "other".',
    'error models/s.yml:5 The model "idle" has a primary key in each of the columns "id" and "other".',
  ]);
});
