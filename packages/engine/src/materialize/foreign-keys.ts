import type { Compiler, DatabasePort, ManifestNode, ModelNode } from '@eider/core';
import { quoteName } from '../session/quote.ts';
import { type Connection, SqlError } from '../session/session.ts';

/** A foreign key of a contract, each part as SQL. */
interface ForeignKey {
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
}

type Constrained = Pick<ModelNode, 'columns' | 'constraints'>;

/** Whether a constraint, as property files declare it, is a foreign key. */
export function isForeignKey(constraint: unknown): boolean {
  return recordOf(constraint).type === 'foreign_key';
}

/** A node whose foreign keys point at relations in the place of `ref('…')` and `source('…', '…')`. Throws EiderError where there is none of that name. */
export async function withTargets<T extends Constrained & Pick<ManifestNode, 'unique_id'>>(
  compiler: Compiler,
  node: T,
  port: DatabasePort,
): Promise<T> {
  const pointed = (constraints: readonly unknown[]): Promise<unknown[]> =>
    Promise.all(
      constraints.map(async (one) => {
        const { to } = recordOf(one);
        if (!isForeignKey(one) || typeof to !== 'string' || !/\)\s*$/.test(to)) return one;
        return { ...recordOf(one), to: await compiler.render(node.unique_id, `{{ ${to} }}`, port) };
      }),
    );
  const columns = await Promise.all(
    Object.entries(node.columns).map(
      async ([key, one]) => [key, { ...one, constraints: await pointed(one.constraints) }] as const,
    ),
  );
  return { ...node, columns: Object.fromEntries(columns), constraints: await pointed(node.constraints) };
}

/**
 * Holds rows against the foreign keys of a contract as DuckDB does where two tables of one database have them: a row without NULL in the key's columns needs
 * its like in the other relation, which may be a view here. Throws SqlError in DuckDB's words.
 */
export async function auditForeignKeys(connection: Connection, node: Constrained, rows: string): Promise<void> {
  for (const { columns, target, targetColumns } of foreignKeys(node)) {
    const own = columns.map((column) => `rows_.${column}`);
    const same = own.map((column, i) => `target_.${targetColumns[i] ?? columns[i]} = ${column}`);
    const sql = `SELECT ${own.join(', ')} FROM (${rows}) AS rows_ WHERE ${own.map((column) => `${column} IS NOT NULL`).join(' AND ')}
      AND NOT EXISTS (SELECT 1 FROM ${target} AS target_ WHERE ${same.join(' AND ')}) LIMIT 1`;
    const { rows: found } = await connection.query(sql);
    if (found[0] === undefined) continue;
    const key = found[0].map((value, i) => `${targetColumns[i] ?? columns[i]}: ${String(value)}`).join(', ');
    const what = `Violates foreign key constraint because key "${key}" does not exist in the referenced table`;
    throw new SqlError(`Constraint Error: ${what}`, { sql, kind: 'Constraint' });
  }
}

function foreignKeys({ columns, constraints }: Constrained): readonly ForeignKey[] {
  const ofColumns = Object.values(columns).flatMap(({ constraints: own, name, quote }) =>
    own.filter(isForeignKey).map((one) => foreignKey(one, [quote === true ? quoteName(name) : name])),
  );
  const ofModel = constraints.filter(isForeignKey).map((one) => foreignKey(one, listOf(recordOf(one).columns)));
  return [...ofColumns, ...ofModel].filter((key) => key !== null);
}

/** Its target is told by `to` and `to_columns`, or by an expression: `main.customers (id)`. Null where it has none: dbt leaves it out then. */
function foreignKey(constraint: unknown, columns: readonly string[]): ForeignKey | null {
  const { expression, to, to_columns: targetColumns } = recordOf(constraint);
  const named = listOf(targetColumns);
  if (typeof to === 'string' && to !== '' && named.length > 0) return { columns, target: to, targetColumns: named };
  const [, target, list = ''] = /^\s*([^(]+?)\s*\(([^)]*)\)/.exec(String(expression ?? '')) ?? [];
  if (target === undefined) return null;
  return { columns, target, targetColumns: list.split(',').map((column) => column.trim()) };
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
