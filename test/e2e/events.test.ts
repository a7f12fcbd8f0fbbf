import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository, runEider } from '../support/eider.ts';
import { removeFolder, temporaryFolder } from '../support/temporary-project.ts';

// The events of the JSON logs are an interface: every line of every command is held against the schema that is shipped, and no event is missing in it.

interface Event {
  readonly info: { readonly name: string; readonly level: string; readonly code: string; readonly msg: string };
  readonly data: Readonly<Record<string, unknown>>;
}

const schemaFile = join(repository, 'packages/cli/docs/events.schema.json');
const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as {
  readonly properties: {
    readonly info: { readonly properties: { readonly name: { readonly enum: readonly string[] } } };
  };
};
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
const names = schema.properties.info.properties.name.enum;

const folder = temporaryFolder('events');
afterAll(() => removeFolder(folder));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const seen = new Map<string, Event>();
const all: string[] = [];

/** Runs a command with JSON logs at every level and keeps its events. */
async function events(...parameters: readonly string[]): Promise<readonly Event[]> {
  const flags = ['--log-format', 'json', '--log-level', 'debug', '--project-dir', folder];
  const { stdout } = await runEider([...parameters, ...flags], { cwd: folder, env: { CI: '' } });
  const lines = stdout.trimEnd().split('\n');
  const found = lines.map((line) => JSON.parse(line) as Event);
  all.push(...lines);
  for (const event of found) seen.set(event.info.name, event);
  return found;
}

const good = {
  'dbt_project.yml': [
    'name: shop',
    'profile: shop',
    'models: {+materialized: table}',
    'on-run-start: ["select 1"]',
    'on-run-end: ["select 2"]',
    '',
  ].join('\n'),
  'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 2}}}\n',
  'models/orders.sql':
    "{{ log('seen', info=True) }}{{ log('heard') }}{{ print('read') }}select 1 as id union all select 2",
  'models/broken.sql': 'select nope',
  'models/after.sql': "select * from {{ ref('broken') }}",
  'macros/operations.sql':
    '{% macro greet() %}{% do log("hello", info=true) %}{% endmacro %}{% macro fail() %}{% do run_query("select nope") %}{% endmacro %}',
  'functions/plus.sql': 'x + 1',
  'functions/plus.yml':
    'functions: [{name: plus, arguments: [{name: x, data_type: int}], returns: {data_type: int}}]\n',
  'seeds/people.csv': 'id,name\n1,ann\n',
  'snapshots/kept.sql':
    "{% snapshot kept %}{{ config(strategy='check', check_cols='all', unique_key='id') }}select 1 as id{% endsnapshot %}",
  'models/sources.yml': [
    'sources:',
    '  - name: raw',
    '    config: {external_location: "read_csv(\'seeds/people.csv\')"}',
    '    tables: [{name: people, loaded_at_field: now(), freshness: {warn_after: {count: 1, period: day}}}]',
    '',
  ].join('\n'),
  'models/schema.yml': [
    'models:',
    '  - name: orders',
    '    columns:',
    '      - name: id',
    '        data_tests:',
    '          - unique',
    '          - accepted_values: {arguments: {values: [1]}, config: {severity: warn}}',
    '          - accepted_values: {name: must_be_two, arguments: {values: [2]}, config: {store_failures: true}}',
    'exposures:',
    '  - {name: board, type: dashboard, owner: {name: anna}, depends_on: ["ref(\'orders\')"]}',
    '',
  ].join('\n'),
};

beforeAll(async () => {
  write(good);
  await events('build');
  await events('test', '-s', 'unique_orders_id');
  write({ 'models/schema.yml': '', 'models/broken.sql': 'select 1 as id' });
  await events('build');
  write({ 'models/after.sql': "select id from {{ ref('broken') }} -- changed" });
  await events('run', '-s', 'after');
  await events('compile', '-s', 'orders');
  await events('compile', '--inline', "select * from {{ ref('orders') }}");
  await events('show', '-s', 'orders');
  await events('seed', '--show');
  await events('ls');
  await events('ls', '-m', 'orders');
  await events('ls', '-s', 'nothing');
  await events('run', '-s', 'nothing');
  await events('debug');
  await events('debug', '--config-dir');
  await events('source', 'freshness');
  await events('publish');
  await events('docs', 'generate');
  await events('run-operation', 'greet');
  await events('run-operation', 'fail');
  await events('parse', '--log-path', join(folder, 'dbt_project.yml'));
  write({ 'models/after.sql': "{{ exceptions.raise_compiler_error('no') if execute }}" });
  await events('docs', 'generate');
  write({
    'models/after.sql':
      "{{ config(materialized='ephemeral') }} {{ exceptions.raise_compiler_error('no') if execute else 1 }}",
    'models/behind.sql': "select * from {{ ref('after') }}",
  });
  await events('run', '-s', 'after+');
  for (const name of ['after', 'behind']) rmSync(join(folder, `models/${name}.sql`));
  await events('build');
  write({
    'models/days.sql':
      "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='day', batch_size='day', begin='2024-01-01') }}select timestamp '2024-01-01' as day",
  });
  await events('run', '-s', 'days', '--event-time-start', '2024-01-01', '--event-time-end', '2024-01-03');
  write({ 'models/orders.sql': "select * from {{ ref('nothing') }}" });
  await events('build');
});

