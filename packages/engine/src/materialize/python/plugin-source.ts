import { EiderError, type Place, type PluginEntry, pluginName, type Target } from '@eider/core';
import { quoteName, quoteText } from '../../session/quote.ts';
import { replaceTable } from '../../session/relation.ts';
import type { Connection } from '../../session/session.ts';
import { askPlugins } from './ask-plugins.ts';
import type { PythonHost } from './ask-program.ts';
import { madePlugin, pluginFailure } from './plugin.ts';

/** A source that a plugin reads. */
export interface PluginSource {
  /** `shop.orders`, for messages. */
  readonly label: string;
  readonly place: Place;
  readonly plugin: PluginEntry;
  readonly target: Target;
  /** What the source's config and meta say. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `name`, `identifier`, `schema`, `database`, `tags`, for placeholders. */
  readonly names: Readonly<Record<string, unknown>>;
  /** The relation to fill, quoted. */
  readonly relation: string;
}

/** Reads a plugin's source in a process of its own and puts its rows into a table of the session. Throws EiderError at the source. */
export async function loadPluginSource(connection: Connection, source: PluginSource, host: PythonHost): Promise<void> {
  const { label, names, place, plugin, settings, target } = source;
  const task = {
    what: `The source ${label}, which the plugin "${pluginName(plugin)}" reads`,
    failing: 'cannot be read',
    plugin,
    place,
    advice: 'Check its config, and the `plugins:` of the target in profiles.yml.',
  };
  const work = { plugin: madePlugin(plugin, target), source: { ...names, meta: settings } };
  await askPlugins(host, target, { mode: 'load', ...work }, async (asked) => {
    const failure = pluginFailure(task, host, asked, asked.answer);
    if (failure !== undefined) throw new EiderError([failure]);
    const alias = quoteName(`eider_source_${label}`);
    await connection.query(`ATTACH ${quoteText(asked.result)} AS ${alias} (READ_ONLY)`);
    try {
      await replaceTable(connection, source.relation, `SELECT * FROM ${alias}.main.result`);
    } finally {
      await connection.query(`DETACH ${alias}`);
    }
  });
}
