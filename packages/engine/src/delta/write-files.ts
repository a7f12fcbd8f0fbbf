import {
  type AddFile,
  type ColumnStatistics,
  DeltaError,
  encodePath,
  partitionText,
  type StructType,
  statisticsText,
} from '@eider/delta';
import { quoteName, quoteText } from '../session/quote.ts';
import { shifted } from '../session/relation.ts';
import { type Connection, SqlError } from '../session/session.ts';
import { type DeltaColumn, deltaColumn } from './delta-types.ts';

export interface WriteDeltaRequest {
  readonly connection: Connection;
  /** A query; its columns become the table's. */
  readonly sql: string;
  /** The table's folder: an absolute path or URI, without a `/` at its end. */
  readonly root: string;
  readonly partitionBy: readonly string[];
  /**
   * The beginning of each file's name, and the folder of files of partitions: nobody else has it. What a failure leaves is found by it.
   */
  readonly prefix: string;
  /** Columns that the rows are ordered by. */
  readonly sortBy?: readonly string[];
  /** Bytes after which a file is full; files of partitions have no limit. 128 MB where absent. */
  readonly fileBytes?: number | undefined;
  /** `delta.parquet.compression.codec`; zstd where absent. */
  readonly codec?: string | undefined;
  /** Leaf columns that get statistics (`delta.dataSkippingNumIndexedCols`). */
  readonly indexed?: number | undefined;
  /** How many values a dictionary may have; DuckDB's own limit where absent. */
  readonly dictionary?: number | undefined;
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
}

/** A column as it was asked for, and as it is in the files. */
export interface WrittenColumn {
  readonly name: string;
  readonly type: string;
  readonly fileType: string;
}

export interface WrittenFile {
  readonly add: AddFile;
  /** Absolute path or URI. */
  readonly path: string;
  readonly rows: number;
}

export interface WrittenDelta {
  readonly schema: StructType;
  readonly columns: readonly WrittenColumn[];
  readonly files: readonly WrittenFile[];
  /** Of `files`. */
  readonly adds: readonly AddFile[];
  /** Files without a row, which no log needs: for the caller to delete. */
  readonly empty: readonly string[];
  /** Columns whose values readers get as another type. */
  readonly notes: readonly string[];
}

/**
 * Writes a query's rows as data files of a Delta table, with what the log says of each. Nobody sees them before they are committed. Partition columns are in
 * the files too, so that whoever reads these as plain Parquet misses nothing. Throws SqlError; also for a column or a value that no Delta table can hold.
 */
export async function writeDeltaFiles(request: WriteDeltaRequest): Promise<WrittenDelta> {
  const { connection, sql } = request;
  const described = await describe(connection, sql);
  const columns = described.map(({ name, type }) => columnOf(sql, name, type));
  const written = columns.map(({ field, fileType }, at) => ({
    name: field.name,
    type: described[at]?.type ?? fileType,
    fileType,
  }));
  checkNames(request, written);
  const schema: StructType = { type: 'struct', fields: columns.map(({ field }) => field) };
  const rows = await copy(request, written);
  const all = rows.map((row) => ({ row, path: String(row.filename), rows: Number(row.count) }));
  const files = all
    .filter((file) => file.rows > 0)
    .map(({ row, ...file }) => ({ ...file, add: addOf(request, schema, row) }));
  return {
    schema,
    columns: written,
    files,
    adds: files.map(({ add }) => add),
    empty: all.filter((file) => file.rows === 0).map(({ path }) => path),
    notes: columns.flatMap(({ field, note }) => (note === null ? [] : [`${field.name}: ${note}`])),
  };
}

const describeHead = 'DESCRIBE (\n';

async function describe(connection: Connection, sql: string): Promise<readonly { name: string; type: string }[]> {
  try {
    const rows = await connection.objects(`${describeHead}${sql}\n)`);
    return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
  } catch (cause) {
    throw cause instanceof SqlError ? shifted(cause, sql, describeHead.length) : cause;
  }
}

function columnOf(sql: string, name: string, type: string): DeltaColumn {
  const column = deltaColumn(name, type);
  if ('why' in column) throw refused(sql, `The column "${name}" cannot be in a Delta table: ${column.why}. Cast it.`);
  return column;
}

function refused(sql: string, message: string): SqlError {
  return new SqlError(message, { sql, kind: 'Binder' });
}

/** Names that differ in case alone are one to the protocol; what a partition or an order is made by has to be there. */
function checkNames({ partitionBy, sortBy = [], sql }: WriteDeltaRequest, columns: readonly WrittenColumn[]): void {
  const seen = new Map<string, string>();
  for (const { name } of columns) {
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined)
      throw refused(sql, `A Delta table cannot have the columns "${twin}" and "${name}": they differ in case alone.`);
    seen.set(name.toLowerCase(), name);
  }
  for (const [what, names] of [
    ['partition_by', partitionBy],
    ['sort_by', sortBy],
  ] as const) {
    const missing = names.find((name) => !columns.some((column) => column.name === name));
    if (missing !== undefined)
      throw refused(sql, `${what} names the column "${missing}", which the query does not have.`);
  }
  if (columns.length > 0 && partitionBy.length === columns.length)
    throw refused(sql, 'A Delta table needs a column that it is not partitioned by.');
}

