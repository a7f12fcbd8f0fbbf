import type { Frame, Place } from '../diagnostics.ts';
import type { Configured } from '../manifest/leaf-nodes.ts';
import type { ManifestNode, ResourceType } from '../manifest/nodes.ts';
import type { Located } from '../project/located.ts';
import type { PackageProject, PropertyFile } from '../project/project.ts';
import { hookKey } from './config.ts';
import { placeInTemplate } from './config-call.ts';
import { findMacro, isInternalPackage } from './macro-library.ts';
import type { TemplateSource } from './origin.ts';
import type { RenderScope } from './render-scope.ts';
import { replay, templateAgain } from './replay.ts';
import { placeOfNode } from './run-context.ts';

/**
 * Where a node's config was set, strongest first: `config()` in its file, in a macro that its file calls, its entry in a property file,
 * dbt_project.yml. Else undefined.
 */
export function placeOfConfig(scope: RenderScope, node: Configured, key: string): ConfigPlace | undefined {
  if (!('raw_code' in node)) return inFiles(scope, node, key);
  const source = { code: node.raw_code, origin: placeOfNode(scope, node) };
  return placeOfCall(scope, node, source, key) ?? inFiles(scope, node, key);
}

/** Where a template sets a config: in a `config()` call of its own, or of a macro that it calls. */
export function placeOfCall(
  scope: RenderScope,
  node: ManifestNode,
  source: TemplateSource,
  key: string,
): ConfigPlace | undefined {
  const place = placeInTemplate(source, key);
  return place === undefined ? inMacro(scope, node, source, key) : { place };
}

/** A place, and the way there where a macro set the config. */
export interface ConfigPlace {
  readonly place: Place;
  readonly trace?: readonly Frame[];
}

function inMacro(
  scope: RenderScope,
  node: ManifestNode,
  { code, origin }: TemplateSource,
  key: string,
): ConfigPlace | undefined {
  const isOwn = (id: string): boolean => !isInternalPackage(id.split('.')[1] ?? '');
  if (node.language === 'python' || !node.depends_on.macros.some(isOwn)) return undefined;
  const template = templateAgain(scope, code, origin);
  if (template === undefined) return undefined;
  const { place, trace } = replay(scope, node, template, { config: (call) => hookKey(key) in call }) ?? {};
  return place === undefined ? undefined : { place, ...(trace === undefined ? {} : { trace }) };
}

function inFiles(scope: RenderScope, node: Configured, key: string): ConfigPlace | undefined {
  const place = inProperties(scope, node, key) ?? placeInProject(scope, node, key) ?? inLocationMacro(scope, node, key);
  return place === undefined ? undefined : { place };
}

type Lists = { readonly [Key in keyof PropertyFile]: PropertyFile[Key] extends readonly Located[] ? Key : never };

const lists: Readonly<Partial<Record<Configured['resource_type'], Lists[keyof PropertyFile]>>> = {
  model: 'models',
  seed: 'seeds',
  snapshot: 'snapshots',
  analysis: 'analyses',
  function: 'functions',
  source: 'sources',
  unit_test: 'unitTests',
  exposure: 'exposures',
  metric: 'metrics',
  semantic_model: 'semanticModels',
  saved_query: 'savedQueries',
};

function inProperties({ project }: RenderScope, node: Configured, key: string): Place | undefined {
  const list = lists[node.resource_type];
  if (list === undefined) return undefined;
  const entriesOf = (properties: PropertyFile): readonly Located[] =>
    properties.file.packageName === node.package_name ? properties[list] : [];
  const isNamed = (name: string) => (one: Located) => one.get('name')?.value === name;
  const entries = project.properties.flatMap(entriesOf);
  if (node.resource_type !== 'source') return inEntry(entries.find(isNamed(node.name)), key);
  for (const source of entries.filter(isNamed(node.source_name))) {
    const tables = Array.from(source.get('tables')?.entries() ?? [], ([, table]) => table);
    const place = inEntry(tables.find(isNamed(node.name)), key) ?? inEntry(source, key);
    if (place !== undefined) return place;
  }
  return undefined;
}

function inEntry(entry: Located | undefined, key: string): Place | undefined {
  const spelling = spellings(key).find((one) => entry?.get('config', one) !== undefined);
  if (spelling !== undefined) return entry?.at('config', spelling);
  return entry?.get(key) === undefined ? undefined : entry.at(key);
}

/** Which tree of dbt_project.yml a resource has its configs from. */
export const configTrees: Readonly<Record<ResourceType, keyof PackageProject['configs']>> = {
  model: 'models',
  seed: 'seeds',
  snapshot: 'snapshots',
  test: 'tests',
  analysis: 'models',
  operation: 'models',
  sql_operation: 'models',
  source: 'sources',
  exposure: 'exposures',
  unit_test: 'unit_tests',
  function: 'functions',
  metric: 'metrics',
  semantic_model: 'semantic_models',
  saved_query: 'saved_queries',
};

/** Where dbt_project.yml sets a config of a node: the deepest folder's word counts. */
export function placeInProject({ project }: RenderScope, node: Configured, key: string): Place | undefined {
  const tree = project.packages[0]?.configs[configTrees[node.resource_type]];
  if (tree === undefined) return undefined;
  for (let depth = node.fqn.length; depth >= 0; depth--) {
    const folder = tree.get(...node.fqn.slice(0, depth));
    const spelling = spellings(key).find((one) => folder?.get(one) !== undefined);
    if (folder !== undefined && spelling !== undefined) return folder.at(spelling);
  }
  return undefined;
}

function spellings(key: string): readonly string[] {
  const both = [key, key.replace('_hook', '-hook'), key.replace('-hook', '_hook')];
  return [...new Set(both.flatMap((one) => [`+${one}`, one]))];
}

/** A location that no config sets is what the project's macro says. */
function inLocationMacro({ macros }: RenderScope, { config }: Configured, key: string): Place | undefined {
  const own =
    key === 'location' && !config.location ? findMacro(macros, macros.rootPackage, 'external_location') : undefined;
  if (own === undefined || isInternalPackage(own.node.package_name)) return undefined;
  const { column, line } = own.definition;
  return { file: own.node.original_file_path, line, column };
}
