import { EiderError, error, type Target } from '@eider/core';
import { withoutNetwork } from './missing-extension.ts';
import { placeOfEntry } from './profile-entry.ts';
import { quoteName, quoteText } from './quote.ts';
import type { Connection } from './session.ts';

/** Linked into the binding's DuckDB: nothing to install. */
const builtIn = new Set(['core_functions', 'parquet', 'json', 'icu', 'autocomplete']);

/** What a target says of extensions, as text: where they lie, what may be loaded. A DuckDB that is opened beside a session gets it too. */
export function extensionSettings({
  configOptions,
  settings,
}: Pick<Target, 'configOptions' | 'settings'>): Readonly<Record<string, string>> {
  const about = Object.entries({ ...configOptions, ...settings }).filter(([key]) => key.includes('extension'));
  return Object.fromEntries(about.map(([key, value]) => [key, String(value)]));
}

/** Loads a profile's extensions, installing those that are not there. Throws EiderError `engine/extension` naming what to do. */
export async function loadExtensions(connection: Connection, target: Target): Promise<void> {
  for (const index of target.extensions.keys()) await loadExtension(connection, target, index);
}

/** As `loadExtensions`, one of them. */
export async function loadExtension(connection: Connection, target: Target, index: number): Promise<void> {
  const extension = target.extensions[index];
  if (extension === undefined || builtIn.has(extension.name) || (await loads(connection, extension.name))) return;
  await install(connection, extension, placeOfEntry(target, ['extensions', index]));
}

/** Loads an extension that is installed; false where it cannot be. */
export async function loads(connection: Connection, name: string): Promise<boolean> {
  try {
    await connection.query(`LOAD ${quoteName(name)}`);
    return true;
  } catch {
    return false;
  }
}

async function install(
  connection: Connection,
  extension: Target['extensions'][number],
  where: ReturnType<typeof placeOfEntry>,
): Promise<void> {
  const { name, repo } = extension;
  try {
    await connection.query(
      `INSTALL ${quoteName(name)}${repo === undefined ? '' : ` FROM ${/^\w+$/.test(repo) ? repo : quoteText(repo)}`}`,
    );
    await connection.query(`LOAD ${quoteName(name)}`);
  } catch (cause) {
    const folder = await extensionFolder(connection);
    const message = `The DuckDB extension ${name} of the profile can neither be loaded nor installed: ${reasonOf(cause)}`;
    throw new EiderError(
      [
        error('engine/extension', message, {
          ...where,
          hint: `Check the name. It was looked for in ${folder}. ${withoutNetwork(name)}`,
        }),
      ],
      { cause },
    );
  }
}

/** Where DuckDB looks for extensions: `~/.duckdb/extensions/v1.5.5/linux_amd64`. */
export async function extensionFolder(connection: Connection): Promise<string> {
  const [row] = await connection.objects(
    "SELECT version() AS version, (SELECT platform FROM pragma_platform()) AS platform, current_setting('extension_directory') AS folder",
  );
  const base = row?.folder === '' || row?.folder === undefined ? '~/.duckdb/extensions' : String(row.folder);
  return `${base}/${row?.version}/${row?.platform}`;
}

/** DuckDB's first line, without the kind of error in front. */
export function reasonOf(cause: unknown): string {
  const [first = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return first.replace(/^[A-Z][\w ]*? Error: /, '');
}
