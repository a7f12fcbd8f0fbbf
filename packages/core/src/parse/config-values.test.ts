import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import { removeFolder, temporaryFolder } from '../../../../test/support/temporary-project.ts';

const root = temporaryFolder('config-values');
afterAll(() => removeFolder(root));

let count = 0;

/** The errors about the configs of a project. */
async function errorsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { diagnostics } = await parseFiles(join(root, String(count++)), { 'models/a.sql': 'select 1 as id', ...files });
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

const ofModel = (config: string) => errorsOf({ 'models/s.yml': `models: [{name: a, config: ${config}}]\n` });
const ofTest = (config: string) =>
  errorsOf({
    'models/s.yml': `models: [{name: a, columns: [{name: id, data_tests: [{accepted_values: {values: [1], config: ${config}}}]}]}]\n`,
  });

test.each([
  ['{enabled: null}', 'The config "enabled" must be true or false, not null.'],
  ['{meta: null}', 'The config "meta" must be a mapping, not null.'],
  ['{materialized: {a: 1}}', 'The config "materialized" must be a text, not a mapping.'],
  ['{static_analysis: 1}', 'The config "static_analysis" must be a text, not 1.'],
  [
    '{contract: {enforced: 1.5}}',
    'The config "contract" must be a mapping with an `enforced` that is true or false, not a mapping.',
  ],
  ['{docs: null}', 'The config "docs" must be a mapping with a `show` that is true or false, not null.'],
  [
    '{pre-hook: {sql: x, transaction: 1}}',
    'The config "pre-hook" must be SQL, or a mapping with `sql`, not a mapping.',
  ],
  [
    '{on_configuration_change: x}',
    'The config "on_configuration_change" must be one of apply, continue, fail, not "x".',
  ],
  [
    '{freshness: {build_after: {count: 1}}}',
    'The config "freshness" must be a mapping with `build_after`: a `count` and a `period`, not a mapping.',
  ],
  [
    '{freshness: {build_after: {period: day}}}',
    'The config "freshness" must be a mapping with `build_after`: a `count` and a `period`, not a mapping.',
  ],
  ['{alias: "{{ gone }}"}', "This value is undefined: 'gone' is undefined."],
])('a model with %s is refused', async (config, message) => {
  expect(await ofModel(config)).toEqual([message]);
});

test.each([
  ['notacolor', 'is neither the name of a color in HTML nor of the form #rrggbb'],
  ['"#xxx111"', 'is neither the name of a color in HTML nor of the form #rrggbb'],
])('the node color %s is refused, wherever it is set', async (color, words) => {
  const message = `The node color "${color.replaceAll('"', '')}" ${words}.`;
  expect(await ofModel(`{docs: {node_color: ${color}}}`)).toEqual([message]);
  expect(await errorsOf({ 'models/s.yml': `models: [{name: a, docs: {node_color: ${color}}}]\n` })).toEqual([message]);
  const project = `name: shop\nprofile: shop\nmodels: {+docs: {node_color: ${color}}}\n`;
  expect(await errorsOf({ 'dbt_project.yml': project, 'models/b.sql': 'select 1 as id' })).toEqual([message]);
});

test.each(['Teal', 'rebeccapurple', '"#FFF"', '"#4682b4"', '""'])('the node color %s is taken', async (color) => {
  expect(await ofModel(`{docs: {node_color: ${color}}}`)).toEqual([]);
});

test('what dbt takes is taken', async () => {
  const config =
    '{alias: null, group: null, quote_columns: x, static_analysis: off, docs: {node_color: null}, pre-hook: [a, {sql: b}]}';
  expect(await ofModel(config)).toEqual([]);
  expect(await ofTest('{severity: Warn, limit: 3, where: null, store_failures: null}')).toEqual([]);
});

test.each([
  ['{store_failures: 1}', 'The config "store_failures" must be true or false, not 1.'],
  ['{limit: few}', 'The config "limit" must be a number, not "few".'],
  ['{fail_calc: [1]}', 'The config "fail_calc" must be a text, not a list with 1.'],
  ['{materialized: view}', 'The config "materialized" must be "test", not "view".'],
])('a test with %s is refused', async (config, message) => {
  expect(await ofTest(config)).toEqual([message]);
});

