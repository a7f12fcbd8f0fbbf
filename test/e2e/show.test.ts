import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEider } from '../support/eider.ts';
import type { ProgramResult } from '../support/run-program.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// `show` reads the committed state and never the working database: a model is shown over what readers see, a test over the rows that it found.

const folder = temporaryFolder('show');
afterAll(() => removeFolder(folder));

const files: Readonly<Record<string, string>> = {
  'dbt_project.yml': 'name: shop\nprofile: shop\nmodels: {+materialized: table}\nvars: {least: 2}\n',
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
  'models/one.sql': "select 1 as a, 'x' as b union all select 2, 'y' union all select 3, 'z' order by 1",
  'models/good.sql': 'select 7 as n',
  'models/over_good.sql': "select n + 1 as n from {{ ref('good') }}",
  'models/limited.sql': "select n from {{ ref('good') }} limit 1",
  'models/eph.sql': "{{ config(materialized='ephemeral') }}\nselect n * 2 as n from {{ ref('good') }}",
  'models/over_eph.sql': "select n from {{ ref('eph') }}",
  'models/set.sql': "{% call set_sql_header(config) %}set variable q = 7;{% endcall %}select getvariable('q') as n",
  'models/headed.sql':
    '{% call set_sql_header(config) %}with v as (select 41 as x)\n{%- endcall %}select x + 1 as n from v',
  'models/broken.sql': "select\n  nope\nfrom {{ ref('good') }}",
  'models/schema.yml': [
    'models:',
    '  - name: one',
    '    columns: [{name: a, data_tests: [unique, {accepted_values: {arguments: {values: [1, 2]}}}]}]',
    'sources:',
    '  - name: landing',
    '    tables: [{name: days, meta: {external_location: "days.csv"}}]',
    '',
  ].join('\n'),
  'seeds/people.csv': 'id,name\n1,ann\n2,bob\n',
  'days.csv': 'day\n2024-01-02\n',
};

function eider(...parameters: readonly string[]): Promise<ProgramResult> {
  return runEider([...parameters, '--project-dir', folder], { env: { NO_COLOR: '1' } });
}

const quiet = async (...parameters: readonly string[]): Promise<string> => {
  const { exitCode, stderr, stdout } = await eider('show', '--quiet', ...parameters);
  expect(stderr).toBe('');
  expect(`${exitCode} ${stdout}`).toMatch(/^0/);
  return stdout;
};

beforeAll(async () => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const built = await eider('build', '--exclude', 'broken', 'headed', 'people');
  expect(built.stdout).toContain('Withheld main.one: accepted_values_one_a__1__2 failed');
});

describe('a preview', () => {
  test('is the table alone when quiet, and has a title else', async () => {
    expect(await quiet('-s', 'one')).toBe('| a | b |\n| - | - |\n| 1 | x |\n| 2 | y |\n| 3 | z |\n\n');
    const { stdout } = await eider('show', '-s', 'one', '--limit', '1');
    expect(stdout).toMatch(/Previewing node 'one':\n\| a \| b \|\n\| - \| - \|\n\| 1 \| x \|\n/);
  });

  test('of several nodes is one after another, in the order of the graph', async () => {
    expect(await quiet('-s', 'over_good', 'good')).toBe('| n |\n| - |\n| 7 |\n\n| n |\n| - |\n| 8 |\n\n');
  });

  test('comes after the header of its SQL, statements or the beginning of one', async () => {
    expect(await quiet('-s', 'set', 'headed')).toBe('|  n |\n| -- |\n| 42 |\n\n| n |\n| - |\n| 7 |\n\n');
  });

  test('as JSON is dbt’s, and alone on stdout', async () => {
    expect(JSON.parse((await eider('show', '-s', 'good', '--output', 'json')).stdout)).toEqual({
      node: 'good',
      show: [{ n: 7 }],
    });
    expect(JSON.parse(await quiet('-s', 'good', '--output', 'json'))).toEqual({ node: 'good', show: [{ n: 7 }] });
    expect(JSON.parse(await quiet('--inline', 'select 1 as a where false', '--output', 'json'))).toEqual({ show: [] });
  });

  test.each<[string, readonly string[], unknown]>([
    ['a model with a LIMIT of its own', ['-s', 'limited'], [{ n: 7 }]],
    ['an ephemeral model', ['-s', 'eph'], [{ n: 14 }]],
    ['a model over an ephemeral one', ['-s', 'over_eph'], [{ n: 14 }]],
    ['a seed that was never loaded', ['-s', 'people', '--limit', '1'], [{ id: 1, name: 'ann' }]],
    ['a source', ['-s', 'source:landing.days'], [{ day: '2024-01-02' }]],
    ['a test: the rows that it found', ['-s', 'accepted_values_one_a__1__2'], [{ value_field: 3, n_records: 1 }]],
    [
      'all rows',
      ['--inline', 'select i from range(9) t(i)', '--limit', '-1'],
      Array.from({ length: 9 }, (_, i) => ({ i })),
    ],
    ['five rows', ['--inline', 'select i from range(9) t(i)'], Array.from({ length: 5 }, (_, i) => ({ i }))],
    [
      'a query with refs, ephemeral models, variables and a semicolon',
      [
        '--inline',
        "select e.n + g.n as n from {{ ref('eph') }} e, {{ ref('good') }} g where g.n > {{ var('least') }};",
      ],
      [{ n: 21 }],
    ],
  ])('of %s', async (_, parameters, expected) => {
    expect(JSON.parse(await quiet(...parameters, '--output', 'json'))).toMatchObject({ show: expected });
  });

  test('is an event with dbt’s name among JSON logs', async () => {
    const { stdout } = await eider('show', '-s', 'good', '--log-format', 'json');
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { info: { name: string }; data: unknown });
    expect(events.find(({ info }) => info.name === 'ShowNode')).toMatchObject({
      info: { code: 'Q041' },
      data: { node_name: 'good', unique_id: 'model.shop.good', is_inline: false, preview: '| n |\n| - |\n| 7 |\n' },
    });
  });
});

