import { mkdir } from 'node:fs/promises';
import type { ChangeFile } from '@eider/delta';
import { writeDeltaFiles } from '../delta/write-files.ts';
import { isRemote, joinPlace } from '../session/place.ts';
import { quoteName } from '../session/quote.ts';
import { relationOf } from '../session/relation.ts';
import type { StepPlace } from './incremental-files.ts';
import type { MaterializeContext } from './materialization.ts';

const before = quoteName('_eider_before');

/** Keeps the rows under the node's name as they are before a step's statements. */
export async function keepBefore({ connection, node }: Pick<MaterializeContext, 'connection' | 'node'>): Promise<void> {
  await connection.query(`CREATE OR REPLACE TEMP TABLE ${before} AS FROM ${relationOf(node)}`);
}

export async function dropBefore({ connection }: Pick<MaterializeContext, 'connection'>): Promise<void> {
  await connection.query(`DROP TABLE IF EXISTS temp.main.${before}`);
}

/**
 * Writes what a step's statements made of the rows under the node's name into the table's change data feed, each with `_change_type` (protocol, "Add CDC File"). Rows that are what
 * they were are not among them. `key`, in SQL: what tells that a row before and one after are the same one; without it a changed row is one that went and one that came.
 */
export async function writeChanges(
  { connection, node, now }: Pick<MaterializeContext, 'connection' | 'node' | 'now'>,
  { id, layout }: StepPlace,
  key: string | undefined,
): Promise<readonly ChangeFile[]> {
  const relation = relationOf(node);
  // The columns may be others than before.
  const names = (await connection.objects(`DESCRIBE ${relation}`)).map(({ column_name: name }) =>
    quoteName(String(name)),
  );
  const list = names.join(', ');
  const old = `SELECT ${list} FROM (SELECT * FROM ${relation} WHERE false UNION ALL BY NAME SELECT * FROM ${before})`;
  const after = `SELECT ${list} FROM ${relation}`;
  const type = (same: string, alone: string, others: string): string =>
    key === undefined
      ? `'${alone}'`
      : `CASE WHEN (${key}) IN (SELECT (${key}) FROM ${others}) THEN '${same}' ELSE '${alone}' END`;
  const sql = `WITH gone AS MATERIALIZED (${old} EXCEPT ALL ${after}), come AS MATERIALIZED (${after} EXCEPT ALL ${old})
    SELECT *, ${type('update_preimage', 'delete', 'come')} AS _change_type FROM gone
    UNION ALL SELECT *, ${type('update_postimage', 'insert', 'gone')} FROM come`;
  const root = joinPlace(layout.location, '_change_data');
  // DuckDB makes the folder that it writes to, but none above.
  if (!isRemote(root)) await mkdir(root, { recursive: true });
  const place = { root, partitionBy: layout.partitionBy, prefix: id, now: now().getTime() };
  const { adds } = await writeDeltaFiles({ connection, sql, ...place, indexed: 0 });
  return adds.map(({ partitionValues, path, size }) => ({
    path: `_change_data/${path}`,
    ...{ partitionValues, size, dataChange: false },
  }));
}
