import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, readWhole } from '../support/duckdb.ts';
import { runEider } from '../support/eider.ts';
import { copyProject, removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// Invariant: an error points home, and leaves no trace with readers. Each mistake is made in a project whose good state is
// published; the message names file, line and column and what to do, and what readers see afterwards is whole and good.

interface Mistake {
  readonly name: string;
  /** Files that the mistake consists of, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly parameters?: readonly string[];
  /** 0: dbt goes on, so a warning it is. */
  readonly exitCode: 0 | 1 | 2;
  /** Where: `models/orders.sql:2:8`, to the line or the column. */
  readonly place?: string;
  /** What the message must say, each of them. */
  readonly says: readonly (string | RegExp)[];
}

const base: Readonly<Record<string, string>> = {
  'dbt_project.yml': "name: shop\nversion: '1.0'\nprofile: shop\nmodels:\n  shop:\n    +materialized: external\n",
  'profiles.yml': 'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb, external_root: lake}\n',
  'seeds/raw.csv': 'id,amount\n1,10\n2,20\n',
  'models/orders.sql': "select\n    id,\n    amount\nfrom {{ ref('raw') }}\n",
  'models/totals.sql': "select sum(amount)::int as total from {{ ref('orders') }}\n",
  'models/apart.sql': 'select 1 as one\n',
  'models/models.yml':
    'version: 2\nmodels:\n  - name: orders\n    columns:\n      - name: id\n        data_tests: [unique]\n',
};

const mistakes: readonly Mistake[] = [
  {
    name: 'what a model warns of while it runs',
    files: { 'models/apart.sql': "{{ exceptions.warn('the rate is old') if execute }}\nselect 1 as one\n" },
    exitCode: 0,
    place: 'models/apart.sql:1:1',
    says: ['warning[jinja/render]', 'the rate is old', 'ERROR=0'],
  },
  {
    name: 'what a model warns of, where warnings are errors',
    files: { 'models/apart.sql': "{{ exceptions.warn('the rate is old') if execute }}\nselect 1 as one\n" },
    parameters: ['--warn-error'],
    exitCode: 1,
    place: 'models/apart.sql:1:',
    says: ['error[jinja/render]', 'the rate is old', 'ERROR=1'],
  },
  {
    name: 'half of a span of time, and nothing to build',
    parameters: ['--select', 'tag:none', '--event-time-start', '2024-01-01'],
    exitCode: 2,
    says: ['`--event-time-start` was specified, but `--event-time-end` was not'],
  },
  {
    name: 'a column that does not exist',
    files: { 'models/orders.sql': "select\n    id,\n    amuont as amount\nfrom {{ ref('raw') }}\n" },
    exitCode: 1,
    place: 'models/orders.sql:3:5',
    says: ['amuont', 'amount', /SKIP=[1-9]/],
  },
  {
    name: 'SQL that cannot be read, behind a macro',
    files: {
      'macros/doubled.sql': '{% macro doubled(x) %}\n({{ x }} * * 2)\n{% endmacro %}\n',
      'models/orders.sql': "select id,\n  {{ doubled('amount') }} as amount\nfrom {{ ref('raw') }}\n",
    },
    exitCode: 1,
    place: 'models/orders.sql:2:',
    says: ['cannot be read from', 'doubled'],
  },
  {
    name: 'a value that cannot be cast',
    files: { 'models/orders.sql': "select id, cast('ten' as integer) as amount from {{ ref('raw') }}\n" },
    exitCode: 1,
    place: 'models/orders.sql',
    says: ['ten'],
  },
  {
    name: 'a ref to nowhere',
    files: { 'models/totals.sql': "select sum(amount) as total\nfrom {{ ref('ordres') }}\n" },
    exitCode: 2,
    place: 'models/totals.sql:2:',
    says: ['ordres', 'orders'],
  },
  {
    name: 'a source that is not declared',
    files: { 'models/apart.sql': "select * from {{ source('crm', 'people') }}\n" },
    exitCode: 2,
    place: 'models/apart.sql:1:',
    says: ['crm', 'people'],
  },
  {
    name: 'a cycle',
    files: {
      'models/apart.sql': "select * from {{ ref('round') }}\n",
      'models/round.sql': "select * from {{ ref('apart') }}\n",
    },
    exitCode: 2,
    place: 'models/',
    says: ['apart', 'round', /cycle|circle/i],
  },
  {
    name: 'YAML that cannot be read',
    files: {
      'models/models.yml':
        'version: 2\nmodels:\n  - name: orders\n    columns:\n     - name: id\n      data_tests: [unique]\n',
    },
    exitCode: 2,
    place: 'models/models.yml:6:',
    says: [/yaml/],
  },
  {
    name: 'a misspelt key',
    files: { 'models/models.yml': 'version: 2\nmodels:\n  - name: orders\n    colums:\n      - name: id\n' },
    exitCode: 0,
    place: 'models/models.yml:4:5',
    says: ['colums', 'columns'],
  },
  {
    name: 'a template that cannot be read',
    files: { 'models/apart.sql': "select 1 as one\n{% if target.name == 'dev' %}\n" },
    exitCode: 2,
    place: 'models/apart.sql:',
    says: [/endif|unexpected end/i],
  },
  {
    name: 'a macro that does not exist',
    files: { 'models/apart.sql': 'select 1 as one,\n  {{ no_such_macro(1) }} as two\n' },
    exitCode: 1,
    place: 'models/apart.sql:2:',
    says: ['no_such_macro'],
  },
  {
    name: 'an environment variable that is not set',
    files: { 'models/apart.sql': "select\n  '{{ env_var('SHOP_NOT_SET') }}' as one\n" },
    exitCode: 2,
    place: 'models/apart.sql:2:',
    says: ['SHOP_NOT_SET'],
  },
  {
    name: 'an environment variable that is not set, in the profile',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: "{{ env_var(\'SHOP_NOT_SET\') }}"\n',
    },
    exitCode: 2,
    place: 'profiles.yml:6:',
    says: ['SHOP_NOT_SET'],
  },
  {
    name: 'a profile that does not exist',
    files: { 'dbt_project.yml': "name: shop\nversion: '1.0'\nprofile: shopp\n" },
    exitCode: 2,
    place: 'dbt_project.yml:3:',
    says: ['shopp', 'profiles.yml'],
  },
  {
    name: 'a target that does not exist',
    parameters: ['--target', 'production'],
    exitCode: 2,
    place: 'profiles.yml:',
    says: ['production', 'dev'],
  },
  {
    name: 'an option that does not exist',
    parameters: ['--selcet', 'orders'],
    exitCode: 2,
    says: ['--selcet', '--select'],
  },
  {
    name: 'a seed with a row that is too long',
    files: { 'seeds/raw.csv': 'id,amount\n1,10\n2,20,30\n' },
    exitCode: 1,
    place: 'seeds/raw.csv:3',
    says: ['raw'],
  },
  {
    name: 'a seed whose value does not fit its type',
    files: {
      'seeds/raw.csv': 'id,amount\n1,10\n2,many\n',
      'seeds/seeds.yml': 'version: 2\nseeds:\n  - name: raw\n    config: {column_types: {amount: integer}}\n',
    },
    exitCode: 1,
    place: 'seeds/raw.csv:3',
    says: ['many'],
  },
  {
    name: 'a test that fails',
    files: { 'seeds/raw.csv': 'id,amount\n1,10\n1,20\n' },
    exitCode: 1,
    place: 'models/models.yml',
    says: [/FAIL 1/, 'unique_orders_id'],
  },
  {
    // No system lets anybody make a folder there, not even the superuser, whom permissions would not stop.
    name: 'a root that cannot be written to',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb, external_root: /sys/eider-lake}\n',
    },
    exitCode: 2,
    says: ['/sys/eider-lake'],
  },
  {
    name: 'a folder without a project',
    parameters: ['--project-dir', 'models'],
    exitCode: 2,
    says: ['dbt_project.yml'],
  },
];

