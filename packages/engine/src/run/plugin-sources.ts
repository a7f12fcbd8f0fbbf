import { EiderError, error, findPlugin, pluginName, type SourceNode, sourceSettings } from '@eider/core';
import { canPlugin } from '../materialize/python/plugin.ts';
import { loadPluginSource } from '../materialize/python/plugin-source.ts';
import { databasePort } from '../session/database-port.ts';
import { quoteName, quoteRelation, quoteText } from '../session/quote.ts';
import { replaceTable } from '../session/relation.ts';
import type { Connection } from '../session/session.ts';
import { pythonHost } from './python-host.ts';
import type { RunContext } from './run-context.ts';

/**
 * Reads the sources of a plugin (`plugin:`) into tables of the working database before a node reads them, once a run, as dbt-duckdb does: `save_mode` says
 * what is done where there is one. Throws EiderError.
 */
export async function loadPluginSources(
  run: RunContext,
  ids: readonly string[],
  connection: Connection,
): Promise<void> {
  for (const id of ids) {
    const source = run.compiler.manifest.sources[id];
    if (source === undefined || typeof sourceSettings(source).plugin !== 'string') continue;
    const loading = run.resolved.get(id) ?? load(run, source, connection).then(() => true);
    run.resolved.set(id, loading);
    await loading;
  }
}

async function load(run: RunContext, source: SourceNode, connection: Connection): Promise<void> {
  const { compiler, session } = run;
  const { target } = compiler.project;
  const settings = sourceSettings(source);
  const name = String(settings.plugin);
  const label = `${source.source_name}.${source.name}`;
  const place = compiler.placeOf(source.unique_id);
  const refuse = (message: string, hint: string): EiderError =>
    new EiderError([error('engine/unsupported', message, { place, hint })]);
  const plugin = findPlugin(target, name);
  if (plugin === undefined) {
    const known = target.plugins.map(pluginName).join(', ');
    throw refuse(
      `The source ${label} asks for the plugin "${name}", which the target ${target.targetName} does not have.`,
      known === '' ? `Name it under \`plugins:\` of the target: \`- module: ${name}\`.` : `It has: ${known}.`,
    );
  }
  if (!canPlugin(plugin, 'load'))
    throw refuse(`eider does not read sources by the plugin "${plugin.module}" (${label}).`, adviceFor(plugin.module));
  const kind = settings.materialization ?? 'table';
  if (!/^(?:temp(?:orary)?\s+)?(?:table|view)$/i.test(String(kind)))
    throw refuse(
      `The source ${label} has the materialization "${kind}", as which DuckDB makes nothing.`,
      'A source of a plugin is a `table` or a `view`.',
    );
  const { database, identifier, schema, tags } = source;
  const found = await databasePort(connection).relation({ database, schema, identifier });
  if (found !== null && settings.save_mode === 'ignore') return;
  if (found !== null && settings.save_mode === 'error_if_exists')
    throw refuse(
      `The source ${label} is there already, and its save_mode is error_if_exists.`,
      'Drop it, or set `save_mode: overwrite`.',
    );
  await connection.query(`CREATE SCHEMA IF NOT EXISTS ${quoteName(database ?? session.database)}.${quoteName(schema)}`);
  const relation = quoteRelation({ database: database ?? session.database, schema, identifier });
  const path = settings.delta_table_path;
  if (plugin.module === 'delta' && typeof path === 'string' && settings.storage_options === undefined)
    return await replaceTable(connection, relation, `SELECT * FROM ${deltaScan(path, settings)}`);
  await loadPluginSource(
    connection,
    {
      ...{ label, place, plugin, settings, target },
      names: { name: source.name, identifier, schema, database, tags },
      relation,
    },
    pythonHost(run, source.unique_id),
  );
}

/** The table by its own log. A version of 0 counts for none, as in dbt-duckdb. */
function deltaScan(
  path: string,
  { as_of_datetime: since, as_of_version: version }: Readonly<Record<string, unknown>>,
): string {
  const pins = [version ? `version => ${Number(version)}` : '', since ? `as_of => ${quoteText(String(since))}` : ''];
  return `delta_scan(${[quoteText(path), ...pins.filter((pin) => pin !== '')].join(', ')})`;
}

function adviceFor(module: string): string {
  if (module === 'postgres')
    return 'It attaches a database: name its tables as `database: postgres_db` of the source, without `plugin`.';
  return 'Give the source an `external_location` that DuckDB reads, or a database under `attach:`.';
}
