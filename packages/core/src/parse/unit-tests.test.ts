import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createCompiler } from '../compile/create-compiler.ts';
import { buildGraph } from '../graph/build-graph.ts';
import { readProject } from '../project/read-project.ts';
import { parseProject } from './parse-project.ts';

const root = mkdtempSync(join(tmpdir(), 'eider-unit-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

const base: Readonly<Record<string, string>> = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: dev}}}\n',
  'seeds/codes.csv': 'id,name\n1,\n2,two\n',
  'models/orders.sql': "select id, '{{ env_var('PLACE', 'home') }}' as place from {{ ref('codes') }}",
  'models/off.sql': '{{ config(enabled=false) }}select 1 as a',
  'models/daily.sql':
    "select id from {{ ref('orders') }}{% if is_incremental() %} where id not in (select id from {{ this }}){% endif %}",
  'models/price.sql': 'select 1 as a',
  'models/price_v2.sql': 'select 2 as a',
  'models/price.yml': 'models: [{name: price, latest_version: 2, versions: [{v: 1, defined_in: price}, {v: 2}]}]\n',
};

/** Parses a project with these unit tests. */
async function parse(entries: string, files: Readonly<Record<string, string>> = {}) {
  const dir = join(root, String(count++));
  for (const [path, text] of Object.entries({ ...base, ...files, 'models/unit.yml': `unit_tests:\n${entries}` })) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const { project, diagnostics } = await readProject({ projectDir: dir, env: {} });
  if (project === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  const parsed = parseProject(project, { startedAt: new Date('2026-01-02T03:04:05Z') });
  const { graph } = buildGraph(parsed.manifest);
  const compiler = createCompiler(project, parsed.manifest, graph, { invocationId: 'id', startedAt: new Date(0) });
  return { ...parsed, compiler, graph };
}

test.each<readonly [string, string, string]>([
  [
    'a model that is not there',
    '  - {name: a, model: order, given: [], expect: {rows: []}}',
    'ref/not-found models/unit.yml:2:22 Did you mean "orders"?',
  ],
  [
    'a name that another one of the model has',
    '  - {name: a, model: orders, given: [], expect: {rows: []}}\n  - {name: a, model: daily, given: [], expect: {rows: []}, overrides: {macros: {is_incremental: false}}}\n  - {name: a, model: orders, given: [], expect: {rows: []}}',
    'project/duplicate models/unit.yml:4:12 Rename one of them: names are unique among the unit tests of a model.',
  ],
  [
    'a word on is_incremental that is missing',
    '  - {name: a, model: daily, given: [], expect: {rows: []}}',
    'project/invalid-value models/unit.yml:2:5 Write `overrides: {macros: {is_incremental: true}}`, or false.',
  ],
  [
    'rows of before that are missing',
    '  - {name: a, model: daily, given: [], expect: {rows: []}, overrides: {macros: {is_incremental: true}}}',
    'project/invalid-value models/unit.yml:2:71 Write `- input: this` with rows under `given`.',
  ],
  [
    'versions of a model without any',
    '  - {name: a, model: orders, given: [], expect: {rows: []}, versions: {include: [1]}}',
    'project/invalid-value models/unit.yml:2:71 Take `versions` out.',
  ],
  [
    'versions that are not there',
    '  - {name: a, model: price, given: [], expect: {rows: []}, versions: {include: [9]}}',
    'project/invalid-value models/unit.yml:2:70 It has 1, 2.',
  ],
  [
    'rows of another format',
    '  - {name: a, model: orders, given: [], expect: {rows: [{id: 1}], format: csv}}',
    'project/invalid-value models/unit.yml:2:56 Formats are dict (the default), csv and sql; csv and sql may name a file: `fixture: NAME`.',
  ],
  [
    'a fixture without a file',
    '  - {name: a, model: orders, given: [], expect: {fixture: some, format: csv}}',
    'project/not-found models/unit.yml:2:59 There is more.',
  ],
])('%s is a finding', async (_, entry, expected) => {
  const { diagnostics } = await parse(`${entry}\n`, { 'tests/fixtures/more.csv': 'id\n1\n' });
  expect(
    diagnostics.map(({ code, hint, place }) => `${code} ${place?.file}:${place?.line}:${place?.column} ${hint}`),
  ).toEqual([expected]);
});

test('a unit test is on its model alone, one a version, and disabled with it', async () => {
  const entry = (name: string, model: string, more = ''): string =>
    `  - {name: ${name}, model: ${model}, given: [], expect: {rows: []}${more}}\n`;
  const { diagnostics, manifest, graph } = await parse(
    entry('a', 'price') +
      entry('b', 'price', ', versions: {exclude: [1]}') +
      entry('c', "'off'") +
      entry('d', 'orders', ', config: {enabled: false}'),
  );
  expect(diagnostics).toEqual([]);
  const ids = Object.keys(manifest.nodes).filter((id) => id.startsWith('unit_test'));
  expect(ids.sort()).toEqual(['unit_test.shop.price.a_v1', 'unit_test.shop.price.a_v2', 'unit_test.shop.price.b_v2']);
  expect(graph.parents('unit_test.shop.price.a_v1')).toEqual(['model.shop.price.v1']);
  expect(
    Object.keys(manifest.disabled)
      .filter((id) => id.startsWith('unit_test'))
      .sort(),
  ).toEqual(['unit_test.shop.off.c', 'unit_test.shop.orders.d']);
});

test('an input without rows has those of its seed, a row without gaps first', async () => {
  const { manifest } = await parse(
    "  - {name: a, model: orders, given: [{input: ref('codes')}], expect: {rows: [{id: null}, {id: 1}]}}\n",
  );
  const node = manifest.nodes['unit_test.shop.orders.a'];
  expect(node).toMatchObject({
    given: [
      {
        input: "ref('codes')",
        format: 'dict',
        fixture: null,
        rows: [
          { id: '1', name: '' },
          { id: '2', name: 'two' },
        ],
      },
    ],
    expect: { rows: [{ id: 1 }, { id: null }] },
  });
});

test('the SQL is the model with the rows in the place of its inputs, macros, variables and environment as overridden', async () => {
  const { compiler } = await parse(`  - name: a
    model: daily
    overrides: {macros: {is_incremental: true}}
    given:
      - {input: ref('orders'), format: sql, rows: select 1 as id}
      - {input: this, format: sql, rows: select 2 as id}
    expect: {rows: [{id: 1}]}
  - name: b
    model: orders
    overrides: {env_vars: {PLACE: away}}
    given: [{input: ref('codes'), format: sql, rows: select 1 as id}]
    expect: {rows: [{id: 1}]}
`);
  const squeezed = async (id: string): Promise<string> => (await compiler.compile(id, null)).sql.replace(/\s+/g, ' ');
  expect(await squeezed('unit_test.shop.daily.a')).toBe(
    'with __dbt__cte__daily as ( select 2 as id ), __dbt__cte__orders as ( select 1 as id ) select id from __dbt__cte__orders where id not in (select id from __dbt__cte__daily)',
  );
  expect(await squeezed('unit_test.shop.orders.b')).toBe(
    "with __dbt__cte__codes as ( select 1 as id ) select id, 'away' as place from __dbt__cte__codes",
  );
  // The model itself is as it was.
  expect((await compiler.compile('model.shop.orders', null)).sql).toContain("'home' as place");
});

test.each([
  ["ref('nothing')", "had an input (ref('nothing')) which was not found"],
  ['orders', 'has an input which is none'],
  ["ref('codes'", 'expected'],
])('an input that cannot be is an error at its place: %s', async (input, words) => {
  const { compiler } = await parse(
    `  - name: a\n    model: orders\n    given: [{input: "${input}", rows: []}]\n    expect: {rows: []}\n`,
  );
  await expect(compiler.compile('unit_test.shop.orders.a', null)).rejects.toMatchObject({
    diagnostics: [{ place: { file: 'models/unit.yml', line: 4 }, message: expect.stringContaining(words) as unknown }],
  });
});

test('a source that no input gives is named', async () => {
  const entry = '  - {name: a, model: reads, given: [], expect: {rows: []}}\n';
  const { compiler } = await parse(entry, {
    'models/reads.sql': "select * from {{ source('raw', 'codes') }}",
    'models/sources.yml': 'sources: [{name: raw, tables: [{name: codes}]}]\n',
  });
  await expect(compiler.compile('unit_test.shop.reads.a', null)).rejects.toThrow(
    "depends on a source named 'raw.codes' which was not found",
  );
});

test('a ref that no input gives is named with its version and package', async () => {
  const entry = '  - {name: a, model: reads, given: [], expect: {rows: []}}\n';
  const files = { 'models/reads.sql': "select * from {{ ref('shop', 'price', v=2) }}" };
  const { compiler } = await parse(entry, files);
  await expect(compiler.compile('unit_test.shop.reads.a', null)).rejects.toMatchObject({
    diagnostics: [
      {
        message: expect.stringContaining(
          "depends on a node named 'price' with version '2' in package or project 'shop' which was not found",
        ) as unknown,
        hint: "Give its rows: `- input: ref('shop', 'price', v=2)` under `given`.",
      },
    ],
  });
});

test('two fixtures of one name are refused, whatever their folders and endings', async () => {
  const { diagnostics } = await parse('  []', {
    'tests/fixtures/north/people.csv': 'id\n1\n',
    'tests/fixtures/south/people.sql': 'select 1 as id',
    'tests/fixtures/places.csv': 'id\n1\n',
  });
  expect(diagnostics).toMatchObject([
    {
      code: 'project/duplicate',
      severity: 'error',
      message:
        'Two fixtures of the package shop have the name "people": tests/fixtures/north/people.csv and tests/fixtures/south/people.sql.',
      place: { file: 'tests/fixtures/south/people.sql', line: 1 },
    },
  ]);
});
