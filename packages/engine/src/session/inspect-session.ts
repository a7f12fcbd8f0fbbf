import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { version } from '@duckdb/node-api';
import { type Diagnostic, EiderError, error, type Target } from '@eider/core';
import { attachStatement } from './attach.ts';
import { serialConnection } from './connection.ts';
import { loadExtension } from './extensions.ts';
import { makeSecret } from './make-secrets.ts';
import { openInstance, settingStatement } from './open-session.ts';
import { notesSchema } from './other-relations.ts';
import { applyEntry, type ProfileEntry } from './profile-entry.ts';
import { quoteText } from './quote.ts';
import { type Connection, SqlError } from './session.ts';
import { makeSpillFolder } from './spill-folder.ts';
import { applyTrust, isTrust } from './trust.ts';
import { isLock, lockHolder, workingPath } from './working-database.ts';

/** What became of one entry of a target when DuckDB was set up with it. */
export interface EntryReport {
  readonly kind: 'config_options' | 'extensions' | 'settings' | 'secrets' | 'attach' | 'ca_cert_file';
  /** What people call it: an extension's or a setting's name, a secret's name and type; never a value of a secret. */
  readonly name: string;
  /** Where an extension came from, what a setting is now. */
  readonly detail: string | null;
  /** Why it was refused; null where it was not. */
  readonly failure: Diagnostic | null;
}

/** What a target's working database is. */
export interface DatabaseReport {
  /** Absolute, `:memory:`, or a URI. */
  readonly path: string;
  readonly kind: 'memory' | 'remote' | 'missing' | 'database' | 'catalog' | 'unreadable';
  /** Tables and views in it; null where it was not looked into. */
  readonly relations: number | null;
  /** Why it cannot be opened: who holds it, what is wrong with it. */
  readonly problem: string | null;
}

/** DuckDB as a target sets it up, each entry tried for itself. */
export interface SessionReport {
  readonly duckdb: string;
  readonly platform: string | null;
  readonly entries: readonly EntryReport[];
  readonly database: DatabaseReport;
}

/** The version of DuckDB that the binding brings: `v1.5.5`. */
export function duckdbVersion(): string {
  return version();
}

/**
 * Sets DuckDB up as a target says and tells what became of each entry, where `openSession` stops at the first that is refused. The working database is
 * looked into read-only, if it is there. Throws nothing that a profile can cause.
 */
export async function inspectSession(target: Target, folder: string): Promise<SessionReport> {
  const entries: EntryReport[] = [];
  const attempt = async (entry: ProfileEntry, name: string, work: () => Promise<string | null>): Promise<void> => {
    const [kind] = entry as readonly [EntryReport['kind']];
    const result = await applyEntry(target, entry, work).then(
      (detail) => ({ detail, failure: null }),
      (cause: unknown) => ({ detail: null, failure: findingOf(cause) }),
    );
    entries.push({ kind, name, ...result });
  };
  const spill = await makeSpillFolder({ ...target, configOptions: {}, settings: {} }, folder);
  try {
    const instance = await openInstance(target, spill.path, folder).catch((cause: unknown) => cause);
    if (instance instanceof Error) {
      await attempt(['config_options'], 'config_options', () => Promise.reject(instance));
      return { duckdb: version(), platform: null, entries, database: await inspectDatabase(null, target, folder) };
    }
    const open = instance as Awaited<ReturnType<typeof openInstance>>;
    const connection = serialConnection(await open.connect());
    try {
      if (Object.keys(target.configOptions).length > 0)
        entries.push({
          kind: 'config_options',
          name: Object.keys(target.configOptions).join(', '),
          detail: null,
          failure: null,
        });
      await tryEntries(connection, target, folder, attempt);
      const [row] = await connection.objects('SELECT platform FROM pragma_platform()');
      const database = await inspectDatabase(connection, target, folder);
      return { duckdb: version(), platform: String(row?.platform), entries, database };
    } finally {
      connection.close();
      open.closeSync();
    }
  } finally {
    await spill.remove();
  }
}

type Attempt = (entry: ProfileEntry, name: string, work: () => Promise<string | null>) => Promise<void>;

