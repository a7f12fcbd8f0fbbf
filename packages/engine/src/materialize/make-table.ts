import { relationOf, replaceTable, shifted } from '../session/relation.ts';
import { SqlError } from '../session/session.ts';
import { inTransaction } from '../session/transaction.ts';
import { hasContract } from './contract.ts';
import { contractTable } from './contract-table.ts';
import { inTurn, isPointedAt, withDependentsAside } from './foreign-key-dependents.ts';
import { createIndexes } from './indexes.ts';
import type { MaterializeContext } from './materialization.ts';
import { withNote } from './working-table.ts';

/**
 * Makes a model's table of a query's rows, in the place of what is there: with the constraints of its contract, the order that its config gives it in a DuckLake, and
 * its indexes. Notes which generation it holds. Throws SqlError with the position in `sql`, EiderError where the config has no order that dbt takes.
 */
export async function makeTable(context: MaterializeContext, id: string, sql: string): Promise<void> {
  const { connection, node, session } = context;
  const order = await tableOrder(context);
  await withNote(context, id, () =>
    inTurn(session, node, async () => {
      if (hasContract(node)) await contractTable(context, sql);
      else if (order === '') await plainTable(context, sql);
      else await orderedTable(context, order, sql);
    }),
  );
  await createIndexes(connection, node);
}

/** The statements by which a DuckLake partitions and sorts a table; none elsewhere, which a warning says. The macros are dbt's, and say what is wrong with the config. */
async function tableOrder({ compiler, node, port }: MaterializeContext): Promise<string> {
  const { partition_by, partitioned_by, sort_by, sorted_by } = node.config;
  const isGiven = [partition_by, partitioned_by, sort_by, sorted_by].some((given) => (given ?? null) !== null);
  if (!isGiven || node.resource_type !== 'model') return '';
  const text =
    '{{ duckdb__table_order(this, duckdb__get_partitioned_by(this, false), duckdb__get_sorted_by(this, false)) }}';
  return (await compiler.render(node.unique_id, text, port)).trim();
}

async function plainTable(context: MaterializeContext, sql: string): Promise<void> {
  const { connection, node } = context;
  const replace = (): Promise<void> => replaceTable(connection, relationOf(node), sql);
  await replace().catch((cause: unknown) => {
    if (!isPointedAt(cause)) throw cause;
    return inTransaction(connection, () => withDependentsAside(context, replace));
  });
}

/** DuckLake writes rows by the order that a table has then: it is made empty, and filled. */
async function orderedTable({ connection, node }: MaterializeContext, order: string, sql: string): Promise<void> {
  const head = 'SELECT * FROM (\n';
  const name = relationOf(node);
  const inQuery = (offset: number) => (cause: unknown) => {
    throw cause instanceof SqlError ? shifted(cause, sql, offset) : cause;
  };
  await replaceTable(connection, name, `${head}${sql}\n) LIMIT 0`).catch(inQuery(head.length));
  await connection.query(order);
  const insert = `INSERT INTO ${name} ${head}`;
  await connection.query(`${insert}${sql}\n)`).catch(inQuery(insert.length));
}
