import type { Target } from '@eider/core';

/** A finished result, never a stream: a stream of this binding ends quietly when the query fails midway. */
export interface ResultTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** JS values as the binding's JSON-free converters give them: null, boolean, number, bigint, string; dates and times as DuckDB prints them. */
  readonly rows: readonly (readonly unknown[])[];
}

/** One connection of a session. Statements on it run one after another. */
export interface Connection {
  /** Runs one or several statements and gives the last one's rows. Throws SqlError. */
  query(sql: string): Promise<ResultTable>;
  /** As `query`, with each row as an object. */
  objects(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** How many statements a text holds that DuckDB can read. */
  statements(sql: string): Promise<number>;
  /** Does work on this connection; where the profile has `retries`, again after a transient failure, with statements that are not tried again themselves. What an attempt left behind is for `work` to remove. */
  retry<T>(work: (connection: Connection, attempt: number) => Promise<T>): Promise<T>;
  /** Stops what is running now, which fails with SqlError; what comes after it runs. */
  cancel(): void;
  /** Stops the running statement; this one and all after it fail with SqlError. */
  interrupt(): void;
  close(): void;
}

/** An open DuckDB instance, set up as the profile says: settings, extensions, secrets, attached databases. */
export interface Session {
  readonly target: Target;
  /** The database that unqualified and `target.database` names mean. */
  readonly database: string;
  /** True where that database is in memory: a project without internal relations. */
  readonly inMemory: boolean;
  /** What DuckDB calls the databases that are attached as the profile says, by their names in lower case: `duckdb`, `sqlite`, `ducklake`, … */
  readonly kinds: ReadonlyMap<string, string>;
  connect(): Promise<Connection>;
  /** Interrupts every connection: nothing more is run in this session. */
  interrupt(): void;
  close(): Promise<void>;
}

/** A statement that DuckDB refused: its message, and the position in the statement where it gave one (UTF-16 units). */
export class SqlError extends Error {
  readonly sql: string;
  readonly kind: string;
  readonly position: number | undefined;

  constructor(message: string, details: { sql: string; kind: string; position?: number | undefined }) {
    super(message);
    this.name = 'SqlError';
    this.sql = details.sql;
    this.kind = details.kind;
    this.position = details.position;
  }
}
