import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { EiderError, error, type Target } from '@eider/core';
import { serialConnection } from './connection.ts';
import { extensionFolder, extensionSettings, loads, reasonOf } from './extensions.ts';
import { extensionFile, platformFolder } from './missing-extension.ts';
import { openInstance } from './open-session.ts';
import { quoteName, quoteText } from './quote.ts';
import type { Connection } from './session.ts';

/** An extension of DuckDB, as this machine has it. */
export interface ExtensionReport {
  readonly name: string;
  readonly description: string;
  /** `built in`, a file of this machine, or null where it is not installed. */
  readonly place: string | null;
  readonly version: string | null;
  /** Whether the target names it. */
  readonly wanted: boolean;
}

/** The part of a target that says where extensions lie and which are wanted. */
export type ExtensionSettings = Pick<Target, 'configOptions' | 'extensions' | 'settings'>;

/** DuckDB's extensions, and where they are looked for. */
export interface ExtensionsReport {
  /** `v1.5.5`. */
  readonly duckdb: string;
  /** `linux_amd64`. */
  readonly platform: string;
  /** The folder of installed extensions, version and platform included. */
  readonly folder: string;
  readonly extensions: readonly ExtensionReport[];
}

/** An extension that was installed. */
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

/** Tells which extensions this machine has, in the folder that the target says. Loads none. */
export async function listExtensions(target: ExtensionSettings, folder: string): Promise<ExtensionsReport> {
  return await withExtensions(target, folder, async (connection) => {
    const [about] = await connection.objects('SELECT version() AS duckdb, platform FROM pragma_platform()');
    const rows = await connection.objects(
      `SELECT extension_name AS name, description, installed, install_path AS path, extension_version AS version, aliases
       FROM duckdb_extensions() ORDER BY installed DESC, name`,
    );
    const wanted = new Set(target.extensions.map(({ name }) => name));
    const extensions = rows.map((row) => ({
      name: String(row.name),
      description: String(row.description ?? ''),
      place: row.installed !== true ? null : /^(\(|$)/.test(String(row.path ?? '')) ? 'built in' : String(row.path),
      version: row.version === '' || row.version == null ? null : String(row.version),
      wanted: [row.name, ...((row.aliases ?? []) as readonly unknown[])].some((name) => wanted.has(String(name))),
    }));
    const place = await extensionFolder(connection);
    return { duckdb: String(about?.duckdb), platform: String(about?.platform), folder: place, extensions };
  });
}

/**
 * Installs extensions where the target looks for them and loads each to prove that it works: from DuckDB's own repository or the one that the target
 * names, or from files in a folder (`from`, absolute) or below: `httpfs.duckdb_extension`.
 * Throws EiderError `engine/extension` with a finding for each that cannot be; the others are installed.
 */
export async function installExtensions(
  target: ExtensionSettings,
  folder: string,
  { from, names }: { readonly names: readonly string[]; readonly from?: string | undefined },
): Promise<readonly Installed[]> {
  return await withExtensions(target, folder, async (connection) => {
    const done: Installed[] = [];
    const failed: EiderError[] = [];
    for (const name of names) {
      try {
        const repository = target.extensions.find((one) => one.name === name)?.repo;
        done.push(await install(connection, name, originOf(name, from, repository)));
      } catch (cause) {
        failed.push(await refusal(connection, { cause, from, name }));
      }
    }
    if (failed.length > 0) throw new EiderError(failed.flatMap(({ diagnostics }) => diagnostics));
    return done;
  });
}

async function install(connection: Connection, name: string, origin: string): Promise<Installed> {
  await connection.query(`FORCE INSTALL ${origin}`);
  if (!(await loads(connection, name))) await connection.query(`LOAD ${quoteName(name)}`);
  const [row] = await connection.objects(
    `SELECT install_path AS path, extension_version AS version FROM duckdb_extensions()
     WHERE extension_name = ${quoteText(name)} OR list_contains(aliases, ${quoteText(name)})`,
  );
  return { name, version: String(row?.version ?? ''), path: String(row?.path ?? '') };
}

/** What comes after INSTALL. */
function originOf(name: string, from: string | undefined, repository: string | undefined): string {
  if (from !== undefined) return quoteText(fileIn(from, name));
  if (repository === undefined) return quoteName(name);
  return `${quoteName(name)} FROM ${/^\w+$/.test(repository) ? repository : quoteText(repository)}`;
}

/** The file of an extension in a folder or below: the one for this DuckDB and machine where there are several. Throws where there is none. */
function fileIn(from: string, name: string): string {
  const file = extensionFile(name);
  const all = readdirSync(from, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.includes('.duckdb_extension'),
  );
  const named = all.filter((path) => [file, `${file}.gz`].includes(basename(path)));
  const found = named.find((path) => dirname(join('/', path)).endsWith(`/${platformFolder()}`)) ?? named[0];
  if (found !== undefined) return join(from, found);
  const there = all.length === 0 ? 'it holds no extensions' : `it holds ${all.sort().join(', ')}`;
  throw new Error(`There is no ${file} in ${from}: ${there}.`);
}

async function refusal(
  connection: Connection,
  { cause, from, name }: { readonly cause: unknown; readonly name: string; readonly from: string | undefined },
): Promise<EiderError> {
  const message = `The DuckDB extension ${name} cannot be installed: ${reasonOf(cause)}`;
  const place = await extensionFolder(connection);
  const hint =
    from === undefined
      ? `Check the name (\`eider extensions list\`). On a machine without a way to extensions.duckdb.org: bring ${extensionFile(name)} for ${platformFolder()} here and run \`eider extensions install ${name} --from FOLDER\`. It goes to ${place}.`
      : `It has to be the file for ${platformFolder()}.`;
  return new EiderError([error('engine/extension', message, { hint })], { cause });
}

/** A DuckDB of its own with what the target says of extensions and nothing else. */
async function withExtensions<T>(
  target: ExtensionSettings,
  folder: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const instance = await openInstance(
    { configOptions: extensionSettings(target) },
    join(tmpdir(), 'eider-extensions'),
    folder,
  );
  const connection = serialConnection(await instance.connect());
  try {
    return await work(connection);
  } finally {
    connection.close();
    instance.closeSync();
  }
}
