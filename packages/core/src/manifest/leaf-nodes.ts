import type { LeafNode, Manifest, ManifestNode, SourceNode } from './nodes.ts';

/** Whatever may have a config of its own. */
export type Configured = ManifestNode | SourceNode | LeafNode;

/** Exposures, metrics, semantic models and saved queries: they stand upon nodes, and nothing is built for them. */
export function leafNodes(manifest: Manifest): readonly LeafNode[] {
  const { exposures, metrics, saved_queries: savedQueries, semantic_models: semanticModels } = manifest;
  return [exposures, metrics, semanticModels, savedQueries].flatMap((all) => Object.values<LeafNode>(all));
}

/** Whether it is one of these, upon which nothing is built. */
export function isLeaf(node: Configured): node is LeafNode {
  return /^(exposure|metric|semantic_model|saved_query)$/.test(node.resource_type);
}

/** Whatever has this unique id and can be selected: a node, a source, or what stands upon them. */
export function resourceOf(manifest: Manifest, id: string): Configured | undefined {
  return (
    manifest.nodes[id] ??
    manifest.sources[id] ??
    manifest.exposures[id] ??
    manifest.metrics[id] ??
    manifest.semantic_models[id] ??
    manifest.saved_queries[id]
  );
}
