import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { EiderError } from '../diagnostics.ts';
import { buildGraph } from '../graph/build-graph.ts';
import { parseProject } from '../parse/parse-project.ts';
import { readProject } from '../project/read-project.ts';
import type { Compiler, DatabasePort } from './compiler.ts';
import { createCompiler } from './create-compiler.ts';

const root = mkdtempSync(join(tmpdir(), 'eider-compile-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
const logged: string[] = [];

/** The homelab project that the layout of external models was made for. */
const externalLocation = `{% macro external_location(relation, config) %}
    {%- set location_root = config.get('external_root', validator=validation.any[basestring]) -%}
    {%- set identifier = model['alias'] -%}
    {%- set format = config.get('format', 'parquet') -%}
    {%- if config.get('options', {}).get('partition_by') is none -%}
        {%- set ending = identifier ~ '.' ~ format -%}
    {%- else -%}
        {%- set ending = identifier -%}
    {%- endif -%}
    {%- if target.schema == 'prod' -%}
        {%- set location = location_root ~ 'main/' ~ model['fqn'][1] ~ '/' ~ ending -%}
    {%- else -%}
        {%- set location = location_root ~ 'main/' ~ model['fqn'][1] ~ '_' ~ target.schema ~ '/' ~ ending -%}
    {%- endif -%}
  {{ log('Writing the data files to ' ~ location, True) }}
  {{ return(location) }}
{%- endmacro -%}`;

async function compilerOf(files: Readonly<Record<string, string>>, schema: string = 'dev'): Promise<Compiler> {
  const dir = join(root, String(count++));
  const all = {
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': `shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: ${schema}}}}\n`,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const { project, diagnostics } = await readProject({ projectDir: dir, env: { EXTERNAL_ROOT: '/lake/' } });
  if (project === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  const startedAt = new Date('2026-01-02T03:04:05Z');
  const { manifest } = parseProject(project, { startedAt });
  const { graph } = buildGraph(manifest);
  const onLog = (message: string): unknown => logged.push(message);
  return createCompiler(project, manifest, graph, { invocationId: 'id', startedAt, onLog });
}

/** A database that answers each query with the rows it is given. */
function port(rows: readonly (readonly unknown[])[]): DatabasePort {
  const columns = [{ name: 'n', type: 'VARCHAR' }];
  return {
    query: async () => ({ columns, rows }),
    relation: async () => ({ type: 'table' }),
    relations: async () => [],
    columns: async () => columns,
  };
}

async function failure(run: Promise<unknown>): Promise<EiderError> {
  try {
    await run;
  } catch (thrown) {
    if (thrown instanceof EiderError) return thrown;
    throw thrown;
  }
  throw new Error('nothing failed');
}

describe('compile', () => {
  test('graph has nodes as they were parsed, and what templates put there; under other names nothing is said again', async () => {
    const of = (name: string): string => `graph.nodes['model.shop.${name}']`;
    const compiler = await compilerOf({
      'macros/m.sql': '{% macro one() %}1{% endmacro %}',
      'models/a.sql': `{% if execute %}{{ log('a is compiled') }}{% do ${of('b')}.update({'mark': one()}) %}{% endif %}select 1`,
      'models/b.sql':
        '{% if execute %}{{ ' +
        of('a') +
        ".get('compiled_code') }} {{ " +
        of('a') +
        '.depends_on.macros }} {{ ' +
        of('b') +
        '.mark }}{% endif %}',
    });
    await compiler.compile('model.shop.a', null);
    expect((await compiler.compile('model.shop.b', null)).sql.trim()).toBe('None [] 1');
    const said = logged.filter((message) => message === 'a is compiled').length;
    await compiler.compile('model.shop.a', null, { relationText: () => 'x' });
    expect(logged.filter((message) => message === 'a is compiled')).toHaveLength(said);
    expect(said).toBe(1);
    expect(compiler.manifest.nodes['model.shop.a']?.depends_on.macros).toEqual(['macro.shop.one']);
  });

  test('a model reads a query in the middle of its template', async () => {
    const compiler = await compilerOf({
      'models/a.sql':
        "{% set r = run_query('select n') %}select {% if execute %}{{ r.columns[0].values() | join(', ') }}{% endif %}",
    });
    expect((await compiler.compile('model.shop.a', port([['x'], ['y']]))).sql).toBe('select x, y');
  });

  test('ephemeral parents stand in front, once each, and every position leads home', async () => {
    const compiler = await compilerOf({
      'models/a.sql': "{{ config(materialized='ephemeral') }}select 1 as id",
      'models/b.sql': "{{ config(materialized='ephemeral') }}select * from {{ ref('a') }}",
      'models/c.sql': "with x as (select 1)\nselect * from {{ ref('b') }}, {{ ref('a') }}, x where bad",
    });
    const compiled = await compiler.compile('model.shop.c', null);
    expect(compiled.sql).toBe(
      'with __dbt__cte__a as (\nselect 1 as id\n),  __dbt__cte__b as (\nselect * from __dbt__cte__a\n),  x as (select 1)\nselect * from __dbt__cte__b, __dbt__cte__a, x where bad',
    );
    expect(compiler.locate(compiled, compiled.sql.indexOf('bad'))).toEqual({
      file: 'models/c.sql',
      line: 2,
      column: 55,
    });
    expect(compiler.locate(compiled, compiled.sql.indexOf('as id'))).toEqual({
      file: 'models/a.sql',
      line: 1,
      column: 48,
    });
  });

  test('SQL of the command line is a query of its own: ephemeral models, macros, its places in --inline', async () => {
    const compiler = await compilerOf({
      'models/a.sql': 'select 1 as id',
      'models/eph.sql': "{{ config(materialized='ephemeral') }}select * from {{ ref('a') }}",
    });
    const sql = "select id\nfrom {{ ref('eph') }} where id > {{ var('least', 0) }}";
    const compiled = await compiler.compileInline(sql, null);
    expect(compiled.sql.replace(/\s+/g, ' ')).toBe(
      'with __dbt__cte__eph as ( select * from "shop"."dev"."a" ) select id from __dbt__cte__eph where id > 0',
    );
    expect([...compiled.refs].sort()).toEqual(['model.shop.a', 'model.shop.eph']);
    expect(compiler.locate(compiled, compiled.sql.indexOf('where'))).toEqual({ file: '--inline', line: 2, column: 23 });
    const { diagnostics } = await failure(compiler.compileInline("select\n  {{ ref('b') }}", null));
    expect(diagnostics).toMatchObject([{ code: 'ref/not-found', place: { file: '--inline', line: 2, column: 6 } }]);
  });

  test('SQL that macros wrote leads through them, however deep', async () => {
    const compiler = await compilerOf({
      'macros/m.sql':
        '{% macro inner(x) %}\n  ({{ x }} + bad)\n{% endmacro %}\n{% macro outer(x) %}f({{ inner(x) | trim }}){% endmacro %}',
      'models/a.sql': "select\n  {{ outer('n') }},\n  {{ dbt.type_string() }}",
    });
    const compiled = await compiler.compile('model.shop.a', null);
    const way = async (text: string): Promise<readonly string[]> =>
      (await compiler.trace(compiled, compiled.sql.indexOf(text), null)).map(
        ({ name, place }) => `${name} ${place.line}:${place.column}`,
      );
    expect(await way('bad')).toEqual(['macro.shop.inner 2:14', 'macro.shop.outer 4:37', 'models/a.sql 2:6']);
    expect(await way('f(')).toEqual(['macro.shop.outer 4:21', 'models/a.sql 2:6']);
    expect(await way('n +')).toEqual(['macro.shop.inner 2:7', 'macro.shop.outer 4:37', 'models/a.sql 2:6']);
    expect(await way('select')).toEqual(['models/a.sql 1:1']);
    // A macro of dbt's own is no place to mend anything.
    expect(await way('TEXT')).toEqual(['models/a.sql 3:10']);
  });

  test('relations print as the caller wants them', async () => {
    const compiler = await compilerOf({ 'models/a.sql': 'select 1', 'models/b.sql': "select * from {{ ref('a') }}" });
    const relationText = (name: { schema: string | null; identifier: string }) => `${name.schema}.${name.identifier}`;
    expect((await compiler.compile('model.shop.b', null)).sql).toBe('select * from "shop"."dev"."a"');
    expect((await compiler.compile('model.shop.b', null, { relationText })).sql).toBe('select * from dev.a');
  });

  test('a generic test gets its arguments, and its where', async () => {
    const compiler = await compilerOf({
      'models/a.sql': 'select 1 as id',
      'models/s.yml': `models: [{name: a, columns: [{name: id, data_tests: [{accepted_values: {arguments: {values: [1, 2]}, config: {where: "id > 0"}}}]}]}]`,
    });
    const id = Object.keys(compiler.manifest.nodes).find((one) => one.startsWith('test.')) ?? '';
    const sql = (await compiler.compile(id, null)).sql.replace(/\s+/g, ' ');
    expect(sql).toContain('from (select * from "shop"."dev"."a" where id > 0) dbt_subquery group by id');
    expect(sql).toContain("value_field not in ( '1','2' )");
  });

  test('a failure names the macro, its caller and the model', async () => {
    const compiler = await compilerOf({
      'macros/m.sql':
        "{% macro inner() %}\n  {{ exceptions.raise_compiler_error('no') if execute }}\n{% endmacro %}\n{% macro outer() %}{{ inner() }}{% endmacro %}",
      'models/a.sql': 'select 1\n  {{ outer() }}',
    });
    const [finding] = (await failure(compiler.compile('model.shop.a', null))).diagnostics;
    expect(finding).toMatchObject({
      code: 'jinja/render',
      message: 'no',
      node: 'model.shop.a',
      place: { file: 'macros/m.sql', line: 2 },
    });
    expect(finding?.trace?.map((frame) => `${frame.place.file}:${frame.place.line}`)).toEqual(
      expect.arrayContaining(['macros/m.sql:2', 'macros/m.sql:4', 'models/a.sql:2']),
    );
  });

  test.each([
    ['{{ none + 1 if execute }}', "unsupported operand type(s) for +: 'NoneType' and 'int'"],
    ["{{ 'a'.uper() if execute }}", /^'str object' has no attribute 'uper'\. This can happen when calling a macro/],
    ['{{ nope() if execute }}', /^'nope' is undefined\. This can happen when calling a macro/],
  ])('the failure of %s has the words of Jinja or Python too', async (sql, words) => {
    const compiler = await compilerOf({ 'models/a.sql': sql });
    const [finding] = (await failure(compiler.compile('model.shop.a', null))).diagnostics;
    expect(finding?.message).not.toMatch(words);
    expect(finding?.cause).toMatch(words);
  });

  test('a ref that only the run reaches is refused, with what to write', async () => {
    const compiler = await compilerOf({
      'models/a.sql': 'select 1',
      'models/b.sql': "{% if execute %}{{ ref('a') }}{% endif %}",
    });
    const [finding] = (await failure(compiler.compile('model.shop.b', null))).diagnostics;
    expect(finding).toMatchObject({
      code: 'ref/undeclared',
      hint: expect.stringContaining("-- depends_on: {{ ref('a') }}"),
    });
  });
});

test('methods of the adapter that dbt runs by macros are run by those of the project, which no node is noted to call', async () => {
  const compiler = await compilerOf({
    'models/a.sql':
      'select {{ adapter.get_columns_in_relation(this) | length }} as n{% do adapter.drop_schema(this) %}',
    'macros/own.sql':
      '{% macro duckdb__get_columns_in_relation(relation) %}{{ return(count([relation, relation])) }}{% endmacro %}' +
      "{% macro count(list) %}{{ return(list) }}{% endmacro %}{% macro drop_schema(relation) %}{{ log('kept', true) }}{% endmacro %}",
  });
  logged.length = 0;
  expect((await compiler.compile('model.shop.a', port([]))).sql).toBe('select 2 as n');
  expect(logged).toEqual(['kept']);
  expect(compiler.manifest.nodes['model.shop.a']?.depends_on.macros).toEqual([]);
});

test('hooks are rendered in the context of their node, on-run hooks in that of the project', async () => {
  const compiler = await compilerOf({ 'models/a.sql': 'select 1' });
  expect(await compiler.render('model.shop.a', 'grant {{ this }} {{ model.name }}', null)).toBe(
    'grant "shop"."dev"."a" a',
  );
  expect(await compiler.render(null, "{{ results }} {{ ref('a') }}", null, { context: { results: 3 } })).toBe(
    '3 "shop"."dev"."a"',
  );
});

test('a macro is called by its name, as run-operation does', async () => {
  const compiler = await compilerOf({
    'macros/m.sql':
      "{% macro add(a, b=1) %}{{ return({'sum': [a + b]}) }}{% endmacro %}{% macro generate_alias_name(custom_alias_name=none, node=none) %}{{ return('own') }}{% endmacro %}",
    'dbt_packages/pkg/dbt_project.yml': 'name: pkg',
    'dbt_packages/pkg/macros/m.sql':
      "{% macro theirs() %}{{ return('of ' ~ pkg.own()) }}{% endmacro %}{% macro own() %}{{ return('pkg') }}{% endmacro %}{% macro generate_alias_name(custom_alias_name=none, node=none) %}{{ return('theirs') }}{% endmacro %}",
  });
  expect(await compiler.call('add', { a: 2 }, null)).toEqual({ sum: [3] });
  expect(await compiler.call('theirs', {}, null)).toBe('of pkg');
  expect(await compiler.call('generate_alias_name', { custom_alias_name: 'x' }, null)).toBe('own');
  expect((await failure(compiler.call('ad', {}, null))).diagnostics[0]).toMatchObject({
    code: 'macro/not-found',
    hint: expect.stringContaining('add'),
  });
});

describe('layout', () => {
  const files = {
    'dbt_project.yml': `name: shop
profile: shop
models:
  shop:
    +external_root: "{{ env_var('EXTERNAL_ROOT') }}"
    bronze: {+materialized: external, +mode: overwrite, +schema: bronze}
`,
    'macros/l.sql': externalLocation,
    'models/bronze/orders.sql': 'select 1',
    'models/bronze/days.sql': "{{ config(options={'partition_by': 'day', 'append': true}) }}select 1 as day",
    'models/bronze/own.sql': "{{ config(location='out/{{ this.name }}.csv.gz', delimiter=';') }}select 1",
  };

  test.each([
    [
      'dev',
      'model.shop.orders',
      { location: '/lake/main/bronze_dev/orders.parquet', format: 'parquet', folder: false, mode: 'replace' },
    ],
    ['prod', 'model.shop.orders', { location: '/lake/main/bronze/orders.parquet' }],
    [
      'dev',
      'model.shop.days',
      { location: '/lake/main/bronze_dev/days', partitionBy: ['day'], folder: true, mode: 'append' },
    ],
  ])("schema %s: %s is written where the project's macro says", async (schema, id, layout) => {
    expect(await (await compilerOf(files, schema)).layout(id, null)).toMatchObject(layout);
  });

  test('a location of its own is rendered, and lies below the project', async () => {
    const compiler = await compilerOf(files);
    expect(await compiler.layout('model.shop.own', null)).toMatchObject({
      location: join(compiler.project.root, 'out/own.csv.gz'),
      format: 'csv',
      copyOptions: { delimiter: "';'", compression: 'gzip', header: '1' },
    });
  });

  test("without a macro of its own, a project's files lie in the profile's external_root", async () => {
    const compiler = await compilerOf({ 'models/a.sql': "{{ config(materialized='external') }}select 1" });
    expect((await compiler.layout('model.shop.a', null)).location).toBe(join(compiler.project.root, 'a.parquet'));
  });
});

test('a test that was compiled depends on the macros of its arguments', async () => {
  const compiler = await compilerOf({
    'macros/fits.sql':
      '{% test fits(model, wanted) %}select 1 from {{ model }} where {{ wanted }}{% endtest %}{% macro wish() %}1 = 2{% endmacro %}',
    'models/m.sql': 'select 1 as id',
    'models/m.yml': 'models: [{name: m, data_tests: [{fits: {arguments: {wanted: "{{ wish() }}"}}}]}]\n',
  });
  const fits = Object.values(compiler.manifest.nodes).find((node) => node.resource_type === 'test');
  const parsed = ['macro.shop.test_fits', 'macro.dbt.get_where_subquery'];
  expect(fits?.depends_on.macros).toEqual(parsed);
  const { sql } = await compiler.compile(fits?.unique_id ?? '', port([]));
  expect(sql.trim()).toMatch(/where 1 = 2$/);
  expect(fits?.depends_on.macros).toEqual([...parsed, 'macro.shop.wish']);
});

test('a function is made as DuckDB has it, and called by its name', async () => {
  const compiler = await compilerOf({
    'functions/half.sql': 'a / parts -- of it',
    'functions/s.yml': `functions:
  - {name: half, arguments: [{name: a, data_type: double}, {name: parts, data_type: integer, default_value: 2}], returns: {data_type: double}}
`,
    'models/uses.sql': "select {{ function('half') }}(3) as a",
  });
  const said: string[] = [];
  const listening: DatabasePort = {
    ...port([]),
    query: async (sql) => {
      said.push(sql.replaceAll(/\s+/g, ' ').trim());
      return { columns: [], rows: [] };
    },
    relation: async () => null,
    transaction: { begin: async () => void said.push('begin'), commit: async () => void said.push('commit') },
  };
  const { sql } = await compiler.compile('model.shop.uses', listening);
  expect(sql).toBe('select "shop"."dev"."half"(3) as a');
  expect(compiler.manifest.nodes['model.shop.uses']?.depends_on.nodes).toEqual(['function.shop.half']);
  await compiler.compile('function.shop.half', listening);
  expect(compiler.materialization('function.shop.half')).toMatchObject({ isOwn: false, isMacro: true });
  expect(await compiler.materialize('function.shop.half', listening)).toMatchObject({ message: 'OK' });
  expect(said).toEqual([
    'begin',
    'create or replace function "shop"."dev"."half" (a, parts := 2) as (cast(( a / parts -- of it ) as double));',
    'commit',
  ]);
});

test.each([
  ['no relations', "{{ return({'tables': []}) }}", '"relations" not found, got keys: [\'tables\']'],
  ['nothing returned', '', 'did not explicitly return a list of relations'],
  ['no list', "{{ return({'relations': this}) }}", '"relations" not a list'],
  ['no relation', "{{ return({'relations': ['a']}) }}", 'contains non-Relation: a'],
])('a materialization with %s is told so, at its macro', async (_, end, message) => {
  const compiler = await compilerOf({
    'macros/kept.sql': `{# kept #}\n{% materialization kept, default %}{% call statement('main') %}select 1{% endcall %}${end}{% endmaterialization %}`,
    'models/m.sql': "{{ config(materialized='kept') }} select 1 as a",
  });
  await compiler.compile('model.shop.m', port([]));
  const failure = await compiler.materialize('model.shop.m', port([])).catch((cause: unknown) => cause);
  const [finding] = failure instanceof EiderError ? failure.diagnostics : [];
  expect(finding?.message).toContain(message);
  expect(finding?.place).toMatchObject({ file: 'macros/kept.sql', line: 2 });
});

test('what a macro changes inside a value that dbt has no type for stays changed, in the manifest and in `graph`', async () => {
  const compiler = await compilerOf({
    'models/a.sql': "{{ config(checks={'x': {}}) }}select 1 as id {{ touch() }}",
    'models/b.sql': "select {{ graph.nodes['model.shop.a'].config.checks if execute }} from {{ ref('a') }}",
    'models/s.yml': 'models: [{name: a, columns: [{name: id, meta: {own: {n: 1}}}]}]\n',
    'macros/touch.sql': `{% macro touch() %}{% if execute %}
{% do model.columns['id'].meta.own.update({'n': 2, 'of' ~ 'x': {1: [1.5]}}) %}{% do model.columns['id'].meta.update({'gone': 1}) %}
{% do model.columns['id'].update({'description': 'gone'}) %}
{% do model.config.checks.x.update({'y': model.config.checks.x.get('y', 0) + 1}) %}{% do model.tags.append('gone') %}
{% endif %}{% endmacro %}`,
  });
  await compiler.compile('model.shop.a', null);
  await compiler.compile('model.shop.a', null, { relationText: () => 'x' });
  const node = compiler.manifest.nodes['model.shop.a'];
  const column = node?.resource_type === 'model' ? node.columns.id : undefined;
  const own = { own: { n: 2, ofx: { '1': [1.5] } } };
  expect(node?.config.checks).toEqual({ x: { y: 1 } });
  expect(node?.unrendered_config).toEqual({ checks: { x: { y: 1 } } });
  expect([column?.meta, column?.config.meta, column?.description]).toEqual([own, own, '']);
  expect(node?.tags).toEqual([]);
  expect((await compiler.compile('model.shop.b', null)).sql).toContain("{'x': {'y': 1}}");
});