test('every event of every command is as the schema says', () => {
  const wrong = all.flatMap((line) =>
    validate(JSON.parse(line)) ? [] : [`${line.slice(0, 300)}: ${JSON.stringify(validate.errors?.slice(0, 3))}`],
  );
  expect(wrong).toEqual([]);
  expect(all.length).toBeGreaterThan(150);
});

test('every event of the schema was seen, but for those that these commands cannot cause', () => {
  const elsewhere = ['ProjectCreated'];
  // Those of `watch` and `deps` are seen by their own tests.
  const others = names.filter((name) => !elsewhere.includes(name) && !/^(Watch|Deps)/.test(name));
  const missing = others.filter((name) => !seen.has(name));
  expect(missing).toEqual([]);
});

test('the page names every event', () => {
  const page = readFileSync(join(repository, 'packages/cli/docs/logs.md'), 'utf8');
  expect(names.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([]);
});

// dbt-core 1.11.16 gave these names, codes, levels and keys for the same project.
test.each<[string, string, string, readonly string[]]>([
  ['MainReportVersion', 'A001', 'info', ['version', 'log_version']],
  ['LogStartLine', 'Q011', 'info', ['description', 'index', 'total', 'node_info']],
  ['LogModelResult', 'Q012', 'info', ['description', 'execution_time', 'index', 'status', 'total', 'node_info']],
  ['LogFunctionResult', 'Q047', 'info', ['description', 'execution_time', 'index', 'status', 'total', 'node_info']],
  ['PrintEvent', 'Z052', 'info', ['msg']],
  ['LogStartBatch', 'Q045', 'info', ['batch_index', 'description', 'total_batches', 'node_info']],
  [
    'LogBatchResult',
    'Q046',
    'info',
    ['batch_index', 'description', 'execution_time', 'status', 'total_batches', 'node_info'],
  ],
  ['LogHookEndLine', 'Q033', 'info', ['execution_time', 'index', 'statement', 'status', 'total', 'node_info']],
  [
    'LogSeedResult',
    'Q016',
    'info',
    ['execution_time', 'index', 'relation', 'result_message', 'schema', 'status', 'total'],
  ],
  [
    'LogTestResult',
    'Q007',
    'info',
    ['attached_node', 'execution_time', 'index', 'name', 'num_failures', 'num_models', 'status'],
  ],
  ['SkippingDetails', 'Q034', 'info', ['index', 'node_name', 'resource_type', 'schema', 'total']],
  ['LogSkipBecauseError', 'Z034', 'error', ['index', 'relation', 'schema', 'status', 'total']],
  ['ConcurrencyLine', 'Q027', 'info', ['node_count', 'num_threads', 'target_name']],
  ['FinishedRunningStats', 'E047', 'info', ['execution', 'execution_time', 'stat_line']],
  ['EndOfRunSummary', 'Z030', 'info', ['keyboard_interrupt', 'num_errors', 'num_partial_success', 'num_warnings']],
  ['RunResultFailure', 'Z022', 'error', ['node_name', 'path', 'resource_type']],
  ['RunResultError', 'Z024', 'error', ['msg']],
  ['RunResultWarningMessage', 'Z046', 'warn', ['msg']],
  ['SQLCompiledPath', 'Z026', 'info', ['path']],
  ['StatsLine', 'Z023', 'info', ['stats']],
  ['CommandCompleted', 'Q039', 'debug', ['command', 'completed_at', 'elapsed', 'success']],
])('%s is dbt’s', (name, code, level, keys) => {
  const event = seen.get(name);
  expect(event?.info).toMatchObject({ code, level });
  expect(Object.keys(event?.data ?? {})).toEqual(expect.arrayContaining([...keys]));
});

test('a node’s node_info is dbt’s', () => {
  expect(seen.get('LogSeedResult')?.data.node_info).toMatchObject({
    unique_id: 'seed.shop.people',
    node_name: 'people',
    node_path: 'people.csv',
    resource_type: 'seed',
    materialized: 'seed',
    node_status: 'success',
    node_relation: { database: 'shop', schema: 'main', alias: 'people', relation_name: '"shop"."main"."people"' },
  });
});
