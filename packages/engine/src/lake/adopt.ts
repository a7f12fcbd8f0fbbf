import { lstat, mkdir, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { linkOrCopy } from '@eider/store';
import { isRemote, joinPlace } from '../session/place.ts';
import { quoteList, quoteName, quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import { filesBelow } from './alias-folder.ts';
import type { DataFile, FilesGeneration } from './generation.ts';
import { inBatches } from './in-batches.ts';
import type { AdoptRequest } from './lake.ts';
import type { Reach } from './reach.ts';
import { copyObject } from './remote-alias.ts';

type Options = Readonly<Record<string, string>>;

/** A file at a location: its path there and its name in the alias. */
interface Found {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

/** Whether a location is an alias that this state made: it leads into the node's own folder. Copies in a bucket cannot be told from anything else. */
export async function isOwnAlias(location: string, dataFolder: string): Promise<boolean> {
  const there = isRemote(location) ? undefined : await lstat(location).catch(() => undefined);
  if (there === undefined) return false;
  if (there.isSymbolicLink()) return resolve(dirname(location), await readlink(location)).startsWith(`${dataFolder}/`);
  if (there.isDirectory() || there.nlink < 2) return false;
  const own = await filesBelow(dataFolder).catch(() => []);
  for (const name of own) if ((await lstat(join(dataFolder, name))).ino === there.ino) return true;
  return false;
}

/**
 * Generation 0 of a node: the files at its location, given a second name under `S/data` and described by DuckDB. Undefined where there are none. The one row
 * of NULLs that dbt-duckdb writes for an empty result is left out.
 */
export async function adoptFiles(
  reach: Reach,
  request: AdoptRequest,
  place: { readonly id: string; readonly folder: string; readonly build: string; readonly createdAt: string },
): Promise<FilesGeneration | undefined> {
  const found = await filesAt(reach, request);
  if (found.length === 0) return undefined;
  const files = await linkAll(reach, found, request, place);
  const paths = files.map(({ path }) => path);
  const { columns, options } = await describe(request, files);
  const counted = await countRows(request, files, options);
  const ghost =
    counted.length === 1 &&
    counted[0]?.rows === 1 &&
    (await isGhost(request.connection, call(request, paths, options), columns));
  const kept = ghost ? [] : counted;
  return {
    kind: 'files',
    origin: 'adopted',
    id: place.id,
    node: request.node,
    build: place.build,
    relation: request.relation,
    materialized: request.materialized,
    columns,
    reads: {},
    rows: kept.reduce((sum, file) => sum + file.rows, 0),
    bytes: kept.reduce((sum, file) => sum + file.bytes, 0),
    createdAt: place.createdAt,
    executionMs: 0,
    format: request.format,
    files: kept,
    location: request.location,
    folder: request.folder,
    reader: { name: `read_${request.format}`, options },
  };
}

/** Files that begin with `.` or `_`, or lie in such folders, are nobody's data: engines agree on that. */
async function filesAt(reach: Reach, { folder, format, location }: AdoptRequest): Promise<readonly Found[]> {
  if (!folder) return await fileAt(reach, location);
  const found = [...(await reach.below(location))].sort((a, b) => (a.name < b.name ? -1 : 1));
  const data = found.filter(({ name }) => {
    const hidden = name.split('/').some((part) => /^[._]/.test(part));
    return !hidden && new RegExp(`\\.${format}(\\.(gz|zst))?$`, 'i').test(name);
  });
  return data.map(({ bytes, name }) => ({ path: joinPlace(location, name), name, bytes }));
}

/** None where a folder stands in the place of a file. */
async function fileAt(reach: Reach, location: string): Promise<readonly Found[]> {
  const there = isRemote(location) ? undefined : await stat(location).catch(() => undefined);
  const bytes = there?.isDirectory() ? undefined : (there?.size ?? (await reach.bytes(location)));
  return bytes === undefined ? [] : [{ path: location, name: basename(location), bytes }];
}

async function linkAll(
  reach: Reach,
  found: readonly Found[],
  { folder, format }: AdoptRequest,
  place: { readonly id: string; readonly folder: string },
): Promise<readonly DataFile[]> {
  const target = (name: string): string => {
    if (folder) return joinPlace(place.folder, place.id, name);
    const end = /(\.[A-Za-z0-9]+)?\.(gz|zst)$|\.[A-Za-z0-9]+$/.exec(name)?.[0] ?? `.${format}`;
    return joinPlace(place.folder, place.id + end);
  };
  if (!isRemote(place.folder))
    for (const folderPath of new Set(found.map(({ name }) => dirname(target(name)))))
      await mkdir(folderPath, { recursive: true });
  await inBatches(found, 16, async ({ path, name }) => {
    if (isRemote(path)) await copyObject(reach, path, target(name));
    else await linkOrCopy(path, target(name));
  });
  return found.map(({ bytes, name }) => ({ path: target(name), name, rows: 0, bytes }));
}

/** Columns and read options. dbt-duckdb leaves partition columns out of the files: those come from the folders' names, with the types that DuckDB finds in them. */
async function describe(
  request: AdoptRequest,
  files: readonly DataFile[],
): Promise<{ columns: FilesGeneration['columns']; options: Options }> {
  const paths = files.map(({ path }) => path);
  const given = Object.fromEntries(Object.entries(request.readOptions).filter(([key]) => !key.startsWith('hive_')));
  const plain: Options = { ...given, hive_partitioning: 'false' };
  const inFiles = await describeCall(request.connection, call(request, paths, plain));
  const keys = partitionKeys(files).filter(
    (key) => !inFiles.some(({ name }) => name.toLowerCase() === key.toLowerCase()),
  );
  if (keys.length === 0) return { columns: inFiles, options: plain };
  const guessed = await describeCall(request.connection, call(request, paths, { ...given, hive_partitioning: 'true' }));
  const types = guessed
    .filter(({ name }) => keys.includes(name))
    .map(({ name, type }) => `${quoteText(name)}: ${type}`);
  return { columns: guessed, options: { ...given, hive_partitioning: 'true', hive_types: `{${types.join(', ')}}` } };
}

function partitionKeys(files: readonly DataFile[]): readonly string[] {
  const keys = files.flatMap(({ name }) =>
    name
      .split('/')
      .slice(0, -1)
      .map((part) => /^([^=]+)=/.exec(part)?.[1] ?? ''),
  );
  return [...new Set(keys.filter((key) => key !== ''))];
}

async function describeCall(connection: Connection, source: string): Promise<FilesGeneration['columns']> {
  const rows = await connection.objects(`DESCRIBE SELECT * FROM ${source}`);
  return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
}

async function countRows(
  request: AdoptRequest,
  files: readonly DataFile[],
  options: Options,
): Promise<readonly DataFile[]> {
  const paths = files.map(({ path }) => path);
  const sql =
    request.format === 'parquet'
      ? `SELECT file_name, num_rows FROM parquet_file_metadata(${quoteList(paths)})`
      : `SELECT filename, count(*) FROM ${call(request, paths, { ...options, filename: 'true' })} GROUP BY ALL`;
  const { rows } = await request.connection.query(sql);
  const counts = new Map(rows.map(([path, count]) => [String(path), Number(count)]));
  return files.map((file) => ({ ...file, rows: counts.get(file.path) ?? 0 }));
}

async function isGhost(connection: Connection, source: string, columns: FilesGeneration['columns']): Promise<boolean> {
  const filled = columns.map(({ name }) => `${quoteName(name)} IS NOT NULL`).join(' OR ');
  const { rows } = await connection.query(`SELECT count(*) FROM ${source} WHERE ${filled}`);
  return Number(rows[0]?.[0]) === 0;
}

function call({ format }: AdoptRequest, paths: readonly string[], options: Options): string {
  const list = Object.entries(options).map(([key, value]) => `, ${key}=${value}`);
  return `read_${format}(${quoteList(paths)}${list.join('')})`;
}
