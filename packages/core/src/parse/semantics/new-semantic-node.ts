import { error } from '../../diagnostics.ts';
import type { LeafNode } from '../../manifest/nodes.ts';
import type { SemanticNode } from '../../manifest/semantic-nodes.ts';
import type { Located } from '../../project/located.ts';
import type { PropertyFile } from '../../project/project.ts';
import { fqnOf } from '../new-node.ts';
import type { ParseState } from '../parse-state.ts';
import { recordOf, textOf } from '../read-values.ts';
import { textOrNull } from './semantic-values.ts';

/** An entry of a property file, rendered. */
export interface SemanticEntry {
  readonly file: PropertyFile;
  readonly entry: Located;
  readonly data: Readonly<Record<string, unknown>>;
}

type SemanticType = SemanticNode['resource_type'];
type Shared = Pick<SemanticNode, Exclude<keyof SemanticNode, 'resource_type' | 'description'>>;

/** What a metric, a semantic model and a saved query have in common, configs of dbt_project.yml laid under their own. */
export function semanticNode<Type extends SemanticType>(
  state: ParseState,
  type: Type,
  { data, file }: SemanticEntry,
): Shared & { resource_type: Type } {
  const { packageName, path, relativePath } = file.file;
  const name = textOf(data.name);
  const fqn = fqnOf(packageName, relativePath, name);
  const patch = { ...recordOf(data.config) };
  const { config, unrendered } = state.configs.assemble({ type, fqn, packageName, calls: {}, patch });
  return {
    name,
    resource_type: type,
    package_name: packageName,
    path: relativePath,
    original_file_path: path,
    unique_id: `${type}.${packageName}.${name}`,
    fqn,
    label: textOrNull(data.label),
    metadata: null,
    depends_on: { macros: [], nodes: [] },
    refs: [],
    created_at: state.scope.startedAt.getTime() / 1000,
    config: { ...config, group: config.group ?? null },
    unrendered_config: unrendered,
    group: config.group ?? null,
  };
}

const words: Readonly<Record<LeafNode['resource_type'], string>> = {
  exposure: 'exposures',
  metric: 'metrics',
  semantic_model: 'semantic models',
  saved_query: 'saved queries',
};

/** Enters a node under its id, or among the disabled ones; two of one name are a finding. */
export function addLeaf(state: ParseState, node: LeafNode, entry: Located): void {
  const { manifest } = state.scope;
  if (node.config.enabled === false) {
    manifest.disabled[node.unique_id] = [...(manifest.disabled[node.unique_id] ?? []), node];
    return;
  }
  const all = leavesOf(state, node.resource_type);
  if (all[node.unique_id] !== undefined) {
    const message = `Two ${words[node.resource_type]} have the name "${node.name}".`;
    const place = entry.get('name')?.place ?? entry.place;
    state.diagnostics.push(error('project/duplicate', message, { place, hint: 'Rename one of them.' }));
    return;
  }
  state.origins.set(node.unique_id, entry.place);
  all[node.unique_id] = node;
}

function leavesOf(state: ParseState, type: LeafNode['resource_type']): Record<string, LeafNode> {
  const { exposures, metrics, saved_queries: savedQueries, semantic_models: semanticModels } = state.scope.manifest;
  const all = { exposure: exposures, metric: metrics, semantic_model: semanticModels, saved_query: savedQueries };
  return all[type] as Record<string, LeafNode>;
}
