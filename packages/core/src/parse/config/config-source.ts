import type { Config } from '../../context/config.ts';
import { isMapping } from '../../context/plain.ts';
import type { NodeConfig, ResourceType } from '../../manifest/nodes.ts';
import type { Located } from '../../project/located.ts';
import type { PackageProject, Project } from '../../project/project.ts';
import { isHookPath, type YamlRenderer } from '../yaml-renderer.ts';
import { configLevels } from './config-levels.ts';
import { defaultConfig } from './default-config.ts';
import { finishConfig } from './finish-config.ts';
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
}

export interface AssembledConfig {
  readonly config: NodeConfig;
  /** All that was said, as it was written where dbt keeps it that way. */
  readonly unrendered: Config;
}

/** Puts configs together. Later counts more: defaults, the package's dbt_project.yml, the property file, the template, the root's dbt_project.yml. */
export type ConfigSource = (request: ConfigRequest) => AssembledConfig;

type Trees = keyof PackageProject['configs'];

const treeOf: Readonly<Record<ResourceType, Trees>> = {
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
};

interface Tree {
  readonly rendered: Config;
  readonly unrendered: Config;
}

/** A config source for a project. Trees are rendered once each; what fails in them becomes a finding of the renderer. */
export function configSource(project: Project, renderer: YamlRenderer): ConfigSource {
  const trees = new Map<Located, Tree>();
  const treeIn = (owner: PackageProject | undefined, type: ResourceType): Tree => {
    const located = owner?.configs[treeOf[type]];
    if (located === undefined || !isMapping(located.value)) return { rendered: {}, unrendered: {} };
    const known = trees.get(located);
    if (known !== undefined) return known;
    const tree = { rendered: renderer.render(located, isHookPath) as Config, unrendered: located.value as Config };
    trees.set(located, tree);
    return tree;
  };
  const [root] = project.packages;
  return (request) => {
    const own = project.packages.find((one) => one.name === request.packageName) ?? root;
    const levels = [treeIn(own, request.type), ...(own === root ? [] : [treeIn(root, request.type)])];
    return assemble(request, levels);
  };
}

function assemble(request: ConfigRequest, [own, root]: readonly Tree[]): AssembledConfig {
  const { fqn, patch, calls } = request;
  const levels = (tree: Config | undefined): Config[] => (tree === undefined ? [] : configLevels(tree, fqn));
  const config = defaultConfig(request.type);
  for (const level of [...levels(own?.rendered), patch, calls, ...levels(root?.rendered)]) mergeConfig(config, level);
  const unrendered: Config = {};
  const said = [...levels(own?.unrendered), patch, calls, ...levels(root?.unrendered)];
  for (const level of said) Object.assign(unrendered, hookKeys(level));
  return { config: finishConfig(config), unrendered };
}
