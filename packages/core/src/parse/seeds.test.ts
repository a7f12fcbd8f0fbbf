import { afterAll, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import { removeFolder, temporaryFolder } from '../../../../test/support/temporary-project.ts';

const root = temporaryFolder('seeds');
afterAll(() => removeFolder(root));

test('a hook of a seed may not call ref, in a macro either, as in dbt', async () => {
  const { diagnostics } = await parseFiles(root, {
    'dbt_project.yml':
      'name: shop\nprofile: shop\nseeds:\n  shop:\n    rates: {+post-hook: "{{ grant_all() }}"}\n    names: {+pre-hook: "select 1 -- {{ this }}"}\n',
    'macros/grant_all.sql': "{% macro grant_all() %}select 1 from {{ ref('a') }}{% endmacro %}",
    'models/a.sql': 'select 1 as id',
    'seeds/rates.csv': 'id\n1\n',
    'seeds/names.csv': 'id\n1\n',
  });
  const said = diagnostics.map(({ message, node, place }) => [node, place?.file, place?.line, message]);
  expect(said).toEqual([
    [
      'seed.shop.rates',
      'dbt_project.yml',
      5,
      expect.stringMatching(/^Seeds cannot depend on other nodes\. A hook of the seed "rates"/),
    ],
  ]);
});
