import type { Config } from '../../context/config.ts';
import { isMapping } from '../../context/plain.ts';

/**
 * What a config tree of dbt_project.yml says about a node, outermost level first. `+key` and any key whose value is no mapping are configs;
 * the other mappings are folders, models and the like, which the node's fqn walks down.
 */
export function configLevels(tree: Config, fqn: readonly string[]): Config[] {
  return foldersOf(tree, fqn).map(ownConfigs);
}

/** How many names of the fqn a config tree has a folder for, one inside the other. */
export function configDepth(tree: Config, fqn: readonly string[]): number {
  return foldersOf(tree, fqn).length - 1;
}

function foldersOf(tree: Config, fqn: readonly string[]): Config[] {
  const folders = [tree];
  let at = tree;
  for (const name of fqn) {
    const next = Object.hasOwn(at, name) ? at[name] : undefined;
    if (!isMapping(next)) break;
    at = next as Config;
    folders.push(at);
  }
  return folders;
}

function ownConfigs(level: Config): Config {
  const configs: Config = {};
  for (const [key, value] of Object.entries(level)) {
    if (key.startsWith('+')) configs[key.slice(1).trim()] = value;
    else if (!isMapping(value)) configs[key] = value;
  }
  return configs;
}
