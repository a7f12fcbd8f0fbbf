import { makeTable } from './make-table.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';
import { tableMade } from './working-table.ts';

/** dbt's `table`: the rows in the working database, replaced in one step, with the indexes of the config. Its generation is exported after on-run-end. */
export async function table(context: MaterializeContext): Promise<Materialized> {
  const { build, compiled, node } = context;
  const place = await build.newGeneration(node.unique_id, null);
  await makeTable(context, place.id, compiled?.sql ?? '');
  return tableMade(place);
}
