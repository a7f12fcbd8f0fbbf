import type { Manifest } from '@eider/core';
import type { NodeFact } from '../ui/summary-lines.ts';
import { compiledFile } from './compiled-files.ts';

/** What the end of a run says about the nodes of a manifest. `targetPath` as the user wrote it. */
export function nodeFacts(manifest: Manifest, targetPath: string, storeFailures: boolean): (id: string) => NodeFact {
  return (id) => {
    const node = manifest.nodes[id];
    if (node === undefined) {
      const exposure = manifest.exposures[id] ?? manifest.saved_queries[id];
      const [resourceType = 'node'] = id.split('.');
      const name = exposure?.name ?? id.split('.').at(-1) ?? id;
      return {
        resourceType,
        materialized: '',
        name,
        path: exposure?.original_file_path ?? '',
        compiledPath: null,
        failuresTable: null,
      };
    }
    const isTest = node.resource_type === 'test';
    const stored = isTest && (storeFailures || node.config.store_failures === true);
    return {
      resourceType: node.resource_type,
      materialized: node.config.materialized,
      name: node.name,
      path: node.original_file_path,
      compiledPath: ['seed', 'snapshot'].includes(node.resource_type)
        ? null
        : `${targetPath}/compiled/${compiledFile(node)}`,
      failuresTable: stored ? node.relation_name : null,
    };
  };
}
