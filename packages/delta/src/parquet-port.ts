/** A column of a checkpoint: its name and its type, in the words of SQL: `STRUCT(path VARCHAR, …)`. */
export interface CheckpointColumn {
  readonly name: string;
  readonly fields: readonly CheckpointField[];
}

export interface CheckpointField {
  readonly name: string;
  readonly type: 'string' | 'long' | 'int' | 'boolean' | 'map' | 'strings' | 'format' | 'vector';
}

/** Reads and writes the Parquet files of a log: DuckDB, or anything that can. Nothing here knows Parquet. */
export interface ParquetPort {
  /**
   * The rows of a checkpoint or sidecar file, each as the JSON text of one action: `{"add":{…}}`. Only the columns named, and of those only what the
   * file has. Fields that are null may be left out or be null; maps are objects. `add.stats` is made of `stats_parsed` where a file has that alone.
   * @param location absolute path or URI of the file
   */
  readRows(location: string, columns: readonly CheckpointColumn[]): Promise<readonly string[]>;
  /**
   * Writes a checkpoint whole, at a name that nobody reads yet. `rows` are JSON texts as `readRows` gives them.
   * @returns the file's size in bytes
   */
  writeRows(location: string, columns: readonly CheckpointColumn[], rows: readonly string[]): Promise<number>;
}
