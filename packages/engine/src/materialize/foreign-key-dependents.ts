import type { ManifestNode } from '@eider/core';
import { quoteName, quoteRelation } from '../session/quote.ts';
import { type Session, SqlError } from '../session/session.ts';
import { hasForeignKey } from './contract.ts';
import type { MaterializeContext } from './materialization.ts';

/**
 * Does what replaces a node's table in a transaction of the connection, with the tables out of the way whose foreign keys point at it: they keep their rows, and
 * get their keys back when the run makes them anew. Throws EiderError where the run does not.
 */
export async function withDependentsAside(
  { compiler, connection, node, port }: Pick<MaterializeContext, 'compiler' | 'connection' | 'node' | 'port'>,
  replace: () => Promise<void>,
): Promise<void> {
  const text =
    "{% set names = [] %}{% for one in drop_foreign_key_dependents(this.incorporate(type='table')) %}{% do names.append([one.backup.identifier, one.relation.identifier]) %}{% endfor %}{{ names | tojson }}";
  const dropped = JSON.parse(await compiler.render(node.unique_id, text, port)) as [string, string][];
  await replace();
  for (const [backup, name] of dropped.reverse()) {
    const { database, schema } = node;
    await connection.query(
      `ALTER TABLE ${quoteRelation({ database, schema, identifier: backup })} RENAME TO ${quoteName(name)}`,
    );
  }
}

/** Whether a statement failed because the keys of other tables point at the table that it was to replace. */
export function isPointedAt(cause: unknown): boolean {
  return (
    cause instanceof SqlError && /Could not drop the table because this table is main key table/.test(cause.message)
  );
}

const turns = new WeakMap<Session, Promise<unknown>>();

/** Tables with foreign keys are made one after another: each changes what is known of the table that it points at, where DuckDB lets no two do so at once. */
export async function inTurn<T>(session: Session, node: ManifestNode, work: () => Promise<T>): Promise<T> {
  if (!hasForeignKey(node)) return work();
  const mine = (turns.get(session) ?? Promise.resolve()).then(work);
  turns.set(
    session,
    mine.catch(() => undefined),
  );
  return mine;
}
