import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Layout } from '@eider/core';
import type { DataFile } from '../lake/generation.ts';
import type { GenerationPlace } from '../lake/lake.ts';
import { describeQuery } from '../session/database-port.ts';
import { isRemote } from '../session/place.ts';
import { readerCall } from '../session/reader-call.ts';
import { shifted } from '../session/relation.ts';
import { type Connection, SqlError } from '../session/session.ts';
import { uniqueNames } from './column-names.ts';
import { filesWithoutStats, filesWithStats, nameUnder } from './copied-files.ts';
import { type CopyPlan, copyStatement } from './copy-statement.ts';
import { castForParquet, type WideIntegers } from './file-types.ts';

export interface WriteRequest {
  readonly connection: Connection;
  readonly sql: string;
  readonly layout: Pick<Layout, 'format' | 'copyOptions' | 'partitionBy' | 'perThreadOutput' | 'mode' | 'folder'>;
  /** Where the files go: `<folder>/<id>.<extension>`, or the folder `<folder>/<id>`. */
  readonly place: GenerationPlace | Promise<GenerationPlace>;
  /** The file's name in the alias, where there is one file. */
  readonly fileName: string;
}

export interface WrittenFiles {
  readonly files: readonly DataFile[];
  /** The query's columns as they are in the files' order, with the type that each was cast to. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly cast: string | null }[];
}

/**
 * Writes a query's rows into new files: one COPY outside of any transaction, so that DuckDB uses all its threads. What Parquet would lose is cast
 * (file-types.ts). Where the profile has `retries`, a transient failure is followed by another attempt, with files of other names. Throws SqlError with the
 * position in the query; files of a failed attempt are removed.
 */
export async function writeFiles(request: WriteRequest): Promise<WrittenFiles> {
  const [described, place] = await Promise.all([describeQuery(request.connection, request.sql), request.place]);
  const names = uniqueNames(described.map((column) => column.name));
  const types = described.map((column) => column.type);
  const write = (wide: WideIntegers): Promise<WrittenFiles> =>
    request.connection.retry((connection, number) =>
      attempt({ ...request, connection }, { ...place, id: numbered(place.id, number) }, names, types, wide),
    );
  try {
    return await write('decimal');
  } catch (cause) {
    if (!isTooWide(cause, types)) throw cause;
    return await write('text');
  }
}

/** A name that begins with the generation's id, and that no earlier attempt has used. */
function numbered(id: string, attempt: number): string {
  return attempt === 1 ? id : `${id}.${attempt}`;
}

/** An integer beyond 38 digits where the wide integers go as DECIMAL(38,0). */
function isTooWide(cause: unknown, types: readonly string[]): boolean {
  return (
    cause instanceof SqlError &&
    /to DECIMAL\(38,0\)/.test(cause.message) &&
    types.some((type) => type.includes('HUGEINT'))
  );
}

async function attempt(
  request: WriteRequest,
  place: GenerationPlace,
  names: readonly string[],
  types: readonly string[],
  wide: WideIntegers,
): Promise<WrittenFiles> {
  const { connection, layout, sql } = request;
  const isFolder = writesFolder(layout);
  const target = isFolder
    ? `${place.folder}/${place.id}`
    : `${place.folder}/${place.id}${extension(request.fileName, layout.format)}`;
  const columns = names.map((name, i) => {
    const type = types[i] ?? 'VARCHAR';
    return { name, type, cast: layout.format === 'parquet' ? castForParquet(type, wide) : null };
  });
  const copyTo = async (place: string): Promise<readonly DataFile[]> => {
    const plan: CopyPlan = { sql, columns, target: place, folder: isFolder, layout };
    try {
      return await copy(connection, plan, isFolder ? (path) => nameUnder(place, path) : () => request.fileName);
    } catch (cause) {
      // In a bucket nothing is seen of a file before its end; what a folder holds of it goes with the build.
      if (!isRemote(place)) await rm(place, { recursive: true, force: true });
      throw cause;
    }
  };
  return { files: await onDesk(place.desk, target, copyTo), columns };
}

/** Writes on this machine first what is to lie in a bucket; into the bucket itself where this machine has no room for it. */
async function onDesk(
  desk: GenerationPlace['desk'],
  target: string,
  copyTo: (place: string) => Promise<readonly DataFile[]>,
): Promise<readonly DataFile[]> {
  const draft = await desk?.draft(target);
  if (desk === undefined || draft === undefined) return await copyTo(target);
  let written: readonly DataFile[];
  try {
    written = await copyTo(draft);
  } catch (cause) {
    if (!(cause instanceof SqlError && isOfDisk(cause, draft))) throw cause;
    await desk.giveUp();
    return await copyTo(target);
  }
  return await Promise.all(
    written.map(async (file) => {
      const uri = target + file.path.slice(draft.length);
      await desk.hold(uri, file.path);
      return { ...file, path: uri };
    }),
  );
}

/** Whether a statement failed for the file that it was to write. */
function isOfDisk({ message }: SqlError, file: string): boolean {
  return message.startsWith('IO Error') && (message.includes(file) || /no space left|disk full|quota/i.test(message));
}

async function copy(
  connection: Connection,
  plan: CopyPlan,
  name: (path: string) => string,
): Promise<readonly DataFile[]> {
  const { text, offset } = copyStatement(plan);
  try {
    const table = await connection.query(text);
    if (plan.layout.format === 'parquet') return filesWithStats(table, name);
    const reader = { name: `read_${plan.layout.format}` as const, options: { filename: 'true' } };
    return await filesWithoutStats(connection, table, name, (paths) => readerCall(reader, []).replace('[]', paths));
  } catch (cause) {
    throw cause instanceof SqlError ? shifted(cause, plan.sql, offset) : cause;
  }
}

/** Whether COPY makes a folder of files. */
export function writesFolder(layout: WriteRequest['layout']): boolean {
  const rotates = ['file_size_bytes', 'row_groups_per_file'].some((key) => key in layout.copyOptions);
  return layout.folder || layout.perThreadOutput || layout.partitionBy.length > 0 || rotates;
}

/** The file's extensions, by which DuckDB knows a compression: `.csv.gz`. */
function extension(fileName: string, format: string): string {
  return /(\.[A-Za-z0-9]+)?\.(gz|zst)$|\.[A-Za-z0-9]+$/.exec(basename(fileName))?.[0] ?? `.${format}`;
}
