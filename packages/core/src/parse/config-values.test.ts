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
  ['{alias: 99999999999999999999}', 'The config "alias" must be a text, not 99999999999999999999.'],
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
  ['{alias: "{{ gone }}"}', "This value is undefined: 'gone' is undefined."],
])('a model with %s is refused', async (config, message) => {
  expect(await ofModel(config)).toEqual([message]);
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

test('a severity of dbt_project.yml is one of two, and told once', async () => {
  const files = {
    'dbt_project.yml': 'name: shop\nprofile: shop\ndata_tests: {+severity: loud}\n',
    'models/s.yml': 'models: [{name: a, columns: [{name: id, data_tests: [unique, not_null]}]}]\n',
  };
  expect(await errorsOf(files)).toEqual(['The config "severity" must be one of warn, error, not "loud".']);
});
