import type { DeltaLayout } from './delta-layout.ts';

/** Where and how an external node's data is written, computed by the project (dbt-duckdb's external materialization, steps 1 to 4). */
export interface Layout {
  /** Absolute path or URI (`s3://…`): a file, or a folder where the output has several files, or a Delta table. */
  readonly location: string;
  readonly format: 'parquet' | 'csv' | 'json';
  /** COPY options, rendered, names lower-cased, without `format`, `partition_by`, `per_thread_output`, `overwrite`, `overwrite_or_ignore`, `append`, in their SQL spelling: value text goes into the statement as it is. */
  readonly copyOptions: Readonly<Record<string, string>>;
  readonly partitionBy: readonly string[];
  readonly perThreadOutput: boolean;
  /** Whether `location` is a folder. */
  readonly folder: boolean;
  /** `replace`: the new files are the data. `append`: all files of the generation before stay. `overwrite_or_ignore`: all but those of the same name. */
  readonly mode: 'replace' | 'append' | 'overwrite_or_ignore';
  /** Arguments of the view's reader, in SQL spelling: `{union_by_name: 'False'}`. */
  readonly readOptions: Readonly<Record<string, string>>;
  /** Of a Delta table, whose files are Parquet. */
  readonly delta?: DeltaLayout;
}
