import { quoteName } from '../session/quote.ts';
import { relationOf, replaceTable } from '../session/relation.ts';
import type { Connection } from '../session/session.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';

/** dbt's `table`: the rows in the working database, replaced in one step, with the indexes of the config. Its generation is exported after on-run-end. */
export async function table({ build, compiled, connection, node }: MaterializeContext): Promise<Materialized> {
  const place = await build.newGeneration(node.unique_id, null);
  await replaceTable(connection, relationOf(node), compiled?.sql ?? '');
  await createIndexes(connection, node);
  return {
    generation: null,
    later: { kind: 'internal', place },
    rows: null,
    bytes: null,
    message: 'OK',
    location: null,
  };
}

interface IndexConfig {
  readonly columns?: readonly string[];
  readonly unique?: boolean;
}

/** dbt-duckdb's `indexes: [{columns, unique}]`. */
export async function createIndexes(connection: Connection, node: MaterializeContext['node']): Promise<void> {
  for (const { columns = [], unique } of (node.config.indexes ?? []) as readonly IndexConfig[]) {
    const name = quoteName(['idx', node.alias, ...columns].join('_'));
    const list = columns.map(quoteName).join(', ');
    await connection.query(`CREATE ${unique === true ? 'UNIQUE ' : ''}INDEX ${name} ON ${relationOf(node)} (${list})`);
  }
}
