import { type Diagnostic, error } from '@eider/core';
import { quoteName, quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import type { BatchFile } from './batch-files.ts';
import { plain, takenType, unreadable, withoutGlobs } from './read-text.ts';

/** A CSV file as a query, or what is wrong with it. */
export interface CsvPart {
  readonly query?: string;
  readonly problems: readonly Diagnostic[];
}

/**
 * Reads a CSV file with a header into temporary tables. What separates values is told by the header alone, and quotes are always double: a file with a fault is
 * not read as another kind of file. Types are the table's, or for new columns those that all values have.
 * @param wanted DuckDB types of the table's columns, by their names in lower case
 */
export async function readCsv(
  connection: Connection,
  file: BatchFile,
  wanted: ReadonlyMap<string, string>,
  into: string,
): Promise<CsvPart> {
  try {
    const header = await headerOf(connection, file);
    if ('why' in header) return { problems: [problem(file, 1, header.why)] };
    const texts = await load(
      connection,
      file,
      header,
      header.names.map(() => 'VARCHAR'),
      into,
    );
    if (texts.length > 0 && header.names.length === 0) return { problems: texts };
    const found = await typesOf(connection, header.names, into);
    const types = header.names.map((name, at) => {
      const held = wanted.get(name.toLowerCase());
      return held === undefined ? (found[at] ?? 'VARCHAR') : takenType(held, found[at] ?? 'VARCHAR');
    });
    return { query: `SELECT * FROM ${into}`, problems: await load(connection, file, header, types, into) };
  } catch (cause) {
    return { problems: [unreadable(file.name, cause)] };
  }
}

interface Header {
  readonly names: readonly string[];
  readonly delimiter: string;
}

async function headerOf(connection: Connection, { path }: BatchFile): Promise<Header | { readonly why: string }> {
  const options =
    "header = false, auto_detect = false, delim = '\u001f', quote = '', escape = '', columns = {'line': 'VARCHAR'}, strict_mode = false";
  const { rows } = await connection.query(
    `SELECT line FROM read_csv(${quoteText(withoutGlobs(path))}, ${options}) LIMIT 1`,
  );
  const line = String(rows[0]?.[0] ?? '').replace(/^\ufeff/, '');
  if (line === '') return { why: 'there is no header' };
  const bare = line.replace(/"(?:[^"]|"")*"/g, '""');
  const counts = [',', ';', '\t', '|'].map((delimiter) => ({ delimiter, count: bare.split(delimiter).length }));
  const [best] = counts.sort((a, b) => b.count - a.count);
  const delimiter = best?.delimiter ?? ',';
  const names = valuesOf(line, delimiter);
  if (names === undefined) return { why: 'a quote in the header is not closed' };
  const twin = names.find((name, at) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < at);
  if (twin !== undefined) return { why: `the column "${twin}" is there twice` };
  const empty = names.indexOf('');
  return empty < 0 ? { names, delimiter } : { why: `column ${empty + 1} has no name` };
}

/** The values of one line; undefined where a quote is not closed. */
function valuesOf(line: string, delimiter: string): readonly string[] | undefined {
  const values: string[] = [];
  const escaped = delimiter === '|' ? '\\|' : delimiter;
  const value = new RegExp(`\\s*(?:"((?:[^"]|"")*)"\\s*|([^"${escaped}][^${escaped}]*)?)(${escaped}|$)`, 'y');
  for (;;) {
    const match = value.exec(line);
    if (match === null) return undefined;
    values.push(match[1]?.replaceAll('""', '"') ?? (match[2] ?? '').trim());
    if (match[3] === '') return values;
  }
}

