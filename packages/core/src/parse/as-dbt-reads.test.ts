import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { ParsedProject } from './parse-project.ts';

// Shapes that people write and that dbt 1.11 takes in its own way. Expected: what dbt's manifest has.

const root = mkdtempSync(join(tmpdir(), 'eider-as-dbt-reads-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

function parse(files: Readonly<Record<string, string>>): Promise<ParsedProject> {
  return parseFiles(join(root, String(count++)), { 'models/m.sql': 'select 1 as id', ...files });
}

function saidBy({ diagnostics }: ParsedProject): readonly string[] {
  return diagnostics.map(({ message, severity }) => `${severity} ${message}`);
}

function testsOf({ manifest }: ParsedProject): readonly ManifestNode[] {
  return Object.values(manifest.nodes).filter((node) => node.resource_type === 'test');
}

test('access and docs of a version are those of its config and of the model', async () => {
  const parsed = await parse({
    'models/a_v1.sql': 'select 1 as id',
    'models/a_v2.sql': 'select 1 as id',
    'models/s.yml': `models:
  - name: a
    access: public
    versions: [{v: 1, access: private, docs: {show: false}}, {v: 2, config: {access: protected, docs: {show: false}}}]
`,
  });
  expect(saidBy(parsed)).toEqual([]);
  const { 'model.shop.a.v1': first, 'model.shop.a.v2': second } = parsed.manifest.nodes;
  expect(first).toMatchObject({ access: 'public', docs: { show: true } });
  expect(second).toMatchObject({ access: 'protected', docs: { show: false } });
});

test('each version of a model has the tests that are its own, else those of the model, and the columns that it chooses', async () => {
  const parsed = await parse({
    'models/a_v1.sql': 'select 1 as id',
    'models/a_v2.sql': 'select 1 as id',
    'models/a_v3.sql': 'select 1 as id',
    'macros/t.sql': '{% test whole(model) %}select 1 from {{ model }} where false{% endtest %}',
    'models/s.yml': `models:
  - name: a
    data_tests: [whole]
    columns:
      - {name: id, data_tests: [unique]}
      - {name: code, data_tests: [not_null]}
    versions:
      - v: 1
      - v: 2
        data_tests: []
        columns: [{include: all, exclude: [code]}, {name: at, data_tests: [not_null]}]
      - v: 3
        data_tests: [{whole: {name: third}}]
        columns: [{name: code, description: only told}]
`,
  });
  expect(saidBy(parsed)).toEqual([]);
  expect(
    testsOf(parsed)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([
    ...['not_null_a_v1_code', 'not_null_a_v2_at', 'not_null_a_v3_code', 'third'],
    ...['unique_a_v1_id', 'unique_a_v2_id', 'unique_a_v3_id', 'whole_a_v1_'],
  ]);
  const { columns = {} } = parsed.manifest.nodes['model.shop.a.v3'] ?? {};
  expect(Object.entries(columns).map(([name, { description }]) => [name, description])).toEqual([
    ['id', ''],
    ['code', 'only told'],
  ]);
});

test('a version whose tests are nothing has those of the model', async () => {
  const parsed = await parse({
    'models/a_v1.sql': 'select 1 as id',
    'macros/t.sql': '{% test whole(model) %}select 1 from {{ model }} where false{% endtest %}',
    'models/s.yml':
      'models:\n  - name: a\n    data_tests: [whole]\n    versions:\n      - v: 1\n        tests:\n        columns: [{include: all}]\n',
  });
  expect(saidBy(parsed)).toEqual([]);
  expect(testsOf(parsed).map(({ name }) => name)).toEqual(['whole_a_v1_']);
});

test.each([
  ['2052-05-01 00:00-04:00', '2052-05-01T00:00:00-04:00'],
  ['2052-05-01T10:00:00Z', '2052-05-01T10:00:00+00:00'],
  ["'2052-05-01 10:20:30.5+02:00'", '2052-05-01T10:20:30.500000+02:00'],
  ['2052-05-01 10:20:30 +0230', '2052-05-01T10:20:30+02:30'],
  ['2052-05-01 10:00:00', expect.stringMatching(/^2052-05-01T10:00:00[+-]\d\d:\d\d$/)],
])('a deprecation date of %s', async (written, expected) => {
  const { manifest } = await parse({ 'models/s.yml': `models: [{name: m, deprecation_date: ${written}}]\n` });
  expect(manifest.nodes['model.shop.m']).toMatchObject({ deprecation_date: expected });
});

test('keys that dbt does not know under docs and contract are dropped', async () => {
  const config = '{docs: {show: true, sfhow: 1}, contract: {enforce: true}}';
  const { manifest } = await parse({ 'models/s.yml': `models: [{name: m, config: ${config}}]\n` });
  expect(manifest.nodes['model.shop.m']?.config).toMatchObject({
    docs: { show: true, node_color: null },
    contract: { enforced: false, alias_types: true },
  });
  expect(manifest.nodes['model.shop.m']?.config.docs).not.toHaveProperty('sfhow');
  expect(manifest.nodes['model.shop.m']?.config.contract).not.toHaveProperty('enforce');
});

test('the config of a test has no docs and no contract', async () => {
  const { manifest } = await parse({
    'models/s.yml': 'models: [{name: m, columns: [{name: id, data_tests: [unique]}]}]\n',
  });
  const { config } = Object.values(manifest.nodes).find((node) => node.resource_type === 'test') ?? {};
  expect(config?.severity).toBe('ERROR');
  expect(Object.keys(config ?? {})).not.toContain('docs');
  expect(Object.keys(config ?? {})).not.toContain('contract');
});

test('a generic test that is nowhere is warned of, and a node all the same', async () => {
  const parsed = await parse({
    'models/s.yml':
      'models: [{name: m, data_tests: [pkg.gone: {arguments: {x: 1}}], columns: [{name: id, data_tests: [unique]}]}]\n',
  });
  expect(parsed.diagnostics).toMatchObject([
    { code: 'macro/not-found', severity: 'warning', place: { file: 'models/s.yml', line: 1 } },
  ]);
  const gone = Object.values(parsed.manifest.nodes).find(({ name }) => name === 'pkg_gone_m_1');
  expect(gone).toMatchObject({
    raw_code: '{{ pkg.test_gone(**_dbt_generic_test_kwargs) }}',
    depends_on: { nodes: ['model.shop.m'] },
    attached_node: 'model.shop.m',
  });
});

test('configs, a name and a description under `arguments` of a test are what they are beside it', async () => {
  const parsed = await parse({
    'models/s.yml': `models:
  - name: m
    columns:
      - name: id
        data_tests:
          - accepted_values: {arguments: {values: [1], severity: warn, config: {limit: 3}, name: is_one, description: One}}
`,
  });
  expect(saidBy(parsed)).toEqual([]);
  expect(testsOf(parsed)).toMatchObject([
    {
      name: 'is_one',
      description: 'One',
      config: { severity: 'warn', limit: 3 },
      test_metadata: { kwargs: { column_name: 'id', values: [1], model: "{{ get_where_subquery(ref('m')) }}" } },
    },
  ]);
});

test('`tests:` at the top of a property file is read over, `data_tests:` is not', async () => {
  const singular = { 'tests/one.sql': 'select 1 as id where false' };
  const over = await parse({
    ...singular,
    'models/s.yml': 'tests: [{name: one, description: Told}, {unique: {}}, 3]\n',
  });
  expect(saidBy(over)).toEqual([]);
  expect(testsOf(over)).toMatchObject([{ description: '' }]);
  const read = await parse({ ...singular, 'tests/s.yml': 'data_tests: [{name: one, description: Told}]\n' });
  expect(testsOf(read)).toMatchObject([{ description: 'Told' }]);
});

test('docs blocks are rendered, without a name that they could call', async () => {
  const doc = async (text: string): Promise<unknown> => {
    const parsed = await parse({ 'models/d.md': `{% docs d %}${text}{% enddocs %}` });
    const said = saidBy(parsed);
    return said.length > 0
      ? said
      : Object.values(parsed.manifest.docs).find(({ name }) => name === 'd')?.block_contents;
  };
  expect(await doc(' {% raw %}{{ kept }}{% endraw %}{# gone #}! ')).toBe('{{ kept }}!');
  expect(await doc('{{ 1 + 1 }} of {{ nothing }}.')).toBe('2 of .');
  expect(await doc("{{ ref('m') }}")).toEqual([expect.stringMatching(/^error 'ref' is undefined/)]);
});

test('a model that names a source twice has it once, another node twice', async () => {
  const code = "select 1 -- {{ source('s', 't') }} {{ source('s', 't') }} {{ ref('m') }} {{ ref('m') }}";
  const { manifest } = await parse({
    'models/twice.sql': code,
    'analyses/look.sql': code,
    'models/s.yml': 'sources: [{name: s, tables: [{name: t}]}]\n',
  });
  const once = ['s', 't'];
  expect(manifest.nodes['model.shop.twice']).toMatchObject({ sources: [once], refs: [{ name: 'm' }, { name: 'm' }] });
  expect(manifest.nodes['analysis.shop.look']).toMatchObject({ sources: [once, once] });
});

test('a byte order mark belongs to the SQL of a model, not to a property file', async () => {
  const { manifest } = await parse({
    'models/m.sql': '\uFEFFselect 1 as id\n',
    'models/s.yml': '\uFEFFmodels: [{name: m, description: Told}]\n',
  });
  expect(manifest.nodes['model.shop.m']).toMatchObject({ raw_code: '\uFEFFselect 1 as id', description: 'Told' });
});

const people = {
  'models/people_v1.sql': 'select 1 as id',
  'models/people_v2.sql': 'select 1 as id',
  'models/people_v3.sql': 'select 1 as id',
  'models/a.yml': `models:
  - name: people
    description: by a
    latest_version: 2
    config: {tags: [a], meta: {from: a}}
    columns: [{name: id, data_tests: [not_null]}]
    versions: [{v: 1}, {v: 2}]
`,
};

test('of a model with versions that is described twice the latest is described anew, and the others as they were', async () => {
  const parsed = await parse({
    ...people,
    'models/b.yml': `models:
  - name: people
    description: by b
    latest_version: 2
    config: {tags: [b]}
    columns: [{name: id, data_tests: [unique]}]
    versions: [{v: 1}, {v: 2}, {v: 3}]
`,
  });
  const models = [1, 2, 3].map((v) => parsed.manifest.nodes[`model.shop.people.v${v}`]);
  expect(models.map((node) => [node?.description, node?.fqn.slice(1).join('.'), node?.tags, node?.meta])).toEqual([
    ['by a', 'people.v1', ['a'], { from: 'a' }],
    ['by b', 'people.people.v2', ['a', 'b'], { from: 'a' }],
    ['by b', 'people.v3', ['b'], {}],
  ]);
  expect(models[1]?.config.tags).toEqual(['b']);
  expect(testsOf(parsed).map(({ name }) => name)).toEqual([
    'not_null_people_v1_id',
    'not_null_people_v2_id',
    'unique_people_v1_id',
    'unique_people_v2_id',
    'unique_people_v3_id',
  ]);
  expect(saidBy(parsed)).toEqual([
    'warning Version 1 of the model "people" is described already, in models/a.yml, line 2: dbt finds no people_v1 for this entry.',
  ]);
});

test('and one whose entries disagree on the latest version is refused', async () => {
  const parsed = await parse({ ...people, 'models/b.yml': 'models: [{name: people, versions: [{v: 1}]}]\n' });
  expect(saidBy(parsed)).toContain(
    'error The model "people" is described twice; the other description is in models/a.yml, line 2.',
  );
});
