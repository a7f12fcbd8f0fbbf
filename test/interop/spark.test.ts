import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  appendEdit,
  deleteEdit,
  type Edit,
  type EditOptions,
  openSnapshot,
  operate,
  refresh,
  stageOptimize,
  updateEdit,
  vacuum,
  writeCheckpoint,
} from '@eider/delta';
import { createLocalStore } from '@eider/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { duckParquetPort } from '../../packages/engine/src/delta/parquet-port.ts';
import {
  commitEdit,
  type DeltaTable,
  type DeltaWorkshop,
  deltaWorkshop,
  operatePorts,
} from '../support/delta-workshop.ts';
import { awkward, types } from './delta-rows.ts';
import { type Spark, startSpark } from './spark.ts';
import { type SparkTable, sparkTables } from './spark-tables.ts';

// Invariant: Spark sees of our tables what DuckDB wrote, we see of Spark's what Spark sees, and each goes on with the other's log.

let folder: string;
let at: DeltaWorkshop;
let spark: Spark;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eider-spark-'));
  at = await deltaWorkshop(folder);
  spark = startSpark(folder);
});

afterAll(async () => {
  at.close();
  await spark.close();
  await rm(folder, { recursive: true });
});

const named = ({ root }: Pick<DeltaTable, 'root'>): string => `delta.\`${root}\``;

/** How many rows Spark sees that the query does not give, and the other way round. */
async function unlike(table: Pick<DeltaTable, 'root'>, sql: string): Promise<number> {
  return await at.differences(await spark.rows(`SELECT * FROM ${named(table)}`), sql);
}

const edit = (table: DeltaTable, what: Edit, options: Partial<EditOptions> = {}): Promise<void> =>
  commitEdit(at, table, what, { operation: 'WRITE', ...options });

async function made(name: string, { columns, statements }: SparkTable): Promise<DeltaTable> {
  const root = join(folder, name);
  if (columns !== undefined) await spark.make(root, columns);
  await spark.run(...statements.map((sql) => sql.replaceAll('@', named({ root }))));
  const ports = { store: createLocalStore(root), parquet: duckParquetPort(at.connection) };
  return { root, ports, snapshot: await openSnapshot(ports) };
}

/** How many rows differ between what Spark sees of a table and what we do. */
async function differing(table: DeltaTable): Promise<number> {
  return await unlike(table, await at.scan(table));
}

describe('tables of ours', () => {
  test('of every type', async () => {
    expect(await unlike(await at.make(types), types)).toBe(0);
    const times = "SELECT TIMESTAMP '2024-01-01 12:34:56.789012' AS t UNION ALL SELECT NULL";
    expect(await unlike(await at.make(times), times)).toBe(0);
  });

  test('with odd names and awkward partitions, a checkpoint in the place of the log, columns that came later and wider types', async () => {
    const names = `SELECT 1 AS "a b", 2 AS "x;{}()=y", 3 AS "q""uote", 4 AS "é", 5 AS "tab\tend", 6 AS "dot.ted"`;
    expect(await unlike(await at.make(names), names)).toBe(0);

    const table = await at.make(awkward, ['p']);
    await edit(table, appendEdit("SELECT 3000000000 AS n, 'new' AS p, {'k': [1, 2]} AS more"), { schemaMode: 'add' });
    table.snapshot = await refresh(table.ports, table.snapshot);
    await writeCheckpoint(table.ports, table.snapshot, Date.now());
    // Spark wants the commit beside its checkpoint.
    await table.ports.store.delete(`_delta_log/${'0'.repeat(20)}.json`);
    const grown = `SELECT *, NULL::STRUCT(k INTEGER[]) AS more FROM (${awkward}) UNION ALL SELECT 3000000000, 'new', {'k': [1, 2]}`;
    expect(await unlike(table, grown)).toBe(0);

    const narrow = await at.make('SELECT 1 AS n, 1.5::DECIMAL(5,2) AS d, 2.5::FLOAT AS f');
    await edit(narrow, appendEdit('SELECT 3000000000 AS n, 12345.678::DECIMAL(8,3) AS d, 1e300 AS f'), {
      schemaMode: 'widen',
    });
    expect(await differing(narrow)).toBe(0);
  });

  test('with a change data feed', async () => {
    const table = await at.make("SELECT range::BIGINT AS n, 'a' AS p FROM range(10)", [], {
      'delta.enableChangeDataFeed': 'true',
    });
    await edit(table, updateEdit({ p: "'b'" }, 'n < 3'), { operation: 'UPDATE' });
    await edit(table, deleteEdit('n IN (5, 6)'), { operation: 'DELETE' });
    const feed = await spark.rows(
      `SELECT n, p, _change_type, _commit_version FROM table_changes_by_path('${table.root}', 1)`,
    );
    const expected = `SELECT n, 'a', 'update_preimage', 1 FROM range(3) r(n) UNION ALL SELECT n, 'b', 'update_postimage', 1 FROM range(3) r(n)
      UNION ALL SELECT n, 'a', 'delete', 2 FROM range(5, 7) r(n)`;
    expect(await at.differences(feed, expected)).toBe(0);
  });
});