test('a build, or anybody else, may hold the working database meanwhile', async () => {
  const instance = await DuckDBInstance.create(join(folder, 'shop.duckdb'));
  try {
    expect(JSON.parse(await quiet('-s', 'over_good', '--output', 'json'))).toMatchObject({ show: [{ n: 8 }] });
    const { stdout } = await eider('show', '--inline', 'select * from loaded_by_others');
    expect(stdout).toContain('There is no table "loaded_by_others".');
    expect(stdout).toMatch(/cannot be read now: .* holds it\./);
  } finally {
    instance.closeSync();
  }
});

describe('what cannot be shown', () => {
  test.each<[string, readonly string[], readonly RegExp[]]>([
    [
      'a model over one that tests withhold',
      ['--inline', "select * from {{ ref('one') }}"],
      [/error\[engine\/never-built\] --inline:1:1/, /one, which was withheld when accepted_values_one_a__1__2 failed/],
    ],
    [
      'a model over one that was never built',
      ['--inline', "select * from {{ ref('broken') }} join {{ ref('people') }} using (id)"],
      [/The query reads broken, which has never been built; people, which/, /eider build --select broken people/],
    ],
    [
      'SQL that DuckDB refuses',
      ['-s', 'broken'],
      [/error\[engine\/sql-failed\] models\/broken\.sql:2:3/, /"nope"/, /> 2 \| {3}nope/],
    ],
    [
      'SQL of the command line that DuckDB refuses',
      ['--inline', "select n,\n nope from {{ ref('good') }}"],
      [/error\[engine\/sql-failed\] --inline:2:2/, /> 2 \| {2}nope from/],
    ],
    [
      'a ref to nothing',
      ['--inline', "select * from {{ ref('goof') }}"],
      [/error\[ref\/not-found\] --inline:1:18/, /Did you mean "good"/],
    ],
  ])('%s', async (_, parameters, expected) => {
    const { exitCode, stderr, stdout } = await eider('show', '--quiet', ...parameters);
    for (const text of expected) expect(stdout).toMatch(text);
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
    expect(exitCode).toBe(2);
  });

  test('with --output json is told as one document', async () => {
    const { stdout } = await eider('show', '-s', 'broken', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'show',
      success: false,
      findings: [{ code: 'engine/sql-failed', file: 'models/broken.sql', line: 2, column: 3 }],
    });
  });

  test.each<[readonly string[], string]>([
    [[], 'Either --select or --inline must be passed to show'],
    [['-s', 'good', '--inline', 'select 1'], '--inline: not allowed with argument --select'],
    [['-s', 'good', '--limit', 'many'], '--limit is "many"'],
  ])('a command line %j', async (parameters, message) => {
    const { exitCode, stderr } = await eider('show', ...parameters);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });

  test('what the selection does not hold is a warning, as in dbt', async () => {
    const { exitCode, stdout } = await eider('show', '-s', 'nothing');
    expect(stdout).toContain("The selection criterion 'nothing' does not match any enabled nodes");
    expect(exitCode).toBe(0);
  });
});
