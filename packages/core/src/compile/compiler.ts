import type { Batch } from '../context/batch.ts';
import type { DatabasePort, RelationName, TableData } from '../context/database-port.ts';
import type { Deferral } from '../context/deferral.ts';
import type { MacroLibrary } from '../context/macro-library.ts';
import type { Diagnostic, Frame, Place } from '../diagnostics.ts';
import type { Graph } from '../graph/graph.ts';
import type { Layout } from '../layout/layout.ts';
import type { Manifest } from '../manifest/nodes.ts';
import type { Project } from '../project/project.ts';
import type { SourceFreshness } from './source-freshness.ts';

export type { Batch, DatabasePort, RelationName, TableData };

/** Text from `offset` on (UTF-16 units of the compiled SQL) comes from this place. `literal`: template text one to one, so later offsets move the place on with it. */
export interface Segment {
  readonly offset: number;
  readonly place: Place;
  readonly literal: boolean;
}

export interface CompiledNode {
  readonly id: string;
  /** The model's SQL with the CTEs of its ephemeral parents in front, as in dbt's `target/compiled`. */
  readonly sql: string;
  readonly segments: readonly Segment[];
  /** Warnings and `log(…, info=True)` lines arrive through `CompilerOptions.onLog`, not here. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What builds the nodes of one materialization. */
export interface Materialization {
  readonly name: string;
  /** Whether the project or a package defines it, or what dbt's calls to run a test: then its macro builds the node, whatever its name. */
  readonly isOwn: boolean;
  /** False for those of dbt's own that the engine has and that are no macro. */
  readonly isMacro: boolean;
  /** `sql`, `python`: the languages of the models that the macro can build. */
  readonly languages: readonly string[];
  /** The ids of the macros that it names; null where dbt defines it. */
  readonly calls: readonly string[] | null;
  /** Where the macro is defined. */
  readonly place: Place | undefined;
}

/** What the macro of a materialization gave. */
export interface MaterializationAnswer {
  /** The relations that it returned. */
  readonly relations: readonly { readonly name: RelationName; readonly type: string | null }[];
  /** What its statement `main` answered: `OK`, or what `store_result` was told. */
  readonly message: string;
  /** dbt's `adapter_response` of that statement: `_message`, and `code` and `rows_affected` where they were told. */
  readonly response: Readonly<Record<string, unknown>>;
  /** The rows of that statement, if it fetched any, as plain values. */
  readonly table: { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[] };
}

/** SQL of the command line, compiled. `id` is that of a node which is in no manifest. */
export interface CompiledInline extends CompiledNode {
  /** Unique ids of the nodes that it and its ephemeral parents refer to. */
  readonly refs: readonly string[];
}

export interface CompileOptions {
  /** How relations print. Default: dbt's quoted three-part name. The catalog asks for names without a database. */
  readonly relationText?: (name: RelationName) => string;
  /** Extra names in the template's context, e.g. `results` for on-run-end. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** The slice of time that a microbatch model is rendered for. */
  readonly batch?: Batch;
  /** The config of the node whose text is rendered: its place is that of errors. */
  readonly config?: string;
}

export interface CompilerOptions {
  readonly onLog?: (message: string, info: boolean, node: string | null) => void;
  readonly onPrint?: (message: string) => void;
  /** Told of what `exceptions.warn` says of a node, which ends its render where the answer is `error`. Default: a line of `log()`. */
  readonly onWarning?: (finding: Diagnostic) => 'error' | undefined;
  readonly fullRefresh?: boolean;
  readonly invocationId: string;
  readonly startedAt: Date;
  /** What the command line set: `flags.WHICH` and the like. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** `--sample`: the time of the rows that models and snapshots read, inclusive and exclusive. */
  readonly sample?: { readonly start: Date; readonly end: Date } | undefined;
  /** The macros as they were parsed with the project: else they are read again. */
  readonly macros?: MacroLibrary;
}

/** A parsed project that can render its nodes. Renders of different nodes may run at once. */
export interface Compiler {
  readonly project: Project;
  readonly manifest: Manifest;
  readonly graph: Graph;
  /** Says what the command selected: `selected_resources` of templates. Until then it is empty. */
  select(ids: readonly string[]): void;
  /** From now on refs lead to another state where that is asked for (`--defer`). */
  defer(deferral: Deferral): void;
  /** The relation of the other state that refs to a node lead to now; undefined where they lead to its own. */
  deferredRelation(id: string, port: DatabasePort | null): Promise<RelationName | undefined>;
  /** Renders a node with `execute` true. Throws EiderError with the whole chain of places. */
  compile(id: string, port: DatabasePort | null, options?: CompileOptions): Promise<CompiledNode>;
  /** As `compile`, for SQL that no file holds: `--inline`. */
  compileInline(sql: string, port: DatabasePort | null): Promise<CompiledInline>;
  /** How old the data of a source is, for sources that say when data is too old. Throws EiderError. */
  freshness(id: string, port: DatabasePort | null): Promise<SourceFreshness>;
  /** The nodes that the inputs of a unit test stand for, sources aside, by unique id. Throws EiderError. */
  unitTestInputs(id: string): readonly string[];
  /**
   * The query of a compiled unit test: what its SQL gives beside what is expected, told apart by the column `actual_or_expected`. `columns`: those of
   * the SQL, with DuckDB's types. Throws EiderError.
   */
  unitTestQuery(compiled: CompiledNode, columns: TableData['columns'], port: DatabasePort | null): Promise<string>;
  /** Renders a piece of text in a node's context (hooks, locations, options); `id` null: in the project's (on-run-start and -end). */
  render(id: string | null, text: string, port: DatabasePort | null, options?: CompileOptions): Promise<string>;
  /** Calls a macro by name as `run-operation` does and gives its value. */
  call(
    macro: string,
    args: Readonly<Record<string, unknown>>,
    port: DatabasePort | null,
    node?: string,
  ): Promise<unknown>;
  /** What builds a node, found as dbt finds it; null where there is nothing of that name. */
  materialization(id: string): Materialization | null;
  /** Runs the macro that materializes a compiled node. Throws EiderError, also where it returns no relations or runs no statement `main`. */
  materialize(id: string, port: DatabasePort): Promise<MaterializationAnswer>;
  /** Where and how an external node is written: its `location` config or the project's `external_location` macro, its format and COPY options. */
  layout(id: string, port: DatabasePort | null): Promise<Layout>;
  /** The place in a template that a position of compiled SQL comes from. */
  locate(compiled: CompiledNode, offset: number): Place | undefined;
  /** Where a node or source is defined: its file, its entry in a property file or in dbt_project.yml; with `config`, where that config of it is set, if anywhere. */
  placeOf(id: string, config?: string | undefined): Place;
  /**
   * The way to a position of compiled SQL, innermost first: the macro that wrote it, its caller, … the template. Macros of dbt's own are left out.
   * Renders the node once more, with a port that must not change anything. Empty where the position has no place.
   */
  trace(compiled: CompiledNode, offset: number, port: DatabasePort | null): Promise<readonly Frame[]>;
  /**
   * What leaves a gap in a node's SQL: what its template prints that is undefined, and calls of macros that leave arguments out. A finding each, whose
   * message wants to be ended with what the gap does. Renders the node some times more, with a port that must not change anything.
   */
  gaps(id: string, port: DatabasePort | null): Promise<readonly Diagnostic[]>;
}
