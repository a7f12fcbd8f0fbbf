import type { Config } from '../context/config.ts';
import { placeOfConfig } from '../context/config-place.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { placeOfNode } from '../context/run-context.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { SemanticModelNode } from '../manifest/semantic-nodes.ts';
import { didYouMeanHint } from '../near-names.ts';
import type { PropertyFile } from '../project/project.ts';
import { hookKeys } from './config/merge-config.ts';
import type { ParseState } from './parse-state.ts';
import { recordOf, textOf } from './read-values.ts';

/** Enters a property file's `groups:`, the owners of nodes. */
export function parseGroups(state: ParseState, { file, groups }: PropertyFile): void {
  const renderer = state.rendererFor(file.packageName);
  for (const entry of groups) {
    const data = renderer.entry('groups', entry);
    const [name, owner] = [textOf(data.name), recordOf(data.owner)];
    const id = `group.${file.packageName}.${name}`;
    state.scope.manifest.groups[id] = {
      name,
      resource_type: 'group',
      package_name: file.packageName,
      path: file.relativePath,
      original_file_path: file.path,
      unique_id: id,
      owner: { email: null, name: null, ...owner },
      description: textOf(data.description) || null,
      config: groupConfig(state, file, name, recordOf(data.config)),
    };
  }
}

/** dbt gives a group what its tree of models says along the property file's folders, as if it were one of them, hooks aside; only `meta` is put together. */
function groupConfig(
  state: ParseState,
  file: PropertyFile['file'],
  name: string,
  own: Config,
): Config & { meta: Config } {
  const { packageName, relativePath } = file;
  const fqn = [packageName, ...relativePath.split('/').slice(0, -1), name];
  const [above = [], , below = []] = state.configs.levels({ type: 'model', fqn, packageName });
  const config = { meta: {} };
  for (const level of [...above, own, ...below]) {
    const { 'post-hook': _post, 'pre-hook': _pre, ...rest } = hookKeys(level);
    Object.assign(config, rest, { meta: { ...config.meta, ...recordOf(level.meta) } });
  }
  return config;
}

/** Findings about what groups and access allow, as in dbt: nodes of a group that no package declares, and ephemeral models that are public. */
export function badGroups(scope: RenderScope): Diagnostic[] {
  const names = Object.values(scope.manifest.groups).map(({ name }) => name);
  const places = new Set<string>();
  const { nodes, semantic_models: semanticModels } = scope.manifest;
  return [...Object.values(nodes), ...Object.values(semanticModels)].flatMap((node) => {
    const found = node.resource_type === 'test' ? undefined : (unknownGroup(node, names) ?? publicEphemeral(node));
    if (found === undefined) return [];
    const where = placeOfConfig(scope, node, found.key) ?? { place: placeOfNode(scope, node) };
    // A line of dbt_project.yml speaks for many nodes.
    const once = JSON.stringify(where.place);
    if (places.has(once)) return [];
    places.add(once);
    return [error('config/invalid', found.message, { ...where, node: node.unique_id, hint: found.hint })];
  });
}

interface Fault {
  readonly key: string;
  readonly message: string;
  readonly hint: string;
}

function unknownGroup(
  { group, name }: Pick<ManifestNode, 'group' | 'name'>,
  names: readonly string[],
): Fault | undefined {
  if (typeof group !== 'string' || group === '' || names.includes(group)) return undefined;
  const known = names.length === 0 ? 'The project has no groups' : `Its groups: ${[...names].sort().join(', ')}`;
  const hint = didYouMeanHint(group, names) ?? `${known}. Declare it under \`groups:\` of a property file.`;
  return { key: 'group', message: `There is no group "${group}", which ${name} belongs to.`, hint };
}

function publicEphemeral(node: ManifestNode | SemanticModelNode): Fault | undefined {
  if (node.resource_type !== 'model' || node.access !== 'public' || node.config.materialized !== 'ephemeral')
    return undefined;
  const message = `The model ${node.name} is public and ephemeral: other projects could not read it.`;
  return { key: 'access', message, hint: 'Give it another materialization, or `access: protected`.' };
}
