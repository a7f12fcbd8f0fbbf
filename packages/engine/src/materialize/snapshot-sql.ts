import { shifted } from '../session/relation.ts';
import { SqlError } from '../session/session.ts';
import type { MaterializeContext } from './materialization.ts';

/** What dbt's macros say of a snapshot: the rows of its first run, those that a further run has to write, and the statements that write them (`temporary` names their table). */
export function snapshotSql(
  { compiler, node, port }: Pick<MaterializeContext, 'compiler' | 'node' | 'port'>,
  what: 'first' | 'staging' | 'merge',
  temporary?: string,
): Promise<string> {
  const more = temporary === undefined ? {} : { eider_temporary: temporary };
  const args = Object.keys(more).join(', ');
  return compiler.render(node.unique_id, `{{ eider_snapshot_${what}_sql(${args}) }}`, port, { context: more });
}

/** An error in the statement that holds the snapshot's SQL is one of that SQL. */
export async function inOwnSql<T>(
  { compiled }: Pick<MaterializeContext, 'compiled'>,
  sql: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const own = compiled?.sql ?? '';
    const at = sql.indexOf(own);
    throw cause instanceof SqlError && cause.sql === sql && at >= 0 ? shifted(cause, own, at) : cause;
  }
}
