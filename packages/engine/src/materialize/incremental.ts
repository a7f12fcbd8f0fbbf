import { isExternal } from '@eider/core';
import { relationName } from '../session/relation.ts';
import { inTransaction } from '../session/transaction.ts';
import { inContractOrder } from './contract.ts';
import { beginExternalIncremental } from './external-incremental.ts';
import { isRefreshed, rowsBefore } from './external-target.ts';
import { makeTable } from './make-table.ts';
import type { IncrementalBuild, MaterializeContext, Materialized } from './materialization.ts';
import { strategySql, withTemporary } from './strategy-sql.ts';
import { hasNote, noteGeneration, tableMade } from './working-table.ts';

/**
 * dbt-duckdb's `incremental`: the model's rows are brought into the table of before by the strategy's macro, in one transaction; the first time, and under
 * `full_refresh`, the table is made anew. One with `format: parquet` or a `location` has its rows in files (external-incremental.ts).
 */
export async function incremental(context: MaterializeContext): Promise<Materialized> {
  const build = await beginIncremental(context);
  await build.step(context, await isWhole(context));
  return build.end();
}

/** Begins with an incremental model. */
export async function beginIncremental(context: MaterializeContext): Promise<IncrementalBuild> {
  if (isExternal(context.node)) return beginExternalIncremental(context);
  const place = await context.build.newGeneration(context.node.unique_id, null);
  return {
    step: (step, whole) =>
      whole
        ? makeTable(step, place.id, step.compiled?.sql ?? '')
        : inContractOrder(step, (sql) => addToTable(step, place.id, sql, (temporary) => strategySql(step, temporary))),
    end: async () => tableMade(place),
  };
}

/** Whether there is something to add to. */
export async function hasRows({ head, node, port }: MaterializeContext): Promise<boolean> {
  if (isExternal(node)) return rowsBefore(node, head) !== undefined;
  return (await port.relation(relationName(node)))?.type === 'table';
}

/** Whether there is nothing to add to, or it is to be made anew. */
export async function isWhole(context: MaterializeContext): Promise<boolean> {
  return !(await hasRows(context)) || (await isRefreshed(context));
}

/** Writes to the table of before in one transaction: `statements` gives the text, when the rows of `sql` are in the temporary table that it is told. */
export async function addToTable(
  context: MaterializeContext,
  id: string,
  sql: string,
  statements: (temporary: string) => Promise<string>,
): Promise<void> {
  const { connection, node, session } = context;
  await withTemporary(context, sql, (temporary) =>
    inTransaction(connection, async () => {
      if (hasNote(node, session)) await noteGeneration(connection, node, id);
      await connection.query(await statements(temporary));
    }),
  );
}
