import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { buildGraph } from '../graph/build-graph.ts';
import { parseProject } from '../parse/parse-project.ts';
import { readProject } from '../project/read-project.ts';
import { type ChangedNodes, changedNodes } from './changed-nodes.ts';
import type { Compiler } from './compiler.ts';
import { createCompiler } from './create-compiler.ts';

const root = mkdtempSync(join(tmpdir(), 'eider-changed-'));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;

type Files = Readonly<Record<string, string>>;

const sources = (location: string): string =>
  `version: 2\nsources:\n  - name: raw\n    tables:\n      - name: orders\n        meta: {external_location: '${location}'}\n`;

const base: Files = {
  'dbt_project.yml': 'name: shop\nprofile: shop\nvars: {rate: 2}\n',
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, external_root: lake}}}\n',
  'models/sources.yml': sources('raw/orders.parquet'),
  'models/orders.sql':
    "{{ config(materialized='external') }}select id, {{ cents('amount') }} as cents from {{ source('raw', 'orders') }}\n",
  'models/daily.sql': "select count(*) as n from {{ ref('orders') }}\n",
  'models/inlined.sql': "{{ config(materialized='ephemeral') }}select id from {{ ref('orders') }}\n",
  'models/twice.sql': "{{ config(materialized='ephemeral') }}select id from {{ ref('inlined') }}\n",
  'models/reader.sql': "select * from {{ ref('twice') }}\n",
  'models/asks.sql': "select {{ run_query('select 1').rows[0][0] }} as one, {{ var('rate') }} as rate\n",
  'models/hooked.sql': "{{ config(post_hook='{{ grant(this) }}') }}select 1 as a\n",
  'models/named.sql': "select {% if execute %}{{ cents('1') }}{% endif %} as a\n",
  'models/models.yml': 'version: 2\nmodels:\n  - name: daily\n    columns: [{name: n, data_tests: [not_null]}]\n',
  'macros/cents.sql': '{% macro cents(column) %}{{ column }} * {{ times() }}{% endmacro %}\n',
  'macros/times.sql': '{% macro times() %}100{% endmacro %}\n',
  'macros/grant.sql': '{% macro grant(relation) %}select 1{% endmacro %}\n',
  'seeds/people.csv': 'id\n1\n',
};

async function compilerOf(files: Files): Promise<Compiler> {
  const dir = join(root, String(count++));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  const { project, diagnostics } = await readProject({ projectDir: dir, env: {} });
  if (project === null) throw new Error(diagnostics.map((one) => one.message).join('\n'));
  // One folder for all: where a project lies is no difference between two states of it.
  const moved = { ...project, root };
  const startedAt = new Date('2026-01-02T03:04:05Z');
  const { manifest } = parseProject(moved, { startedAt });
  return createCompiler(moved, manifest, buildGraph(manifest).graph, { invocationId: 'id', startedAt });
}

/** What an edit of the base changes: names of nodes with how they differ. */
async function after(edit: Readonly<Record<string, string | null>>): Promise<Record<string, readonly string[]>> {
  const files = Object.entries({ ...base, ...edit }).filter((file): file is [string, string] => file[1] !== null);
  return shown(await changedNodes(await compilerOf(base), await compilerOf(Object.fromEntries(files))));
}

function shown({ changed, described, removed, same }: ChangedNodes): Record<string, readonly string[]> {
  const name = (id: string): string => id.split('.')[2] ?? id;
  const lists = Object.entries({ described, removed, same }).flatMap(([key, ids]) =>
    ids.length === 0 ? [] : [[key, ids.map(name).sort()] as const],
  );
  return Object.fromEntries([...[...changed].map(([id, kinds]) => [name(id), [...kinds].sort()] as const), ...lists]);
}

test('nothing differs between two readings of the same files', async () => {
  expect(await after({})).toEqual({});
});

