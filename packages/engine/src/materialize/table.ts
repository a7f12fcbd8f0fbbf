import { quoteName, quoteRelation } from '../session/quote.ts';
import { relationOf, replaceTable, shifted } from '../session/relation.ts';
import { SqlError } from '../session/session.ts';
import { inTransaction } from '../session/transaction.ts';
import { hasContract } from './contract.ts';
import { createIndexes } from './indexes.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';
import { tableMade, withNote } from './working-table.ts';

/** dbt's `table`: the rows in the working database, replaced in one step, with the indexes of the config. Its generation is exported after on-run-end. */
export async function table(context: MaterializeContext): Promise<Materialized> {
  const { build, compiled, connection, node } = context;
  const place = await build.newGeneration(node.unique_id, null);
  await withNote(context, place.id, () =>
    hasContract(node) ? contractTable(context) : replaceTable(connection, relationOf(node), compiled?.sql ?? ''),
  );
  await createIndexes(connection, node);
  return tableMade(place);
}

/** A table with the columns and constraints of its contract, by dbt's macro: the engine holds every row against them. The one of before stays where one does not keep them. */
async function contractTable({ compiled, compiler, connection, node, port }: MaterializeContext): Promise<void> {
  const { alias, database, schema, unique_id: id } = node;
  const temporary = `${alias}__dbt_tmp`;
  const name = quoteRelation({ database, schema, identifier: temporary });
  const text =
    "{{ create_table_as(false, api.Relation.create(database=this.database, schema=this.schema, identifier=eider_temporary, type='table'), model['compiled_code']) }}";
  const statements = await compiler.render(id, text, port, { context: { eider_temporary: temporary } });
  const existing = await port.relation({ database, schema, identifier: alias });
  await inTransaction(connection, async () => {
    await connection.query(`DROP TABLE IF EXISTS ${name}`);
    await connection.query(statements).catch((cause: unknown) => {
      const own = compiled?.sql ?? '';
      throw cause instanceof SqlError ? shifted(cause, own, statements.indexOf(own)) : cause;
    });
    if (existing !== null)
      await connection.query(`DROP ${existing.type === 'view' ? 'VIEW' : 'TABLE'} ${relationOf(node)}`);
    await connection.query(`ALTER TABLE ${name} RENAME TO ${quoteName(alias)}`);
  });
}