/** Reads the file with these types, and gives every line that is left out, with why. */
async function load(
  connection: Connection,
  file: BatchFile,
  { delimiter, names }: Header,
  types: readonly string[],
  into: string,
): Promise<readonly Diagnostic[]> {
  const columns = names.map((name, at) => `${quoteText(name)}: ${quoteText(types[at] ?? 'VARCHAR')}`).join(', ');
  const shape = `header = true, auto_detect = false, delim = ${quoteText(delimiter)}, quote = '"', escape = '"', columns = {${columns}}`;
  const rejects =
    "store_rejects = true, rejects_limit = 0, rejects_table = '_eider_rejects', rejects_scan = '_eider_reject_scans'";
  await forgetRejects(connection);
  await connection.query(
    `CREATE OR REPLACE TEMP TABLE ${into} AS SELECT * FROM read_csv(${quoteText(withoutGlobs(file.path))}, ${shape}, ${rejects})`,
  );
  return await rejected(connection, file);
}

/** Kinds of values, narrow ones first, and what every text of such a column looks like: a cast alone would round `1.5` to an integer. */
const kinds: readonly (readonly [string, string])[] = [
  ['BIGINT', '[+-]?[0-9]+'],
  ['DOUBLE', '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?'],
  ['DATE', '[0-9]{4}-[0-9]{2}-[0-9]{2}'],
  ['TIMESTAMP', '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?'],
  [
    'TIMESTAMP WITH TIME ZONE',
    '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)',
  ],
  ['BOOLEAN', '(?i)(true|false)'],
];

/** The narrowest type that all values of a column have; text for one without values. */
async function typesOf(connection: Connection, names: readonly string[], table: string): Promise<readonly string[]> {
  const counts = names.flatMap((name) => {
    const value = quoteName(name);
    return kinds.map(
      ([type, pattern]) =>
        `count(*) FILTER (${value} IS NOT NULL AND (NOT regexp_full_match(${value}, ${quoteText(pattern)}) OR TRY_CAST(${value} AS ${type}) IS NULL)) = 0 AND count(${value}) > 0`,
    );
  });
  const { rows } = await connection.query(`SELECT ${counts.join(', ')} FROM ${table}`);
  return names.map(
    (_, column) => kinds.find((_kind, at) => rows[0]?.[column * kinds.length + at] === true)?.[0] ?? 'VARCHAR',
  );
}

async function forgetRejects(connection: Connection): Promise<void> {
  await connection.query('DROP TABLE IF EXISTS _eider_rejects; DROP TABLE IF EXISTS _eider_reject_scans');
}

/** Every line that was left out, with why. */
async function rejected(connection: Connection, { name }: BatchFile): Promise<readonly Diagnostic[]> {
  const rows = await connection.objects(
    'SELECT line, line_byte_position, byte_position, column_name, error_type, error_message FROM _eider_rejects ORDER BY line, byte_position',
  );
  await forgetRejects(connection);
  return rows.map((row) => {
    const line = Number(row.line);
    const start = Number(row.line_byte_position);
    const position = Number(row.byte_position ?? start);
    const column = position > start ? position - start + 1 : 1;
    const message = String(row.error_message);
    const why = faults[String(row.error_type)] ?? wrongType(String(row.column_name), message) ?? plain(message);
    const place = { file: name, line, column };
    return error('engine/landing', `Line ${line} of ${name} cannot be landed: ${why}.`, { place });
  });
}

function wrongType(column: string, message: string): string | undefined {
  const match = /Could not convert string "([\s\S]*)" to '([^']+)'/.exec(message);
  return match === null ? undefined : `"${column}" is ${JSON.stringify(match[1])}, and the table has ${match[2]}`;
}

/** Kinds of DuckDB's table of rejected lines. */
const faults: Readonly<Record<string, string>> = {
  'MISSING COLUMNS': 'it has fewer values than there are columns',
  'TOO MANY COLUMNS': 'it has more values than there are columns',
  'UNQUOTED VALUE': 'a quote is not closed, or text follows a closed one',
  'INVALID ENCODING': 'it is no UTF-8',
  'LINE SIZE OVER MAXIMUM': 'it is longer than DuckDB reads',
};

function problem({ name }: BatchFile, line: number, why: string): Diagnostic {
  return error('engine/landing', `Line ${line} of ${name} cannot be landed: ${why}.`, {
    place: { file: name, line, column: 1 },
  });
}
