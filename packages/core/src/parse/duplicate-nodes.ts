import type { Place } from '../diagnostics.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { SourceFile } from '../project/project.ts';
import type { ParseState } from './parse-state.ts';

/** Reports a node whose name and kind another file of the package has: only one of them could be built. */
export function checkDuplicate(state: ParseState, node: ManifestNode, file: SourceFile, place: Place): void {
  if (node.config.enabled === false) return;
  const twin = state.scope.manifest.nodes[node.unique_id];
  if (twin === undefined) return;
  state.diagnostics.push({
    severity: 'error',
    code: 'project/duplicate',
    message: `Two ${node.resource_type} files of the package ${node.package_name} have the name "${node.name}": ${twin.original_file_path} and ${file.path}.`,
    hint: 'Names are unique across folders: rename one of the files, or disable one with config(enabled=false).',
    place,
    node: node.unique_id,
  });
}
