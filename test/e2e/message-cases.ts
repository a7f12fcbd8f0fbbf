/** A mistake made on purpose: what it changes in the good project, and the command that meets it. */
export interface Mistake {
  readonly name: string;
  /** Files by path; null: deleted. */
  readonly files?: Readonly<Record<string, string | null>>;
  readonly encoding?: 'latin1';
  /** Texts of the good project replaced by others, by path. */
  readonly edits?: Readonly<Record<string, readonly [from: string, to: string]>>;
  /** Default: `build`. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The good project, by path. */
export const goodProject: Readonly<Record<string, string>> = {
  'profiles.yml':
    'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      external_root: lake\n    prod:\n      type: duckdb\n      path: prod.duckdb\n      external_root: lake-prod\n',
  'dbt_project.yml':
    "name: shop\nversion: '1.0'\nprofile: shop\n\nvars:\n  cutoff: 5\n\nmodels:\n  shop:\n    +materialized: external\n    silver:\n      +schema: silver\n",
  'macros/m.sql':
    '{% macro doubled(x) %}\n  ({{ x }} * 2)\n{% endmacro %}\n\n{% macro outer_one(x) %}\n  coalesce({{ doubled(x) }}, 0)\n{% endmacro %}\n',
  'models/orders.sql': "select\n    id,\n    amount\nfrom {{ ref('raw') }}\n",
  'models/models.yml':
    'version: 2\n\nsources:\n  - name: crm\n    tables:\n      - name: people\n        meta:\n          external_location: "read_csv(\'seeds/raw.csv\')"\n\nmodels:\n  - name: orders\n    description: Orders\n    columns:\n      - name: id\n        data_tests:\n          - unique\n          - not_null\n  - name: totals\n    columns:\n      - name: total\n        data_tests: [not_null]\n',
  'models/apart.sql': 'select 1 as one\n',
  'models/silver/totals.sql': "select sum(amount)::int as total from {{ ref('orders') }}\n",
  'seeds/raw.csv': 'id,amount\n1,10\n2,20\n',
  'tests/no_negative.sql': "select * from {{ ref('orders') }} where amount < 0\n",
};

export const mistakes: readonly Mistake[] = [
  {
    name: 'sql: unknown column',
    files: {
      'models/orders.sql': "select\n    id,\n    amuont as amount\nfrom {{ ref('raw') }}\n",
    },
  },
  {
    name: 'sql: syntax inside a macro',
    files: {
      'models/orders.sql': "select id,\n  {{ doubled('amount') }} as amount\nfrom {{ ref('raw') }}\n",
    },
    edits: {
      'macros/m.sql': ['* 2', '* * 2'],
    },
  },
  {
    name: 'sql: column passed to nested macros',
    files: {
      'models/orders.sql': "select id,\n  {{ outer_one('amont') }} as amount\nfrom {{ ref('raw') }}\n",
    },
  },
  {
    name: 'sql: cast',
    files: {
      'models/orders.sql': "select id, cast('ten' as integer) as amount from {{ ref('raw') }}\n",
    },
  },
  {
    name: 'sql: unknown table',
    files: {
      'models/apart.sql': 'select *\nfrom main.nowhere\n',
    },
  },
  {
    name: 'sql: unknown function',
    files: {
      'models/apart.sql': 'select\n  sume(1) as one\n',
    },
  },
  {
    name: 'sql: syntax error, trailing comma',
    files: {
      'models/apart.sql': 'select 1 as a,\n  2 as b,,\nfrom range(3)\n',
    },
  },
  {
    name: 'sql: group by',
    files: {
      'models/silver/totals.sql': "select id, sum(amount)::int as total\nfrom {{ ref('orders') }}\n",
    },
  },
  {
    name: 'sql: type mismatch',
    files: {
      'models/apart.sql': "select 'a' + 1 as x\n",
    },
  },
  {
    name: 'sql: missing file',
    files: {
      'models/apart.sql': "select *\nfrom read_parquet('nowhere/*.parquet')\n",
    },
  },
  {
    name: 'sql: two statements',
    files: {
      'models/apart.sql': 'select 1 as a; select 2 as b\n',
    },
  },
  {
    name: 'sql: empty model',
    files: {
      'models/apart.sql': '-- nothing here\n',
    },
  },
  {
    name: 'sql: unclosed quote',
    files: {
      'models/apart.sql': "select 'abc as x\nfrom range(3)\n",
    },
  },
  {
    name: 'sql: unknown column in an ephemeral parent',
    files: {
      'models/eph.sql': "{{ config(materialized='ephemeral') }}\nselect idd from {{ ref('raw') }}\n",
      'models/apart.sql': "select 1 as x,\n  * from {{ ref('eph') }}\n",
    },
  },
  {
    name: 'sql: alias wrong',
    files: {
      'models/apart.sql': "select o.idd\nfrom {{ ref('orders') }} as o\n",
    },
  },
  {
    name: 'sql: table alias wrong',
    files: {
      'models/apart.sql': "select p.id\nfrom {{ ref('orders') }} as o\n",
    },
  },
  {
    name: 'sql: semicolon at the end',
    files: {
      'models/apart.sql': 'select 1 as one;\n',
    },
  },
  {
    name: 'sql: not a select',
    files: {
      'models/apart.sql': 'create table x as select 1\n',
    },
  },
  {
    name: 'sql: non-ascii before the error',
    files: {
      'models/apart.sql': "select 'äöü€' as ä,\n  'ß' as b, nichts as c\n",
    },
  },
  {
    name: 'sql: CRLF',
    files: {
      'models/apart.sql': 'select 1 as a,\r\n  bogus as c\r\n',
    },
  },
  {
    name: 'sql: division/overflow at run',
    files: {
      'models/apart.sql': 'select 2147483647::int + x::int as a from (values (1), (5)) t(x)\n',
    },
  },
  {
    name: 'sql: view model',
    files: {
      'models/apart.sql': "{{ config(materialized='view') }}\nselect bogus from {{ ref('orders') }}\n",
    },
  },
  {
    name: 'sql: table model',
    files: {
      'models/apart.sql': "{{ config(materialized='table') }}\nselect\n bogus from {{ ref('orders') }}\n",
    },
  },
  {
    name: 'ref: nowhere',
    files: {
      'models/apart.sql': "select *\nfrom {{ ref('ordres') }}\n",
    },
  },
  {
    name: 'source: unknown source',
    files: {
      'models/apart.sql': "select * from {{ source('crn', 'people') }}\n",
    },
  },
  {
    name: 'source: unknown table',
    files: {
      'models/apart.sql': "select * from {{ source('crm', 'peple') }}\n",
    },
  },
  {
    name: 'cycle',
    files: {
      'models/apart.sql': "select * from {{ ref('round') }}\n",
      'models/round.sql': "select * from {{ ref('apart') }}\n",
    },
  },
  {
    name: 'self ref',
    files: {
      'models/apart.sql': "select * from {{ ref('apart') }}\n",
    },
  },
  {
    name: 'duplicate model',
    files: {
      'models/silver/apart.sql': 'select 2\n',
    },
  },
  {
    name: 'unset env',
    files: {
      'models/apart.sql': "select\n  '{{ env_var('SHOP_NOT_SET') }}' as one\n",
    },
  },
  {
    name: 'unset env in profile',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: "{{ env_var(\'SHOP_NOT_SET\') }}"\n      external_root: lake\n',
    },
  },
  {
    name: 'wrong profile',
    files: {
      'dbt_project.yml': "name: shop\nversion: '1.0'\nprofile: shopp\n",
    },
  },
  {
    name: 'wrong target',
    command: ['build', '--target', 'prd'],
  },
  {
    name: 'unset env in dbt_project',
    files: {
      'dbt_project.yml':
        "name: shop\nversion: '1.0'\nprofile: shop\nmodels:\n  +external_root: \"{{ env_var('SHOP_ROOT') }}\"\n",
    },
  },
  {
    name: 'unknown macro',
    files: {
      'models/apart.sql': 'select 1 as one,\n  {{ doubeld(1) }} as two\n',
    },
  },
  {
    name: 'unknown macro in package',
    files: {
      'models/apart.sql': "select {{ dbt_utils.star(ref('orders')) }}\n",
    },
  },
  {
    name: 'undefined variable attr',
    files: {
      'models/apart.sql': 'select {{ foo.bar }} as x\n',
    },
  },
  {
    name: 'unset var',
    files: {
      'models/apart.sql': "select\n {{ var('cutof') }} as x\n",
    },
  },
  {
    name: 'template: no endif',
    files: {
      'models/apart.sql': "select 1 as one\n{% if target.name == 'dev' %}\n, 2 as b\n",
    },
  },
  {
    name: 'template: no closing braces',
    files: {
      'models/apart.sql': "select {{ ref('orders') \nfrom x\n",
    },
  },
  {
    name: 'template: bad expression',
    files: {
      'models/apart.sql': 'select {{ 1 + }} as x\n',
    },
  },
  {
    name: 'template: unknown tag',
    files: {
      'models/apart.sql': '{% iff x %}select 1{% endif %}\n',
    },
  },
  {
    name: 'template: unknown filter',
    files: {
      'models/apart.sql': "select {{ 'a' | uper }} as x\n",
    },
  },
  {
    name: 'macro file: no endmacro',
    files: {
      'macros/bad.sql': '{% macro bad() %}\nselect 1\n',
    },
  },
  {
    name: 'duplicate macro',
    files: {
      'macros/bad.sql': '{% macro doubled(x) %}{{ x }}{% endmacro %}\n',
    },
  },
  {
    name: 'macro wrong argument',
    files: {
      'models/apart.sql': 'select {{ doubled(y=1) }} as x\n',
    },
  },
  {
    name: 'macro too many args',
    files: {
      'models/apart.sql': 'select {{ doubled(1,2) }} as x\n',
    },
  },
  {
    name: 'raise_compiler_error in macro',
    files: {
      'macros/r.sql':
        "{% macro r() %}\n  {% do exceptions.raise_compiler_error('we do not do that') %}\n{% endmacro %}\n",
      'models/apart.sql': 'select\n  {{ r() }}\n',
    },
  },
  {
    name: 'run_query failing in macro',
    files: {
      'macros/r.sql':
        "{% macro r() %}\n  {% if execute %}{% set x = run_query('select nope from range(3)') %}{% endif %}\n{% endmacro %}\n",
      'models/apart.sql': 'select\n  {{ r() }} 1 as x\n',
    },
  },
  {
    name: 'undefined call',
    files: {
      'models/apart.sql': 'select {{ this.nothing() }} as x\n',
    },
  },
  {
    name: 'unknown test',
    edits: {
      'models/models.yml': ['- unique\n', '- uniqe\n'],
    },
  },
  {
    name: 'test without its argument',
    edits: {
      'models/models.yml': ['- unique\n', '- accepted_values\n'],
    },
  },
  {
    name: 'ref disabled',
    files: {
      'models/off.sql': '{{ config(enabled=false) }}select 1 as x',
      'models/apart.sql': "select * from {{ ref('off') }}\n",
    },
  },
  {
    name: 'ref with no args',
    files: {
      'models/apart.sql': 'select * from {{ ref() }}\n',
    },
  },
  {
    name: 'unknown materialization',
    files: {
      'models/apart.sql': "{{ config(materialized='externl') }}\nselect 1 as x\n",
    },
  },
  {
    name: 'incremental',
    files: {
      'models/apart.sql': "{{ config(materialized='incremental') }}\nselect 1 as x\n",
    },
  },
  {
    name: 'snapshot',
    files: {
      'snapshots/s.sql':
        "{% snapshot s %}{{ config(target_schema='x', unique_key='id', strategy='check', check_cols='all') }}select 1 as id{% endsnapshot %}\n",
    },
  },
  {
    name: 'python',
    files: {
      'models/py.py': "def model(dbt, session):\n    return session.sql('select 1')\n",
    },
  },
  {
    name: 'unit test',
    files: {
      'models/u.yml': 'unit_tests:\n  - name: t\n    model: orders\n    given: []\n    expect: {rows: []}\n',
    },
  },
  {
    name: 'misspelt key',
    edits: {
      'models/models.yml': ['    columns:\n      - name: id', '    colums:\n      - name: id'],
    },
  },
  {
    name: 'misspelt config key',
    files: {
      'models/apart.sql': "{{ config(materialised='table') }}\nselect 1 as x\n",
    },
  },
  {
    name: 'misspelt +config in project',
    edits: {
      'dbt_project.yml': ['+materialized', '+materialised'],
    },
  },
  {
    name: 'misspelt top key in project',
    edits: {
      'dbt_project.yml': ['models:', 'modles:'],
    },
  },
  {
    name: 'config path of nothing',
    edits: {
      'dbt_project.yml': ['silver:', 'sliver:'],
    },
  },
  {
    name: 'model described but missing',
    edits: {
      'models/models.yml': ['- name: orders\n', '- name: ordrs\n'],
    },
  },
  {
    name: 'yaml: indentation',
    files: {
      'models/models.yml':
        'version: 2\nmodels:\n  - name: orders\n    columns:\n     - name: id\n      data_tests: [unique]\n',
    },
  },
  {
    name: 'yaml: tab',
    files: {
      'models/models.yml': 'version: 2\nmodels:\n\t- name: orders\n',
    },
  },
  {
    name: 'yaml: unquoted jinja',
    edits: {
      'dbt_project.yml': ['+materialized: external', "+external_root: {{ env_var('X', 'y') }}"],
    },
  },
  {
    name: 'yaml: unclosed quote',
    edits: {
      'models/models.yml': ['description: Orders', 'description: "Orders'],
    },
  },
  {
    name: 'yaml: duplicate key',
    edits: {
      'models/models.yml': ['description: Orders', 'description: Orders\n    description: Again'],
    },
  },
  {
    name: 'yaml: list where mapping',
    edits: {
      'models/models.yml': ['version: 2', 'version: 2\nseeds: raw'],
    },
  },
  {
    name: 'yaml: missing name',
    edits: {
      'models/models.yml': ['  - name: totals\n    columns', '  - columns'],
    },
  },
  {
    name: 'yaml: project yml syntax',
    edits: {
      'dbt_project.yml': ['profile: shop', 'profile shop'],
    },
  },
  {
    name: 'yaml: two findings in two files',
    files: {
      'models/apart.sql': "select * from {{ ref('ordres') }}, {{ source('crm','x') }}, {{ ref('rw') }}\n",
    },
    edits: {
      'models/models.yml': ['description: Orders', 'descripton: Orders'],
      'dbt_project.yml': ['models:', 'modles:'],
    },
  },
  {
    name: 'csv: row too long',
    files: {
      'seeds/raw.csv': 'id,amount\n1,10\n2,20,30\n',
    },
  },
  {
    name: 'csv: row too short',
    files: {
      'seeds/raw.csv': 'id,amount\n1,10\n2\n',
    },
  },
  {
    name: 'csv: bad value',
    files: {
      'seeds/raw.csv': 'id,amount\n1,10\n2,many\n',
      'seeds/seeds.yml': 'version: 2\nseeds:\n  - name: raw\n    config:\n      column_types: {amount: integer}\n',
    },
  },
  {
    name: 'csv: unclosed quote',
    files: {
      'seeds/raw.csv': 'id,amount\n1,10\n2,"20\n',
    },
  },
  {
    name: 'csv: duplicate header',
    files: {
      'seeds/raw.csv': 'id,id\n1,10\n',
    },
  },
  {
    name: 'csv: empty file',
    files: {
      'seeds/raw.csv': '',
    },
  },
  {
    name: 'csv: latin-1',
    files: {
      'seeds/raw.csv': 'id,amount\n1,10\n2,ä\n',
    },
    encoding: 'latin1',
  },
  {
    name: 'csv: column_types of unknown column',
    files: {
      'seeds/seeds.yml': 'version: 2\nseeds:\n  - name: raw\n    config:\n      column_types: {amuont: integer}\n',
    },
  },
  {
    name: 'csv: unknown type',
    files: {
      'seeds/seeds.yml': 'version: 2\nseeds:\n  - name: raw\n    config:\n      column_types: {amount: integr}\n',
    },
  },
  {
    name: 'csv: delimiter',
    files: {
      'seeds/raw.csv': 'id;amount\n1;10\n',
    },
  },
  {
    name: 'test fails',
    files: {
      'seeds/raw.csv': 'id,amount\n1,10\n1,20\n',
    },
  },
  {
    name: 'singular test fails',
    files: {
      'seeds/raw.csv': 'id,amount\n1,10\n2,-20\n',
    },
  },
  {
    name: 'singular test has bad sql',
    files: {
      'tests/no_negative.sql': "select *\nfrom {{ ref('orders') }} where amuont < 0\n",
    },
  },
  {
    name: 'generic test on unknown column',
    edits: {
      'models/models.yml': ['      - name: id\n', '      - name: idd\n'],
    },
  },
  {
    name: 'test severity bad',
    edits: {
      'models/models.yml': ['- unique\n', '- unique: {config: {severity: eror}}\n'],
    },
  },
  {
    name: 'error_if bad',
    edits: {
      'models/models.yml': ['- unique\n', '- unique: {config: {error_if: "many"}}\n'],
    },
  },
  {
    name: 'profile: no profiles.yml',
    files: {
      'profiles.yml': null,
    },
    env: {
      HOME: '/nowhere',
    },
  },
  {
    name: 'profile: type postgres',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: postgres\n      path: shop.duckdb\n      external_root: lake\n',
    },
  },
  {
    name: 'profile: unknown key',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      extrnal_root: lake\n',
    },
  },
  {
    name: 'profile: threads text',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      external_root: lake\n      threads: many\n',
    },
  },
  {
    name: 'profile: settings unknown',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      external_root: lake\n      settings: {memry_limit: 1GB}\n',
    },
  },
  {
    name: 'profile: attach missing',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      external_root: lake\n      attach:\n        - path: nowhere/x.duckdb\n          read_only: true\n',
    },
  },
  {
    name: 'profile: remote',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      external_root: lake\n      remote: {host: x, port: 1, user: u}\n',
    },
  },
  {
    name: 'profile: path is a folder',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: models\n      external_root: lake\n',
    },
  },
  {
    name: 'profile: secret value in SQL',
    files: {
      'models/apart.sql': "select '{{ env_var('DBT_ENV_SECRET_X') }}' as a, bogus\n",
    },
    env: {
      DBT_ENV_SECRET_X: 'hunter2hunter2',
    },
  },
  {
    name: 'profile: outputs missing',
    files: {
      'profiles.yml': 'shop:\n  target: dev\n',
    },
  },
  {
    name: 'profile: default target missing',
    files: {
      'profiles.yml':
        'shop:\n  target: dve\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      external_root: lake\n',
    },
  },
  {
    name: 'profile: plugin',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      external_root: lake\n      plugins:\n        - module: my_own.plugin\n',
    },
  },
  {
    name: 'profile: schema empty',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      external_root: lake\n      schema: 5\n',
    },
  },
  {
    name: 'project: no name',
    files: {
      'dbt_project.yml': "version: '1.0'\nprofile: shop\n",
    },
  },
  {
    name: 'project: bad name',
    files: {
      'dbt_project.yml': "name: my-shop\nversion: '1.0'\nprofile: shop\n",
    },
  },
  {
    name: 'project: empty',
    files: {
      'dbt_project.yml': '',
    },
  },
  {
    name: 'project: not there',
    command: ['build', '--project-dir', 'models'],
  },
  {
    name: 'project: model-paths nowhere',
    files: {
      'dbt_project.yml': "name: shop\nversion: '1.0'\nprofile: shop\nmodel-paths: [modles]\n",
    },
  },
  {
    name: 'project: require-dbt-version',
    files: {
      'dbt_project.yml': "name: shop\nversion: '1.0'\nprofile: shop\nrequire-dbt-version: '>=9.0'\n",
    },
  },
  {
    name: 'project: packages not installed',
    files: {
      'packages.yml': 'packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.1.1\n',
    },
  },
  {
    name: 'project: on-run-start bad sql',
    files: {
      'dbt_project.yml': "name: shop\nversion: '1.0'\nprofile: shop\non-run-start:\n  - select 1\n  - select nope\n",
    },
  },
  {
    name: 'project: on-run-end jinja bad',
    files: {
      'dbt_project.yml': 'name: shop\nversion: \'1.0\'\nprofile: shop\non-run-end: "{{ nope_macro() }}"\n',
    },
  },
  {
    name: 'model pre-hook bad sql',
    files: {
      'models/apart.sql': "{{ config(pre_hook='select nope') }}\nselect 1 as x\n",
    },
  },
  {
    name: 'same location',
    files: {
      'models/apart.sql': "{{ config(location='lake/x.parquet') }} select 1 as x",
      'models/two.sql': "{{ config(location='lake/x.parquet') }} select 1 as x",
    },
  },
  {
    name: 'unknown format',
    files: {
      'models/apart.sql': "{{ config(format='parqet') }}\nselect 1 as x\n",
    },
  },
  {
    name: 'bad copy option',
    files: {
      'models/apart.sql': "{{ config(options={'compresion': 'zstd'}) }}\nselect 1 as x\n",
    },
  },
  {
    name: 'partition by unknown column',
    files: {
      'models/apart.sql': "{{ config(options={'partition_by': 'yr'}) }}\nselect 1 as year\n",
    },
  },
  {
    name: 'location macro fails',
    files: {
      'macros/external_location.sql':
        "{% macro external_location(relation, config) %}\n{{ return(config.get('roott').x.y) }}\n{% endmacro %}\n",
    },
  },
  {
    name: 'options not a dict',
    files: {
      'models/apart.sql': "{{ config(options='zstd') }}\nselect 1 as x\n",
    },
  },
  {
    name: 'source file missing',
    files: {
      'models/apart.sql': "select *\nfrom {{ source('crm','people') }}\n",
    },
    edits: {
      'models/models.yml': ['seeds/raw.csv', 'seeds/nowhere.csv'],
    },
  },
  {
    name: 'source external_location garbage',
    files: {
      'models/apart.sql': "select *\nfrom {{ source('crm','people') }}\n",
    },
    edits: {
      'models/models.yml': ["read_csv('seeds/raw.csv')", "read_cvs('seeds/raw.csv')"],
    },
  },
  {
    name: 'source without location',
    files: {
      'models/apart.sql': "select * from {{ source('a','b') }}\n",
      'models/s.yml': 'sources:\n  - name: a\n    tables: [{name: b}]\n',
    },
  },
  {
    name: 'root is a file',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      external_root: seeds/raw.csv\n',
    },
  },
  {
    name: 'catalog path is a folder',
    files: {
      'catalog/dev.duckdb/x': '',
    },
  },
  {
    name: 'target is a file',
    files: {
      target: 'x',
    },
  },
  {
    name: 'logs is a file',
    files: {
      logs: 'x',
    },
  },
  {
    name: 'flag unknown',
    command: ['build', '--selcet', 'orders'],
  },
  {
    name: 'flag select nothing',
    command: ['build', '--select', 'nothing_here'],
  },
  {
    name: 'flag selection bad',
    command: ['build', '--select', 'tagg:x'],
  },
  {
    name: 'flag selector unknown',
    command: ['build', '--selector', 'nightly'],
  },
  {
    name: 'flag vars bad',
    command: ['build', '--vars', '{a: [}'],
  },
  {
    name: 'flag vars no mapping',
    command: ['build', '--vars', 'abc'],
  },
  {
    name: 'flag threads',
    command: ['build', '--threads', 'x'],
  },
  {
    name: 'flag command unknown',
    command: ['biuld'],
  },
  {
    name: 'flag refused',
    command: ['build', '--empty'],
  },
  {
    name: 'flag extra argument',
    command: ['build', 'orders'],
  },
  {
    name: 'flag value missing',
    command: ['build', '--target'],
  },
  {
    name: 'flag choice',
    command: ['ls', '--output', 'jsn'],
  },
  {
    name: 'env bad',
    env: {
      DBT_FAIL_FAST: 'perhaps',
    },
  },
  {
    name: 'project dir missing',
    command: ['build', '--project-dir', 'nowhere'],
  },
  {
    name: 'profiles dir missing',
    command: ['build', '--profiles-dir', 'nowhere'],
  },
  {
    name: 'resource type',
    command: ['build', '--resource-type', 'modle'],
  },
  {
    name: 'exclude unknown',
    command: ['build', '--exclude', 'nothing_here'],
  },
  {
    name: 'env unsupported',
    env: {
      DBT_DEFER: '1',
      DBT_STATE: 'x',
    },
  },
  {
    name: 'selectors.yml bad',
    files: {
      'selectors.yml': 'selectors:\n  - name: a\n    definition: {methd: tag, value: x}\n',
    },
    command: ['build', '--selector', 'a'],
  },
  {
    name: 'bad version of model',
    edits: {
      'models/models.yml': ['description: Orders', 'versions: [{v: 1}]'],
    },
  },
  {
    name: 'exposures ref nowhere',
    files: {
      'models/e.yml':
        "exposures:\n  - name: e\n    type: dashboard\n    owner: {name: x}\n    depends_on: [ref('nowhere')]\n",
    },
  },
  {
    name: 'docs block missing',
    edits: {
      'models/models.yml': ['description: Orders', 'description: "{{ doc(\'x\') }}"'],
    },
  },
  {
    name: 'clean: without a profile',
    files: {
      'profiles.yml': null,
    },
    command: ['clean'],
    env: {
      HOME: '/nowhere',
    },
  },
  {
    name: 'clean: a key misspelt in dbt_project.yml',
    files: {
      'dbt_project.yml': 'name: x\nprofle: y\n',
    },
    command: ['clean'],
    env: {
      HOME: '/nowhere',
    },
  },
  {
    name: 'profile: config_options unknown',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      external_root: lake\n      config_options: {memry: 1GB}\n',
    },
  },
  {
    name: 'profile: path is no database',
    files: {
      'profiles.yml':
        'shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: models/orders.sql\n      external_root: lake\n',
      'models/apart.sql': "{{ config(materialized='table') }} select 1 as x",
    },
  },
];
