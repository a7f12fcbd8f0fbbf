import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Layout } from '@eider/core';
import type { ChangeFile } from '@eider/delta';
import type { Store } from '@eider/store';
import type { DataFile, FilesGeneration, GenerationColumn } from '../lake/generation.ts';
import type { GenerationPlace } from '../lake/lake.ts';
import { isRemote } from '../session/place.ts';
import { quoteName } from '../session/quote.ts';
import { tableReader, writeTableFiles } from './delta-files.ts';
import { externalReader } from './external-reader.ts';
import type { MaterializeContext } from './materialization.ts';
import { writeFiles, writesFolder } from './write-files.ts';

/** The rows of an incremental model in files, as they are between two steps of its build. */
export type FileRows = Pick<FilesGeneration, 'columns' | 'files' | 'format' | 'reader' | 'rows'> & {
  /** Of a Delta table with a change data feed: what the build changed up to here. */
  readonly changes?: readonly ChangeFile[];
};

/** What goes into new files. */
export interface NewRows {
  /** A query, or a relation: `FROM "db"."main"."orders"`. */
  readonly sql: string;
  /** Files of before that stay beside the new ones. */
  readonly kept: readonly DataFile[];
  /** The rows of before; undefined where all of them are replaced. */
  readonly before: FileRows | undefined;
}

/** Where one step's files go: the generation's folder, under names that no other step uses. */
export interface StepPlace extends GenerationPlace {
  readonly layout: Layout;
  /** Of the Delta table whose folder it is. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Whether what changes goes into the Delta table's change data feed. */
  readonly feeds?: boolean;
  /** Of the Delta table, where rows that change are marked as deleted; where undefined their files are written anew. */
  readonly vectors?: Store;
  /** How many values a dictionary of the Delta table's files may have; DuckDB's own limit where absent. */
  readonly dictionary?: number | undefined;
}

/**
 * Writes rows into new files beside those that are kept; null where their columns are kept otherwise in these (an integer beyond 38 digits), so that all
 * rows must be written anew.
 */
export async function writeRows(
  context: Pick<MaterializeContext, 'connection' | 'now'>,
  { before, kept, sql }: NewRows,
  place: StepPlace,
): Promise<FileRows | null> {
  const write = place.layout.delta === undefined ? plainFiles : tableFiles;
  const { added, columns, reader } = await write(context, sql, place);
  if (before === undefined || kept.length === 0) return rowsOf(columns, reader, added);
  if (!fitTogether(before.columns, columns)) return null;
  const same = namesOf(before.columns) === namesOf(columns);
  const options = { ...before.reader.options, ...(same ? {} : { union_by_name: 'True' }) };
  return rowsOf(columns, { ...before.reader, options }, [...kept, ...added]);
}

/** Rows in new files. */
interface Added extends Pick<FileRows, 'columns' | 'reader'> {
  readonly added: readonly DataFile[];
}

async function plainFiles(
  { connection }: Pick<MaterializeContext, 'connection'>,
  sql: string,
  { layout, ...place }: StepPlace,
): Promise<Added> {
  const own = { ...layout, mode: 'replace', folder: false } as const;
  const fileName = `${place.id}.parquet`;
  const written = await writeFiles({ connection, sql, layout: own, place, fileName });
  const many = writesFolder(own);
  const added = await withoutEmpty(
    written.files.map((file) => (many ? { ...file, name: ownName(place.id, file) } : file)),
  );
  const read = { connection, layout, files: written.files, written, carried: undefined };
  return { added, ...(await externalReader(read)) };
}

async function tableFiles(
  context: Pick<MaterializeContext, 'connection' | 'now'>,
  sql: string,
  { dictionary, id, layout, properties = {} }: StepPlace,
): Promise<Added> {
  const { columns, files } = await writeTableFiles(context, layout, { sql, id, properties, dictionary });
  return { added: files, columns, reader: tableReader };
}

function rowsOf(
  columns: readonly GenerationColumn[],
  reader: FileRows['reader'],
  files: readonly DataFile[],
): FileRows {
  return { columns, reader, files, format: 'parquet', rows: files.reduce((sum, file) => sum + file.rows, 0) };
}

/** A file's name in the location's folder, unlike that of any other: `day=2024-01-02/<id>-data_0.parquet`. */
function ownName(id: string, { name }: DataFile): string {
  const folder = dirname(name);
  return `${folder === '.' ? '' : `${folder}/`}${id}-${basename(name)}`;
}

/** A run without new rows leaves no file. */
async function withoutEmpty(files: readonly DataFile[]): Promise<readonly DataFile[]> {
  await Promise.all(
    files.map(async ({ path, rows }) => (rows === 0 && !isRemote(path) ? rm(path, { force: true }) : undefined)),
  );
  return files.filter(({ rows }) => rows > 0);
}

/** Whether what two files say of columns of one name means the same: a type that Parquet does not know is kept as the same other one. */
function fitTogether(before: readonly GenerationColumn[], now: readonly GenerationColumn[]): boolean {
  return now.every((column) => {
    const old = before.find(({ name }) => name === column.name);
    return old === undefined || (old.type === column.type && inFile(old) === inFile(column));
  });
}

function inFile({ fileType, type }: GenerationColumn): string {
  return fileType ?? type;
}

function namesOf(columns: readonly GenerationColumn[]): string {
  return columns.map(({ name }) => name).join('\n');
}

/** The columns of a query or table in the order of those of before, by name: what a strategy that only adds inserts. */
export function inColumns(columns: readonly GenerationColumn[], sql: string): string {
  return `SELECT ${columns.map(({ name, type }) => `CAST(${quoteName(name)} AS ${type}) AS ${quoteName(name)}`).join(', ')} FROM (\n${sql}\n)`;
}
