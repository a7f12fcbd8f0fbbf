/** A part of dbt's own macros that is not here: the files or names that it covers, and why. */
export interface AbsentMacros {
  readonly pattern: RegExp;
  readonly reason: string;
}

/** Patterns are looked for in `path of the file: name of the macro`. */
export const absentMacros: readonly AbsentMacros[] = [
  {
    pattern:
      /: (materialization_(clone|external|seed|snapshot|table_default|incremental_default|unit)|create_or_replace_view$)/,
    reason:
      'eider materializes these in its engine: their relations are new generations, not statements of a template.',
  },
  {
    pattern: /materializations\/functions\//,
    reason: 'dbt-duckdb cannot build nodes of kind function either: its templates have no form for DuckDB.',
  },
  {
    pattern: /materialized_view/,
    reason: 'DuckDB has no materialized views; the macros that others call say so.',
  },
  { pattern: /python_model\/|: py_write_table$/, reason: 'Text of Python programs around Python models.' },
  { pattern: /\/clone\//, reason: 'Nothing is cloned: deferred relations are read where they are.' },
  { pattern: /flights\.sql|: store_relation$/, reason: "MotherDuck's flights and dbt-duckdb's Python plugins." },
];
