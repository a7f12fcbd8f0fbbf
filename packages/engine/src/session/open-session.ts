import { isAbsolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Target } from '@eider/core';
import { attachStatement } from './attach.ts';
import { removeCopy } from './catalog-copy.ts';
import { serialConnection } from './connection.ts';
import { loadExtensions } from './extensions.ts';
import { keepSecrets } from './make-secrets.ts';
import { applyPatience } from './patience.ts';
import { applyEntry } from './profile-entry.ts';
import { quoteName, quoteText } from './quote.ts';
import { retryPolicy, withRetries } from './retry.ts';
import type { Connection, Session } from './session.ts';
import { makeSpillFolder } from './spill-folder.ts';
import { sqlFailure } from './sql-failure.ts';
import { applyTrust, isTrust } from './trust.ts';
import { attachWorkingDatabase, type LockWait, workingPath } from './working-database.ts';

/** What plugins want of a database. */
export interface ConnectionSetup {
  /** Over the profile's `config_options`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Run once, before databases are attached, and on each connection; `plugin` is the position in the profile. */
  readonly statements: readonly PluginStatement[];
  readonly perConnection: readonly PluginStatement[];
}

interface PluginStatement {
  readonly plugin: number;
  readonly sql: string;
}

export interface SessionOptions {
  /** Without a working database file: for a project without internal relations, and for commands that only read. */
  readonly inMemory: boolean;
  /** A file in the place of the target's working database, absolute. */
  readonly path?: string;
  /** The project's folder, absolute: relative paths of the profile lie in it. */
  readonly folder: string;
  /** How long to wait at least for another process that holds the working database; 60 s where absent. */
  readonly lockTimeoutMs?: number;
  /** Told what opening waits for: a lock, the next attempt after a transient failure. */
  readonly onWait?: (message: string) => void;
  /** Ends the waiting: opening then throws its reason. */
  readonly signal?: AbortSignal;
  readonly plugins?: ConnectionSetup;
}

/**
 * Opens DuckDB as a profile says, in dbt-duckdb's order: extensions, secrets, plugins, attached databases, and
 * settings on every connection.
 * `"<target.database>"."schema"."x"` means the same whether that database is the profile's file or in memory. Secrets are made once.
 * Throws EiderError (`engine/database`, `engine/extension`, `engine/profile`).
 */
export async function openSession(target: Target, options: SessionOptions): Promise<Session> {
  const path = options.inMemory ? ':memory:' : (options.path ?? workingPath(target, options.folder));
  const spill = await makeSpillFolder(target, options.folder);
  const instance = await applyEntry(target, ['config_options'], () =>
    openInstance(withOptions(target, options.plugins), spill.path, options.folder),
  ).catch(async (cause: unknown) => {
    await spill.remove();
    throw cause;
  });
  const wait = lockWait(target, options);
  const open = new Set<Connection>();
  let stopRenewal = (): void => undefined;
  let kinds: Session['kinds'];
  try {
    const plain = serialConnection(await instance.connect());
    open.add(plain);
    const first = withRetries(plain, wait.retries);
    await applySettings(first, target, (key) => key.includes('extension'));
    await loadExtensions(first, target);
    await applyTrust(first, target, options.folder);
    if (target.extensions.some(({ name }) => name === 'httpfs')) await applyPatience(first, target);
    await applySettings(first, target, (key) => ofInstance.has(key));
    stopRenewal = await keepSecrets(first, target, options.folder);
    await attachDatabase(plain, target, path, wait);
    await runOnce(instance, target, options.plugins);
    for (const [i, attachment] of target.attach.entries())
      await applyEntry(target, ['attach', i], () => first.query(attachStatement(attachment, options.folder)));
    kinds = await kindsOfDatabases(first);
  } catch (cause) {
    stopRenewal();
    close(instance, open);
    await spill.remove();
    throw cause;
  }
  return {
    target,
    database: target.database,
    inMemory: path === ':memory:',
    kinds,
    connect: async () => {
      const connection = await connect(instance, target);
      open.add(connection);
      await runStatements(connection, target, options.plugins?.perConnection);
      return connection;
    },
    interrupt: () => {
      for (const connection of open) connection.interrupt();
    },
    close: async () => {
      stopRenewal();
      close(instance, open);
      await spill.remove();
    },
  };
}

async function kindsOfDatabases(connection: Connection): Promise<Session['kinds']> {
  const { rows } = await connection.query('SELECT lower(database_name), type FROM duckdb_databases()');
  return new Map(rows.map(([name, type]) => [String(name), String(type)]));
}

