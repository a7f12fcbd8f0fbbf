import type { ManifestNode, ModelNode } from '@eider/core';
import { quoteName } from '../session/quote.ts';
import { shifted } from '../session/relation.ts';
import { SqlError } from '../session/session.ts';
import { auditForeignKeys, isForeignKey, withTargets } from './foreign-keys.ts';
import type { MaterializeContext } from './materialization.ts';

/** Whether a model's contract is to be kept. */
export function hasContract(node: ManifestNode): node is ModelNode {
  return node.resource_type === 'model' && node.contract.enforced;
}

/** Holds the columns of a model's SQL against its contract, before anything is written. Throws EiderError with dbt's table of what differs. */
export async function checkContract({
  compiler,
  node,
  port,
}: Pick<MaterializeContext, 'compiler' | 'node' | 'port'>): Promise<void> {
  if (!hasContract(node)) return;
  const text = '{% do get_assert_columns_equivalent(model["compiled_code"]) %}';
  await compiler.render(node.unique_id, text, port, { config: 'contract' });
}

/**
 * Does work with a model's SQL, its columns in the order of the contract if it has one: so data is written. A view keeps its own order, as in dbt. A SqlError
 * gets the position in the SQL itself.
 */
export async function inContractOrder<T>(
  { compiled, node }: Pick<MaterializeContext, 'compiled' | 'node'>,
  work: (sql: string) => Promise<T>,
): Promise<T> {
  const own = compiled?.sql ?? '';
  if (!hasContract(node)) return work(own);
  const head = `select ${columnNames(node)} from (\n`;
  try {
    return await work(`${head}${own}\n) as model_subq`);
  } catch (cause) {
    throw cause instanceof SqlError ? shifted(cause, own, head.length) : cause;
  }
}

/**
 * Holds rows that were written to files against the constraints of the contract: DuckDB checks them as it does those of a table, which is made and dropped;
 * foreign keys, which a temporary table cannot have, by a query each. Throws SqlError with the engine's words.
 */
export async function auditConstraints(
  { compiler, connection, node, port }: Pick<MaterializeContext, 'compiler' | 'connection' | 'node' | 'port'>,
  rows: string,
): Promise<void> {
  if (!hasContract(node)) return;
  const own = (constraints: readonly unknown[]): unknown[] => constraints.filter((one) => !isForeignKey(one));
  const columns = Object.fromEntries(
    Object.entries(node.columns).map(([key, one]) => [key, { ...one, constraints: own(one.constraints) }]),
  );
  const model = { ...node, constraints: own(node.constraints), columns };
  if (constraintsOf(model).length > 0) {
    const ddl = await compiler.render(node.unique_id, '{{ get_table_columns_and_constraints() }}', port, {
      context: { model },
    });
    const name = quoteName(node.alias);
    try {
      await connection.query(`CREATE OR REPLACE TEMP TABLE ${name} ${ddl}`);
      await connection.query(`INSERT INTO temp.main.${name} SELECT ${columnNames(node)} FROM (${rows})`);
    } finally {
      await connection.query(`DROP TABLE IF EXISTS temp.main.${name}`).catch(() => undefined);
    }
  }
  await auditForeignKeys(connection, await withTargets(compiler, node, port), rows);
}

/** The columns of a contract as a list in SQL. */
function columnNames({ columns }: Pick<ModelNode, 'columns'>): string {
  return Object.values(columns)
    .map(({ name, quote }) => (quote === true ? quoteName(name) : name))
    .join(', ');
}

/** Whether a model's contract names a foreign key. */
export function hasForeignKey(node: ManifestNode): boolean {
  return hasContract(node) && constraintsOf(node).some(isForeignKey);
}

/** The constraints of a model and of its columns. */
function constraintsOf({ columns, constraints }: Pick<ModelNode, 'columns' | 'constraints'>): readonly unknown[] {
  return [constraints, ...Object.values(columns).map((column) => column.constraints)].flat();
}
