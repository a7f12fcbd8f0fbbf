import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EiderError, error, type Place } from '@eider/core';
import { quoteName, quoteText } from '../../session/quote.ts';
import { replaceTable } from '../../session/relation.ts';
import type { Connection } from '../../session/session.ts';
import { pluginProgram } from './plugin-program.ts';
import { packageOf, settingPython } from './python-model.ts';
import { runPython } from './run-python.ts';

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

/** How the program runs. */
export interface PluginRun {
  readonly python: string;
  readonly folder: string;
  readonly modulePaths: readonly string[];
  readonly signals: readonly AbortSignal[];
  readonly onLine: (line: string) => void;
}

/** The plugins of dbt-duckdb whose sources can be read. */
export const pluginModules: readonly string[] = ['excel', 'sqlalchemy', 'delta', 'iceberg'];

/** Reads a plugin's source in a process of its own and puts its rows into a table of the session. Throws EiderError at the source. */
export async function loadPluginSource(connection: Connection, source: PluginSource, run: PluginRun): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'eider-plugin-'));
  try {
    const [request, answer, result] = ['request.json', 'answer.json', 'result.duckdb'].map((name) =>
      join(folder, name),
    ) as [string, string, string];
    const { config, names, plugin, settings } = source;
    const told = { plugin, config, names, settings, modulePaths: run.modulePaths, answer, result };
    await writeFile(request, JSON.stringify(told), { mode: 0o600 });
    const end = await runPython({ ...run, program: pluginProgram, parameters: [request] });
    const text = await readFile(answer, 'utf8').catch(() => '');
    if (end.kind !== 'ended' || text !== '{}')
      throw failed(source, run, end.kind, text === '' ? undefined : (JSON.parse(text) as Failure));
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

interface Failure {
  readonly error?: string;
  readonly kind?: string;
  readonly missing?: string | null;
}

function failed(
  { label, place, plugin }: PluginSource,
  { python }: PluginRun,
  how: string,
  failure: Failure | undefined,
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
