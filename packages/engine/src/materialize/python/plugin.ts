import { type Diagnostic, error, type Place, type PluginEntry, pluginName, type Target } from '@eider/core';
import type { Answer, Asked, PythonHost } from './ask-program.ts';
import { builtInPlugins } from './built-in-plugins.ts';
import { packageOf, settingPython } from './python-model.ts';

const builtInPackage = 'dbt.adapters.duckdb.plugins';

/** The plugins that come with dbt-duckdb. */
const builtIn: ReadonlySet<string> = new Set([
  ...['delta', 'excel', 'glue', 'gsheet', 'iceberg', 'motherduck', 'postgres', 'sqlalchemy'],
]);

/** Whether a plugin is the user's own module. */
export function isOwnPlugin({ module }: PluginEntry): boolean {
  return !builtIn.has(module);
}

/** Whether a plugin can do what is asked of it here, as far as that can be told without Python. */
export function canPlugin(plugin: PluginEntry, what: 'load' | 'store'): boolean {
  if (isOwnPlugin(plugin)) return true;
  return what === 'store'
    ? ['excel', 'sqlalchemy'].includes(plugin.module)
    : `${builtInPackage}.${plugin.module}` in builtInPlugins;
}

/** A plugin as a program makes it. dbt-duckdb puts the settings of the target below the plugin's config; `create_engine` of SQLAlchemy refuses these. */
export function madePlugin(plugin: PluginEntry, target: Target): Readonly<Record<string, unknown>> {
  const { module } = plugin;
  return {
    module: isOwnPlugin(plugin) ? module : `${builtInPackage}.${module}`,
    name: pluginName(plugin),
    config: { ...(module === 'sqlalchemy' ? {} : target.settings), ...plugin.config },
  };
}

/** What failed and where, for people. */
export interface PluginTask {
  /** The beginning of the sentence: `The source shop.orders, which the plugin "excel" reads`. */
  readonly what: string;
  /** `cannot be read`. */
  readonly failing: string;
  readonly plugin: PluginEntry;
  readonly place: Place | undefined;
  /** What to look at where the plugin's own code failed. */
  readonly advice: string;
}

/** The finding for a plugin that did not do its task; undefined where it did. `said` is what the program said of this task. */
export function pluginFailure(
  { advice, failing, place, plugin, what }: PluginTask,
  { python }: Pick<PythonHost, 'python'>,
  { end }: Pick<Asked, 'end'>,
  said: Answer | undefined,
): Diagnostic | undefined {
  if (end.kind === 'ended' && said !== undefined && said.error === undefined) return undefined;
  const fail = (message: string, hint: string): Diagnostic =>
    error('engine/python', message, { hint, ...(place && { place }) });
  if (end.kind === 'missing') return fail(`${what}, needs Python, and there is no "${python}".`, settingPython);
  if (end.kind === 'stopped') return fail(`${what}, was stopped.`, 'Run the command again.');
  if (said === undefined) return fail(`${what}, ${failing}: "${python}" ended without saying why.`, settingPython);
  const { at, error: text, kind, missing } = said;
  if (typeof missing === 'string' && isOwnPlugin(plugin) && plugin.module.startsWith(missing))
    return fail(
      `${what}, ${failing}: there is no Python module "${missing}".`,
      `Name its folder under \`module_paths:\` of the target, or write one of ${[...builtIn].join(', ')}.`,
    );
  if (typeof missing === 'string') {
    const install = `Install it: \`${python} -m pip install ${packageOf(missing)}\`. ${settingPython}`;
    return fail(`${what}, needs the Python package "${missing}", which "${python}" does not have.`, install);
  }
  const told = kind == null ? text : `${kind}: ${text}`;
  const finding = fail(`${what}, ${failing}: ${told}${at == null ? '' : ` (${at})`}`, advice);
  return text === undefined ? finding : { ...finding, cause: text };
}