describe('a mistake', () => {
  const good = temporaryFolder('mistakes');
  const write = (folder: string, files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };

  beforeAll(() => write(good, base));
  afterAll(() => removeFolder(good));

  test.each(mistakes)('$name', async ({ files = {}, parameters = [], exitCode, place, says }) => {
    const project = copyProject(good);
    try {
      const catalog = join(project, 'catalog/dev.duckdb');
      const first = await runEider(['build', '--profiles-dir', project], { cwd: project });
      expect(first.exitCode, first.stdout + first.stderr).toBe(0);
      const before = await readWhole(catalog);

      write(project, files);
      const result = await runEider(['build', '--profiles-dir', project, ...parameters], { cwd: project });
      const output = result.stdout + result.stderr;
      expect(result.exitCode, output).toBe(exitCode);
      if (place !== undefined) expect(output).toContain(place);
      for (const word of says) expect(output).toMatch(word instanceof RegExp ? word : new RegExp(escaped(word)));
      expect(output, 'no stack trace').not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);

      // Readers: every relation of before, whole; the rows that were good.
      expect(Object.keys(await readWhole(catalog))).toEqual(expect.arrayContaining(Object.keys(before)));
      expect(await ask(catalog, 'select total from main.totals')).toEqual([{ total: 30 }]);
    } finally {
      removeFolder(project);
    }
  });

  test('in the first build publishes what is good and nothing else', async () => {
    const project = copyProject(good);
    try {
      write(project, { 'models/orders.sql': "select nothing_of_the_kind from {{ ref('raw') }}\n" });
      const result = await runEider(['build', '--profiles-dir', project], { cwd: project });
      expect(result.exitCode, result.stdout + result.stderr).toBe(1);
      expect(Object.keys(await readWhole(join(project, 'catalog/dev.duckdb')))).toEqual(['main.apart', 'main.raw']);
    } finally {
      removeFolder(project);
    }
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
