import type { Manifest } from '@eider/core';
import type { NodeFacts } from '../lake/lake.ts';
import { dataParents } from '../materialize/data-parents.ts';

/** What the catalog's `eider` schema says of a project's nodes and sources. Ephemeral models are not relations: what they read is their children's. */
export function nodeFacts(manifest: Manifest): Readonly<Record<string, NodeFacts>> {
  const described = (
    columns: Readonly<Record<string, { readonly name: string; readonly description: string }>>,
  ): Record<string, string> =>
    Object.fromEntries(
      Object.values(columns)
        .filter(({ description }) => description)
        .map(({ description, name }) => [name, description]),
    );
  const nodes = Object.values(manifest.nodes)
    .filter(
      ({ config, resource_type: type }) =>
        ['model', 'seed', 'snapshot'].includes(type) && config.materialized !== 'ephemeral',
    )
    .map((node) => ({
      id: node.unique_id,
      resourceType: node.resource_type,
      materialized: node.resource_type === 'seed' ? 'seed' : node.config.materialized,
      description: node.description,
      columnDescriptions: described(node.columns),
      parents: dataParents(manifest, node.unique_id),
      path: node.original_file_path,
      tags: node.tags,
    }));
  const sources = Object.values(manifest.sources).map((source) => ({
    id: source.unique_id,
    resourceType: 'source',
    materialized: 'source',
    description: source.description,
    columnDescriptions: described(source.columns),
    parents: [],
    path: source.original_file_path,
    tags: source.tags,
  }));
  return Object.fromEntries([...nodes, ...sources].map((facts) => [facts.id, facts]));
}
