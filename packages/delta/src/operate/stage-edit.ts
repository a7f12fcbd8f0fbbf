import { randomUUID } from 'node:crypto';
import type { AddFile, Metadata, Protocol } from '../actions/actions.ts';
import { fileKey } from '../actions/file-path.ts';
import { flagProperty } from '../actions/properties.ts';
import type { StructType } from '../actions/schema.ts';
import { schemaText } from '../actions/schema.ts';
import { DeltaError } from '../errors.ts';
import type { TablePorts } from '../log/read-log.ts';
import type { Snapshot } from '../log/snapshot.ts';
import type { Change } from '../write/change.ts';
import { newMetadata, protocolFor } from '../write/new-table.ts';
import type { ComputePort, EditTask, FoundRows, OpenSource, RowPart, Rule, WriteTarget } from './compute-port.ts';
import { canMeet, clearsAll, type Edit, touches } from './edit.ts';
import { type Evolved, evolve, type SchemaMode } from './evolve.ts';
import { discard } from './leftovers.ts';
import { markRows } from './mark-rows.ts';
import { type Bounds, mayHold, rowsOf } from './prune.ts';
import { holdRules, rulesOf } from './rules.ts';

/** A table's log, and the engine that reads and writes its rows. */
export interface OperatePorts extends TablePorts {
  readonly compute: ComputePort;
}

export interface EditOptions {
  /** What `history` shows: `WRITE`, `DELETE`, `UPDATE`, `MERGE`. */
  readonly operation: string;
  readonly operationParameters?: Readonly<Record<string, string>>;
  /** `strict` where absent. */
  readonly schemaMode?: SchemaMode;
  /** Of a table that is not there yet, and of one that `replace` makes anew. */
  readonly create?: {
    readonly partitionBy?: readonly string[];
    readonly configuration?: Readonly<Record<string, string>>;
  };
  /** Whether changed rows may be marked as deleted instead of writing their files anew; as the table's `delta.enableDeletionVectors` says where absent. */
  readonly deletionVectors?: boolean;
  /** A condition of the engine's language that rows which change or come in have to satisfy: an overwrite's own. */
  readonly mustHold?: string;
  readonly transactions?: Change['transactions'];
  readonly engineInfo?: string;
  readonly fileBytes?: number;
  /** Milliseconds since 1970, UTC. */
  readonly now?: () => number;
}

/** A change whose files are written and that nobody sees yet. */
export interface StagedChange {
  readonly change: Change;
  /** Objects of the table's folder that are deleted where the change is not committed. */
  readonly keys: readonly string[];
  readonly evolved: Evolved;
  /** What the source's columns became: see `OpenSource.notes`. */
  readonly notes: readonly string[];
  /** Rows of the source that came in, changed, and went; undefined where only the engine could tell. */
  readonly rows: { readonly inserted: number | undefined; readonly touched: number };
}

/**
 * Stages an edit of a table's version, or a new table: finds the files with rows that change, first by partition values and statistics, then by their rows; writes
 * those files anew, or marks their rows as deleted. Rules of the table are held against all rows that change or come in. What a failure leaves is deleted.
 * Throws DeltaError (`delta/schema-mismatch`, `delta/ambiguous-merge`, `delta/broken-rule`, …), and what the engine throws.
 */
export async function stageEdit(
  ports: OperatePorts,
  snapshot: Snapshot | undefined,
  wanted: Edit,
  options: EditOptions,
): Promise<StagedChange> {
  const edit = canMeet(wanted) ? wanted : { ...wanted, matched: [] };
  const hold = canMeet(edit) || needsTwice(snapshot, options);
  const source = edit.source === undefined ? undefined : await ports.compute.open(edit.source, hold);
  const prefix = `part-${randomUUID()}`;
  try {
    return await stageWith(ports, snapshot, { edit, source, options, prefix });
  } catch (cause) {
    await discard(ports.store, prefix);
    throw cause;
  } finally {
    await source?.close();
  }
}

/** Whether the rows of a source are read for more than being written. */
function needsTwice(snapshot: Snapshot | undefined, { create, mustHold }: EditOptions): boolean {
  const configuration = snapshot?.metadata.configuration ?? create?.configuration ?? {};
  return (
    mustHold !== undefined ||
    flagProperty(configuration, 'delta.enableChangeDataFeed', false) ||
    Object.keys(configuration).some((name) => name.startsWith('delta.constraints.')) ||
    /"nullable":false|delta\.invariants/.test(snapshot?.metadata.schemaString ?? '')
  );
}

interface Staging {
  readonly edit: Edit;
  readonly source: OpenSource | undefined;
  readonly options: EditOptions;
  readonly prefix: string;
}

