import { copyPlain } from '../../cache/copy-plain.ts';
import type { Config } from '../../context/config.ts';
import { configTrees } from '../../context/config-place.ts';
import { isMapping } from '../../context/plain.ts';
import type { NodeConfig, ResourceType } from '../../manifest/nodes.ts';
import type { Located } from '../../project/located.ts';
import type { PackageProject, Project } from '../../project/project.ts';
import { isHookPath, type YamlRenderer } from '../yaml-renderer.ts';
import { configDepth, configLevels } from './config-levels.ts';
import { defaultConfig } from './default-config.ts';
import { finishConfig, modelFreshness } from './finish-config.ts';
import { hookKeys, mergeConfig } from './merge-config.ts';

/** What a node's config is put together from. */
export interface ConfigRequest {
  readonly type: ResourceType;
  readonly fqn: readonly string[];
  readonly packageName: string;
  /** What the template said in `config()`. */
  readonly calls: Config;
  /** What the property file says. */
  readonly patch: Config;
  /** What it says as it is written, where that is kept. */
  readonly writtenPatch?: Config;
  /** What `config()` says as it is written, where that is kept. */
  readonly writtenCalls?: Config;
}

export interface AssembledConfig {
  readonly config: NodeConfig;
  /** All that was said, as it was written where dbt keeps it that way. */
  readonly unrendered: Config;
}

/** Configs of one tree after another, each outermost level first. The same object for the same levels. */
export type Levels = readonly (readonly Config[])[];

/** Puts configs together. */
export interface ConfigSource {
  /** Later counts more: defaults, the package's dbt_project.yml, the property file, the template, the root's dbt_project.yml. */
  assemble(request: ConfigRequest): AssembledConfig;
  /** What the files dbt_project.yml say about a node, outermost level first: as rendered and as written, the package's own, then the root's. */
  levels(request: Pick<ConfigRequest, 'type' | 'fqn' | 'packageName'>): Levels;
}

interface Tree {
  readonly rendered: Config;
  readonly unrendered: Config;
}

const noTree: Tree = { rendered: {}, unrendered: {} };

/** A config source for a project. Its trees are rendered at once; what fails in them becomes a finding of the renderer. */
export function configSource(project: Project, renderer: YamlRenderer): ConfigSource {
  const trees = renderTrees(project.packages, renderer);
  const treeIn = (owner: PackageProject | undefined, type: ResourceType): Tree => {
    const tree = trees.get(owner?.configs[configTrees[type]]) ?? noTree;
    // What is written of functions dbt looks for among models.
    return type === 'function' ? { ...tree, unrendered: treeIn(owner, 'model').unrendered } : tree;
  };
  const [root] = project.packages;
  const known = new Map<string, Levels>();
  const levels: ConfigSource['levels'] = ({ type, fqn, packageName }) => {
    const own = project.packages.find((one) => one.name === packageName) ?? root;
    const [first, last] = [treeIn(own, type), own === root ? noTree : treeIn(root, type)];
    // The nodes of a folder mostly share their levels: these are the names that make a difference.
    const all = [first.rendered, last.rendered, ...(type === 'function' ? [first.unrendered, last.unrendered] : [])];
    const depth = Math.max(...all.map((tree) => configDepth(tree, fqn)));
    const key = JSON.stringify([type, packageName, ...fqn.slice(0, depth)]);
    const found = known.get(key) ?? levelsIn([first, last], fqn);
    known.set(key, found);
    return found;
  };
  return { levels, assemble: (request) => assemble(request, levels(request)) };
}

function levelsIn(trees: readonly Tree[], fqn: readonly string[]): Levels {
  return trees.flatMap(({ rendered, unrendered }) => [configLevels(rendered, fqn), configLevels(unrendered, fqn)]);
}

function renderTrees(packages: readonly PackageProject[], renderer: YamlRenderer): Map<Located | undefined, Tree> {
  const all = packages.flatMap(({ configs }) => Object.values(configs));
  const filled = all.filter((one): one is Located => one !== undefined && isMapping(one.value));
  const rendered = (one: Located): Tree => ({
    rendered: renderer.render(one, isHookPath) as Config,
    unrendered: one.value as Config,
  });
  return new Map(filled.map((one) => [one, rendered(one)]));
}

/** Trees whose key dbt_project.yml writes with a hyphen: dbt does not look into them for what was written. */
function isWrittenApart(type: ResourceType): boolean {
  return type === 'semantic_model' || type === 'saved_query';
}

function assemble(request: ConfigRequest, levels: Levels): AssembledConfig {
  // dbt gives hooks their one name in what templates say alone.
  const { type, patch, calls, writtenPatch = patch, writtenCalls = hookKeys(calls) } = request;
  const [own = [], ownSaid = [], root = [], rootSaid = []] = levels;
  const config = defaultConfig(type);
  for (const level of [...own, patch, calls, ...root]) mergeConfig(config, level);
  const unrendered: Config = {};
  const said = isWrittenApart(type) ? [writtenPatch] : [...ownSaid, writtenPatch, writtenCalls, ...rootSaid];
  for (const level of said) Object.assign(unrendered, level);
  const written = copyPlain(unrendered);
  // What a template gives is one value in both, as in dbt: a macro that changes it changes both.
  for (const key of Object.keys(calls)) if (unrendered[key] === config[key]) written[key] = config[key];
  if (type === 'model') config.freshness = modelFreshness(config.freshness);
  return { config: finishConfig(config), unrendered: written };
}
