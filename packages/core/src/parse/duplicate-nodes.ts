import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import type { Manifest, ManifestNode } from '../manifest/nodes.ts';
import type { Project, SourceFile } from '../project/project.ts';
import { stem } from './new-node.ts';
import type { ParseState } from './parse-state.ts';
import { type PatchIndex, patchName } from './patches.ts';

/** Fixtures of a package go by the names of their files, whatever their folders and endings. */
export function twinFixtures({ files }: Project): readonly Diagnostic[] {
  const known = new Map<string, SourceFile>();
  return files.flatMap((file) => {
    if (file.kind !== 'fixture') return [];
    const name = stem(file.path);
    const twin = known.get(`${file.packageName}.${name}`);
    if (twin === undefined) {
      known.set(`${file.packageName}.${name}`, file);
      return [];
    }
    const message = `Two fixtures of the package ${file.packageName} have the name "${name}": ${twin.path} and ${file.path}.`;
    const hint = 'Names are unique across folders: rename one of the files.';
    return [error('project/duplicate', message, { place: { file: file.path, line: 1, column: 1 }, hint })];
  });
}

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

/** Entries that enable a node of which their package has several, all disabled in their files: nobody knows which of them is meant. As in dbt. */
export function enabledTwins({ disabled, nodes }: Manifest, patches: PatchIndex): readonly Diagnostic[] {
  return Object.entries(disabled).flatMap(([id, twins]) => {
    const [twin] = twins as readonly ManifestNode[];
    if (twin === undefined || twins.length === 1 || nodes[id] !== undefined) return [];
    const patch = patches.named(...patchName(twin));
    if (patch?.config.enabled !== true) return [];
    const files = twins.map((node) => node.original_file_path).join(', ');
    const message = `This enables the ${patch.type} "${patch.name}", of which there are ${twins.length}, all disabled: ${files}.`;
    const hint = 'Which of them is meant cannot be told here: enable one in its file or in dbt_project.yml.';
    return [error('project/duplicate', message, { place: patch.entry.get('name')?.place ?? patch.entry.place, hint })];
  });
}
