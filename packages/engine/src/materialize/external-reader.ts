import type { Layout } from '@eider/core';
import type { FilesGeneration, GenerationColumn } from '../lake/generation.ts';
import { quoteText } from '../session/quote.ts';
import { readerCall } from '../session/reader-call.ts';
import type { Connection } from '../session/session.ts';
import { isKeptByParquet } from './file-types.ts';
import { freezeReader } from './freeze-reader.ts';
import type { WrittenFiles } from './write-files.ts';

type Reader = FilesGeneration['reader'];

export interface ReadRequest {
  readonly connection: Connection;
  readonly layout: Pick<Layout, 'format' | 'readOptions' | 'partitionBy'>;
  /** All files of the generation. */
  readonly files: FilesGeneration['files'];
  readonly written: WrittenFiles;
  /** The generation that some of the files come from. */
  readonly carried: FilesGeneration | undefined;
}

/**
 * How an external model's files are read, and the columns that readers see: Parquet's with the query's types, those of CSV and JSON as detected, or,
 * where there are no rows to detect, as in the query.
 */
export async function externalReader(
  request: ReadRequest,
): Promise<{ readonly reader: Reader; readonly columns: readonly GenerationColumn[] }> {
  const { connection, files, layout, written } = request;
  const paths = files.map((file) => file.path);
  const reader = readerOf(request);
  const asked = written.columns.map(({ name, type }) => ({ name, type }));
  if (paths.length === 0) return { reader, columns: asked };
  if (layout.format !== 'parquet') {
    return files.some((file) => file.rows > 0) ? freezeReader(connection, reader, paths) : { reader, columns: asked };
  }
  const plain = Object.keys(reader.options).every((key) => key === 'union_by_name' || key === 'hive_partitioning');
  const own = paths.length === written.files.length;
  if (plain && own && written.columns.every(({ cast, type }) => isKeptByParquet(cast ?? type)))
    return { reader, columns: written.columns.map(parquetColumn) };
  return { reader, columns: await parquetColumns(connection, reader, paths, written) };
}

/** The project's own read options, less what would guess partition columns from paths: they are in our files, and only not in those that dbt-duckdb left. */
function readerOf({ carried, layout, written }: ReadRequest): Reader {
  const given = Object.entries(layout.readOptions).filter(([key]) => !key.startsWith('hive_'));
  const fromPaths = carried?.reader.options.hive_partitioning === 'true';
  const types = written.columns
    .filter((column) => layout.partitionBy.some((name) => name.toLowerCase() === column.name.toLowerCase()))
    .map((column) => `${quoteText(column.name)}: ${column.cast ?? column.type}`);
  const hive = fromPaths
    ? { hive_partitioning: 'true', hive_types: `{${types.join(', ')}}` }
    : { hive_partitioning: 'false' };
  return { name: `read_${layout.format}`, options: { ...Object.fromEntries(given), ...hive } };
}

function parquetColumn({ cast, name, type }: WrittenFiles['columns'][number]): GenerationColumn {
  return cast === null ? { name, type } : { name, type, fileType: cast };
}

async function parquetColumns(
  connection: Connection,
  reader: Reader,
  paths: readonly string[],
  written: WrittenFiles,
): Promise<readonly GenerationColumn[]> {
  const rows = await connection.objects(`DESCRIBE SELECT * FROM ${readerCall(reader, paths)}`);
  return rows.map((row) => {
    const [name, found] = [String(row.column_name), String(row.column_type)];
    const column = written.columns.find((candidate) => candidate.name === name);
    if (column === undefined || column.type === found) return { name, type: found };
    return { name, type: column.type, fileType: column.cast ?? found };
  });
}
