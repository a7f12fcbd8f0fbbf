import type { AddFile, ChangeFile } from '../actions/actions.ts';
import type { StructType } from '../actions/schema.ts';
import type { Snapshot } from '../log/snapshot.ts';
import type { Edit } from './edit.ts';
import type { Bounds } from './prune.ts';

/** Rows from outside, ready to be read. */
export interface OpenSource {
  /** Its columns, as a table holds them. */
  readonly schema: StructType;
  /** Columns whose values become another type: `HUGEINT becomes decimal(38,0)`. */
  readonly notes: readonly string[];
  /** What the engine reads it by. */
  readonly relation: string;
  close(): Promise<void>;
}

/** An edit of some files of a table. */
export interface EditTask {
  /** Undefined for a table that is not there yet. */
  readonly snapshot: Snapshot | undefined;
  /** The files that are looked at. */
  readonly files: readonly AddFile[];
  /** Files in which the rows of the source were looked for, to tell which of them are new; `files` where absent. */
  readonly searched?: readonly AddFile[];
  readonly edit: Edit;
  readonly source: OpenSource | undefined;
  /** What is written: the table's columns after the edit. Those that a row lacks are null. */
  readonly schema: StructType;
}

/** Rows of a task: as they were and stay, as they become, as they come in; and for a change data feed, before and after. */
export type RowPart = 'kept' | 'changed' | 'inserted';

export interface WriteTarget {
  readonly partitionBy: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  /** The beginning of each file's name, which nobody else has. */
  readonly prefix: string;
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
  /** Bytes after which a file is full. */
  readonly fileBytes?: number;
  readonly order?: Order;
  /** All rows are of one partition, whose files lie where this one does. */
  readonly beside?: AddFile;
}

/** How rows lie in the files: by columns one after another, or so that rows near in all of them lie together. */
export type Order = { readonly sort: readonly string[] } | { readonly zOrder: readonly string[] };

/** The rows of one file that an edit changes. */
export interface FoundRows {
  /** `fileKey` of the file. */
  readonly key: string;
  /** Rows that change. */
  readonly rows: number;
  /** Rows of the source that change them: more than `rows` where several meet one. */
  readonly meetings: number;
  /** From 0, ascending, where they were asked for. */
  readonly positions?: readonly number[];
}

/** What every row has to satisfy: a check constraint, an invariant, or a column that may not be null. */
export interface Rule {
  /** As the table has it: `delta.constraints.positive`, `column n`. */
  readonly name: string;
  /** SQL as Spark has it. */
  readonly expression: string;
  /** The expression is in the engine's own language. */
  readonly ours?: boolean;
}

/** The engine that reads and writes data files. Texts of an edit are its language. Everything it throws passes through. */
export interface ComputePort {
  /** @param hold whether it is read several times: then it must give the same rows each time */
  open(source: string, hold: boolean): Promise<OpenSource>;
  /** What an edit's conditions, or the keys of its source, say of the columns of rows that it may touch; empty where nothing is known. */
  bounds(task: EditTask): Promise<Bounds>;
  /** The rows that the edit changes, by file; files without any are left out. */
  find(task: EditTask, positions: boolean): Promise<readonly FoundRows[]>;
  /** Writes rows into new data files of the table, each named `<prefix>…`. No file where there is no row. */
  write(task: EditTask, parts: readonly RowPart[], target: WriteTarget): Promise<readonly AddFile[]>;
  /** Writes what changed, with `_change_type`, into `_change_data`. */
  writeChanges(task: EditTask, target: WriteTarget): Promise<readonly ChangeFile[]>;
  /** The rules that rows which change or come in break, each with how many do. A rule that it cannot evaluate is refused by name: DeltaError. */
  broken(task: EditTask, rules: readonly Rule[]): Promise<readonly { readonly rule: Rule; readonly rows: number }[]>;
}