async function stageWith(ports: OperatePorts, snapshot: Snapshot | undefined, staging: Staging): Promise<StagedChange> {
  const { edit, source, options, prefix } = staging;
  const { store } = ports;
  const now = (options.now ?? Date.now)();
  const evolved = evolvedSchema(snapshot, source, options, store.root);
  const { metadata, protocol } = tableFor(snapshot, evolved.schema, options, now);
  const task: EditTask = {
    snapshot,
    files: [...(snapshot?.files.values() ?? [])],
    edit,
    source,
    schema: evolved.schema,
  };
  const bounds = clearsAll(edit) || task.files.length === 0 ? noBounds : await ports.compute.bounds(task);
  const meant = filesWithin(snapshot, task.files, bounds);
  const files = touches(edit) || canMeet(edit) ? meant : [];
  const found = await touchedRows(ports, { ...task, files }, evolved, options, metadata);
  await holdRules(ports.compute, { ...task, files }, rulesFor(metadata, options), store.root);
  const target: WriteTarget = {
    ...{ partitionBy: metadata.partitionColumns, configuration: metadata.configuration, prefix, now },
    ...(options.fileBytes === undefined ? {} : { fileBytes: options.fileBytes }),
  };
  const written = await writeRows(ports, { ...task, files: found.files, searched: files }, found, target);
  const isOld = snapshot !== undefined;
  const change: Change = {
    operation: options.operation,
    ...(options.operationParameters === undefined ? {} : { operationParameters: options.operationParameters }),
    reads: readsOf(snapshot, edit, bounds, evolved),
    ...written.change,
    ...(isOld && sameTable(snapshot.metadata, metadata) ? {} : { metadata }),
    ...(isOld && protocol === snapshot.protocol ? {} : { protocol }),
    ...(options.transactions === undefined ? {} : { transactions: options.transactions }),
    ...(options.engineInfo === undefined ? {} : { engineInfo: options.engineInfo }),
    checked: true,
  };
  const touched = found.rows.reduce((sum, { rows }) => sum + rows, 0);
  return {
    change,
    keys: written.keys,
    evolved,
    notes: source?.notes ?? [],
    rows: { inserted: written.inserted, touched },
  };
}

function rulesFor(metadata: Metadata, { mustHold }: EditOptions): readonly Rule[] {
  const own =
    mustHold === undefined ? [] : [{ name: 'the condition of the overwrite', expression: mustHold, ours: true }];
  return [...rulesOf(metadata), ...own];
}

const noBounds: Bounds = new Map();

function evolvedSchema(
  snapshot: Snapshot | undefined,
  source: OpenSource | undefined,
  { schemaMode = 'strict' }: EditOptions,
  place: string,
): Evolved {
  if (snapshot !== undefined && source !== undefined) return evolve(snapshot.schema, source.schema, schemaMode, place);
  const schema = snapshot?.schema ?? source?.schema;
  if (schema === undefined) throw new TypeError('A new table needs rows to take its columns from.');
  return { schema, added: [], widened: [] };
}

/** The table after the edit. Its protocol only grows. */
function tableFor(
  snapshot: Snapshot | undefined,
  schema: StructType,
  { create = {}, schemaMode }: EditOptions,
  now: number,
): { readonly metadata: Metadata; readonly protocol: Protocol } {
  if (snapshot === undefined) {
    const { partitionBy = [], configuration = {} } = create;
    const metadata = newMetadata({
      id: randomUUID(),
      schema,
      partitionColumns: partitionBy,
      configuration,
      createdTime: now,
    });
    return { metadata, protocol: protocolFor(schema, configuration) };
  }
  const { metadata, protocol } = snapshot;
  const partitionColumns =
    schemaMode === 'replace' ? (create.partitionBy ?? metadata.partitionColumns) : metadata.partitionColumns;
  const same = schema === snapshot.schema || schemaText(schema) === schemaText(snapshot.schema);
  return {
    metadata: { ...metadata, schemaString: same ? metadata.schemaString : schemaText(schema), partitionColumns },
    protocol: protocolFor(schema, metadata.configuration, protocol),
  };
}

const sameTable = (a: Metadata, b: Metadata): boolean =>
  a.schemaString === b.schemaString && a.partitionColumns.join('\n') === b.partitionColumns.join('\n');

function filesWithin(snapshot: Snapshot | undefined, files: readonly AddFile[], bounds: Bounds): readonly AddFile[] {
  if (snapshot === undefined) return [];
  const { schema, metadata } = snapshot;
  return files.filter((file) => mayHold(file, bounds, schema, metadata.partitionColumns));
}

