import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseFiles } from '../../../../test/support/parsed-files.ts';
import type { ParsedProject } from './parse-project.ts';

// What is said of macros and of what they are to build before anything runs.

const root = mkdtempSync(join(tmpdir(), 'eider-macros-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

function parse(files: Readonly<Record<string, string>>): Promise<ParsedProject> {
  return parseFiles(join(root, String(count++)), files);
}

const dispatching =
  "{% macro pick() %}{% if execute %}\n{{ adapter.dispatch('pick', 'shop')() }}{% endif %}{% endmacro %}\n";

test('a dispatch that finds nothing is an error, whether or not it runs', async () => {
  const { diagnostics } = await parse({
    'macros/pick.sql': `${dispatching}{% macro bigquery__pick() %}1{% endmacro %}{% macro postgres__pick() %}1{% endmacro %}`,
    'models/m.sql': 'select 1 as a {{ pick() }}',
  });
  expect(diagnostics).toMatchObject([
    {
      severity: 'error',
      code: 'macro/not-found',
      place: { file: 'macros/pick.sql', line: 2, column: 12 },
      hint: 'It is written for bigquery, postgres alone: define a macro duckdb__pick in the project.',
    },
  ]);
});

test('a dispatch that a render fails at is told once, with the way there', async () => {
  const { diagnostics } = await parse({
    'macros/pick.sql': dispatching.replace('{% if execute %}', '').replace('{% endif %}', ''),
    'models/m.sql': 'select 1 as a {{ pick() }}',
  });
  expect(diagnostics).toMatchObject([{ code: 'macro/not-found', trace: [{ name: 'macro.shop.pick' }, {}] }]);
});

test.each([
  ['an implementation for DuckDB', 'duckdb__pick'],
  ['a default one', 'default__pick'],
])('a dispatch finds %s', async (_, name) => {
  const { diagnostics, manifest } = await parse({
    'macros/pick.sql': `${dispatching}{% macro ${name}() %}1{% endmacro %}`,
  });
  expect(diagnostics).toEqual([]);
  expect(manifest.macros['macro.shop.pick']?.depends_on.macros).toEqual([`macro.shop.${name}`]);
});

test("hooks of the run depend on what the models' hooks call, whose configs hold for them too", async () => {
  const { diagnostics, manifest } = await parse({
    'dbt_project.yml':
      'name: shop\nprofile: shop\non-run-start: ["{{ begin() }}"]\nmodels: {shop: {+pre-hook: "{{ note() }}"}}\n',
    'macros/hooks.sql': '{% macro begin() %}select 1{% endmacro %}{% macro note() %}select 2{% endmacro %}',
    'models/m.sql': 'select 1 as id',
  });
  expect(diagnostics).toEqual([]);
  const hook = manifest.nodes['operation.shop.shop-on-run-start-0'];
  expect(hook?.depends_on.macros).toEqual(['macro.shop.begin', 'macro.shop.note']);
});

test('what stands outside of the macros of a file is not read', async () => {
  const { diagnostics, manifest } = await parse({
    'macros/loose.sql':
      '{% https://example.org %}\n{{ oh no( }}\n{% macro one() %}1{% endmacro %}\n{% set %}\n{% macro two() %}2{% endmacro %}',
    'models/m.sql': 'select {{ one() }} as a, {{ two() }} as b',
  });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(manifest.nodes['model.shop.m']?.depends_on.macros).toEqual(['macro.shop.one', 'macro.shop.two']);
});

test('a macro that cannot be read is an error at its place', async () => {
  const { diagnostics } = await parse({ 'macros/bad.sql': '{% https %}\n{% macro one() %}{{ 1 + }}{% endmacro %}' });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([{ code: 'jinja/syntax' }]);
});

test('a materialization that nothing has is warned of before anything runs', async () => {
  const { diagnostics } = await parse({
    'macros/own.sql': "{% materialization ledgered, default %}{{ return({'relations': []}) }}{% endmaterialization %}",
    'models/a.sql': "{{ config(materialized='ledgerd') }} select 1 as a",
    'models/b.sql': "{{ config(materialized='ledgered') }} select 1 as a",
    'models/c.sql': "{{ config(materialized='ephemeral') }} select 1 as a",
  });
  expect(diagnostics).toMatchObject([
    {
      severity: 'warning',
      code: 'config/invalid',
      message: 'There is no materialization "ledgerd".',
      hint: 'Did you mean "ledgered"?',
      place: { file: 'models/a.sql', line: 1, column: 11 },
    },
  ]);
});
