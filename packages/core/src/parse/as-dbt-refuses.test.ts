import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readAndParse } from '../../../../test/support/parsed-files.ts';
import { removeFolder, temporaryFolder } from '../../../../test/support/temporary-project.ts';

// What dbt-core 1.11 refuses while it parses, and what looks as wrong and is taken.

const root = temporaryFolder('as-dbt-refuses');
afterAll(() => removeFolder(root));

const files = {
  'models/a.sql': 'select 1 as id',
  'models/v_v1.sql': 'select 1 as id',
  'models/v_v2.5.sql': 'select 1 as id',
  'macros/m.sql': '{% macro m(x) %}{% endmacro %}',
  'tests/none.sql': 'select 1 as id where false',
  'tests/other.sql': 'select 1 as id where false',
};
const versioned = (latest: string, versions = '[{v: 1}, {v: 2.5}]') =>
  `models: [{name: v, latest_version: ${latest}, versions: ${versions}}]`;
const ofColumn = (text: string) => `models: [{name: a, columns: [{name: id, ${text}}]}]`;
const ofTest = (text: string) => ofColumn(`data_tests: [{accepted_values: {arguments: {values: [1]}, ${text}}}]`);
const sourceOf = (text: string) => `sources: [{name: s, tables: [{name: t, ${text}}]}]`;
const date = 'must be a text, not a date.';

let count = 0;
const project = (more: Readonly<Record<string, string>>) =>
  readAndParse(join(root, String(count++)), { ...files, ...more });