/** In the order of a session: what concerns extensions first, then extensions, the other settings, secrets, attached databases. */
async function tryEntries(connection: Connection, target: Target, folder: string, attempt: Attempt): Promise<void> {
  const setting = async ([key, value]: readonly [string, unknown]): Promise<void> =>
    attempt(['settings', key], key, async () => {
      if (key === 'temp_directory') return String(value);
      await connection.query(settingStatement(key, value));
      return String(value);
    });
  const settings = Object.entries(target.settings).filter(([key]) => !isTrust(key));
  for (const one of settings.filter(([key]) => key.includes('extension'))) await setting(one);
  for (const [i, { name }] of target.extensions.entries())
    await attempt(['extensions', i], name, async () => {
      await loadExtension(connection, target, i);
      return originOf(connection, name);
    });
  for (const one of settings.filter(([key]) => !key.includes('extension'))) await setting(one);
  if (target.caCertFile !== undefined)
    await attempt(['ca_cert_file'], 'ca_cert_file', async () => {
      await applyTrust(connection, target, folder);
      return null;
    });
  for (const [i, secret] of target.secrets.entries())
    await attempt(['secrets', i], secretName(secret, i), async () => {
      await makeSecret(connection, target, i, folder);
      return null;
    });
  for (const [i, attachment] of target.attach.entries())
    await attempt(['attach', i], attachment.alias ?? attachmentName(attachment.path, i), async () => {
      await connection.query(attachStatement(attachment, folder));
      return attachment.type ?? 'duckdb';
    });
}

/** Where a loaded extension came from, and its version. */
async function originOf(connection: Connection, name: string): Promise<string> {
  const [row] = await connection.objects(
    `SELECT install_path, installed_from, extension_version FROM duckdb_extensions()
     WHERE extension_name = ${quoteText(name)} OR list_contains(aliases, ${quoteText(name)})`,
  );
  const path = String(row?.install_path ?? '');
  const from = String(row?.installed_from ?? '');
  const parts = [row?.extension_version, path === '' || path.startsWith('(') ? 'built in' : path, from];
  return parts.filter((part) => part !== '' && part !== null && part !== undefined).join(', ');
}

function secretName({ name, type }: Target['secrets'][number], index: number): string {
  return `${typeof name === 'string' ? name : `_dbt_secret_${index + 1}`} (${String(type)})`;
}

/** A path that may hold a password is not shown. */
function attachmentName(path: string, index: number): string {
  return /[=@]/.test(path) ? `entry ${index + 1}` : path;
}

function findingOf(cause: unknown): Diagnostic {
  const known = cause instanceof EiderError ? cause.diagnostics[0] : undefined;
  return known ?? error('engine/profile', cause instanceof Error ? cause.message : String(cause));
}

async function inspectDatabase(connection: Connection | null, target: Target, folder: string): Promise<DatabaseReport> {
  const path = workingPath(target, folder);
  const report = (kind: DatabaseReport['kind'], problem: string | null = null, relations: number | null = null) =>
    ({ path, kind, problem, relations }) satisfies DatabaseReport;
  if (path === ':memory:') return report('memory');
  if (!isAbsolute(path)) return report('remote');
  if ((await stat(path).catch(() => null)) === null) return report('missing');
  if (connection === null) return report('database');
  try {
    await connection.query(`ATTACH ${quoteText(path)} AS __eider_debug (READ_ONLY)`);
    const [row] = await connection.objects(
      `SELECT count(*)::INTEGER AS relations, coalesce(bool_or(schema_name = 'eider'), false) AS is_catalog FROM (
         SELECT schema_name FROM duckdb_tables() WHERE database_name = '__eider_debug' AND NOT internal
         UNION ALL SELECT schema_name FROM duckdb_views() WHERE database_name = '__eider_debug' AND NOT internal)
       WHERE schema_name <> ${quoteText(notesSchema)}`,
    );
    await connection.query('DETACH __eider_debug');
    return report(row?.is_catalog === true ? 'catalog' : 'database', null, Number(row?.relations));
  } catch (cause) {
    if (!(cause instanceof SqlError)) throw cause;
    const reason = isLock(cause)
      ? `${await lockHolder(cause)} holds it`
      : (cause.message.split('\n')[0] ?? cause.message);
    return report('unreadable', reason);
  }
}
