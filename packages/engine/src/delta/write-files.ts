import {
  type AddFile,
  type ColumnStatistics,
  encodePath,
  partitionText,
  type StructType,
  statisticsText,
} from '@eider/delta';
import { quoteName, quoteText } from '../session/quote.ts';
import { type Connection, SqlError } from '../session/session.ts';
import { type DeltaColumn, deltaColumn } from './delta-types.ts';

export interface WriteDeltaRequest {
  readonly connection: Connection;
  /** A query; its columns become the table's. */
  readonly sql: string;
  /** The table's folder: an absolute path or URI, without a `/` at its end. */
  readonly root: string;
  readonly partitionBy: readonly string[];
  /** The beginning of each file's name, which nobody else has: what a failure leaves is found by it. */
  readonly prefix: string;
  /** Bytes after which a file is full; files of partitions have no limit. 128 MB where absent. */
  readonly fileBytes?: number;
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
}

export interface WrittenDelta {
  readonly schema: StructType;
  readonly adds: readonly AddFile[];
  /** Columns whose values readers get as another type. */
  readonly notes: readonly string[];
}

/**
 * Writes a query's rows as data files of a Delta table, with what the log says of each. Nobody sees them before they are committed. Throws SqlError; also for a
 * column or a value that no Delta table can hold.
 */
export async function writeDeltaFiles(request: WriteDeltaRequest): Promise<WrittenDelta> {
  const { connection, sql } = request;
  const described = await connection.objects(`DESCRIBE (\n${sql}\n)`);
  const columns = described.map((row) => columnOf(sql, String(row.column_name), String(row.column_type)));
  const types = new Map(described.map((row) => [String(row.column_name), String(row.column_type)]));
  const casts = columns.map(({ field, fileType }) => {
    const name = quoteName(field.name);
    return types.get(field.name) === fileType ? name : `CAST(${name} AS ${fileType}) AS ${name}`;
  });
  const schema: StructType = { type: 'struct', fields: columns.map(({ field }) => field) };
  const written = await connection.objects(copyStatement(request, `SELECT ${casts.join(', ')} FROM (\n${sql}\n)`));
  const adds = written.filter(({ count }) => Number(count) > 0).map((row) => addOf(request, schema, row));
  return {
    schema,
    adds,
    notes: columns.flatMap(({ field, note }) => (note === null ? [] : [`${field.name}: ${note}`])),
  };
}

function columnOf(sql: string, name: string, type: string): DeltaColumn {
  const column = deltaColumn(name, type);
  if ('why' in column) {
    throw new SqlError(`The column "${name}" cannot be in a Delta table: ${column.why}. Cast it.`, {
      sql,
      kind: 'Binder',
    });
  }
  return column;
}

function copyStatement({ root, partitionBy, prefix, fileBytes }: WriteDeltaRequest, query: string): string {
  const shape =
    partitionBy.length === 0
      ? `FILE_SIZE_BYTES ${fileBytes ?? 128 * 1024 * 1024}`
      : `PARTITION_BY (${partitionBy.map(quoteName).join(', ')}), WRITE_PARTITION_COLUMNS false`;
  const options = `FORMAT parquet, COMPRESSION zstd, RETURN_STATS, APPEND, FILENAME_PATTERN ${quoteText(`${prefix}-{uuidv7}`)}, ${shape}`;
  return `COPY (${query}) TO ${quoteText(root)} (${options})`;
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
      request.partitionBy.map((name) => {
        const type = schema.fields.find((field) => field.name === name)?.type ?? 'string';
        return [name, partitionText(name, type, partitions.get(name) ?? null)];
      }),
    ),
    size: Number(row.file_size_bytes),
    modificationTime: request.now,
    dataChange: true,
    stats: statisticsText(Number(row.count), stored, (path) => statistics.get(JSON.stringify(path))),
  };
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
