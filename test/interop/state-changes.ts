import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One kind of change to `test/projects/state`. */
export interface StateChange {
  readonly name: string;
  readonly edit: (project: ProjectFiles) => void;
  /** Of the command that comes after it, not of the state. */
  readonly env?: Readonly<Record<string, string>>;
  /** dbt's command line, and the same for us. */
  readonly args?: readonly string[];
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly target?: string;
}

/** The files of a copy. Each change must find what it changes. */
export interface ProjectFiles {
  replace(file: string, old: string, text: string): void;
  write(file: string, text: string): void;
  append(file: string, text: string): void;
  remove(file: string): void;
  rename(from: string, to: string): void;
}

export function projectFiles(folder: string): ProjectFiles {
  const at = (file: string): string => join(folder, file);
  return {
    replace(file, old, text) {
      const before = readFileSync(at(file), 'utf8');
      if (!before.includes(old)) throw new Error(`${file} does not hold ${old}`);
      writeFileSync(at(file), before.replace(old, text));
    },
    write(file, text) {
      mkdirSync(dirname(at(file)), { recursive: true });
      writeFileSync(at(file), text);
    },
    append: (file, text) => writeFileSync(at(file), readFileSync(at(file), 'utf8') + text),
    remove: (file) => rmSync(at(file)),
    rename: (from, to) => renameSync(at(from), at(to)),
  };
}

const nothing = (): void => undefined;
const replace =
  (file: string, old: string, text: string): StateChange['edit'] =>
  (project) =>
    project.replace(file, old, text);
const schema = 'models/schema.yml';
const chain = 'macros/chain.sql';

const aliasMacro =
  '{% macro generate_alias_name(custom_alias_name=none, node=none) %}{{ default__generate_alias_name(custom_alias_name, node) }}{% endmacro %}\n';
const freshness =
  '        config: {freshness: {warn_after: {count: 1, period: day}}, loaded_at_field: id}\n        identifier:';
const anotherExposure =
  "exposures:\n  - name: other_board\n    type: notebook\n    owner: {name: Bo}\n    depends_on: [ref('plain')]\n";

