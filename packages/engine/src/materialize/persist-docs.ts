import { relationName } from '../session/relation.ts';
import type { MaterializeContext } from './materialization.ts';

const text =
  '{% do persist_docs(api.Relation.create(database=this.database, schema=this.schema, identifier=this.identifier, type=eider_kind), model) %}';

/**
 * Writes descriptions into the working database as comments, where `persist_docs` asks for it: by dbt's macro, or the project's own. Nothing is done for
 * what has no relation there. Throws SqlError and EiderError as the macro's statements do.
 */
export async function persistDocs({ compiler, node, port }: MaterializeContext): Promise<void> {
  const asked = node.config.persist_docs as { readonly relation?: unknown; readonly columns?: unknown } | null;
  if (asked?.relation !== true && asked?.columns !== true) return;
  const relation = await port.relation(relationName(node));
  if (relation === null) return;
  const kind = relation.type === 'table' ? 'table' : 'view';
  await compiler.render(node.unique_id, text, port, { context: { eider_kind: kind } });
}