async function copy(
  request: WriteDeltaRequest,
  columns: readonly WrittenColumn[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { connection, sortBy = [], sql } = request;
  const isPlain = columns.every(({ fileType, type }) => fileType === type) && sortBy.length === 0;
  const casts = columns.map(({ fileType, name, type }) => {
    const quoted = quoteName(name);
    return type === fileType ? quoted : `CAST(${quoted} AS ${fileType}) AS ${quoted}`;
  });
  const order = sortBy.length === 0 ? '' : ` ORDER BY ${sortBy.map(quoteName).join(', ')}`;
  const head = isPlain ? 'COPY (\n' : `COPY (SELECT ${casts.join(', ')} FROM (\n`;
  const tail = isPlain ? '\n)' : `\n)${order})`;
  try {
    return await connection.objects(`${head}${sql}${tail} ${target(request)}`);
  } catch (cause) {
    throw cause instanceof SqlError ? shifted(cause, sql, head.length) : cause;
  }
}

/** Bytes of a file that is full, where nobody says. */
export const usualFileBytes: number = 128 * 1024 * 1024;

/** Measured on ten million rows: a quarter of the processor time of a write less than at DuckDB's 3, for files that are 7 in a hundred larger. What delta-rs takes too. */
const zstdLevel = 1;

function target({ codec = 'zstd', dictionary, fileBytes, partitionBy, prefix, root }: WriteDeltaRequest): string {
  const [place, shape] =
    partitionBy.length === 0
      ? [root, `FILE_SIZE_BYTES ${fileBytes ?? usualFileBytes}`]
      : [`${root}/${prefix}`, `PARTITION_BY (${partitionBy.map(quoteName).join(', ')}), WRITE_PARTITION_COLUMNS true`];
  const level = codec === 'zstd' ? `, COMPRESSION_LEVEL ${zstdLevel}` : '';
  const limit = dictionary === undefined ? '' : `, DICTIONARY_SIZE_LIMIT ${dictionary}`;
  const options = `FORMAT parquet, COMPRESSION ${quoteText(codec)}${level}${limit}, RETURN_STATS, APPEND, FILENAME_PATTERN ${quoteText(`${prefix}-{uuidv7}`)}, ${shape}`;
  return `TO ${quoteText(place)} (${options})`;
}

function addOf(request: WriteDeltaRequest, schema: StructType, row: Readonly<Record<string, unknown>>): AddFile {
  const statistics = statisticsByPath(row.column_statistics);
  const partitions = new Map(entriesOf(row.partition_keys).map(([name, value]) => [name, value as string | null]));
  const stored: StructType = {
    type: 'struct',
    fields: schema.fields.filter(({ name }) => !request.partitionBy.includes(name)),
  };
  const infinite = [...statistics].find(([, { min, max }]) =>
    [min, max].some((bound) => /^-?infinity$/.test(bound ?? '')),
  );
  if (infinite !== undefined) {
    const column = JSON.parse(infinite[0]).join('.');
    const message = `The column "${column}" holds an infinite date or time, which Parquet cannot hold.`;
    throw new SqlError(message, { sql: request.sql, kind: 'Conversion' });
  }
  return {
    path: encodePath(String(row.filename).slice(request.root.length + 1)),
    partitionValues: Object.fromEntries(
      request.partitionBy.map((name) => [name, partitionOf(request, schema, name, partitions.get(name) ?? null)]),
    ),
    size: Number(row.file_size_bytes),
    modificationTime: request.now,
    dataChange: true,
    stats: statisticsText(Number(row.count), stored, (path) => statistics.get(JSON.stringify(path)), {
      ...(request.indexed !== undefined && { columns: request.indexed }),
    }),
  };
}

function partitionOf(
  { sql }: WriteDeltaRequest,
  schema: StructType,
  name: string,
  value: string | null,
): string | null {
  try {
    return partitionText(name, schema.fields.find((field) => field.name === name)?.type ?? 'string', value);
  } catch (cause) {
    if (!(cause instanceof DeltaError)) throw cause;
    throw new SqlError(`${cause.message} ${cause.hint}`, { sql, kind: 'Conversion' });
  }
}

/** DuckDB's statistics of a file, by the column's path as JSON. Its keys are quoted names with dots between. */
function statisticsByPath(value: unknown): ReadonlyMap<string, ColumnStatistics> {
  return new Map(
    entriesOf(value).map(([column, facts]) => {
      const path = [...column.matchAll(/"((?:[^"]|"")*)"/g)].map(([, name = '']) => name.replaceAll('""', '"'));
      const known = new Map(entriesOf(facts));
      const text = (name: string): string | undefined => known.get(name)?.toString();
      const min = text('min');
      const max = text('max');
      const nulls = text('null_count');
      return [
        JSON.stringify(path),
        {
          ...(min === undefined ? {} : { min }),
          ...(max === undefined ? {} : { max }),
          ...(nulls === undefined ? {} : { nullCount: Number(nulls) }),
          hasNaN: text('has_nan') === 'true',
        },
      ];
    }),
  );
}

/** A MAP as the binding gives it. */
function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  const entries = (value ?? []) as readonly { readonly key: unknown; readonly value: unknown }[];
  return entries.map(({ key, value: item }) => [String(key), item] as const);
}