export const stateChanges: readonly StateChange[] = [
  { name: 'nothing', edit: nothing },
  { name: 'a body', edit: replace('models/plain.sql', 'select id', 'select  id') },
  { name: 'a body of an ephemeral model', edit: replace('models/inlined.sql', 'select id', 'select id as id') },
  { name: 'a comment in Jinja', edit: (project) => project.append('models/plain.sql', '{# a word #}\n') },
  { name: 'a config in the model', edit: replace('models/incremental.sql', "'id'", "['id']") },
  { name: 'tags alone', edit: replace('models/configured.sql', "['own']", "['own', 'new']") },
  { name: 'an alias', edit: replace('models/configured.sql', 'configured_here', 'configured_there') },
  {
    name: 'a config in dbt_project.yml',
    edit: replace('dbt_project.yml', '+materialized: table', '+materialized: view'),
  },
  { name: 'a schema in dbt_project.yml', edit: replace('dbt_project.yml', '+tags: [mart]', '+schema: marts') },
  { name: 'a config that comes to the same', edit: replace('dbt_project.yml', '+tags: [mart]', '+enabled: true') },
  { name: 'a var on the command line', edit: nothing, args: ['--vars', '{least: 2}'], vars: { least: 2 } },
  { name: 'a var in dbt_project.yml', edit: replace('dbt_project.yml', 'least: 1', 'least: 3') },
  { name: 'an environment variable', edit: nothing, env: { STATE_SCHEMA: 'elsewhere' } },
  { name: 'another target', edit: nothing, args: ['--target', 'prod'], target: 'prod' },
  { name: 'a macro at the end of a chain', edit: replace(chain, '* 2', '* 2.0') },
  { name: 'a macro that nothing calls', edit: replace(chain, 'nothing', 'something') },
  { name: 'a macro more', edit: (project) => project.append(chain, '{% macro one_more() %}{% endmacro %}\n') },
  { name: 'a macro less', edit: replace(chain, '{% macro unused_macro() %}nothing{% endmacro %}', '') },
  { name: 'the macro of a generic test', edit: replace('tests/generic/is_small.sql', 'select *', 'select 1') },
  { name: 'an override of a macro of dbt', edit: (project) => project.write('macros/names.sql', aliasMacro) },
  { name: 'rows of a seed', edit: (project) => project.append('seeds/amounts.csv', '4,40\n') },
  { name: 'column types of a seed', edit: replace('dbt_project.yml', 'amount: integer', 'amount: bigint') },
  { name: 'a description', edit: replace(schema, 'As it comes.', 'As it goes.') },
  { name: 'a persisted description', edit: replace(schema, 'Told to the database.', 'Told.') },
  { name: 'a persisted description of a column', edit: replace(schema, 'A letter.', 'A word.') },
  { name: 'a severity', edit: replace(schema, 'severity: warn', 'severity: error') },
  { name: 'an argument of a test', edit: replace(schema, 'most: 1000', 'most: 2000') },
  { name: 'a test less', edit: replace(schema, '          - unique\n', '') },
  { name: 'a singular test', edit: replace('tests/nothing_negative.sql', '< 0', '< 1') },
  { name: 'an analysis', edit: replace('analyses/count.sql', 'count(*)', 'count(1)') },
  { name: 'the identifier of a source', edit: replace(schema, 'event_list', 'events') },
  { name: 'the schema of a source', edit: replace(schema, 'schema: main', 'schema: landing') },
  { name: 'freshness of a source', edit: replace(schema, '        identifier:', freshness) },
  { name: 'meta of a source', edit: replace(schema, 'select 1 as id)"', 'select 2 as id)"') },
  {
    name: 'a source more',
    edit: replace(schema, '      - name: unread\n', '      - name: unread\n      - name: more\n'),
  },
  { name: 'an exposure', edit: replace(schema, 'The board', 'A board') },
  { name: 'parents of an exposure', edit: replace(schema, "[ref('totals')]", "[ref('totals'), ref('plain')]") },
  { name: 'an exposure more', edit: (project) => project.write('models/more.yml', anotherExposure) },
  { name: 'a snapshot', edit: replace('snapshots/history.yml', '[amount]', 'all') },
  { name: 'a unit test', edit: replace(schema, 'amount: 3', 'amount: 4') },
  {
    name: 'the words about a unit test',
    edit: replace(schema, 'model: doubled\n', 'model: doubled\n    description: Doubles.\n'),
  },
  {
    name: 'a column more under contract',
    edit: replace(schema, '"decimal(10,2)"}\n', '"decimal(10,2)"}\n      - {name: more, data_type: text}\n'),
  },
  { name: 'a size under contract', edit: replace(schema, 'decimal(10,2)', 'decimal(12,2)') },
  { name: 'a type under contract', edit: replace(schema, '"decimal(10,2)"', 'text') },
  {
    name: 'a column less under contract',
    edit: replace(schema, '      - {name: amount, data_type: "decimal(10,2)"}\n', ''),
  },
  { name: 'a constraint less', edit: replace(schema, '\n        constraints: [{type: not_null}]', '') },
  {
    name: 'a primary key less',
    edit: replace(schema, '    constraints:\n      - {type: primary_key, columns: [id]}\n', ''),
  },
  { name: 'no contract', edit: replace(schema, 'enforced: true', 'enforced: false') },
  {
    name: 'a contract of a versioned model',
    edit: replace(schema, 'amount, data_type: integer', 'amount, data_type: text'),
  },
  { name: 'the latest version', edit: replace(schema, 'latest_version: 2', 'latest_version: 1') },
  { name: 'a contracted model less', edit: withoutContracted },
  {
    name: 'a contracted model disabled',
    edit: (project) => project.replace('models/marts/contracted.sql', 'select', '{{ config(enabled=false) }} select'),
  },
  { name: 'a model more', edit: (project) => project.write('models/added.sql', "select * from {{ ref('plain') }}\n") },
  { name: 'a model less', edit: (project) => project.remove('models/environment.sql') },
  {
    name: 'a model moved',
    edit: (project) => project.rename('models/environment.sql', 'models/marts/environment.sql'),
  },
  { name: 'a model renamed', edit: (project) => project.rename('models/environment.sql', 'models/surroundings.sql') },
  {
    name: 'a hook',
    edit: replace('models/incremental.sql', "unique_key='id'", "unique_key='id', post_hook='select 1'"),
  },
  {
    name: 'meta of a model',
    edit: replace('models/incremental.sql', "unique_key='id'", "unique_key='id', meta={'a': 1}"),
  },
  {
    name: 'a group and access',
    edit: (project) => project.replace(schema, '  - name: plain\n', '  - name: plain\n    access: public\n'),
  },
  {
    name: 'a deprecation',
    edit: replace(schema, '  - name: plain\n', '  - name: plain\n    deprecation_date: 2030-01-01\n'),
  },
];

function withoutContracted(project: ProjectFiles): void {
  project.remove('models/marts/contracted.sql');
  project.replace(schema, 'name: contracted', 'name: nobody');
}

