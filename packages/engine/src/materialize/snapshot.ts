import { EiderError, error } from '@eider/core';
import { relationName, shifted } from '../session/relation.ts';
import { SqlError } from '../session/session.ts';
import { addToTable, makeTable } from './incremental.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';
import { tableMade } from './working-table.ts';

/**
 * dbt's `snapshot`: a table of all versions of its rows, each with the time in which it held. What is new, changed and gone since the run before is found
 * and written by dbt's macros, in one transaction. It is never made anew, under `--full-refresh` neither.
 */
export async function snapshot(context: MaterializeContext): Promise<Materialized> {
  const { build, compiler, node, port } = context;
  const place = await build.newGeneration(node.unique_id, null);
  const existing = await port.relation(relationName(node));
  if (existing !== null && existing.type !== 'table') throw noTable(context, existing.type);
  const say = (macro: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const args = Object.keys(more).join(', ');
    return compiler.render(node.unique_id, `{{ ${macro}(${args}) }}`, port, { context: more });
  };
  const sql = await say(existing === null ? 'eider_snapshot_first_sql' : 'eider_snapshot_staging_sql');
  await inOwnSql(context, sql, () =>
    existing === null
      ? makeTable(context, place.id, sql)
      : addToTable(context, place.id, sql, (temporary) =>
          say('eider_snapshot_merge_sql', { eider_temporary: temporary }),
        ),
  );
  return tableMade(place);
}

/** An error in the statement that holds the snapshot's SQL is one of that SQL. */
async function inOwnSql({ compiled }: MaterializeContext, sql: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const own = compiled?.sql ?? '';
    const at = sql.indexOf(own);
    throw cause instanceof SqlError && cause.sql === sql && at >= 0 ? shifted(cause, own, at) : cause;
  }
}

function noTable({ compiler, node }: MaterializeContext, type: string): EiderError {
  const what = `The snapshot ${node.name} cannot be taken: ${node.schema}.${node.alias} is a ${type}, not a table.`;
  const hint = 'Drop it, or give the snapshot another `alias` or `schema`.';
  return new EiderError([error('engine/failed', what, { hint, place: compiler.placeOf(node.unique_id) })]);
}
