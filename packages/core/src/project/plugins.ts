import type { Target } from './project.ts';

/** An entry of `plugins:` in the profile. */
export type PluginEntry = Target['plugins'][number];

/** The name by which sources and models ask for a plugin. Source: dbt-duckdb, `BasePlugin.create`. */
export function pluginName({ alias, module }: PluginEntry): string {
  return alias ?? module.split('.').at(-1) ?? module;
}

/** The plugin that is meant by a name: the last one in the profile, as in dbt-duckdb. */
export function findPlugin({ plugins }: Pick<Target, 'plugins'>, name: string): PluginEntry | undefined {
  return plugins.findLast((plugin) => pluginName(plugin) === name);
}
