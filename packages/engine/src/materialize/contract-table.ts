import { quoteName, quoteRelation } from '../session/quote.ts';
import { relationOf, shifted } from '../session/relation.ts';
import { SqlError } from '../session/session.ts';
import { inTransaction } from '../session/transaction.ts';
import { hasContract, hasForeignKey } from './contract.ts';
import { withDependentsAside } from './foreign-key-dependents.ts';
import { withTargets } from './foreign-keys.ts';
import type { MaterializeContext } from './materialization.ts';

/**
 * A table with the columns and constraints of a model's contract, made by dbt's macro and filled with the rows of a query: the engine holds each of them
 * against the constraints. The relation of before stays where one does not keep them. Throws SqlError with the position in `sql`.
 */
export async function contractTable(
  context: Pick<MaterializeContext, 'compiler' | 'connection' | 'node' | 'port'>,
  sql: string,
): Promise<void> {
  const { compiler, connection, node, port } = context;
  const { alias, database, schema, unique_id: id } = node;
  // DuckDB forgets at a renaming whose a foreign key is: such a table gets its name at once.
  const first = hasForeignKey(node) ? alias : `${alias}__dbt_tmp`;
  const name = quoteRelation({ database, schema, identifier: first });
  const text =
    "{{ create_table_as(false, api.Relation.create(database=this.database, schema=this.schema, identifier=eider_name, type='table'), eider_sql, partitioned_by=duckdb__get_partitioned_by(this, false), sorted_by=duckdb__get_sorted_by(this, false)) }}";
  const model = hasContract(node) ? await withTargets(compiler, node, port) : node;
  const statements = await compiler.render(id, text, port, { context: { eider_name: first, eider_sql: sql, model } });
  const existing = await port.relation({ database, schema, identifier: alias });
  const drop = async (): Promise<void> => {
    if (existing !== null)
      await connection.query(`DROP ${existing.type === 'view' ? 'VIEW' : 'TABLE'} ${relationOf(node)}`);
  };
  const replace = async (): Promise<void> => {
    if (first === alias) await drop();
    else await connection.query(`DROP TABLE IF EXISTS ${name}`);
    await connection.query(statements).catch((cause: unknown) => {
      throw cause instanceof SqlError ? shifted(cause, sql, statements.indexOf(sql)) : cause;
    });
    if (first === alias) return;
    await drop();
    await connection.query(`ALTER TABLE ${name} RENAME TO ${quoteName(alias)}`);
  };
  await inTransaction(connection, () =>
    existing?.type === 'table' ? withDependentsAside(context, replace) : replace(),
  );
}
