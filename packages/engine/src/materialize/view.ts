import { relationOf, replaceView } from '../session/relation.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';

/** dbt's `view`. What is published of it, its SQL or its rows, is decided after on-run-end (publish-view.ts). */
export async function view({ build, compiled, connection, node }: MaterializeContext): Promise<Materialized> {
  await replaceView(connection, relationOf(node), compiled?.sql ?? '');
  const place = await build.newGeneration(node.unique_id, null);
  return { generation: null, later: { kind: 'view', place }, rows: null, bytes: null, message: 'OK', location: null };
}
