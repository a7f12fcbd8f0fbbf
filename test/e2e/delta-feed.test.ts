import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeFeedQuery } from '../../packages/engine/src/delta/change-feed.ts';
import { type DeltaProject, deltaProject } from '../support/delta-project.ts';

// Invariant: the change data feed of a model's table says of each build which rows it changed, and no others; played back it gives the table.

let project: DeltaProject;

beforeEach(async () => {
  project = await deltaProject('delta-feed');
});

afterEach(() => project.close());

const config = (strategy: string, more = ''): string =>
  `{{ config(materialized='incremental', format='delta', unique_key='id', incremental_strategy='${strategy}', table_properties={'delta.enableChangeDataFeed': true${more}}) }}`;

async function feed(name: string, from: number, to: number): Promise<readonly string[]> {
  const { connection } = project;
  const request = { ports: project.portsOf(name), connection, readRange: project.readRange(name), from, to };
  return await project.rowsOf(
    `SELECT * EXCLUDE (_commit_version, _commit_timestamp) FROM (${await changeFeedQuery(request)})`,
  );
}

const vectors = ", 'delta.enableDeletionVectors': true";

test.each([
  ['merge', ''],
  ['merge', vectors],
  ['delete+insert', ''],
  ['delete+insert', vectors],
])('%s%s', async (strategy, more) => {
  // Rows 1 and 2 come each day, 1 as it was; later days bring a new one each.
  const sql = `select i as id, case when i = 2 then {{ var('day') }} else 0 end as v from range(20) r(i)
    {% if is_incremental() %} where i in (1, 2) union all select 100 + {{ var('day') }}, 7 {% endif %}`;
  project.write('models/t.sql', `${config(strategy, more)} ${sql}`);
  for (const day of [1, 2, 3]) await project.build(day);
  expect(await feed('t', 1, 1)).toEqual(['102 7 insert', '2 1 update_preimage', '2 2 update_postimage']);
  expect(await feed('t', 2, 2)).toEqual(['103 7 insert', '2 2 update_preimage', '2 3 update_postimage']);
  const gone = new Map<string, number>();
  for (const row of await feed('t', 0, 2)) {
    const [id, v, kind] = row.split(' ');
    gone.set(`${id} ${v}`, (gone.get(`${id} ${v}`) ?? 0) + (/insert|postimage/.test(kind ?? '') ? 1 : -1));
  }
  expect([...gone].flatMap(([row, count]) => (count === 1 ? [row] : [])).sort()).toEqual(await project.both('t'));
  // Nothing new: the files may be others, the rows are what they were.
  await project.build(3);
  const { version } = await project.newest('t');
  expect(await feed('t', 3, version)).toEqual([]);
  await project.done('rollback');
  await project.done('rollback');
  expect(await project.both('t')).toContain('2 2');
});

test('models read what changed, each change once', async () => {
  const rows = `select i as id, case when i = 2 then {{ var('day') }} else 0 end as v from range(5) r(i)
    {% if is_incremental() %} where i = 2 union all select 100 + {{ var('day') }}, 7 {% endif %}`;
  project.write('models/t.sql', `${config('merge', vectors)} ${rows}`);
  await project.build(1);
  // The feed of the table as the last build left it.
  project.write(
    'models/audit.sql',
    `{{ config(materialized='incremental', incremental_strategy='append', format='delta') }}
    {%- set since = 0 -%}
    {%- if is_incremental() -%}{%- set since = (run_query('select coalesce(max(_commit_version), -1) + 1 from ' ~ this).columns[0].values()[0]) -%}{%- endif %}
    select id, v, _change_type, _commit_version from table_changes('lake/t', {{ since }})`,
  );
  project.write('models/first.sql', "{{ config(materialized='view') }} select * from {{ source('land', 'changes') }}");
  project.write(
    'models/land.yml',
    'sources: [{name: land, tables: [{name: changes, config: {format: delta, location: lake/t, change_feed: {starting_version: 1, ending_version: 1}}}]}]',
  );
  const seen = async (): Promise<readonly string[]> =>
    (await project.both('audit')).filter((row) => !row.endsWith('insert 0'));
  await project.build(2, '--exclude', 'first');
  expect(await seen()).toEqual([]);
  expect(await project.both('audit')).toHaveLength(5);
  await project.build(3);
  const second = ['102 7 insert 1', '2 1 update_preimage 1', '2 2 update_postimage 1'];
  expect(await seen()).toEqual(second);
  await project.build(3, '--exclude', 't');
  await project.build(4, '--exclude', 't');
  const third = ['103 7 insert 2', '2 2 update_preimage 2', '2 3 update_postimage 2'];
  expect(await seen()).toEqual([...second, ...third].sort());
  await project.connection.query(`ATTACH '${project.folder}/catalog/dev.duckdb' AS shown (READ_ONLY)`);
  const shown = await project.rowsOf('SELECT id, v, _change_type, _commit_version FROM shown.main.first');
  await project.connection.query('DETACH shown');
  expect(shown).toEqual(second);
});

test('columns that come, batches, and snapshots', async () => {
  project.write(
    'models/wide.sql',
    `${config('merge').replace("unique_key='id'", "unique_key='id', on_schema_change='append_new_columns'")} select 1 as id {% if var('day') > 1 %}, 'x' as note {% endif %}`,
  );
  project.write(
    'models/rows.sql',
    "{{ config(event_time='moment', materialized='view') }} select i as id, timestamp '2024-01-01' + interval (i) day as moment, {{ var('day') }} as day from range(3) r(i)",
  );
  project.write(
    'models/batches.sql',
    `{{ config(materialized='incremental', format='delta', incremental_strategy='microbatch', event_time='moment', begin='2024-01-01', batch_size='day', table_properties={'delta.enableChangeDataFeed': true}) }} select * from {{ ref('rows') }}`,
  );
  project.write('models/source.sql', "select 1 as id, {{ var('day') }} as v");
  project.write(
    'snapshots/s.yml',
    "snapshots: [{name: s, relation: ref('source'), config: {format: delta, strategy: check, unique_key: id, check_cols: [v], table_properties: {delta.enableChangeDataFeed: 'true'}}}]",
  );
  const days = ['--event-time-start', '2024-01-01', '--event-time-end', '2024-01-03'];
  await project.build(1, ...days);
  await project.build(2, ...days);
  expect(await feed('wide', 1, 1)).toEqual(['1 null update_preimage', '1 x update_postimage']);
  expect((await feed('batches', 1, 1)).map((row) => row.replace(/ \S+ \S+ /, ' ').slice(0, 12))).toEqual([
    '0 1 delete',
    '0 2 insert',
    '1 1 delete',
    '1 2 insert',
  ]);
  expect((await feed('s', 1, 1)).map((row) => row.split(' ').at(-1)).sort()).toEqual([
    'insert',
    'update_postimage',
    'update_preimage',
  ]);
  for (const name of ['wide', 'batches', 's']) await project.both(name);
});
