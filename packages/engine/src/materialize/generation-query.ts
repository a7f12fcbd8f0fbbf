import type { FilesGeneration, GenerationColumn } from '../lake/generation.ts';
import { quoteName, quoteText } from '../session/quote.ts';
import { readerCall, readerWithout } from '../session/reader-call.ts';

/** The query that reads a generation of files: its exact files, each column with the type of the query that made it. */
export function generationQuery(
  generation: Pick<FilesGeneration, 'columns' | 'files' | 'format' | 'reader' | 'rows'>,
): string {
  if (isEmpty(generation)) return emptyQuery(generation.columns);
  const { columns, files, reader } = generation;
  const source = readerWithout(reader, files);
  // Files of several ages may have columns that are gone, and others in another order.
  const isMixed = reader.options.union_by_name?.toLowerCase() === 'true';
  const isListed = isMixed || columns.some((column) => column.fileType !== undefined);
  return `SELECT ${isListed ? columns.map(readColumn).join(', ') : '*'} FROM ${source}`;
}

/** As `generationQuery`, of files that are there, with columns of these names that say from which file a row is, and which of it (from 0). */
export function readRows(
  { columns, files, reader }: Pick<FilesGeneration, 'columns' | 'files' | 'reader'>,
  { file, row }: { readonly file: string; readonly row?: string },
): string {
  const list = columns.map(readColumn);
  if (row === undefined && !files.some(({ deleted }) => deleted)) {
    const withFile = { ...reader, options: { ...reader.options, filename: quoteText(file) } };
    const source = readerCall(
      withFile,
      files.map(({ path }) => path),
    );
    return `SELECT ${[...list, quoteName(file)].join(', ')} FROM ${source}`;
  }
  const places = [
    `filename AS ${quoteName(file)}`,
    ...(row === undefined ? [] : [`file_row_number AS ${quoteName(row)}`]),
  ];
  return `SELECT ${[...list, ...places].join(', ')} FROM ${readerWithout(reader, files, true)}`;
}

/** Rows of no file: a typed query. CSV and JSON files without rows tell no types, a reader needs one file at least. */
function isEmpty({ files, format, rows }: Pick<FilesGeneration, 'files' | 'format' | 'rows'>): boolean {
  return files.length === 0 || (format !== 'parquet' && rows === 0);
}

function emptyQuery(columns: readonly GenerationColumn[]): string {
  return `SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteName(name)}`).join(', ')} WHERE false`;
}

/** A union whose members were cast goes back in two steps: DuckDB turns the file's struct into a union of equal members only. */
function readColumn({ name, type, fileType }: GenerationColumn): string {
  const quoted = quoteName(name);
  if (fileType === undefined) return quoted;
  const inner = fileType.includes('UNION(') ? `CAST(${quoted} AS ${fileType})` : quoted;
  return `CAST(${inner} AS ${type}) AS ${quoted}`;
}
