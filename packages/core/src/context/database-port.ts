/** The parts of a relation's name, as `generate_*_name` made them. */
export interface RelationName {
  readonly database: string | null;
  readonly schema: string | null;
  readonly identifier: string;
}

/** A result as an engine gives it: column names, DuckDB type names, and rows of plain values (bigint, string, number, boolean, Date text …). */
export interface TableData {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
}

/** What a template may ask of a database while it is compiled or run. The engine supplies it, so core stays free of DuckDB. */
export interface DatabasePort {
  /** Runs one or several statements and gives the last one's rows. Throws an Error with the engine's message. */
  query(sql: string): Promise<TableData>;
  relation(name: RelationName): Promise<{ readonly type: 'table' | 'view' | 'external' } | null>;
  relations(
    database: string | null,
    schema: string,
  ): Promise<readonly { readonly name: RelationName; readonly type: 'table' | 'view' }[]>;
  columns(name: RelationName): Promise<readonly { readonly name: string; readonly type: string }[]>;
  /** The transaction that a materialization's statements begin and `adapter.commit()` ends; without it each statement is its own. */
  readonly transaction?: {
    /** Begins one where none is open. */
    begin(): Promise<void>;
    /** Throws where none is open. */
    commit(): Promise<void>;
  };
}

/** A port behind one that is opened at the first question. `open` is called for each question: it remembers what it opened. */
export function lazyPort(open: () => Promise<DatabasePort>): DatabasePort {
  return {
    query: async (sql) => (await open()).query(sql),
    relation: async (name) => (await open()).relation(name),
    relations: async (database, schema) => (await open()).relations(database, schema),
    columns: async (name) => (await open()).columns(name),
  };
}
