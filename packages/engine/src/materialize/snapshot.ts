import { EiderError, error, isExternal } from '@eider/core';
import { relationName } from '../session/relation.ts';
import { externalSnapshot } from './external-snapshot.ts';
import { addToTable } from './incremental.ts';
import { makeTable } from './make-table.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';
import { inOwnSql, snapshotSql } from './snapshot-sql.ts';
import { tableMade } from './working-table.ts';

/**
 * dbt's `snapshot`: a table of all versions of its rows, each with the time in which it held. What is new, changed and gone since the run before is found
 * and written by dbt's macros, in one transaction. It is never made anew, under `--full-refresh` neither.
 */
export async function snapshot(context: MaterializeContext): Promise<Materialized> {
  const { build, node, port } = context;
  if (isExternal(node)) return await externalSnapshot(context);
  const place = await build.newGeneration(node.unique_id, null);
  const existing = await port.relation(relationName(node));
  if (existing !== null && existing.type !== 'table') throw noTable(context, existing.type);
  const sql = await snapshotSql(context, existing === null ? 'first' : 'staging');
  await inOwnSql(context, sql, () =>
    existing === null
      ? makeTable(context, place.id, sql)
      : addToTable(context, place.id, sql, (temporary) => snapshotSql(context, 'merge', temporary)),
  );
  return tableMade(place);
}

function noTable({ compiler, node }: MaterializeContext, type: string): EiderError {
  const what = `The snapshot ${node.name} cannot be taken: ${node.schema}.${node.alias} is a ${type}, not a table.`;
  const hint = 'Drop it, or give the snapshot another `alias` or `schema`.';
  return new EiderError([error('engine/failed', what, { hint, place: compiler.placeOf(node.unique_id) })]);
}
