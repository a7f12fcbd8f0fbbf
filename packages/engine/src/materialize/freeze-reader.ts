import type { FilesGeneration, GenerationColumn } from '../lake/generation.ts';
import { quoteText } from '../session/quote.ts';
import { readerCall } from '../session/reader-call.ts';
import type { Connection } from '../session/session.ts';

type Reader = FilesGeneration['reader'];

/** Detection's own options: once columns are named they have no say, and some may not stand beside `columns`. */
const detection = [
  'auto_detect',
  'columns',
  'types',
  'dtypes',
  'column_types',
  'names',
  'column_names',
  'all_varchar',
  'normalize_names',
  'auto_type_candidates',
  'union_by_name',
];

/**
 * Detects the columns of CSV or JSON files as dbt-duckdb's view does at every read, and gives a reader that names them: readers see the same types
 * whatever their DuckDB detects. Throws SqlError where the files cannot be read.
 */
export async function freezeReader(
  connection: Connection,
  reader: Reader,
  paths: readonly string[],
): Promise<{ readonly reader: Reader; readonly columns: readonly GenerationColumn[] }> {
  const described = await connection.objects(`DESCRIBE SELECT * FROM ${readerCall(reader, paths)}`);
  const columns = described.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  const list = columns.map(({ name, type }) => `${quoteText(name)}: ${quoteText(type)}`).join(', ');
  const dialect = reader.name === 'read_csv' ? await csvDialect(connection, reader, paths[0] ?? '') : {};
  const rest = Object.entries(reader.options).filter(([key]) => !detection.includes(key));
  return {
    reader: { name: reader.name, options: { ...dialect, ...Object.fromEntries(rest), columns: `{${list}}` } },
    columns,
  };
}

const ofSniffer = ['hive_partitioning', 'union_by_name', 'filename'];

/** What the sniffer found out about a CSV file. Where it saw no quotes they are `"`, as COPY writes them: they may come after its sample. */
async function csvDialect(connection: Connection, reader: Reader, path: string): Promise<Record<string, string>> {
  const options = Object.entries(reader.options).filter(([key]) => !ofSniffer.includes(key));
  const call = `sniff_csv(${quoteText(path)}${options.map(([key, value]) => `, ${key}=${value}`).join('')})`;
  const [found] = await connection.objects(`SELECT * FROM ${call}`);
  const text = (key: string, otherwise = ''): string => {
    const value = found?.[key];
    return typeof value === 'string' && value !== '' && value !== '(empty)' ? value : otherwise;
  };
  return {
    auto_detect: 'false',
    delim: quoteText(text('Delimiter', ',')),
    quote: quoteText(text('Quote', '"')),
    escape: quoteText(text('Escape', '"')),
    header: String(found?.HasHeader === true),
    skip: String(found?.SkipRows ?? 0),
    ...(text('DateFormat') && { dateformat: quoteText(text('DateFormat')) }),
    ...(text('TimestampFormat') && { timestampformat: quoteText(text('TimestampFormat')) }),
  };
}
