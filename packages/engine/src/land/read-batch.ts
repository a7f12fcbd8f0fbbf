import type { Diagnostic } from '@eider/core';
import type { StructType } from '@eider/delta';
import { duckTypeOf } from '../delta/delta-types.ts';
import { quoteList, quoteName, quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import type { BatchFile } from './batch-files.ts';
import { brokenLines, unfitLines, type WantedType } from './json-problems.ts';
import { readCsv } from './read-csv.ts';
import { takenType, unreadable, withoutGlobs } from './read-text.ts';

/** The rows of a batch: a query over what was read, or everything that is wrong with the files. */
export type ReadBatch = { readonly query: string } | { readonly problems: readonly Diagnostic[] };

interface Part {
  readonly query?: string;
  readonly problems: readonly Diagnostic[];
}

/**
 * Reads files as rows, in temporary tables of the connection where their text has to be understood. Columns that the table has are of the table's types; the
 * types of others are found by all rows. Columns are put together by name.
 */
export async function readBatch(
  connection: Connection,
  files: readonly BatchFile[],
  table: StructType | undefined,
): Promise<ReadBatch> {
  const wanted = new Map(table?.fields.map(({ name, type }) => [name.toLowerCase(), duckTypeOf(type)]));
  const parquet = files.filter(({ format }) => format === 'parquet');
  const parts: Part[] = parquet.length === 0 ? [] : [await readParquet(connection, parquet)];
  for (const [at, file] of files.entries()) {
    if (file.format === 'csv') parts.push(await readCsv(connection, file, wanted, `_eider_landed_${at}`));
    if (file.format === 'json') parts.push(await readJson(connection, file, wanted, `_eider_landed_${at}`));
  }
  const problems = parts.flatMap((part) => part.problems);
  if (problems.length > 0) return { problems };
  return { query: parts.map(({ query }) => query).join('\nUNION ALL BY NAME\n') };
}

async function readParquet(connection: Connection, files: readonly BatchFile[]): Promise<Part> {
  const problems: Diagnostic[] = [];
  for (const { name, path } of files) {
    await connection
      .query(`SELECT 1 FROM parquet_schema(${quoteText(withoutGlobs(path))}) LIMIT 1`)
      .catch((cause: unknown) => problems.push(unreadable(name, cause)));
  }
  const list = quoteList(files.map(({ path }) => withoutGlobs(path)));
  return { query: `SELECT * FROM read_parquet(${list}, union_by_name = true, hive_partitioning = false)`, problems };
}

async function described(
  connection: Connection,
  from: string,
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const rows = await connection.objects(`DESCRIBE SELECT * FROM ${from}`);
  return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
}

async function readJson(
  connection: Connection,
  file: BatchFile,
  wanted: ReadonlyMap<string, string>,
  into: string,
): Promise<Part> {
  const path = quoteText(withoutGlobs(file.path));
  const options = 'maximum_object_size = 268435456';
  const texts: WantedType[] = [];
  try {
    const columns = await described(connection, `read_json(${path}, sample_size = -1, ${options})`);
    const types = columns.map(({ name, type }) => {
      const held = wanted.get(name.toLowerCase());
      const taken = held === undefined ? type : takenType(held, type);
      if (taken !== type) texts.push({ column: name, type: taken });
      return `${quoteName(name)}: ${quoteText(taken)}`;
    });
    const typed = types.length === 0 ? 'sample_size = -1' : `columns = {${types.join(', ')}}`;
    await connection.query(
      `CREATE OR REPLACE TEMP TABLE ${into} AS SELECT * FROM read_json(${path}, ${typed}, ${options})`,
    );
    return { query: `SELECT * FROM ${into}`, problems: [] };
  } catch (cause) {
    const broken = await brokenLines(file).catch(() => []);
    const lines = broken.length > 0 ? broken : await unfitLines(connection, file, texts).catch(() => []);
    return { problems: lines.length > 0 ? lines : [unreadable(file.name, cause)] };
  }
}
