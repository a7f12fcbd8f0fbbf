import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import type { ParsedProject } from './parse-project.ts';

// Which macros a generic test finds while it is parsed: dbt's TestMacroNamespace. And entries for models of packages.

const root = mkdtempSync(join(tmpdir(), 'eider-test-macros-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

const packageFiles = {
  'dbt_packages/ops/dbt_project.yml': 'name: ops\n',
  'dbt_packages/ops/macros/tests.sql': `{% test fits(model, column_name, wanted=none) %}
select {{ column_name }} from {{ model }} where '{{ plain_type() }}' <> '{{ ops.named() }}' {{ wanted }}
{% endtest %}
{% macro plain_type() %}{{ adapter.dispatch('inner', 'ops')() }}{% endmacro %}
{% macro default__inner() %}{{ deepest() }}{% endmacro %}
{% macro deepest() %}text{% endmacro %}
{% macro named() %}text{% endmacro %}
{% macro unread() %}text{% endmacro %}
{% test reaches(model) %}select 1 {{ context['unread']() }}{% endtest %}`,
};

function parse(files: Readonly<Record<string, string>>): Promise<ParsedProject> {
  return parseFiles(join(root, String(count++)), {
    'packages.yml': 'packages: [{local: dbt_packages/ops}]\n',
    'models/m.sql': 'select 1 as id',
    ...packageFiles,
    ...files,
  });
}

function macrosOfTests({ manifest }: ParsedProject): readonly (readonly string[])[] {
  const tests = Object.values(manifest.nodes).filter((node) => node.resource_type === 'test');
  return tests.map((node) => [...node.depends_on.macros].sort());
}

test("a package's test calls its package's macros by their plain names", async () => {
  const parsed = await parse({
    'models/m.yml': 'models: [{name: m, columns: [{name: id, data_tests: [ops.fits]}]}]\n',
  });
  expect(parsed.diagnostics).toEqual([]);
  expect(macrosOfTests(parsed)).toEqual([['macro.dbt.get_where_subquery', 'macro.ops.test_fits']]);
  expect(parsed.manifest.macros['macro.ops.plain_type']?.depends_on.macros).toEqual(['macro.ops.default__inner']);
  expect(parsed.manifest.macros['macro.ops.default__inner']?.depends_on.macros).toEqual(['macro.ops.deepest']);
});

test('macros that the texts do not call are not there', async () => {
  const { diagnostics } = await parse({ 'models/m.yml': 'models: [{name: m, data_tests: [ops.reaches]}]\n' });
  expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ['jinja/render', 'This dict has no "unread".'],
  ]);
});

test('macros in arguments are called when the test is compiled', async () => {
  const yaml =
    'models: [{name: m, columns: [{name: id, data_tests: [{ops.fits: {arguments: {wanted: "{{ ops.unread() }}"}}}]}]}]\n';
  const parsed = await parse({ 'models/m.yml': yaml });
  expect(parsed.diagnostics).toEqual([]);
  expect(macrosOfTests(parsed)).toEqual([['macro.dbt.get_where_subquery', 'macro.ops.test_fits']]);
});

test("a package's test is found without its package's name", async () => {
  const parsed = await parse({ 'models/m.yml': 'models: [{name: m, columns: [{name: id, data_tests: [fits]}]}]\n' });
  expect(parsed.diagnostics).toEqual([]);
  expect(macrosOfTests(parsed)).toEqual([['macro.dbt.get_where_subquery', 'macro.ops.test_fits']]);
});

test("a test of the project's own that has the name of a package's is what dbt knows the package's by", async () => {
  const parsed = await parse({
    'macros/fits.sql': '{% test fits(model, column_name) %}select 1{% endtest %}',
    'models/m.yml': 'models: [{name: m, columns: [{name: id, data_tests: [ops.fits]}]}]\n',
  });
  expect(parsed.diagnostics).toEqual([]);
  expect(macrosOfTests(parsed)).toEqual([['macro.dbt.get_where_subquery', 'macro.shop.test_fits']]);
});

test("a model of the project that calls a package's macro by its plain name is told the whole name", async () => {
  const { diagnostics } = await parse({
    'macros/own.sql': '{% macro own() %}{{ plain_type() }}{% endmacro %}',
    'models/n.sql': 'select {{ own() }}',
  });
  expect(diagnostics).toMatchObject([
    {
      code: 'macro/not-found',
      place: { file: 'macros/own.sql', line: 1 },
      hint: 'The package "ops" has a macro of that name: write ops.plain_type(…).',
    },
  ]);
});

test("two entries for a package's model are an error, whichever package they are in", async () => {
  const { diagnostics } = await parse({
    'dbt_packages/ops/models/spine.sql': 'select 1 as id',
    'dbt_packages/ops/models/spine.yml': 'models: [{name: spine}]\n',
    'models/m.yml': 'models:\n  - name: spine\n',
  });
  expect(diagnostics).toMatchObject([
    {
      code: 'project/duplicate',
      severity: 'error',
      message:
        'The model "spine" is described twice; the other description is in dbt_packages/ops/models/spine.yml, line 1.',
      place: { file: 'models/m.yml', line: 2, column: 11 },
    },
  ]);
});

test("one entry for a package's model describes it", async () => {
  const { diagnostics, manifest } = await parse({
    'dbt_packages/ops/models/spine.sql': 'select 1 as id',
    'models/m.yml': 'models:\n  - name: spine\n    description: Days.\n',
  });
  expect(diagnostics).toEqual([]);
  expect(manifest.nodes['model.ops.spine']?.description).toBe('Days.');
});

test("a package's entry describes the project's model of that name where the package's own is switched off, and that alone", async () => {
  const { diagnostics, manifest } = await parse({
    'dbt_project.yml':
      'name: shop\nprofile: shop\nmodels: {ops: {spine: {+enabled: false}, gone: {+enabled: false}}}\n',
    'dbt_packages/ops/models/spine.sql': 'select 1 as id',
    'dbt_packages/ops/models/gone.sql': 'select 1 as id',
    'dbt_packages/ops/models/spine.yml':
      'models: [{name: spine, description: Days., config: {tags: [days]}}, {name: gone, description: Gone.}]\n',
    'models/spine.sql': 'select 2 as id',
  });
  expect(diagnostics).toEqual([]);
  expect(manifest.nodes['model.shop.spine']).toMatchObject({ description: 'Days.', tags: ['days'] });
  const off = Object.values(manifest.disabled).flat();
  expect(off.map((node) => [node.name, 'description' in node && node.description, node.config.tags])).toEqual([
    ['gone', 'Gone.', []],
    ['spine', '', []],
  ]);
});
