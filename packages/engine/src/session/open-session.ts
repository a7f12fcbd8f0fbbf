import { isAbsolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Target } from '@eider/core';
import { attachStatement } from './attach.ts';
import { serialConnection } from './connection.ts';
import { loadExtensions } from './extensions.ts';
import { applyEntry } from './profile-entry.ts';
import { quoteName, quoteText } from './quote.ts';
import { secretStatements } from './secrets.ts';
import type { Connection, Session } from './session.ts';
import { sqlFailure } from './sql-failure.ts';
import { attachWorkingDatabase, type LockWait, workingPath } from './working-database.ts';

export interface SessionOptions {
  /** Without a working database file: for a project without internal relations, and for commands that only read. */
  readonly inMemory: boolean;
  /** The project's folder, absolute: relative paths of the profile lie in it. */
  readonly folder: string;
  /** How long to wait for another process that holds the working database; 60 s where absent. */
  readonly lockTimeoutMs?: number;
  readonly onWait?: (message: string) => void;
}

/**
 * Opens DuckDB as a profile says, in dbt-duckdb's order: extensions, secrets, attached databases, and settings on every connection.
 * `"<target.database>"."schema"."x"` means the same whether that database is the profile's file or in memory. Secrets are made once.
 * Throws EiderError (`engine/database`, `engine/extension`, `engine/profile`).
 */
export async function openSession(target: Target, options: SessionOptions): Promise<Session> {
  const path = options.inMemory ? ':memory:' : workingPath(target, options.folder);
  const instance = await applyEntry(target, ['config_options'], () => openInstance(target, path, options.folder));
  const wait: LockWait = {
    timeoutMs: options.lockTimeoutMs ?? 60_000,
    sleep,
    ...(options.onWait && { onWait: options.onWait }),
  };
  const open = new Set<Connection>();
  try {
    const first = serialConnection(await instance.connect());
    open.add(first);
    await applySettings(first, target, (key) => key.includes('extension'));
    await loadExtensions(first, target);
    for (const [i, statement] of secretStatements(target.secrets).entries())
      await applyEntry(target, ['secrets', i], () => first.query(statement));
    await attachDatabase(first, target, path, wait);
    for (const [i, attachment] of target.attach.entries())
      await applyEntry(target, ['attach', i], () => first.query(attachStatement(attachment, options.folder)));
  } catch (cause) {
    close(instance, open);
    throw cause;
  }
  return {
    target,
    database: target.database,
    inMemory: path === ':memory:',
    connect: async () => {
      const connection = await connect(instance, target);
      open.add(connection);
      return connection;
    },
    close: async () => close(instance, open),
  };
}

async function openInstance(target: Target, path: string, folder: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(':memory:', instanceOptions(target, path, folder));
  } catch (cause) {
    throw sqlFailure('', cause);
  }
}

/**
 * `errors_as_json` carries error positions (sql-failure.ts). Nothing is installed behind a user's back. What does not fit in memory goes beside the
 * database file, as if DuckDB had opened it directly. Relative paths in SQL are read from the project's folder, which dbt runs in.
 */
function instanceOptions(target: Target, path: string, folder: string): Record<string, string> {
  const given = Object.entries(target.configOptions).filter(([key]) => key !== 'access_mode');
  return {
    autoinstall_known_extensions: 'false',
    errors_as_json: 'true',
    ...(isAbsolute(path) && { temp_directory: `${path}.tmp` }),
    ...(process.cwd() !== folder && !folder.includes(',') && { file_search_path: folder }),
    ...Object.fromEntries(given.map(([key, value]) => [key, String(value)])),
  };
}

/** An instance's own in-memory catalog is named `memory`: dbt's name for a `:memory:` target too. It makes room for a file of that name. */
async function attachDatabase(connection: Connection, target: Target, path: string, wait: LockWait): Promise<void> {
  if (path === ':memory:') {
    if (target.database !== 'memory') await connection.query(`ATTACH ':memory:' AS ${quoteName(target.database)}`);
    return;
  }
  if (target.database === 'memory') await connection.query("ATTACH ':memory:' AS __eider; USE __eider; DETACH memory");
  await attachWorkingDatabase(connection, target, path, wait);
}

async function connect(instance: DuckDBInstance, target: Target): Promise<Connection> {
  const raw: DuckDBConnection = await instance.connect();
  const connection = serialConnection(raw);
  await applySettings(connection, target, () => true);
  await connection.query(`USE ${quoteName(target.database)}`);
  return connection;
}

/** Those about extensions come before extensions are loaded, all of them after, on each connection: some belong to an extension. */
async function applySettings(connection: Connection, target: Target, wanted: (key: string) => boolean): Promise<void> {
  for (const [key, value] of Object.entries(target.settings).filter(([name]) => wanted(name))) {
    await applyEntry(target, ['settings', key], () => connection.query(`SET ${key} = ${quoteText(String(value))}`));
  }
}

function close(instance: DuckDBInstance, open: ReadonlySet<Connection>): void {
  for (const connection of open) connection.close();
  instance.closeSync();
}
