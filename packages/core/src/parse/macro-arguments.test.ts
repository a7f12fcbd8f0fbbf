import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import { removeFolder, temporaryFolder } from '../../../../test/support/temporary-project.ts';
import { isArgumentType } from './macro-arguments.ts';

const root = temporaryFolder('macro-arguments');
afterAll(() => removeFolder(root));

const macros = '{% macro m(a, b=1) %}{% endmacro %}{% macro n(x) %}{% endmacro %}{% macro o(x, y) %}{% endmacro %}\n';
const entries = `macros:
  - {name: m, arguments: [{name: a, type: "list[string]"}, {name: c, type: foo}]}
  - {name: n}
  - {name: o, arguments: [{name: x, type: "dict[str, any]"}]}
`;
const files = (flag: boolean) => ({
  'dbt_project.yml': `name: shop\nprofile: shop\nflags: {validate_macro_args: ${flag}}\n`,
  'macros/m.sql': macros,
  'macros/m.yml': entries,
});

test('arguments are held against the macro under the flag', async () => {
  const { diagnostics, manifest } = await parseFiles(join(root, 'on'), files(true));
  expect(diagnostics.map(({ dbtName, message, place }) => [dbtName, message, place?.line])).toEqual([
    ['InvalidMacroAnnotation', 'Argument 2 of the macro "m" is "b", not "c".', 2],
    ['InvalidMacroAnnotation', '"foo", the type of "c" of the macro "m", is none that dbt knows.', 2],
    ['InvalidMacroAnnotation', 'The macro "o" takes 2 arguments, not 1.', 4],
  ]);
  const own = manifest.macros['macro.shop.n']?.arguments;
  expect(own).toEqual([{ name: 'x', type: null, description: '' }]);
});

test('of a test in its own folder nothing is known under the flag either, of one among the macros as of a macro', async () => {
  const { manifest } = await parseFiles(join(root, 'tests'), {
    ...files(true),
    'macros/even.sql': '{% test even(model, column_name) %}select 1{% endtest %}',
    'tests/generic/odd.sql': '{% test odd(model, column_name) %}select 1{% endtest %}',
  });
  const names = (id: string) => manifest.macros[`macro.${id}`]?.arguments.map(({ name }) => name);
  expect(names('shop.test_even')).toEqual(['model', 'column_name']);
  expect(names('shop.test_odd')).toEqual([]);
  expect(names('dbt.test_unique')).toEqual([]);
  expect(names('dbt.default__test_unique')).toEqual(['model', 'column_name']);
});

test('and are as they are described without it', async () => {
  const { diagnostics, manifest } = await parseFiles(join(root, 'off'), files(false));
  expect(diagnostics).toEqual([]);
  expect(manifest.macros['macro.shop.n']?.arguments).toEqual([]);
});

test.each([
  ['string', true],
  ['list[ dict[str, any] ]', true],
  ['optional[relation]', true],
  ['list', false],
  ['dict[str]', false],
  ['dict[str, any', false],
  ['string[int]', false],
  ['String', false],
])('the type %s', (type, isKnown) => {
  expect(isArgumentType(type)).toBe(isKnown);
});
