import { rm } from 'node:fs/promises';
import type { Layout } from '@eider/core';
import { decodePath } from '@eider/delta';
import { type WrittenDelta, writeDeltaFiles } from '../delta/write-files.ts';
import type { DataFile, FilesGeneration, GenerationColumn } from '../lake/generation.ts';
import { isRemote } from '../session/place.ts';
import type { MaterializeContext } from './materialization.ts';

/** Rows that were written for a Delta table. */
export interface TableRows {
  readonly columns: readonly GenerationColumn[];
  readonly files: readonly DataFile[];
}

/** How files of a Delta table are read: all columns are in them, files of several ages may have others. */
export const tableReader: FilesGeneration['reader'] = {
  name: 'read_parquet',
  options: { hive_partitioning: 'false', union_by_name: 'True' },
};

interface TableWrite {
  readonly sql: string;
  readonly id: string;
  readonly properties: Properties;
  /** See `WriteDeltaRequest`. */
  readonly dictionary?: number | undefined;
}

/**
 * Writes a query's rows as files in a table's folder that no log names yet. Their names begin with `id`. Throws SqlError with the position in the query.
 * @param properties of the table: they say how files are compressed, and of which columns there are statistics
 */
export async function writeTableFiles(
  { connection, now }: Pick<MaterializeContext, 'connection' | 'now'>,
  layout: Layout,
  { dictionary, id, properties, sql }: TableWrite,
): Promise<TableRows> {
  const written = await connection.retry((attempt, number) =>
    writeDeltaFiles({
      connection: attempt,
      sql,
      root: layout.location,
      partitionBy: layout.partitionBy,
      prefix: number === 1 ? id : `${id}.${number}`,
      sortBy: layout.delta?.sortBy ?? [],
      fileBytes: layout.delta?.fileBytes ?? undefined,
      codec: codecOf(properties, layout),
      indexed: indexedOf(properties),
      dictionary,
      now: now().getTime(),
    }),
  );
  await Promise.all(written.empty.map((path) => removeEmpty(path)));
  return { columns: columnsOf(written), files: filesOf(written) };
}

type Properties = Readonly<Record<string, string>>;

/** `options: {compression: …}` of the node, else the table's property. */
function codecOf(properties: Properties, { copyOptions }: Layout): string | undefined {
  const own = copyOptions.compression ?? copyOptions.codec;
  return (own?.replace(/^'(.*)'$/, '$1') ?? properties['delta.parquet.compression.codec'])?.toLowerCase();
}

function indexedOf(properties: Properties): number | undefined {
  const given = properties['delta.dataSkippingNumIndexedCols'];
  return given !== undefined && /^-?\d+$/.test(given) ? Number(given) : undefined;
}

/** A query without rows writes a file without rows. In a bucket it goes with what no log names. */
async function removeEmpty(path: string): Promise<void> {
  if (!isRemote(path)) await rm(path, { force: true });
}

function columnsOf({ columns }: WrittenDelta): readonly GenerationColumn[] {
  return columns.map(({ fileType, name, type }) => ({ name, type, ...(fileType !== type && { fileType }) }));
}

function filesOf({ files }: WrittenDelta): readonly DataFile[] {
  return files.map(({ add, path, rows }) => ({ path, name: decodePath(add.path), rows, bytes: add.size, add }));
}
