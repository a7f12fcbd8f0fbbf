import { type ManifestNode, versionedName } from '@eider/core';
import { isMicrobatch } from '../materialize/batches.ts';
import type { NodeLabel } from './events.ts';

/** How reporters name a node: `schema.alias` for relations, a test by its own name. */
export function labelOf(node: ManifestNode): NodeLabel {
  const isTest = node.resource_type === 'test' || node.resource_type === 'unit_test';
  return {
    id: node.unique_id,
    name: node.name,
    resourceType: node.resource_type,
    materialized: node.resource_type === 'unit_test' ? 'unit' : isTest ? 'test' : node.config.materialized,
    language: node.language,
    ...(isMicrobatch(node) && { isMicrobatch: true as const }),
    display: isTest ? testName(node) : `${node.schema}.${node.alias}`,
    record: {
      path: node.path,
      checksum: node.checksum.checksum,
      meta: node.config.meta,
      database: node.database,
      schema: node.schema,
      alias: node.alias,
      relationName: node.relation_name,
      attachedNode: node.resource_type === 'test' ? (node.attached_node ?? null) : null,
    },
  };
}

/** dbt names a unit test with its model: `orders::sums_amounts`. */
function testName(node: ManifestNode): string {
  if (node.resource_type !== 'unit_test') return node.name;
  return `${node.model}::${versionedName(node)}`;
}
