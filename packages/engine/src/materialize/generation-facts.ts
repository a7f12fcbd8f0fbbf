import type { FilesGeneration, GenerationColumn } from '../lake/generation.ts';
import { relationName } from '../session/relation.ts';
import { definition } from './fingerprint.ts';
import type { MaterializeContext } from './materialization.ts';

type Facts = Pick<
  FilesGeneration,
  | 'id'
  | 'node'
  | 'build'
  | 'relation'
  | 'materialized'
  | 'columns'
  | 'comment'
  | 'reads'
  | 'fingerprint'
  | 'definition'
  | 'createdAt'
  | 'executionMs'
>;

/** What every generation says about its node and its making, descriptions included. */
export function generationFacts(
  context: MaterializeContext,
  id: string,
  columns: readonly GenerationColumn[],
  startedAt: Date,
): Facts {
  const { build, node } = context;
  return {
    id,
    node: node.unique_id,
    build: build.id,
    relation: relationName(node),
    materialized: node.resource_type === 'seed' ? 'seed' : node.config.materialized,
    columns: withComments(columns, node),
    ...(node.description && { comment: node.description }),
    reads: context.reads,
    ...(context.fingerprint !== undefined && { fingerprint: context.fingerprint }),
    definition: definition(node, context.compiled?.sql ?? null),
    createdAt: startedAt.toISOString(),
    executionMs: context.now().getTime() - startedAt.getTime(),
  };
}

function withComments(
  columns: readonly GenerationColumn[],
  node: MaterializeContext['node'],
): readonly GenerationColumn[] {
  const described = new Map(
    Object.values(node.columns).map((column) => [column.name.toLowerCase(), column.description]),
  );
  return columns.map((column) => {
    const comment = described.get(column.name.toLowerCase());
    return comment ? { ...column, comment } : column;
  });
}