test.each([
  ['copied on write', {}],
  ['marked as deleted', { 'delta.enableDeletionVectors': 'true' }],
])('Spark goes on with a log of ours, and we with its: rows %s', async (_, configuration) => {
  const table = await at.make(
    "SELECT range::BIGINT AS n, ['a/b', 'plain', 'é %'][1 + range % 3] AS p, range::INTEGER AS v FROM range(60)",
    ['p'],
    configuration,
  );
  await at.connection.query(
    "CREATE OR REPLACE TEMP TABLE model AS SELECT range::BIGINT AS n, ['a/b', 'plain', 'é %'][1 + range % 3] AS p, range::INTEGER AS v FROM range(60)",
  );
  const check = async (...model: readonly string[]): Promise<void> => {
    for (const sql of model) await at.connection.query(sql);
    expect(await at.differences(await at.scan(table), 'FROM model')).toBe(0);
  };
  const theirs = (...sql: readonly string[]) => spark.run(...sql.map((each) => each.replaceAll('@', named(table))));

  await theirs('DELETE FROM @ WHERE n % 7 = 0');
  await check('DELETE FROM model WHERE n % 7 = 0');
  await edit(table, updateEdit({ v: 'v + 100', p: "'plain'" }, 'n BETWEEN 20 AND 30'));
  await check("UPDATE model SET v = v + 100, p = 'plain' WHERE n BETWEEN 20 AND 30");
  await theirs("UPDATE @ SET v = -v, p = 'a%2Fb' WHERE n > 50");
  await check("UPDATE model SET v = -v, p = 'a%2Fb' WHERE n > 50");
  await theirs(
    `MERGE INTO @ t USING (SELECT id AS n, 'é %' AS p, 5 AS v FROM range(55, 65)) s ON t.n = s.n
     WHEN MATCHED AND t.n = 57 THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT *`,
  );
  await check(
    "INSERT INTO model SELECT n, 'é %', 5 FROM range(55, 65) r(n) WHERE n NOT IN (SELECT n FROM model)",
    'UPDATE model SET v = 5 WHERE n BETWEEN 55 AND 64',
    'DELETE FROM model WHERE n = 57',
  );
  await edit(table, deleteEdit('n IN (1, 2)'));
  await theirs('OPTIMIZE @');
  await check('DELETE FROM model WHERE n IN (1, 2)');
  await edit(table, appendEdit('SELECT 100::BIGINT AS n, NULL::VARCHAR AS p, 1 AS v'));
  await theirs('OPTIMIZE @ ZORDER BY (n)');
  await check('INSERT INTO model VALUES (100, NULL, 1)');
  const ports = operatePorts(at, table);
  await operate(ports, async (base) => base && stageOptimize(ports, base, { order: { zOrder: ['n', 'v'] } }));
  await theirs('ALTER TABLE @ ADD CONSTRAINT positive CHECK (n > 0)', "INSERT INTO @ VALUES (101, 'x', 2)");
  await expect(edit(table, appendEdit("SELECT -1::BIGINT AS n, 'a' AS p, 1 AS v"))).rejects.toMatchObject({
    code: 'delta/broken-rule',
  });
  await check("INSERT INTO model VALUES (101, 'x', 2)");
  expect(await unlike(table, 'FROM model')).toBe(0);

  await theirs('VACUUM @ RETAIN 0 HOURS');
  await check();
  table.snapshot = await refresh(table.ports, table.snapshot);
  await edit(table, deleteEdit('n = 100'));
  await vacuum(table.ports, await openSnapshot(table.ports), Date.now() + 30 * 86_400_000);
  await check('DELETE FROM model WHERE n = 100');
  expect(await unlike(table, 'FROM model')).toBe(0);
});

describe('tables of Spark', () => {
  test.each(Object.keys(sparkTables))('with %s', async (name) => {
    const wanted = sparkTables[name] as SparkTable;
    const { unreadable, unwritable } = wanted;
    if (unreadable !== undefined) {
      const cause = await made(name, wanted).catch((error: unknown) => error);
      expect(cause).toMatchObject({ code: 'delta/unsupported-feature', message: expect.stringContaining(unreadable) });
      return;
    }
    const table = await made(name, wanted);
    expect(await differing(table)).toBe(0);
    const again = appendEdit(`SELECT * FROM (${await at.scan(table)}) LIMIT 1`);
    if (unwritable === undefined) {
      await edit(table, again);
      expect(await differing(table)).toBe(0);
    } else {
      const refused = { code: 'delta/unsupported-feature', message: expect.stringContaining(unwritable) };
      await expect(edit(table, again)).rejects.toMatchObject(refused);
    }
  });
});
