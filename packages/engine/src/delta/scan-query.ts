import type { AddFile, DeltaType, Snapshot, StructField } from '@eider/delta';
import { fileKey, fileLocation, physicalName } from '@eider/delta';
import { quoteList, quoteName, quoteText } from '../session/quote.ts';
import { duckTypeOf } from './delta-types.ts';

/** What a query over a Delta table has to know of its files beside the log. */
export interface FileFacts {
  /** Rows that a file has lost, from 0, by `fileKey`. */
  readonly deleted: ReadonlyMap<string, readonly number[]>;
  /** Files, by `fileKey`, whose timestamps are INT96, as Spark writes them: DuckDB reads those without a zone. */
  readonly int96: ReadonlySet<string>;
}

/** Names of helper columns: no column of a table is called so. */
const fileColumn = '_eider_file';
const rowColumn = 'file_row_number';
/** What `scanQuery` calls the place of a row's file and its position in it, from 0, where it is asked for both. */
export const placeColumns: { readonly file: string; readonly row: string } = { file: fileColumn, row: '_eider_row' };

/**
 * A query over exactly the files of a snapshot, with the columns of its schema: partition values and deleted rows from the log, columns that a file lacks as NULL,
 * names and types as the schema has them (protocol, "Requirements for Readers"). It needs no extension, and reads the same whatever is committed later.
 * With `places`, `placeColumns` follow the schema's.
 */
export function scanQuery(
  snapshot: Snapshot,
  facts: FileFacts,
  { places = false }: { readonly places?: boolean } = {},
): string {
  const files = [...snapshot.files].map(([key, file]) => ({
    key,
    file,
    location: fileLocation(snapshot.root, file.path),
  }));
  if (files.length === 0) return emptyScan(snapshot, places);
  const plain = files.filter(({ key }) => !facts.int96.has(key));
  const old = files.filter(({ key }) => facts.int96.has(key));
  const parts = [
    ...(plain.length === 0 ? [] : [scanPart(snapshot, plain, facts.deleted, { int96: false, places })]),
    ...(old.length === 0 ? [] : [scanPart(snapshot, old, facts.deleted, { int96: true, places })]),
  ];
  return parts.join('\nUNION ALL\n');
}

interface ScannedFile {
  readonly key: string;
  readonly file: AddFile;
  readonly location: string;
}

function emptyScan({ schema }: Snapshot, places: boolean): string {
  const columns = schema.fields.map(({ name, type }) => `CAST(NULL AS ${duckTypeOf(type)}) AS ${quoteName(name)}`);
  if (places) columns.push(`NULL::VARCHAR AS ${placeColumns.file}`, `NULL::BIGINT AS ${placeColumns.row}`);
  return `SELECT ${columns.join(', ')} WHERE false`;
}

