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

/** As `readerCall`, over what an SQL expression gives: a path, a glob, or a list of them. */
export function readerOver(reader: Reader, files: string): string {
  const options = Object.entries(reader.options).map(([key, value]) => `, ${key}=${value}`);
  return `${reader.name}(${files}${options.join('')})`;
}
