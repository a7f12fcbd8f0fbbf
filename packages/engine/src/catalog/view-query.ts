import type { FilesGeneration, GenerationColumn } from '../lake/generation.ts';
import { quoteName, quoteText } from '../session/quote.ts';
import { type Reader, readerOver, readerWithout } from '../session/reader-call.ts';
import { isPlain, publishedType } from './published-type.ts';

/** The query of the catalog's view over a generation's files: exact files by absolute path, each column cast to what the catalog shows. */
export function filesQuery(generation: FilesGeneration): string {
  if (isEmpty(generation)) return emptyQuery(generation.columns);
  const list = generation.columns.map((column) => readColumn(column, generation.format)).join(', ');
  return `SELECT ${list} FROM ${readerWithout(readerOf(generation), generation.files)}`;
}

/**
 * The query of the live file's view: over whatever the pattern, an SQL expression, leads to when it is read. Who opened the file before a build changed the
 * columns goes on with those of the time: one that is gone, or that does not fit the type of then, is NULL; a new one is not shown.
 */
export function liveQuery(generation: FilesGeneration, pattern: string): string {
  const { columns } = generation;
  if (isEmpty(generation)) return emptyQuery(columns);
  const list = columns.map(({ fileType, name, type }) => {
    const shown = publishedType(type);
    return `TRY_CAST(${betweenCast(name, fileType, 'TRY_CAST')} AS ${shown}) AS ${quoteName(name)}`;
  });
  const missing = columns.map(({ name }) => `NULL AS ${quoteName(name)}`);
  return `SELECT ${list.join(', ')} FROM (SELECT * FROM ${readerOver(readerOf(generation), pattern)} UNION ALL BY NAME SELECT ${missing.join(', ')} WHERE false) AS "live"`;
}

/** The files at a generation's alias, as the pattern of `liveQuery`. */
export function aliasPattern({ folder, format }: FilesGeneration, location: string): string {
  return quoteText(folder ? `${globText(location)}/**/*.${format}*` : globText(location));
}

/**
 * The query of a view that is published as SQL: its own text, with each column cast to the type that the catalog shows. Functions give other types in other
 * versions (`date_trunc` of a DATE), and DuckDB 1.0 refuses a view whose columns changed their types.
 */
export function sqlQuery(columns: readonly GenerationColumn[], sql: string): string {
  const list = columns.map(
    ({ name, type }) => `CAST(${quoteName(name)} AS ${publishedType(type)}) AS ${quoteName(name)}`,
  );
  return `SELECT ${list.join(', ')} FROM (\n${sql}\n) AS "published"`;
}

/** What readers should know about a column that the catalog shows otherwise than the query gave it; null where it does not. */
export function columnNote(type: string): string | null {
  return publishedType(type) === type
    ? null
    : `DuckDB 1.0 does not know the type ${type}: shown as ${publishedType(type)}`;
}

/** Partition columns are in the files: nothing is guessed from paths, unless files of an adopted folder lack them. */
function readerOf({ reader }: FilesGeneration): Reader {
  const { hive_partitioning = 'false', ...rest } = reader.options;
  return { name: reader.name, options: { ...rest, hive_partitioning } };
}

function isEmpty({ files, format, rows }: FilesGeneration): boolean {
  return files.length === 0 || (format !== 'parquet' && rows === 0);
}

/** A relation of these columns without a row. */
export function emptyQuery(columns: readonly GenerationColumn[]): string {
  return `SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${publishedType(type)}) AS ${quoteName(name)}`).join(', ')} WHERE false`;
}

/** Types of CSV and JSON come from reading text, so they are cast always. */
function readColumn({ name, type, fileType }: GenerationColumn, format: FilesGeneration['format']): string {
  const [quoted, shown] = [quoteName(name), publishedType(type)];
  if (format === 'parquet' && isPlain(shown) && shown === (fileType ?? type)) return quoted;
  return `CAST(${betweenCast(name, fileType, 'CAST')} AS ${shown}) AS ${quoted}`;
}

/** A union whose members were cast goes back in two steps. */
function betweenCast(name: string, fileType: string | undefined, cast: 'CAST' | 'TRY_CAST'): string {
  const isUnion = fileType?.includes('UNION(') && publishedType(fileType) === fileType;
  return isUnion ? `${cast}(${quoteName(name)} AS ${fileType})` : quoteName(name);
}

/** A path as a glob that matches itself only. */
export function globText(path: string): string {
  return path.replace(/[*?[]/g, (character) => `[${character}]`);
}
