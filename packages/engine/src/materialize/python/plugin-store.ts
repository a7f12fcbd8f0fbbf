import { type Diagnostic, type Place, type PluginEntry, pluginName, type Target } from '@eider/core';
import { answerTo, askPlugins } from './ask-plugins.ts';
import type { PythonHost } from './ask-program.ts';
import { madePlugin, pluginFailure } from './plugin.ts';

/** What a plugin is given to store. */
export interface PluginTarget {
  /** The model's unique id. */
  readonly id: string;
  /** Its name, for messages. */
  readonly label: string;
  readonly place: Place | undefined;
  readonly plugin: PluginEntry;
  readonly relation: { readonly database: string; readonly schema: string; readonly identifier: string };
  /** Name and DuckDB type. */
  readonly columns: readonly (readonly [string, string])[];
  readonly config: Readonly<Record<string, unknown>>;
  /** Where the rows lie, from the project's folder on, and how: `parquet`, `csv`, `json`, `delta`. */
  readonly location: { readonly path: string; readonly format: string };
}

/**
 * Gives models to their plugins (`store`) in one process, one after another, so that a plugin which writes several into one file keeps it open, as in dbt.
 * Gives what went wrong by unique id; null where the process was stopped before its end.
 */
export async function storeByPlugins(
  targets: readonly PluginTarget[],
  target: Target,
  host: PythonHost,
): Promise<ReadonlyMap<string, Diagnostic> | null> {
  const plugins = Object.fromEntries(
    targets.map(({ plugin }) => [pluginName(plugin), madePlugin(plugin, target)] as const),
  );
  const given = targets.map(({ columns, config, location, plugin, relation }) => {
    return { columns, config, location, relation, plugin: pluginName(plugin) };
  });
  return await askPlugins(host, target, { mode: 'store', plugins, targets: given }, (asked) => {
    if (asked.end.kind === 'stopped') return null;
    const failed = new Map<string, Diagnostic>();
    for (const [index, { id, label, place, plugin }] of targets.entries()) {
      const task = {
        what: `The model ${label}, which the plugin "${pluginName(plugin)}" stores`,
        failing: 'cannot be stored',
        plugin,
        place,
        advice: 'It was built and is published. Mend the plugin, then build the model again, or run eider publish.',
      };
      const failure = pluginFailure(task, host, asked, answerTo(asked, index));
      if (failure !== undefined) failed.set(id, failure);
    }
    return failed;
  });
}
