import { quoteList } from './quote.ts';

/** A table function that reads files, with its named arguments in SQL spelling. */
export interface Reader {
  readonly name: 'read_parquet' | 'read_csv' | 'read_json';
  readonly options: Readonly<Record<string, string>>;
}

/** A reader's call over files: `read_parquet(['…'], hive_partitioning=false)`. */
export function readerCall(reader: Reader, paths: readonly string[]): string {
  return readerOver(reader, quoteList(paths));
}

/** A file of rows, and the list of those that it has lost: see `DataFile`. */
export interface ReadFile {
  readonly path: string;
  readonly deleted?: { readonly path: string };
}

/**
 * As `readerCall`, without the rows that files have lost: every DuckDB since 1.0 reads it. Where there are such, or `places` asks for it, the columns `filename` and `file_row_number` say
 * where a row is.
 */
export function readerWithout(reader: Reader, files: readonly ReadFile[], places = false): string {
  const [marked, whole] = [files.filter(({ deleted }) => deleted), files.filter(({ deleted }) => !deleted)];
  const placed = { ...reader, options: { ...reader.options, filename: 'true', file_row_number: 'true' } };
  if (marked.length === 0)
    return readerCall(
      places ? placed : reader,
      files.map(({ path }) => path),
    );
  const lists = quoteList([...new Set(marked.flatMap(({ deleted }) => deleted?.path ?? []))]);
  const left = `SELECT f.* FROM ${readerCall(
    placed,
    marked.map(({ path }) => path),
  )} AS f ANTI JOIN read_parquet(${lists}) AS d ON d.eider_file = parse_filename(f.filename) AND d.eider_row = f.file_row_number`;
  const rest =
    whole.length === 0
      ? ''
      : ` UNION ALL BY NAME SELECT * FROM ${readerCall(
          placed,
          whole.map(({ path }) => path),
        )}`;
  return `(${left}${rest})`;
}

/** As `readerCall`, over what an SQL expression gives: a path, a glob, or a list of them. */
export function readerOver(reader: Reader, files: string): string {
  const options = Object.entries(reader.options).map(([key, value]) => `, ${key}=${value}`);
  return `${reader.name}(${files}${options.join('')})`;
}