/** What the edit read, for those who commit before it. */
function readsOf(snapshot: Snapshot | undefined, edit: Edit, bounds: Bounds, { widened }: Evolved): Change['reads'] {
  if (snapshot === undefined || (!touches(edit) && !canMeet(edit) && widened.length === 0)) return 'nothing';
  if (clearsAll(edit) || bounds.size === 0 || widened.length > 0) return 'everything';
  const { schema, metadata } = snapshot;
  return (file) => mayHold(file, bounds, schema, metadata.partitionColumns);
}

interface Touched {
  /** Files that are written anew. */
  readonly files: readonly AddFile[];
  /** Files that stay and lose rows. */
  readonly marked: readonly { readonly file: AddFile; readonly positions: readonly number[] }[];
  readonly rows: readonly FoundRows[];
  /** Every row of `files` goes, none has to be read. */
  readonly cleared: boolean;
  readonly feed: boolean;
}

async function touchedRows(
  ports: OperatePorts,
  task: EditTask,
  { widened }: Evolved,
  options: EditOptions,
  { configuration }: Metadata,
): Promise<Touched> {
  const all = [...(task.snapshot?.files.values() ?? [])];
  const feed = flagProperty(configuration, 'delta.enableChangeDataFeed', false);
  if (clearsAll(task.edit)) return { files: all, marked: [], rows: [], cleared: true, feed: false };
  const marks =
    (options.deletionVectors ?? flagProperty(configuration, 'delta.enableDeletionVectors', false)) &&
    widened.length === 0;
  const rows = touches(task.edit) && task.files.length > 0 ? await ports.compute.find(task, marks) : [];
  const several = rows.find((row) => row.meetings > row.rows);
  if (several !== undefined) throw ambiguous(ports.store.root, task.edit, several);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  if (widened.length > 0) return { files: all, marked: [], rows, cleared: false, feed };
  const touched = task.files.filter((file) => byKey.has(fileKey(file)));
  // Polars 2.1 overlooks the vectors of files whose paths are encoded.
  const isMarked = (file: AddFile): boolean =>
    marks && !file.path.includes('%') && !isMostly(file, byKey.get(fileKey(file)));
  return {
    files: touched.filter((file) => !isMarked(file)),
    marked: touched.filter(isMarked).map((file) => ({ file, positions: byKey.get(fileKey(file))?.positions ?? [] })),
    ...{ rows, cleared: false, feed },
  };
}

/** Whether a file is better written anew: half of its rows or more would be gone. */
function isMostly(file: AddFile, row: FoundRows | undefined): boolean {
  const gone = (row?.rows ?? 0) + (file.deletionVector?.cardinality ?? 0);
  return gone * 2 >= (rowsOf(file) ?? Number.POSITIVE_INFINITY);
}

async function writeRows(
  ports: OperatePorts,
  task: EditTask,
  found: Touched,
  target: WriteTarget,
): Promise<{
  readonly change: Pick<Change, 'adds' | 'removes' | 'marks' | 'changes'>;
  readonly keys: readonly string[];
  readonly inserted: number | undefined;
}> {
  const { compute, store } = ports;
  const parts: RowPart[] = ['inserted'];
  if (!found.cleared && found.files.length > 0) parts.unshift('kept', 'changed');
  const reads = found.cleared ? { ...task, files: [] } : task;
  const adds = [...(await compute.write(reads, parts, target))];
  const marked = { ...task, files: found.marked.map(({ file }) => file), searched: [] };
  if (found.marked.length > 0) adds.push(...(await compute.write(marked, ['changed'], target)));
  const gone = [...found.files, ...marked.files];
  const changes = found.feed && gone.length > 0 ? await compute.writeChanges({ ...task, files: gone }, target) : [];
  const { marks, key } = await markRows(store, found.marked);
  const written = [...adds, ...changes].map(({ path }) => path);
  const counts = parts.length === 1 ? adds.map(rowsOf) : [undefined];
  const inserted = counts.every((count) => count !== undefined)
    ? counts.reduce((sum, count) => (sum ?? 0) + (count ?? 0), 0)
    : undefined;
  return {
    change: {
      adds,
      removes: found.files,
      ...(marks.length === 0 ? {} : { marks }),
      ...(changes.length === 0 ? {} : { changes }),
    },
    keys: [...written.map(decodePathOf), ...(key === undefined ? [] : [key])],
    inserted,
  };
}

const decodePathOf = (path: string): string => fileKey({ path });

function ambiguous(root: string, { keys = [] }: Edit, { meetings, rows }: FoundRows): DeltaError {
  const by = keys.length === 0 ? '' : ` by ${keys.join(', ')}`;
  return new DeltaError(
    'delta/ambiguous-merge',
    `Several rows of the source meet the same row of ${root}${by}: ${meetings} for ${rows} rows of one file.`,
    'Which of them should count cannot be told. Keep one row for each key.',
  );
}
