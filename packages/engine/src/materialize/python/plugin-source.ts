import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EiderError, type Place, type Target } from '@eider/core';
import { quoteName, quoteText } from '../../session/quote.ts';
import { replaceTable } from '../../session/relation.ts';
import type { Connection } from '../../session/session.ts';
import { askProgram, type PythonHost } from './ask-program.ts';
import { madePlugin, type PluginEntry, pluginFailure, pluginName, pluginRequest } from './plugin.ts';
import { pluginProgram } from './plugin-program.ts';

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
  const folder = await mkdtemp(join(tmpdir(), 'eider-plugin-'));
  try {
    const { label, names, place, plugin, settings, target } = source;
    const work = { plugin: madePlugin(plugin, target), source: { ...names, meta: settings } };
    const request = { mode: 'load', ...pluginRequest(target), ...work };
    const { answer, end, result } = await askProgram(host, folder, { program: pluginProgram, request });
    if (end.kind !== 'ended' || answer === undefined || answer.error !== undefined) {
      const what = `The source ${label}, which the plugin "${pluginName(plugin)}" reads`;
      const advice = 'Check its config, and the `plugins:` of the target in profiles.yml.';
      const task = { what, failing: 'cannot be read', plugin, place, advice };
      throw new EiderError([pluginFailure(task, host, end.kind, answer)]);
    }
    const alias = quoteName(`eider_source_${label}`);
    await connection.query(`ATTACH ${quoteText(result)} AS ${alias} (READ_ONLY)`);
    try {
      await replaceTable(connection, source.relation, `SELECT * FROM ${alias}.main.result`);
    } finally {
      await connection.query(`DETACH ${alias}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
