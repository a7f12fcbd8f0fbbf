import { quoteName } from '../session/quote.ts';
import { shifted } from '../session/relation.ts';
import { SqlError } from '../session/session.ts';
import type { MaterializeContext } from './materialization.ts';

/** The name of the temporary table that holds a run's new rows. */
export function temporaryName(alias: string): string {
  return `${alias}__dbt_tmp`;
}

/** Does work with a model's rows in a temporary table of the connection, which is dropped at the end. Throws SqlError with the position in `sql`. */
export async function withTemporary<T>(
  { connection, node }: Pick<MaterializeContext, 'connection' | 'node'>,
  sql: string,
  work: (temporary: string) => Promise<T>,
): Promise<T> {
  const name = temporaryName(node.alias);
  const head = `CREATE OR REPLACE TEMP TABLE ${quoteName(name)} AS (\n`;
  try {
    await connection.query(`${head}${sql}\n)`);
  } catch (cause) {
    throw cause instanceof SqlError ? shifted(cause, sql, head.length) : cause;
  }
  try {
    return await work(name);
  } finally {
    await connection.query(`DROP TABLE IF EXISTS temp.main.${quoteName(name)}`).catch(() => undefined);
  }
}

/**
 * What brings the rows of a temporary table into the model's: the text of dbt's macro `get_incremental_<strategy>_sql`, or of the project's own. The
 * table's columns are changed meanwhile, as `on_schema_change` asks. `partitions`: the columns whose values say what new rows replace (`insert_overwrite`). Throws EiderError where strategy or config are none, or columns changed under `fail`.
 */
export function strategySql(
  { batch, compiler, node, port }: MaterializeContext,
  temporary: string,
  partitions: readonly string[] = [],
): Promise<string> {
  const more = { context: { eider_temporary: temporary, eider_partitions: partitions }, ...(batch && { batch }) };
  return compiler.render(node.unique_id, '{{ eider_incremental_sql(eider_temporary, eider_partitions) }}', port, more);
}
