import type { AddFile, ChangeFile, Metadata } from '@eider/delta';

/** A column of a generation. */
export interface GenerationColumn {
  readonly name: string;
  /** The query's DuckDB type: what readers of the catalog see. */
  readonly type: string;
  /** The type in the file where it differs (a type that the format cannot hold): the view casts back. */
  readonly fileType?: string;
  readonly comment?: string;
}

/** One immutable file of a generation. */
export interface DataFile {
  /** Absolute path or URI of the file: under `S/data`, or beside a location on another device. */
  readonly path: string;
  /** Its name in the alias: `orders.parquet`, or relative to the location's folder, `year=2024/data_0.parquet`. */
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  /** Text as DuckDB's RETURN_STATS gives it, by column path. */
  readonly stats?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly partition?: Readonly<Record<string, string | null>>;
  /** Of a file of a Delta table: what the log says of it. `path` is relative to the table. */
  readonly add?: AddFile;
  /** Where the rows that it has lost are listed: a Parquet file that several share (`eider_file`: the name without folders, `eider_row`: from 0). `rows` does not count them. */
  readonly deleted?: { readonly path: string; readonly bytes: number };
}

/** What a generation knows of the Delta table whose files it lists. The table's folder is the generation's location. */
export interface DeltaFacts {
  /** The log's version that the generation was made of; null where there was no table. */
  readonly read: number | null;
  /** The table's after it. */
  readonly metadata: Metadata;
  /** What the log tells of the change, for its history. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What of the table it follows from: an append of what others add, nothing. */
  readonly reads: 'nothing' | 'everything';
  /** Keys of files, of before and of now, between which rows only moved: compaction. */
  readonly moved?: readonly string[];
  /** The rows that changed, where the table has a change data feed. */
  readonly changes?: readonly ChangeFile[];
}

interface GenerationFacts {
  /** `<build>-<id>`: unique for good. */
  readonly id: string;
  /** Unique id of the node. */
  readonly node: string;
  readonly build: string;
  readonly relation: { readonly database: string; readonly schema: string; readonly identifier: string };
  readonly comment?: string;
  readonly columns: readonly GenerationColumn[];
  /** Node → generation id of what it read; null for a parent without data of its own (a source). */
  readonly reads: Readonly<Record<string, string | null>>;
  /** SHA-256 over what the data follows from, as far as it is known: definition, what was read, engine and its settings. See `materialize/fingerprint.ts`. */
  readonly fingerprint?: string;
  /** SHA-256 over what the project says of the node: compiled SQL, or a seed's content, and config. */
  readonly definition?: string;
  readonly rows: number | null;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly executionMs: number;
}

/** Data in files of its own. `origin: internal` is the export of a relation of the working database. */
export interface FilesGeneration extends GenerationFacts {
  readonly kind: 'files';
  readonly origin: 'external' | 'internal' | 'view' | 'adopted';
  readonly materialized: string;
  readonly format: 'parquet' | 'csv' | 'json';
  readonly files: readonly DataFile[];
  /** The alias: absolute path or URI; null where none is kept (internal relations, `alias: false`). */
  readonly location: string | null;
  /** Whether the location is a folder of files. */
  readonly folder: boolean;
  /** The FROM clause's reader over the files, in SQL, without the file list: function name and named arguments. */
  readonly reader: {
    readonly name: 'read_parquet' | 'read_csv' | 'read_json';
    readonly options: Readonly<Record<string, string>>;
  };
  /** Where the files are a Delta table's: they lie in its folder, and its log names them after the commit. */
  readonly delta?: DeltaFacts;
}

/** A view that is published as SQL: reads published relations only and names no database. */
export interface SqlGeneration extends GenerationFacts {
  readonly kind: 'sql';
  readonly origin: 'view';
  readonly materialized: string;
  readonly sql: string;
  /** Unique ids of the nodes it reads. */
  readonly uses: readonly string[];
}

/** The newest immutable output of a node. A materialization returns it; the ledger makes it visible. */
export type Generation = FilesGeneration | SqlGeneration;