/** What is asked after each change. */
export const stateSelections: readonly string[] = [
  ...['state:new', 'state:old', 'state:modified', 'state:unmodified', 'state:modified.body', 'state:modified.configs'],
  ...['state:modified.persisted_descriptions', 'state:modified.relation', 'state:modified.macros'],
  ...['state:modified.contract', 'state:modified+', '+state:modified', '1+state:modified+1', '@state:modified'],
  ...['state:modified,resource_type:model', 'state:modified state:new', 'state:nonsense'],
];

/** Of these, what the macros that come with a tool have no part in. */
export const toolFree: readonly string[] = stateSelections.filter((one) =>
  /^state:(new|old|modified\.(body|configs|persisted_descriptions|relation|contract))$/.test(one),
);

const criteria: readonly string[] = [
  ...[
    'plain',
    'amounts',
    'history',
    'versioned',
    'versioned.v1',
    'versioned_v2',
    'nobody',
    'state',
    'state.marts',
    'marts.totals',
  ],
  ...[
    '*',
    'ver*',
    '?lain',
    '[pr]*',
    '*.totals',
    'state.*',
    'marts.*',
    'fqn:plain',
    'fqn:state.marts.*',
    'board',
    'doubles',
  ],
  ...[
    'path:models',
    'path:models/marts',
    'models/marts/*.sql',
    'models/plain.sql',
    './models/plain.sql',
    'path:seeds',
    'path:models/*.yml',
  ],
  ...['path:tests', 'path:nowhere', 'file:plain.sql', 'file:plain', 'plain.sql', 'file:*.csv', 'file:schema.yml'],
  ...['tag:mart', 'tag:own', 'tag:m*', 'tag:none', 'group:any', 'access:protected', 'access:public', 'access:private'],
  ...[
    'package:state',
    'package:this',
    'package:st*',
    'package:dbt',
    'config.materialized:table',
    'config.materialized:view',
  ],
  ...[
    'config.materialized:incremental',
    'config.unique_key:id',
    'config.severity:WARN',
    'config.severity:warn',
    'config.tags:own',
  ],
  ...[
    'config.enabled:true',
    'config.enabled:false',
    'config.contract.enforced:true',
    'config.persist_docs.relation:true',
  ],
  ...['config.schema:other', 'config.nothing:x', 'config.meta.external_location:x'],
  ...[
    'resource_type:model',
    'resource_type:test',
    'resource_type:source',
    'resource_type:seed',
    'resource_type:snapshot',
  ],
  ...['resource_type:exposure', 'resource_type:unit_test', 'resource_type:analysis', 'resource_type:nonsense'],
  ...['test_type:generic', 'test_type:singular', 'test_type:data', 'test_type:unit', 'test_type:schema', 'test_type:x'],
  ...['test_name:unique', 'test_name:not_null', 'test_name:is_*', 'test_name:doubles', 'test_name:nothing'],
  ...[
    'source:raw',
    'source:raw.events',
    'source:*',
    'source:state.raw.events',
    'source:raw.*',
    'source:a.b.c.d',
    'source:other.unread',
  ],
  ...[
    'exposure:board',
    'exposure:*',
    'exposure:state.board',
    'unit_test:doubles',
    'unit_test:*',
    'metric:*',
    'semantic_model:*',
  ],
  ...[
    'saved_query:*',
    'version:latest',
    'version:old',
    'version:prerelease',
    'version:none',
    'version:x',
    'state:modified',
    'result:error',
  ],
];

/** Graph operators, set operations and exclusions over every method. */
export const plainSelections: readonly string[] = [
  ...criteria.flatMap((one) => [
    one,
    `+${one}`,
    `${one}+`,
    `1+${one}`,
    `${one}+1`,
    `@${one}`,
    `+${one}+`,
    `2+${one}+2`,
  ]),
  ...[
    'plain,+totals',
    'plain+,tag:mart',
    'plain+,resource_type:test',
    'plain amounts',
    '+totals,+contracted',
    'tag:mart tag:own',
  ],
  ...[
    'plain+ --exclude resource_type:test',
    'plain+ --exclude tag:mart',
    '* --exclude plain+',
    '+board --exclude seeds/amounts.csv',
  ],
  ...[
    '@plain --exclude test_type:generic',
    'tag:mart,config.materialized:table,+totals',
    'plain+ --exclude totals+ contracted',
  ],
  ...[
    'source:raw+ --exclude exposure:*',
    'plain+1 totals,tag:mart --exclude test_name:unique',
    '+plain,nobody',
    'nobody plain',
  ],
];
