import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask as query } from '../support/duckdb.ts';
import { type SmallProject, smallProject } from '../support/small-project.ts';
import { removeFolder } from '../support/temporary-project.ts';
import { alike, askPeer, withVectors as readers } from './delta-peers.ts';

// Invariant: every reader of Delta tables sees of a model what the published catalog shows, row by row, and what other writers do to the table between builds is gone on from.

let project: SmallProject;

const models: Readonly<Record<string, string>> = {
  rows: `{{ config(materialized='view') }}
    select i as id, 'n' || (i % 3) as p, {{ var('day') }} as day, timestamp '2024-01-01' + interval (i) hour as at_time
    from range({{ var('day') }} * 4) r(i)`,
  whole: "{{ config(materialized='external', partition_by='p', sort_by='id') }} select * from {{ ref('rows') }}",
  // Every type, with extremes: what the table holds as another one reads the same as text.
  types: `{{ config(materialized='external') }}
    select * from (values
      (1, true, (-9223372036854775808)::bigint, 'nan'::double, 'é😀"''', date '0001-01-01', timestamp '0001-01-01 00:00:00.000001', time '23:59:59.999999', '10101'::bit, '\\x00\\xFF'::blob, 'é'::enum('é', 'b'), 18446744073709551615::ubigint, 340282366920938463463374607431768211455::uhugeint - 340282366920938463463374607431768211454::uhugeint, timestamp_ns '2024-01-01 12:34:56.123456', timestamp_ms '2024-01-01 12:34:56.123', timetz '01:02:03+05', [1, 2]::integer[2], map {'k': [1, null]}, {'h': [12345678901234567890123456789::hugeint], 'u': uuid '00000000-0000-0000-0000-000000000001'}, 12345678901234567890123456789.123456789::decimal(38,9), 65535::usmallint, '-inf'::float, 123456789012345678901234567890123456789012::bignum, interval '1 year 2 months 3 days 04:05:06.7', '[1, {"a": null}]'::json),
      (2, null, 9223372036854775807, 'inf', repeat('z', 300), date '9999-12-31', timestamp '9999-12-31 23:59:59.999999', time '00:00:00', '0'::bit, ''::blob, 'b', 0, 0, null, null, null, null, map {}, {'h': [], 'u': null}, -0.000000001, 0, 3.4e38, -1, interval '-1 second', 'null'::json),
      (3, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null)
    ) v(n, "b ool", big, dbl, txt, d, ts, t, bits, bytes, e, ub, uh, ns, ms, ttz, arr, m, st, amount, us, f, bn, i, j)`,
  appended: "{{ config(incremental_strategy='append') }} select * from {{ ref('rows') }}",
  merged: `{{ config(unique_key='id', incremental_strategy='merge', partition_by='p') }} select * from {{ ref('rows') }}`,
  // Vectors of many rows and of few; the flags as Python writes them.
  marked: `{{ config(unique_key='id', incremental_strategy='merge', table_properties={'delta.enableDeletionVectors': 'True', 'delta.enableChangeDataFeed': 'False'}) }}
    select i as id, {{ var('day') }} as day from range(40000) r(i) {% if is_incremental() %} where hash(i) % {{ 10 ** var('day') }} = 0 {% endif %}`,
  replaced: "{{ config(unique_key='id') }} select * from {{ ref('rows') }}",
  overwritten: `{{ config(incremental_strategy='insert_overwrite', partition_by='p') }}
    select * from {{ ref('rows') }} {% if is_incremental() %} where p = 'n1' {% endif %}`,
  widened: `{{ config(incremental_strategy='append', on_schema_change='sync_all_columns') }}
    select id {% if var('day') > 1 %}, day as extra {% endif %} {% if var('day') < 3 %}, p {% endif %} from {{ ref('rows') }}`,
};

beforeAll(() => {
  project = smallProject('delta-models', {
    models,
    files: {
      'snapshots/kept.yml':
        "snapshots: [{name: kept, relation: ref('rows'), config: {strategy: check, unique_key: id, check_cols: [day]}}]",
      'seeds/codes.csv': 'code,name\n1,one\n2,\n',
      'seeds/codes.yml': 'seeds: [{name: codes, config: {format: delta}}]',
    },
  });
  project.write(
    'dbt_project.yml',
    'name: night\nprofile: night\nvars: {day: 1}\nmodels: {+materialized: incremental, +format: delta}\nsnapshots: {+format: delta}\n',
  );
});

afterAll(() => removeFolder(project.folder));

const catalog = (): string => join(project.folder, 'catalog/dev.duckdb');
const tableOf = (name: string): string => join(project.folder, 'lake', name);

async function build(day: number): Promise<void> {
  const { stdout } = await project.eider(['build', '--vars', `{day: ${day}}`]);
  expect(stdout).toContain('Completed successfully');
}

/** Every table, by every reader, against the catalog. */
async function expectAlike(): Promise<void> {
  const names = readdirSync(join(project.folder, 'lake')).filter((name) => !name.startsWith('_'));
  expect(names.sort()).toEqual([...Object.keys(models).filter((name) => name !== 'rows'), 'codes', 'kept'].sort());
  const tables: Record<string, readonly string[]> = {};
  for (const name of names) {
    const expected = join(project.folder, `${name}.parquet`);
    await query(catalog(), `COPY (SELECT COLUMNS(*)::VARCHAR FROM main.${name}) TO '${expected}' (FORMAT parquet)`);
    tables[name] = [tableOf(name), expected];
  }
  expect(await askPeer({ action: 'read-all', tables, readers })).toEqual(
    Object.fromEntries(names.map((name) => [name, alike(readers)])),
  );
}

const rows = async (name: string, where: string): Promise<number> =>
  Number((await query(catalog(), `SELECT count(*) AS n FROM main.${name} WHERE ${where}`))[0]?.n);

test('what is built, day by day', async () => {
  for (const day of [1, 2, 3]) await build(day);
  await expectAlike();
});

test('delta-rs deletes, updates, compacts and checkpoints between builds', async () => {
  const theirs = (name: string, job: Readonly<Record<string, unknown>>) =>
    askPeer({ action: 'do', table: tableOf(name), ...job });
  await theirs('merged', { kind: 'delete', where: 'id = 0' });
  await theirs('marked', { kind: 'delete', where: 'id < 5' });
  await theirs('appended', { kind: 'update', where: 'id = 1', set: { day: '77' } });
  await theirs('replaced', { kind: 'compact' });
  await theirs('overwritten', { kind: 'delete', where: "p = 'n2'" });
  await theirs('whole', { kind: 'delete', where: 'id > 2' });
  await build(3);
  await expectAlike();
  expect(await rows('appended', 'day = 77')).toBe(3);
  expect(await rows('overwritten', "p = 'n2'")).toBe(0);
  expect(await rows('overwritten', "p = 'n0'")).toBeGreaterThan(0);
  expect(await rows('whole', 'true')).toBe(12);
  await theirs('merged', { kind: 'compact' });
  await theirs('merged', { kind: 'checkpoint' });
  await theirs('appended', { kind: 'compact' });
  await build(4);
  await expectAlike();
  expect(await rows('merged', 'true')).toBe(16);
});

test('a rollback is a version that every reader sees', async () => {
  expect((await project.eider(['rollback'])).exitCode).toBe(0);
  await expectAlike();
  expect(await rows('merged', 'true')).toBe(12);
});
