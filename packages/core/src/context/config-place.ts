import type { Place } from '../diagnostics.ts';
import type { ManifestNode } from '../manifest/nodes.ts';
import type { Located } from '../project/located.ts';
import type { PropertyFile } from '../project/project.ts';
import { placeInTemplate } from './config-call.ts';
import type { RenderScope } from './render-scope.ts';
import { placeOfNode } from './run-context.ts';

/** Where a node's config was set, strongest first: `config()` in its file, its entry in a property file, dbt_project.yml. Else undefined. */
export function placeOfConfig(scope: RenderScope, node: ManifestNode, key: string): Place | undefined {
  return inTemplate(scope, node, key) ?? inProperties(scope, node, key) ?? inProject(scope, node, key);
}

function inTemplate(scope: RenderScope, node: ManifestNode, key: string): Place | undefined {
  return placeInTemplate({ code: node.raw_code, origin: placeOfNode(scope, node) }, key);
}

const lists: Readonly<Record<string, 'models' | 'seeds' | 'snapshots'>> = {
  model: 'models',
  seed: 'seeds',
  snapshot: 'snapshots',
};

function inProperties({ project }: RenderScope, node: ManifestNode, key: string): Place | undefined {
  const list = lists[node.resource_type];
  if (list === undefined) return undefined;
  const entriesOf = (properties: PropertyFile): readonly Located[] =>
    properties.file.packageName === node.package_name ? properties[list] : [];
  const entry = project.properties.flatMap(entriesOf).find((one) => one.get('name')?.value === node.name);
  const spelling = spellings(key).find((one) => entry?.get('config', one) !== undefined);
  return spelling === undefined ? undefined : entry?.at('config', spelling);
}

/** The deepest folder's word counts. */
function inProject({ project }: RenderScope, node: ManifestNode, key: string): Place | undefined {
  const list = lists[node.resource_type];
  const tree = list === undefined ? undefined : project.packages[0]?.configs[list];
  if (tree === undefined) return undefined;
  for (let depth = node.fqn.length; depth >= 0; depth--) {
    const folder = tree.get(...node.fqn.slice(0, depth));
    const spelling = spellings(key).find((one) => folder?.get(one) !== undefined);
    if (folder !== undefined && spelling !== undefined) return folder.at(spelling);
  }
  return undefined;
}

function spellings(key: string): readonly string[] {
  const dashed = key.replace('_hook', '-hook');
  return [...new Set([`+${key}`, key, `+${dashed}`, dashed])];
}