function scanPart(
  { schema, metadata }: Snapshot,
  files: readonly ScannedFile[],
  deleted: FileFacts['deleted'],
  { int96, places }: { readonly int96: boolean; readonly places: boolean },
): string {
  const partitions = schema.fields.filter(({ name }) => metadata.partitionColumns.includes(name));
  const marked = files.filter(({ key }) => deleted.has(key));
  const columns = schema.fields.map((field) => {
    const value = partitions.includes(field) ? partitionValue(field) : columnValue(field, int96);
    return `${value} AS ${quoteName(field.name)}`;
  });
  if (places) columns.push(`f.${fileColumn} AS ${placeColumns.file}`, `f.${rowColumn} AS ${placeColumns.row}`);
  const stored = schema.fields.filter((field) => !partitions.includes(field));
  // Columns that no file has any more are there all the same, as NULL.
  const template = stored.map((field) => `NULL AS ${quoteName(physicalName(field))}`).join(', ');
  const needsName = places || partitions.length > 0 || marked.length > 0;
  const options = [
    'hive_partitioning = false',
    'union_by_name = true',
    ...(needsName ? [`filename = ${quoteText(fileColumn)}`] : []),
    ...(places || marked.length > 0 ? ['file_row_number = true'] : []),
  ].join(', ');
  const list = quoteList(files.map(({ location }) => withoutGlobs(location)));
  const rows = `SELECT ${template === '' ? 'NULL AS _eider_none' : template} WHERE false UNION ALL BY NAME SELECT * FROM read_parquet(${list}, ${options})`;
  return [
    `SELECT ${columns.join(', ')} FROM (${rows}) AS f`,
    partitions.length === 0 ? '' : `JOIN ${partitionTable(partitions, files)} ON f.${fileColumn} = p.file`,
    marked.length === 0
      ? ''
      : `WHERE NOT EXISTS (FROM ${deletedTable(marked, deleted)} WHERE d.file = f.${fileColumn} AND d.position = f.${rowColumn})`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** A path of a list is a glob to DuckDB: what means something there stands in brackets. */
function withoutGlobs(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}

function partitionTable(partitions: readonly StructField[], files: readonly ScannedFile[]): string {
  const names = partitions.map((field) => physicalName(field));
  const rows = files.map(({ file, location }) => {
    const values = names.map((name) => textOrNull(file.partitionValues[name] ?? null));
    return `(${[quoteText(location), ...values].join(', ')})`;
  });
  return `(VALUES ${rows.join(', ')}) AS p(${['file', ...names.map(quoteName)].join(', ')})`;
}

const textOrNull = (value: string | null): string =>
  value === null || value === '' ? 'NULL::VARCHAR' : quoteText(value);

function deletedTable(files: readonly ScannedFile[], deleted: FileFacts['deleted']): string {
  const rows = files.map(
    ({ key, location }) => `(${quoteText(location)}, [${(deleted.get(key) ?? []).join(', ')}]::BIGINT[])`,
  );
  return `(SELECT file, unnest(positions) AS position FROM (VALUES ${rows.join(', ')}) AS v(file, positions)) AS d`;
}

/** A partition column's text from the log as its type. Timestamps without a zone are in UTC, as this writer and Spark in UTC write them. */
function partitionValue(field: StructField): string {
  const text = `p.${quoteName(physicalName(field))}`;
  if (field.type === 'timestamp') {
    const zoned = `CASE WHEN ${text} SIMILAR TO '.*(Z|[+-][0-9]{2}(:?[0-9]{2})?)' THEN ${text} ELSE ${text} || 'Z' END`;
    return `CAST(${zoned} AS TIMESTAMP WITH TIME ZONE)`;
  }
  if (field.type === 'binary') return `CAST(${text} AS BLOB)`;
  return `CAST(${text} AS ${duckTypeOf(field.type)})`;
}

function columnValue(field: StructField, int96: boolean): string {
  const column = `f.${quoteName(physicalName(field))}`;
  return `CAST(${renamed(column, field.type, int96)} AS ${duckTypeOf(field.type)})`;
}

/** A value with the logical names in its structs, and with zones where INT96 lost them. */
function renamed(value: string, type: DeltaType, int96: boolean): string {
  if (type === 'timestamp') return int96 ? `timezone('UTC', CAST(${value} AS TIMESTAMP))` : value;
  if (typeof type === 'string' || !needsRename(type, int96)) return value;
  if (type.type === 'array') return `list_transform(${value}, lambda x: ${renamed('x', type.elementType, int96)})`;
  if (type.type === 'map') {
    const entry = `{'k': ${renamed('x.key', type.keyType, int96)}, 'v': ${renamed('x.value', type.valueType, int96)}}`;
    return `map_from_entries(list_transform(map_entries(${value}), lambda x: ${entry}))`;
  }
  const fields = type.fields.map(
    (field) =>
      `${quoteName(field.name)} := ${renamed(`${value}.${quoteName(physicalName(field))}`, field.type, int96)}`,
  );
  return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`;
}

function needsRename(type: DeltaType, int96: boolean): boolean {
  if (typeof type === 'string') return int96 && type === 'timestamp';
  if (type.type === 'array') return needsRename(type.elementType, int96);
  if (type.type === 'map') return needsRename(type.keyType, int96) || needsRename(type.valueType, int96);
  return type.fields.some((field) => physicalName(field) !== field.name || needsRename(field.type, int96));
}

/** Whether the files' own times have to be looked at: see `FileFacts.int96`. */
export function holdsTimestamps(type: DeltaType): boolean {
  if (typeof type === 'string') return type === 'timestamp';
  if (type.type === 'array') return holdsTimestamps(type.elementType);
  if (type.type === 'map') return holdsTimestamps(type.keyType) || holdsTimestamps(type.valueType);
  return type.fields.some((field) => holdsTimestamps(field.type));
}

/** The keys of a snapshot's files by where they are. */
export function keysByLocation({ root, files }: Snapshot): ReadonlyMap<string, string> {
  return new Map([...files.values()].map((file) => [fileLocation(root, file.path), fileKey(file)]));
}