test.each([
  ['{unique: {config: 5}}', '"config" of a test must be a mapping, not 5.'],
  ['{unique: {name: [x]}}', '"name" of a test must be a text, not a list.'],
])('a test written as %s is refused', async (entry, message) => {
  expect(
    await errorsOf({ 'models/s.yml': `models: [{name: a, columns: [{name: id, data_tests: [${entry}]}]}]\n` }),
  ).toEqual([message]);
});

test('a severity of dbt_project.yml is one of two, and told once', async () => {
  const files = {
    'dbt_project.yml': 'name: shop\nprofile: shop\ndata_tests: {+severity: loud}\n',
    'models/s.yml': 'models: [{name: a, columns: [{name: id, data_tests: [unique, not_null]}]}]\n',
  };
  expect(await errorsOf(files)).toEqual(['The config "severity" must be one of warn, error, not "loud".']);
});

const upon: Readonly<Record<string, (config: string) => string>> = {
  source: (config) => `sources: [{name: z, schema: main, config: ${config}, tables: [{name: t}]}]\n`,
  exposure: (config) => `exposures: [{name: z, type: dashboard, owner: {name: x}, config: ${config}}]\n`,
  group: (config) => `groups: [{name: z, owner: {name: x}, config: ${config}}]\n`,
};

test.each([
  ['source', '{enabled: 1}', 'The config "enabled" must be true or false, not 1.', 44],
  ['source', '{loaded_at_field: [x]}', 'The config "loaded_at_field" must be a text, not a list.', 44],
  ['exposure', '{enabled: "{{ 5 }}"}', 'The config "enabled" must be true or false, not "5".', 67],
  ['exposure', '{tags: [1]}', 'The config "tags" must be a text or a list of texts, not a list with 1.', 67],
  ['exposure', '{meta: x}', 'The config "meta" must be a mapping, not "x".', 67],
  ['group', '{meta: "{{ 1 }}"}', '"meta" must be a mapping, not a text.', 47],
])('of a %s %s is refused, where it stands', async (kind, config, message, column) => {
  const { diagnostics } = await parseFiles(join(root, String(count++)), {
    'models/a.sql': 'select 1 as id',
    'models/s.yml': upon[kind]?.(config) ?? '',
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(errors).toMatchObject([{ message, place: { file: 'models/s.yml', line: 1, column } }]);
});

test('a config of dbt_project.yml holds for sources too', async () => {
  const files = {
    'dbt_project.yml': 'name: shop\nprofile: shop\nsources: {+enabled: 5}\n',
    'models/s.yml': 'sources: [{name: z, tables: [{name: t}, {name: u}]}]\n',
  };
  expect(await errorsOf(files)).toEqual(['The config "enabled" must be true or false, not 5.']);
});

test('whole numbers have 64 bits, anywhere in a config', async () => {
  const ofProject = (meta: string) =>
    errorsOf({ 'dbt_project.yml': `name: shop\nprofile: shop\nmodels: {+meta: ${meta}}\n` });
  expect(await ofProject('{a: [18446744073709551615, -9223372036854775808]}')).toEqual([]);
  expect(await ofProject('{a: [18446744073709551616]}')).toEqual([
    'The config "meta" holds 18446744073709551616, a number beyond 64 bits.',
  ]);
});

test.each([
  ['models: [{name: a, columns: "{{ \'x\' }}"}]', '"columns" must be a list, not a text.'],
  ['models: [{name: a, columns: [{name: id, quote: "{{ 1 }}"}]}]', '"quote" must be true or false, not a text.'],
  ['models: [{name: a, config: "{{ 1 }}"}]', '"config" must be a mapping, not a text.'],
])('what Jinja gives has the type that is wanted: %s', async (yaml, message) => {
  expect(await errorsOf({ 'models/s.yml': yaml })).toEqual([message]);
});