test.each<readonly [string, Readonly<Record<string, string | null>>, Record<string, readonly string[]>]>([
  ['a template', { 'models/daily.sql': "select 1 as n from {{ ref('orders') }}\n" }, { daily: ['body'] }],
  [
    'a template that gives the same SQL',
    { 'models/daily.sql': "select count(*) as n from {{ ref('or' ~ 'ders') }}\n" },
    { same: ['daily'] },
  ],
  [
    'a comment and line breaks',
    { 'models/daily.sql': "-- how many\nselect count(*) as n\nfrom {{ ref('orders') }}\n" },
    { same: ['daily'] },
  ],
  [
    'an ephemeral model, which is in the SQL of its readers',
    { 'models/inlined.sql': "{{ config(materialized='ephemeral') }}select id + 1 as id from {{ ref('orders') }}\n" },
    { inlined: ['body'], reader: ['parents'], twice: ['parents'] },
  ],
  [
    'a macro that is called by another, and one that is called only while SQL is made',
    { 'macros/times.sql': '{% macro times() %}1000{% endmacro %}\n' },
    { orders: ['macros'], named: [] },
  ],
  [
    'a macro that gives the same text',
    { 'macros/times.sql': '{% macro times() %}{{ 10 * 10 }}{% endmacro %}\n' },
    { same: ['orders'] },
  ],
  [
    'a macro in a hook',
    { 'macros/grant.sql': '{% macro grant(relation) %}select 2{% endmacro %}\n' },
    { hooked: ['macros'] },
  ],
  [
    'a model that asks a database, for whatever reason',
    { 'models/asks.sql': "select {{ run_query('select 2').rows[0][0] }} as one, {{ var('rate') }} as rate\n" },
    { asks: ['body'] },
  ],
  [
    'a variable of which no known SQL speaks',
    { 'dbt_project.yml': 'name: shop\nprofile: shop\nvars: {rate: 3}\n' },
    {},
  ],
  ['where sources are', { 'models/sources.yml': sources('raw/new_orders.parquet') }, { orders: ['parents'] }],
  ['where external models go', { 'profiles.yml': base['profiles.yml']?.replace('lake', 'pond') ?? '' }, { orders: [] }],
  [
    'a config, and a schema in the name',
    { 'dbt_project.yml': `${base['dbt_project.yml']}models: {shop: {daily: {+schema: gold}}}\n` },
    { daily: ['configs', 'relation'], not_null_daily_n: ['parents'] },
  ],
  [
    'tags and meta, which no SQL reads',
    { 'dbt_project.yml': `${base['dbt_project.yml']}models: {shop: {+tags: [nightly], +meta: {a: 1}}}\n` },
    {},
  ],
  [
    'a description',
    {
      'models/models.yml':
        base['models/models.yml']?.replace('- name: daily', '- name: daily\n    description: All.') ?? '',
    },
    { described: ['daily'] },
  ],
  [
    'a test that is new, and one that is gone',
    { 'models/models.yml': base['models/models.yml']?.replace('not_null', 'unique') ?? '' },
    { unique_daily_n: ['new'], removed: ['not_null_daily_n'] },
  ],
  ['a seed', { 'seeds/people.csv': 'id\n2\n' }, { people: ['body'] }],
  ['a new model', { 'models/fresh.sql': 'select 1 as a\n' }, { fresh: ['new'] }],
  ['a model that is gone', { 'models/hooked.sql': null }, { removed: ['hooked'] }],
  [
    'a model that is switched off',
    { 'models/hooked.sql': '{{ config(enabled=false) }}select 1 as a\n' },
    { removed: ['hooked'] },
  ],
])('takes %s', async (_, edit, expected) => {
  expect(await after(edit)).toEqual(expected);
});

test('a seed over 1 MiB is told by its size and time', async () => {
  const big = `id\n${'1234567\n'.repeat(150_000)}`;
  const before = await compilerOf({ ...base, 'seeds/big.csv': big });
  expect(shown(await changedNodes(before, await compilerOf({ ...base, 'seeds/big.csv': `${big}1\n` })))).toEqual({
    big: ['body'],
  });
});