async function said(text: string): Promise<readonly string[]> {
  const { found } = await project({ 'models/s.yml': `${text}\n` });
  return found.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

test.each([
  [sourceOf("loaded_at_field: ''"), '"loaded_at_field" cannot be empty.'],
  [versioned("'1'"), '"latest_version" is "1", which is none of the versions: 1, 2.5.'],
  [versioned('"{{ 1 }}"'), '"latest_version" is "1", which is none of the versions: 1, 2.5.'],
  [versioned('3'), '"latest_version" is 3, which is none of the versions: 1, 2.5.'],
  [versioned('true'), '"latest_version" must be a text or a number, not a boolean.'],
  [versioned('1', '[{v: 1}, {v: true}]'), '"v" must be a text or a number, not a boolean.'],
  [
    versioned('1', '[{v: 1, columns: [{include: id}]}]'),
    '"include" must be "all", "*" or a list of texts, not a text.',
  ],
  [
    'models: [{name: v, versions: [{v: 1}]}]\nunit_tests: [{name: u, model: v, versions: {}, given: [], expect: {rows: [{id: 1}]}}]',
    'The unit test u names no version that v has.',
  ],
  ['models: [{name: a, description: 2024-01-01}]', `"description" ${date}`],
  ['models: [{name: a, description: 2024-01-01 10:00:00}]', `"description" ${date}`],
  [ofColumn('description: 2024-01-01'), `"description" ${date}`],
  [sourceOf('description: 2024-01-01'), `"description" ${date}`],
  [sourceOf('loaded_at_query: 2024-01-01'), `"loaded_at_query" ${date}`],
  ['groups: [{name: g, owner: {name: me}, description: 2024-01-01}]', `"description" ${date}`],
  ['macros: [{name: m, arguments: [{name: x, description: 2024-01-01}]}]', `"description" ${date}`],
  [ofTest('description: 2024-01-01'), `"description" of a test ${date}`],
  [ofTest('name: 2024-01-01'), `"name" of a test ${date}`],
  [ofTest('config: {where: 2024-01-01}'), `"where" of a test ${date}`],
  [ofColumn('config: {tags: [null]}'), 'Item 1 of "tags" must be a text, not nothing'],
  [ofColumn('config: {tags: 5}'), '"tags" must be a list, not a number.'],
  [ofTest('description: [a]'), '"description" of a test must be a text, not a list.'],
  [ofTest('severity: [warn]'), 'The severity of a test is "warn" or "error", not a list.'],
  ["models: [{name: a, deprecation_date: ''}]", '"deprecation_date" must be a date, such as 2030-01-31'],
  ['models: [{name: a, deprecation_date: soon}]', '"deprecation_date" must be a date, such as 2030-01-31'],
  ['models: [{name: a, deprecation_date: 2030-02-35}]', '"deprecation_date" must be a date, such as 2030-01-31'],
  ['models: "{{ [] }}"', '"models" must be a list, not a text.'],
  ['metrics: [{name: mm, label: M, type: simple, filter: 2024-01-01, type_params: {measure: x}}]', `"filter" ${date}`],
  [ofColumn('config: {tags: [[a]]}'), 'Item 1 of "tags" must be a text, not a list.'],
  [ofColumn('granularity: fortnight'), '"granularity" cannot be "fortnight"; it is one of nanosecond'],
  [ofColumn('data_tests: "{{ 1 }}"'), '"data_tests" must be a list, not a text.'],
  [ofColumn('data_tests: [{unique: {1: id}}]'), 'The key 1 must be a text; YAML takes it for a number.'],
  [
    ofTest('config: {store_failures: [1], store_failures_as: view}'),
    'The config "store_failures" must be true or false',
  ],
  [
    'snapshots: [{name: z, relation: null}]',
    '"relation" must be a call of ref or source: `ref(\'orders\')`, not nothing',
  ],
  ['snapshots: [{name: z, relation: "{{ 1 }}"}]', '"relation" must be a call of ref or source'],
  [
    'models: [{name: a, config: {freshness: {build_after: {count: 1, period: day, updates_on: some}}}}]',
    'The config "freshness" must be a mapping with `build_after`',
  ],
  [
    'unit_tests: [{name: u, model: a, given: [], expect: {rows: [{id: 99999999999999999999}]}}]',
    'This number is beyond 64 bits, which dbt cannot keep.',
  ],
  [
    'saved_queries: [{name: q, query_params: {metrics: []}, exports: [{name: e, config: {schema: [1]}}]}]',
    '"schema" must be a text, not a list.',
  ],
  [
    'metrics: [{name: mm, label: M, type: derived, type_params: {expr: 1, metrics: [nn]}}]',
    '"expr" must be a text, or true or false, not a number.',
  ],
  ['models: [{name: v, versions: [{v: 1, access: all}]}]', '"access" cannot be "all"'],
])('%s', async (text, message) => {
  expect((await said(text)).join('\n')).toContain(message);
});

test.each([
  versioned('1.0'),
  versioned('0'),
  "models: [{name: a, description: '2024-01-01'}]",
  'models: [{name: v, versions: [{v: 1, description: 2024-01-01}]}]',
  sourceOf('identifier: 2024-01-01'),
  ofColumn('config: {tags: [1]}'),
  "models: [{name: a, deprecation_date: 'Jan 2030'}]",
  'sources: [{name: s, config: {freshness: {1: 2, warn_after: {3: 4}}}, tables: [{name: t}]}]',
  "models: [{name: a, config: {freshness: {build_after: {count: '1', period: day}}}}]",
  ofColumn("granularity: ''"),
  ofTest('config: {store_failures: null, store_failures_as: view}'),
  'unit_tests: [{name: 2024-01-01, model: a, given: [], expect: {rows: [{id: 18446744073709551615}]}}]',
])('%s is taken', async (text) => {
  expect(await said(text)).toEqual([]);
});

test('a version that is written with a fraction is the one without', async () => {
  const { parsed } = await project({ 'models/s.yml': `${versioned('1.0')}\n` });
  expect(parsed.manifest.nodes['model.shop.v.v1']).toMatchObject({ version: 1, latest_version: 1 });
});

test('what is wrong under `data_tests:` is a warning, and the entries behind it are not read', async () => {
  const text = 'data_tests: [{name: none, description: Told}, {xyz: 1}, {name: other, description: Lost}]\n';
  const { found, parsed } = await project({ 'tests/s.yml': text });
  expect(found.map(({ severity, code }) => `${severity} ${code}`)).toContain('warning project/invalid-value');
  expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
  const told = Object.values(parsed.manifest.nodes).map(({ description, name }) => `${name} ${description}`);
  expect(told).toEqual(expect.arrayContaining(['none Told', 'other ']));
});

const config = (text: string) => `name: shop\nprofile: shop\n${text}\n`;
const ofModel = (text: string) => `models: [{name: a, config: {${text}}}]\n`;

test.each([
  [
    config('models: {+enabled: some}'),
    ofModel('enabled: true'),
    'select 1',
    '3:10 The config "enabled" must be true or false, not "some".',
  ],
  [
    config('models: {+schema: [1]}'),
    ofModel('schema: x'),
    'select 1',
    '3:10 The config "schema" must be a text, not a list with 1.',
  ],
  [
    config(''),
    ofModel('persist_docs: 5'),
    '{{ config(persist_docs={}) }} select 1',
    '1:1 The config "persist_docs" must be a mapping, not 5.',
  ],
  [
    config(''),
    ofModel('access: all'),
    "{{ config(access='public') }} select 1",
    '1:1 The config "access" must be one of private, protected, public, not "all".',
  ],
  [
    config('models: {+pre-hook: 5}'),
    ofModel('pre-hook: []'),
    'select 1',
    '3:10 The config "pre-hook" must be SQL, or a mapping with `sql`, not 5.',
  ],
])('%s under %s', async (head, properties, sql, message) => {
  const more = { 'dbt_project.yml': head, 'models/s.yml': properties, 'models/a.sql': sql };
  const { found } = await project(more);
  const told = found.filter(({ severity }) => severity === 'error');
  expect(told.map((one) => `${one.place?.line}:${one.place?.column} ${one.message}`)).toContain(message);
});

test('a config that a template overrules counts for dbt only where it is put on the template', async () => {
  const more = {
    'models/s.yml': ofModel('enabled: some, schema: [1]'),
    'models/a.sql': "{{ config(enabled=true, schema='x') }} select 1",
  };
  const { found } = await project(more);
  expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('the count of a freshness is a whole number, as dbt makes it', async () => {
  const { parsed } = await project({ 'models/s.yml': ofModel("freshness: {build_after: {count: '2', period: day}}") });
  expect(parsed.manifest.nodes['model.shop.a']?.config.freshness).toMatchObject({ build_after: { count: 2 } });
  const other = await project({ 'models/s.yml': ofModel('freshness: {warn_after: {count: 2, period: day}}') });
  expect(other.parsed.manifest.nodes['model.shop.a']?.config.freshness).toBeNull();
});

test('a level of a config that is no mapping is found, whatever is above it', async () => {
  const text = 'name: shop\nprofile: shop\nmodels: {shop: {+meta: [1], a: {+meta: {b: 1}}}}\n';
  const { found } = await project({ 'dbt_project.yml': text });
  expect(found.map(({ message }) => message)).toContain('The config "meta" must be a mapping, not a list with 1.');
});

test('the quoting of a project knows no columns, that of a source does', async () => {
  const { found } = await project({
    'dbt_project.yml': 'name: shop\nprofile: shop\nquoting: {column: true}\n',
    'models/s.yml': 'sources: [{name: s, quoting: {column: true}, tables: [{name: t}]}]\n',
  });
  expect(found.map(({ message, place }) => `${place?.file} ${message}`)).toEqual([
    expect.stringMatching(/^dbt_project\.yml .*"column"/),
  ]);
});
