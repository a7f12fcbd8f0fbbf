import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EiderError, error, isExternal, type Place, type SeedNode } from '@eider/core';
import { quoteName, quoteText } from '../session/quote.ts';
import { relationName, relationOf } from '../session/relation.ts';
import { type Connection, SqlError } from '../session/session.ts';
import { seedNames } from './column-names.ts';
import { csvRecords } from './csv-records.ts';
import { externalDelta } from './external-delta.ts';
import { isRefreshed } from './external-target.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';
import { seedType } from './seed-types.ts';
import { tableMade, withNote } from './working-table.ts';

/** dbt's `seed`: a CSV file of the project as a table, with dbt's inferred types, or those of `column_types`. It is rebuilt at each run, whatever columns it had. */
export async function seed(context: MaterializeContext): Promise<Materialized> {
  const { build, compiler, connection, node } = context;
  if (isExternal(node)) return await externalSeed(context);
  const place = await build.newGeneration(node.unique_id, null);
  const found = await context.port.relation(relationName(node));
  const old = found === null ? null : found.type === 'view' ? 'VIEW' : 'TABLE';
  const source = { connection, node: node as SeedNode, root: compiler.project.root };
  const rows = await withNote(context, place.id, () => loadSeed(source, relationOf(node), old));
  return tableMade(place, rows, await loaded(context, rows));
}

/** dbt's words. */
async function loaded(context: MaterializeContext, rows: number): Promise<string> {
  return `${(await isRefreshed(context)) ? 'CREATE' : 'INSERT'} ${rows}`;
}

/** A seed with `format: delta`: its rows in a Delta table, all of them anew at each run. */
async function externalSeed(context: MaterializeContext): Promise<Materialized> {
  const { compiler, connection, node, port } = context;
  const layout = context.layout ?? (await compiler.layout(node.unique_id, port));
  const name = `temp.main.${quoteName(`${node.alias}__eider_seed`)}`;
  try {
    const rows = await loadSeed({ connection, node: node as SeedNode, root: compiler.project.root }, name, null);
    return { ...(await externalDelta(context, layout, `FROM ${name}`)), message: await loaded(context, rows) };
  } finally {
    await connection.query(`DROP TABLE IF EXISTS ${name}`).catch(() => undefined);
  }
}

/**
 * Loads the file of a seed into a new table of that name, in place of an old relation of the kind given, and gives the number of its rows.
 * Throws EiderError `engine/seed` with the line that is wrong.
 */
export async function loadSeed(
  { connection, node, root }: { readonly connection: Connection; readonly node: SeedNode; readonly root: string },
  name: string,
  old: 'VIEW' | 'TABLE' | null,
): Promise<number> {
  const file: SeedFile = {
    path: join(node.root_path ?? root, node.original_file_path),
    shown: node.original_file_path,
    delimiter: typeof node.config.delimiter === 'string' ? node.config.delimiter : ',',
    quotesNames: node.config.quote_columns === true,
    writesNamesBare: node.config.quote_columns === false,
  };
  const given = (node.config.column_types ?? {}) as Readonly<Record<string, string>>;
  return load(connection, name, old, await seedColumns(file, given), file);
}

interface SeedFile {
  readonly path: string;
  readonly shown: string;
  readonly delimiter: string;
  /** `quote_columns`: names may hold anything. */
  readonly quotesNames: boolean;
  /** `quote_columns: false`: names stand in dbt's SQL without quotes. */
  readonly writesNamesBare: boolean;
}

interface SeedColumn {
  readonly name: string;
  /** The name as it stands in the table's definition. */
  readonly written: string;
  readonly type: string;
}

/** A CSV's columns. Throws EiderError `engine/seed` at the line that has too many or too few fields. */
async function seedColumns(file: SeedFile, given: Readonly<Record<string, string>>): Promise<readonly SeedColumn[]> {
  if (file.delimiter.length !== 1)
    throw bad(file, 1, `cannot be read: its \`delimiter\` is ${JSON.stringify(file.delimiter)}.`, {
      hint: 'Set `delimiter` in the config of the seed to one character.',
    });
  const [header, ...records] = csvRecords(await readText(file), file.delimiter);
  if (header === undefined)
    throw bad(file, 1, 'is empty: a seed has at least a line of column names.', {
      hint: 'Write the names of its columns, with the delimiter between them.',
    });
  const other =
    header.fields.length === 1 && !file.quotesNames ? /[,;|\t]/.exec(header.fields[0] ?? '')?.[0] : undefined;
  if (other !== undefined)
    throw bad(file, 1, `has one column, of the name ${JSON.stringify(header.fields[0])}.`, {
      hint: `Set \`delimiter: ${JSON.stringify(other)}\` in the config of the seed.`,
    });
  for (const { fields, line, openQuote } of [header, ...records]) {
    if (openQuote !== undefined)
      throw bad(file, openQuote.line, 'has a quote that is never closed.', {
        column: openQuote.column,
        hint: 'Close it, or double it ("") where it belongs to the text.',
      });
    if (fields.length === header.fields.length) continue;
    const [has, wants] = [fields.length, header.fields.length];
    throw bad(file, line, `has ${has} ${has === 1 ? 'field' : 'fields'} in this line, and ${wants} columns.`, {
      hint: 'Correct the line: quote a text that holds the delimiter, or set `delimiter` in the config of the seed.',
    });
  }
  return seedNames(header.fields).map((name, i) => ({
    name: file.writesNamesBare ? bareName(name) : name,
    written: file.writesNamesBare && !/[(),;]/.test(name) ? name : quoteName(name),
    type: given[name] ?? seedType(records.map((record) => record.fields[i] ?? '')),
  }));
}

