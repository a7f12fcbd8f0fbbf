import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { DataFile } from '../lake/generation.ts';
import { isRemote } from '../session/place.ts';
import { quoteList, quoteText } from '../session/quote.ts';
import type { Connection, ResultTable } from '../session/session.ts';

type Row = Readonly<Record<string, unknown>>;
type Entries = readonly { readonly key: string; readonly value: unknown }[];

/** The files of a COPY with RETURN_STATS (Parquet), with rows, bytes and statistics. `name` gives a file's name in the alias. */
export function filesWithStats(table: ResultTable, name: (path: string) => string): readonly DataFile[] {
  return table.rows.map((values) => {
    const row: Row = Object.fromEntries(table.columns.map((column, i) => [column.name, values[i]]));
    const path = String(row.filename);
    return {
      path,
      name: name(path),
      rows: Number(row.count),
      bytes: Number(row.file_size_bytes),
      stats: record(row.column_statistics as Entries | null, (value) => record(value as Entries, String)),
      ...(row.partition_keys === null
        ? {}
        : { partition: record(row.partition_keys as Entries, (value) => (value === null ? null : String(value))) }),
    };
  });
}

function record<T>(entries: Entries | null, convert: (value: unknown) => T): Readonly<Record<string, T>> {
  return Object.fromEntries((entries ?? []).map(({ key, value }) => [key, convert(value)]));
}

/** The files of a COPY with RETURN_FILES (CSV, JSON), which gives no more than their names and the rows of all together. */
export async function filesWithoutStats(
  connection: Connection,
  table: ResultTable,
  name: (path: string) => string,
  reader: (paths: string) => string,
): Promise<readonly DataFile[]> {
  const [total, paths] = [Number(table.rows[0]?.[0] ?? 0), (table.rows[0]?.[1] ?? []) as readonly string[]];
  const counts = paths.length === 1 ? new Map([[paths[0], total]]) : await countRows(connection, paths, reader);
  return Promise.all(
    paths.map(async (path) => ({
      path,
      name: name(path),
      rows: counts.get(path) ?? 0,
      bytes: isRemote(path) ? await remoteBytes(connection, path) : (await stat(path)).size,
    })),
  );
}

async function remoteBytes(connection: Connection, path: string): Promise<number> {
  const { rows } = await connection.query(`SELECT size FROM read_blob(${quoteText(path)})`);
  return Number(rows[0]?.[0] ?? 0);
}

async function countRows(
  connection: Connection,
  paths: readonly string[],
  reader: (paths: string) => string,
): Promise<ReadonlyMap<unknown, number>> {
  if (paths.length === 0) return new Map();
  const { rows } = await connection.query(`SELECT filename, count(*) FROM ${reader(quoteList(paths))} GROUP BY ALL`);
  return new Map(rows.map(([path, count]) => [path, Number(count)]));
}

/** A file's name relative to the folder of its generation, with `/`. */
export function nameUnder(folder: string, path: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : relative(folder, path).replaceAll('\\', '/');
}

/** The file list of a generation that keeps files of the one before: all of them (`append`), or all but those whose name is written anew. In order of name, as a glob gives them. */
export function mergeFiles(
  before: readonly DataFile[],
  added: readonly DataFile[],
  mode: 'replace' | 'append' | 'overwrite_or_ignore',
): readonly DataFile[] {
  const names = new Set(added.map((file) => file.name));
  const kept = mode === 'replace' ? [] : before.filter((file) => !names.has(file.name));
  return [...kept, ...added].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
