import type { ManifestNode } from '@eider/core';
import type { NodeLabel } from './events.ts';

/** How reporters name a node: `schema.alias` for relations, a test by its own name. */
export function labelOf(node: ManifestNode): NodeLabel {
  const isTest = node.resource_type === 'test';
  return {
    id: node.unique_id,
    name: node.name,
    resourceType: node.resource_type,
    materialized: isTest ? 'test' : node.config.materialized,
    language: node.language,
    display: isTest ? node.name : `${node.schema}.${node.alias}`,
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
