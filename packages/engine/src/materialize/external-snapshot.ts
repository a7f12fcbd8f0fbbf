import { quoteName } from '../session/quote.ts';
import { relationOf, replaceView } from '../session/relation.ts';
import { overwrite } from './external-delta.ts';
import { change } from './external-incremental.ts';
import { finishRows, type Target, targetOf } from './external-target.ts';
import { generationQuery } from './generation-query.ts';
import { type FileRows, writeRows } from './incremental-files.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';
import { inOwnSql, snapshotSql } from './snapshot-sql.ts';
import { changedFiles } from './staged-rows.ts';
import { withTemporary } from './strategy-sql.ts';
import { touchedFiles } from './touched-files.ts';

/** dbt's `snapshot` with `format: delta`: its rows are in a Delta table. Files with a row whose time ends are written anew, the others stay. It is never made anew. */
export async function externalSnapshot(context: MaterializeContext): Promise<Materialized> {
  const { compiler, connection, node, port } = context;
  const startedAt = context.now();
  const target = await targetOf(context, context.layout ?? (await compiler.layout(node.unique_id, port)), false);
  const rows =
    target.rows === undefined ? await firstRows(context, target) : await nextRows(context, target.rows, target);
  await replaceView(connection, relationOf(node), generationQuery(rows));
  return await finishRows(context, target, rows, { kind: target.rows === undefined ? overwrite : change, startedAt });
}

async function firstRows(context: MaterializeContext, target: Target): Promise<FileRows> {
  const sql = await snapshotSql(context, 'first');
  const rows = await inOwnSql(context, sql, () => writeRows(context, { sql, kept: [], before: undefined }, target));
  if (rows === null) throw new Error('bug: nothing is kept, and it does not fit');
  return rows;
}

async function nextRows(context: MaterializeContext, before: FileRows, target: Target): Promise<FileRows> {
  const { connection, node } = context;
  await replaceView(connection, relationOf(node), generationQuery(before));
  const sql = await snapshotSql(context, 'staging');
  return await inOwnSql(context, sql, () =>
    withTemporary(context, sql, async (temporary) => {
      const key = quoteName(scdColumn(context));
      const condition = `${key} IN (SELECT ${key} FROM ${quoteName(temporary)})`;
      const files = await touchedFiles(context, before, { kind: 'where', condition });
      const statements = (): Promise<string> => snapshotSql(context, 'merge', temporary);
      return await changedFiles(context, before, { files, condition, statements, key }, target);
    }),
  );
}

/** The column that tells one version of a row from all others. */
function scdColumn({ node }: MaterializeContext): string {
  const names = node.config.snapshot_meta_column_names as Readonly<Record<string, unknown>> | null | undefined;
  return String(names?.dbt_scd_id ?? 'dbt_scd_id');
}
