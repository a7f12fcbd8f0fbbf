import { relationOf, replaceTable } from '../session/relation.ts';
import { hasContract } from './contract.ts';
import { contractTable } from './contract-table.ts';
import { createIndexes } from './indexes.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';
import { tableMade, withNote } from './working-table.ts';

/** dbt's `table`: the rows in the working database, replaced in one step, with the indexes of the config. Its generation is exported after on-run-end. */
export async function table(context: MaterializeContext): Promise<Materialized> {
  const { build, compiled, connection, node } = context;
  const sql = compiled?.sql ?? '';
  const place = await build.newGeneration(node.unique_id, null);
  await withNote(context, place.id, () =>
    hasContract(node) ? contractTable(context, sql) : replaceTable(connection, relationOf(node), sql),
  );
  await createIndexes(connection, node);
  return tableMade(place);
}
