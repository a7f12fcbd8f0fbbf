import type { Config } from '../../context/config.ts';
import { isMapping } from '../../context/plain.ts';

/**
 * What a config tree of dbt_project.yml says about a node, outermost level first. `+key` and any key whose value is no mapping are configs;
 * the other mappings are folders, models and the like, which the node's fqn walks down.
 */
export function configLevels(tree: Config, fqn: readonly string[]): Config[] {
  const levels = [ownConfigs(tree)];
  let at: Config = tree;
  for (const name of fqn) {
    const next = Object.hasOwn(at, name) ? at[name] : undefined;
    if (!isMapping(next)) break;
    at = next as Config;
    levels.push(ownConfigs(at));
  }
  return levels;
}

function ownConfigs(level: Config): Config {
  const configs: Config = {};
  for (const [key, value] of Object.entries(level)) {
    if (key.startsWith('+')) configs[key.slice(1).trim()] = value;
    else if (!isMapping(value)) configs[key] = value;
  }
  return configs;
}
