import { randomUUID } from 'node:crypto';
import { EiderError, error, type Layout } from '@eider/core';
import {
  brokenRule,
  checkChange,
  DeltaError,
  fileKey,
  type Metadata,
  newMetadata,
  parseSchema,
  type Rule,
  rulesOf,
  type Snapshot,
  type StructField,
  type TablePorts,
} from '@eider/delta';
import { StoreError } from '@eider/store';
import { brokenRules } from '../delta/broken-rules.ts';
import { deltaColumn } from '../delta/delta-types.ts';
import { newestSnapshot } from '../delta/newest-snapshot.ts';
import { openOwnTable } from '../delta/open-table.ts';
import { duckParquetPort } from '../delta/parquet-port.ts';
import { changeOf } from '../delta/table-change.ts';
import type { DeltaFacts, GenerationColumn } from '../lake/generation.ts';
import { tableReader } from './delta-files.ts';
import { generationQuery } from './generation-query.ts';
import type { FileRows } from './incremental-files.ts';
import type { MaterializeContext } from './materialization.ts';

/** The Delta table that a node writes. */
export interface NodeTable {
  /** Its folder: an absolute path or URI. */
  readonly root: string;
  readonly ports: TablePorts;
  /** Its newest version; undefined where there is none yet. */
  readonly snapshot: Snapshot | undefined;
}

/** Reads the log of a node's table. Throws EiderError where it cannot be read. */
export async function openNodeTable(
  context: Pick<MaterializeContext, 'compiler' | 'connection' | 'node'>,
  layout: Pick<Layout, 'location'>,
): Promise<NodeTable> {
  const { compiler, connection } = context;
  const { project } = compiler;
  return await withPlace(context, async () => {
    const store = await openOwnTable(project.target, project.root, layout.location);
    const ports = { store, parquet: duckParquetPort(connection) };
    return { root: layout.location, ports, snapshot: await newestSnapshot(ports) };
  });
}

/** Does something with a node's table. What is wrong with that is told at the place of the node's location. */
export async function withPlace<T>(
  { compiler, node }: Pick<MaterializeContext, 'compiler' | 'node'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof DeltaError || cause instanceof StoreError)) throw cause;
    const { hint, message } = cause;
    const place = compiler.placeOf(node.unique_id, 'format');
    throw new EiderError([error('engine/delta', message, { hint, place })], { cause });
  }
}

/** How a change of a table is told, and what it follows from. */
export type ChangeKind = Pick<DeltaFacts, 'changes' | 'moved' | 'operation' | 'parameters' | 'reads'>;

/**
 * What a generation says of its table, held against the table's rules before anything is committed: features that cannot be written here, `delta.appendOnly`,
 * a change data feed. Throws EiderError.
 */
export async function tableFacts(
  context: Pick<MaterializeContext, 'compiler' | 'connection' | 'node' | 'now'>,
  table: NodeTable,
  layout: Layout,
  { kind, rows }: { readonly kind: ChangeKind; readonly rows: Pick<FileRows, 'columns' | 'files'> },
): Promise<DeltaFacts> {
  const { root, snapshot } = table;
  return await withPlace(context, async () => {
    const metadata = metadataOf(rows.columns, layout, snapshot, context.now());
    const delta: DeltaFacts = { read: snapshot?.version ?? null, metadata, ...kind };
    const change = changeOf({ files: rows.files, delta }, snapshot);
    if (change !== undefined) checkChange(change, snapshot, root);
    await holdRules(context.connection, { before: snapshot, metadata, root, rows });
    return delta;
  });
}

/** Holds rows against the table's constraints and invariants: those of new files, all where a rule is new. Throws DeltaError. */
async function holdRules(
  connection: MaterializeContext['connection'],
  {
    before,
    metadata,
    root,
    rows: { columns, files },
  }: {
    readonly before: Snapshot | undefined;
    readonly metadata: Metadata;
    readonly root: string;
    readonly rows: Pick<FileRows, 'columns' | 'files'>;
  },
): Promise<void> {
  const rules = rulesOf(metadata);
  const known = new Set((before === undefined ? [] : rulesOf(before.metadata)).map(ruleText));
  const isNew = rules.some((rule) => !known.has(ruleText(rule)));
  // Files that lost rows were held against them with these.
  const old = new Set([...(before?.files.values() ?? [])].map(({ path }) => fileKey({ path })));
  const held = files.filter(({ add }) => isNew || add === undefined || !old.has(fileKey({ path: add.path })));
  if (rules.length === 0 || held.length === 0) return;
  const inFiles = columns.map(({ fileType, name, type }) => ({ name, type: fileType ?? type }));
  const count = held.reduce((sum, file) => sum + file.rows, 0);
  const broken = await brokenRules(connection, {
    rules,
    schema: parseSchema(metadata.schemaString),
    rows: generationQuery({ columns: inFiles, files: held, format: 'parquet', reader: tableReader, rows: count }),
  });
  if (broken.length > 0) throw brokenRule(broken, root);
}

const ruleText = ({ expression, name }: Rule): string => `${name} ${expression}`;

/** The table's metadata: its own, with the columns of the rows and the properties that the project sets. */
function metadataOf(
  columns: readonly GenerationColumn[],
  { delta, partitionBy }: Layout,
  snapshot: Snapshot | undefined,
  now: Date,
): Metadata {
  const before = snapshot?.metadata;
  const fields = columns.flatMap(({ fileType, name, type }): readonly StructField[] => {
    const column = deltaColumn(name, fileType ?? type);
    if ('why' in column) throw new Error(`bug: ${name} is in a file as ${fileType ?? type}`);
    // What others say of a column, such as a comment, stays.
    const known = snapshot?.schema.fields.find((field) => field.name === name);
    return [{ ...column.field, nullable: known?.nullable ?? column.field.nullable, metadata: known?.metadata ?? {} }];
  });
  const made = newMetadata({
    id: before?.id ?? randomUUID(),
    schema: { type: 'struct', fields },
    partitionColumns: partitionBy,
    configuration: { ...before?.configuration, ...delta?.properties },
    createdTime: before?.createdTime ?? now.getTime(),
  });
  return before === undefined ? made : { ...before, ...made };
}
