import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EiderError, error, type Place } from '@eider/core';
import { quoteName, quoteText } from '../../session/quote.ts';
import { replaceTable } from '../../session/relation.ts';
import type { Connection } from '../../session/session.ts';
import { type Answer, askProgram, type PythonHost } from './ask-program.ts';
import { pluginProgram } from './plugin-program.ts';
import { packageOf, settingPython } from './python-model.ts';

/** A source that a plugin of dbt-duckdb reads. */
export interface PluginSource {
  /** `shop.orders`, for messages. */
  readonly label: string;
  readonly place: Place;
  /** The plugin's module: one of `pluginModules`. */
  readonly plugin: string;
  /** The `config` of the plugin in the profile; may hold secrets. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What the source's config and meta say. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** `name`, `identifier`, `schema`, `database`, `tags`, for placeholders. */
  readonly names: Readonly<Record<string, unknown>>;
  /** The relation to fill, quoted. */
  readonly relation: string;
}

/** The plugins of dbt-duckdb whose sources can be read. */
export const pluginModules: readonly string[] = ['excel', 'sqlalchemy', 'delta', 'iceberg', 'gsheet'];

/** Reads a plugin's source in a process of its own and puts its rows into a table of the session. Throws EiderError at the source. */
export async function loadPluginSource(connection: Connection, source: PluginSource, host: PythonHost): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'eider-plugin-'));
  try {
    const { config, names, plugin, settings } = source;
    const request = { plugin, config, names, settings };
    const { answer, end, result } = await askProgram(host, folder, { program: pluginProgram, request });
    if (end.kind !== 'ended' || answer === undefined || answer.error !== undefined)
      throw failed(source, host, end.kind, answer);
    const alias = quoteName(`eider_source_${source.label}`);
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

function failed(
  { label, place, plugin }: PluginSource,
  { python }: PythonHost,
  how: string,
  failure: Answer | undefined,
): EiderError {
  const fail = (message: string, hint: string): EiderError =>
    new EiderError([error('engine/python', message, { place, hint })]);
  const what = `The source ${label}, which the plugin "${plugin}" reads`;
  if (how === 'missing') return fail(`${what}, needs Python, and there is no "${python}".`, settingPython);
  if (how === 'stopped') return fail(`${what}, was stopped.`, 'Run the command again.');
  if (failure === undefined)
    return fail(`${what}, cannot be read: "${python}" ended without saying why.`, settingPython);
  if (typeof failure.missing === 'string') {
    const install = `Install it: \`${python} -m pip install ${packageOf(failure.missing)}\`. ${settingPython}`;
    return fail(`${what}, needs the Python package "${failure.missing}", which "${python}" does not have.`, install);
  }
  return fail(
    `${what}, cannot be read: ${failure.kind}: ${failure.error}`,
    'Check its config, and the `plugins:` of the target in profiles.yml.',
  );
}