function lockWait(target: Target, { lockTimeoutMs = 60_000, onWait, signal }: SessionOptions): LockWait {
  const retries = retryPolicy(target, 'connect', {
    sleep: (ms) => sleep(ms, undefined, signal && { signal }),
    onRetry: (message) => onWait?.(`Opening the database: ${message}`),
  });
  return { timeoutMs: lockTimeoutMs, retries, ...(onWait && { onWait }) };
}

function withOptions(target: Target, plugins: ConnectionSetup | undefined): Pick<Target, 'configOptions'> {
  return { configOptions: { ...target.configOptions, ...plugins?.options } };
}

/** What plugins do to the database, on a connection that is like those of nodes. */
async function runOnce(instance: DuckDBInstance, target: Target, plugins: ConnectionSetup | undefined): Promise<void> {
  if (plugins === undefined || plugins.statements.length === 0) return;
  const connection = await connect(instance, target);
  try {
    await runStatements(connection, target, plugins.statements);
  } finally {
    connection.close();
  }
}

async function runStatements(
  connection: Connection,
  target: Target,
  statements: readonly PluginStatement[] = [],
): Promise<void> {
  for (const { plugin, sql } of statements) await applyEntry(target, ['plugins', plugin], () => connection.query(sql));
}

/** An instance in memory with a target's `config_options`; what does not fit into memory goes to `spill`. Throws SqlError. */
export async function openInstance(
  target: Pick<Target, 'configOptions'>,
  spill: string,
  folder: string,
): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(':memory:', instanceOptions(target, spill, folder));
  } catch (cause) {
    throw sqlFailure('', cause);
  }
}

/**
 * `errors_as_json` carries error positions (sql-failure.ts). Nothing is installed behind a user's back. Relative paths in SQL are read from the
 * project's folder, which dbt runs in.
 */
function instanceOptions(target: Pick<Target, 'configOptions'>, spill: string, folder: string): Record<string, string> {
  const given = Object.entries(target.configOptions).filter(([key]) => !/^(access_mode|temp_directory)$/.test(key));
  return {
    autoinstall_known_extensions: 'false',
    errors_as_json: 'true',
    temp_directory: spill,
    ...(process.cwd() !== folder && !folder.includes(',') && { file_search_path: folder }),
    ...Object.fromEntries(given.map(([key, value]) => [key, String(value)])),
  };
}

/** Settings of the whole instance: set once, for setting them again while other nodes run takes threads and memory from these. */
const ofInstance: ReadonlySet<string> = new Set([
  ...['memory_limit', 'max_memory', 'max_temp_directory_size'],
  ...['threads', 'worker_threads', 'external_threads'],
]);

/** An instance's own in-memory catalog is named `memory`: dbt's name for a `:memory:` target too. It makes room for a file of that name. */
async function attachDatabase(connection: Connection, target: Target, path: string, wait: LockWait): Promise<void> {
  if (path === ':memory:') {
    if (target.database !== 'memory') await connection.query(`ATTACH ':memory:' AS ${quoteName(target.database)}`);
    return;
  }
  const isReadOnly = /^read_only$/i.test(String(target.configOptions.access_mode ?? ''));
  if (isAbsolute(path) && !isReadOnly) await removeCopy(path);
  if (target.database === 'memory') await connection.query("ATTACH ':memory:' AS __eider; USE __eider; DETACH memory");
  await attachWorkingDatabase(connection, target, path, wait);
}

async function connect(instance: DuckDBInstance, target: Target): Promise<Connection> {
  const raw: DuckDBConnection = await instance.connect();
  const connection = serialConnection(raw);
  await applySettings(connection, target, (key) => !ofInstance.has(key) && !isTrust(key));
  await connection.query(`USE ${quoteName(target.database)}`);
  return connection;
}

/** Those about extensions come before extensions are loaded, all of them after, on each connection: some belong to an extension. */
async function applySettings(connection: Connection, target: Target, wanted: (key: string) => boolean): Promise<void> {
  const settings = Object.entries(target.settings).filter(([name]) => name !== 'temp_directory' && wanted(name));
  for (const [key, value] of settings) {
    await applyEntry(target, ['settings', key], () => connection.query(settingStatement(key, value)));
  }
}

/** The statement of an entry under `settings:`, as dbt-duckdb writes it. */
export function settingStatement(key: string, value: unknown): string {
  return `SET ${key} = ${quoteText(String(value))}`;
}

function close(instance: DuckDBInstance, open: ReadonlySet<Connection>): void {
  for (const connection of open) connection.close();
  instance.closeSync();
}