/** What SQL makes of a name that is written as the header has it: blanks around it are lost, and quotes that it brings along quote it. */
function bareName(name: string): string {
  const bare = name.trim();
  return /^"([^"]|"")+"$/.test(bare) ? bare.slice(1, -1).replaceAll('""', '"') : bare;
}

async function readText(file: SeedFile): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file.path);
  } catch (cause) {
    throw bad(file, 1, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const text = bytes.toString('utf8');
  const broken = text.indexOf('\uFFFD');
  if (broken >= 0 && Buffer.byteLength(text) !== bytes.length) {
    throw bad(file, text.slice(0, broken).split('\n').length, 'is not UTF-8 here.');
  }
  return text;
}

async function load(
  connection: Connection,
  name: string,
  old: 'VIEW' | 'TABLE' | null,
  columns: readonly SeedColumn[],
  file: SeedFile,
): Promise<number> {
  const list = columns.map((column) => `${column.written} ${column.type}`).join(', ');
  const create = `CREATE ${name.startsWith('temp.') ? 'TEMP ' : ''}TABLE ${name} (${list})`;
  // Quote and escape characters are left to DuckDB's sniffer, as by dbt-duckdb: a file of `'quoted'` fields loads without the quotes.
  const options = `FORMAT CSV, HEADER true, DELIMITER ${quoteText(file.delimiter)}`;
  await connection.query('BEGIN');
  try {
    if (old !== null) await connection.query(`DROP ${old} ${name}`);
    await connection.query(create);
    const copied = await connection.query(`COPY ${name} FROM ${quoteText(file.path)} (${options})`);
    await connection.query('COMMIT');
    return Number(copied.rows[0]?.[0] ?? 0);
  } catch (cause) {
    await connection.query('ROLLBACK');
    throw cause instanceof SqlError ? loadFailure(cause, file, columns) : cause;
  }
}

/** DuckDB's first lines say what is wrong; the rest lists the options of its reader. */
function loadFailure(cause: SqlError, file: SeedFile, columns: readonly SeedColumn[]): Error {
  const line = Number(/CSV Error on Line: (\d+)/.exec(cause.message)?.[1] ?? 1);
  const lines = cause.message.split('\n').filter((text) => !/^(Original Line|.*CSV Error on Line)/.test(text));
  const reason = (lines[0] ?? cause.message).replace(/^[A-Z][\w ]* Error: /, '');
  const hint = hintFor(reason, file);
  const value = /^Error when converting column "([^"]+)"\. Could not convert string "(.*)" to '(.+)'/.exec(reason);
  if (value === null) return bad(file, line, `cannot be loaded: ${reason}`, { ...hint, cause });
  const [, column = '', text = '', wanted = ''] = value;
  const original = /^Original Line: (.*)$/m.exec(cause.message)?.[1] ?? '';
  const index = columns.findIndex(({ name }) => name === column);
  return bad(file, line, `cannot be loaded: "${text}" in column "${column}" is no ${wanted}.`, {
    column: columnOf(original, index, file.delimiter),
    hint: `Correct the value, or set the type of the column in \`column_types\` of the seed: {${column}: varchar}.`,
    cause,
  });
}

function hintFor(reason: string, { writesNamesBare }: SeedFile): { readonly hint?: string } {
  const type = /^Type with name (\S+) does not exist/.exec(reason)?.[1];
  if (type !== undefined)
    return { hint: `Correct \`column_types\` in the config of the seed: DuckDB has no type ${type}.` };
  if (!writesNamesBare || !reason.startsWith('syntax error')) return {};
  return {
    hint: 'A column has a name that needs quotes: delete `quote_columns: false` in the config of the seed, or name it otherwise.',
  };
}

/** Where a field of a line begins, from 1; the line's begin where quotes make that hard to say. */
function columnOf(line: string, index: number, delimiter: string): number {
  if (index < 0 || line.includes('"')) return 1;
  const before = line.split(delimiter).slice(0, index);
  return before.join(delimiter).length + (index === 0 ? 0 : delimiter.length) + 1;
}

interface Details {
  readonly column?: number;
  readonly hint?: string;
  readonly cause?: unknown;
}

function bad(file: SeedFile, line: number, reason: string, details: Details = {}): EiderError {
  const place: Place = { file: file.shown, line, column: details.column ?? 1 };
  const { cause, hint = 'Correct the file, or set `column_types` or `delimiter` in the config of the seed.' } = details;
  const words = cause instanceof SqlError ? { cause: cause.message } : {};
  return new EiderError([error('engine/seed', `The seed ${file.shown} ${reason}`, { place, hint, ...words })], {
    cause,
  });
}
