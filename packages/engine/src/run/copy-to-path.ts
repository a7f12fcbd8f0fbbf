import { copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { type Diagnostic, warning } from '@eider/core';
import { quoteText } from '../session/quote.ts';
import type { Session } from '../session/session.ts';
import { workingPath } from '../session/working-database.ts';

export interface CopyRequest {
  readonly session: Session;
  /** The project's folder. */
  readonly folder: string;
  /** The published catalog. */
  readonly published: string;
  /** Whether nothing was published before: what is left as it was is told once, and by `debug`. */
  readonly isFirst: boolean;
}

/**
 * Puts a copy of the published catalog where dbt-duckdb would have its database, for a project that needs none: tools that were pointed at the
 * profile's `path` go on. Replaced by rename; a file that is not a catalog of eider's stays, with a finding at the first commit.
 */
export async function copyToPath({ folder, isFirst, published, session }: CopyRequest): Promise<readonly Diagnostic[]> {
  const path = workingPath(session.target, folder);
  if (!session.inMemory || !isAbsolute(path) || path === published) return [];
  const reason = await reasonToLeave(session, path);
  if (reason !== null && !isFirst) return [];
  if (reason !== null) {
    const message = `The database ${path} of the profile ${reason}, so it was left as it is. The published catalog is ${published}.`;
    return [warning('engine/database-left', message, { hint: 'Move it away to get a copy of the catalog there.' })];
  }
  const temporary = `${path}.${process.pid}.eider`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await copyFile(published, temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return [];
}

/** Why a file may not be replaced; null where there is none, or it is a catalog. */
async function reasonToLeave(session: Session, path: string): Promise<string | null> {
  if (!(await exists(path))) return null;
  if (await exists(`${path}.wal`)) return 'holds changes of a program that did not close it';
  const connection = await session.connect();
  try {
    await connection.query(`ATTACH ${quoteText(path)} AS __eider_path (READ_ONLY)`);
  } catch (cause) {
    return `cannot be opened (${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)})`;
  }
  try {
    const { rows } = await connection.query(
      "SELECT 1 FROM duckdb_schemas() WHERE database_name = '__eider_path' AND schema_name = 'eider'",
    );
    return rows.length > 0 ? null : 'is no copy of the catalog';
  } finally {
    await connection.query('DETACH __eider_path');
    connection.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
