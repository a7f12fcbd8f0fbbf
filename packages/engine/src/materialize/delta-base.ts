import { EiderError, error, type Layout } from '@eider/core';
import { type AddFile, decodePath, fileKey, fileLocation, rangeOf, rowsOf, type Snapshot } from '@eider/delta';
import { duckTypeOf } from '../delta/delta-types.ts';
import { readFileFacts } from '../delta/file-facts.ts';
import { type FileFacts, scanQuery } from '../delta/scan-query.ts';
import type { DataFile, FilesGeneration, GenerationColumn } from '../lake/generation.ts';
import type { Connection } from '../session/session.ts';
import { tableReader, writeTableFiles } from './delta-files.ts';
import { type NodeTable, openNodeTable } from './delta-table.ts';
import type { FileRows } from './incremental-files.ts';
import type { MaterializeContext } from './materialization.ts';

/** Whether a table's newest version is exactly what a generation shows. */
export function isShown(snapshot: Snapshot, { columns, delta, files }: FilesGeneration): boolean {
  const keys = files.flatMap(({ add }) => (add === undefined ? [] : [fileKey(add)]));
  return (
    delta !== undefined &&
    keys.length === snapshot.files.size &&
    keys.every((key) => snapshot.files.has(key)) &&
    columns.length === snapshot.schema.fields.length &&
    snapshot.schema.fields.every(({ name, type }, at) => isOf(columns[at], name, duckTypeOf(type)))
  );
}

function isOf(column: GenerationColumn | undefined, name: string, type: string): boolean {
  return column?.name === name && (column.fileType ?? column.type) === type;
}

/** A query of what a node goes on from where others wrote to its Delta table since; undefined where its generation shows that. */
export async function newestQuery(
  context: Pick<MaterializeContext, 'compiler' | 'connection' | 'node'>,
  head: FilesGeneration,
): Promise<string | undefined> {
  if (head.delta === undefined || head.location === null) return undefined;
  const { ports, snapshot } = await openNodeTable(context, { location: head.location });
  if (snapshot === undefined || isShown(snapshot, head)) return undefined;
  return scanQuery(snapshot, await factsOf(context.connection, snapshot, ports.store));
}

async function factsOf(
  connection: Connection,
  snapshot: Snapshot,
  store: NodeTable['ports']['store'],
): Promise<FileFacts> {
  return await readFileFacts(connection, snapshot, (location, start, length) =>
    rangeOf(store, location, start, length),
  );
}

/**
 * The rows that an incremental model goes on from: those of the table's newest version. Files of other writers are taken over; those that plain Parquet readers would
 * read otherwise (rows marked as deleted, partition values in the log alone, times without a zone) are written anew. `id` begins the names of such.
 */
export async function tableBase(
  context: MaterializeContext,
  layout: Layout,
  table: NodeTable,
  { head, id }: { readonly head: FilesGeneration | undefined; readonly id: string },
): Promise<FileRows | undefined> {
  const { connection } = context;
  const { ports, snapshot } = table;
  if (snapshot === undefined) return undefined;
  refuseOtherPartitions(context, layout, snapshot);
  if (head !== undefined && isShown(snapshot, head)) return head;
  const known = new Map((head?.files ?? []).flatMap((file) => (file.add ? [[fileKey(file.add), file] as const] : [])));
  const strange = new Map([...snapshot.files].filter(([key]) => !known.has(key)));
  const facts = await factsOf(connection, { ...snapshot, files: strange }, ports.store);
  const isPlain = (key: string, add: AddFile): boolean =>
    !add.deletionVector && !facts.int96.has(key) && layout.partitionBy.length === 0 && rowsOf(add) !== undefined;
  const files = [...snapshot.files].flatMap(([key, add]) => {
    const own = known.get(key);
    if (own !== undefined) return [own];
    return isPlain(key, add) ? [fileOf(snapshot.root, add)] : [];
  });
  const odd = new Map([...strange].filter(([key, add]) => !isPlain(key, add)));
  const sql = scanQuery({ ...snapshot, files: odd }, facts);
  const properties = snapshot.metadata.configuration;
  const anew =
    odd.size === 0 ? [] : (await writeTableFiles(context, layout, { sql, id: `${id}-taken`, properties })).files;
  const all = [...files, ...anew];
  return {
    columns: snapshot.schema.fields.map(({ name, type }) => columnOf(head, name, duckTypeOf(type))),
    files: all,
    format: 'parquet',
    reader: tableReader,
    rows: all.reduce((sum, file) => sum + file.rows, 0),
  };
}

function fileOf(root: string, add: AddFile): DataFile {
  return {
    path: fileLocation(root, add.path),
    name: decodePath(add.path),
    rows: rowsOf(add) ?? 0,
    bytes: add.size,
    add,
  };
}

/** A column keeps the type that the model gave it, where the table still holds it as the same other one. */
function columnOf(head: FilesGeneration | undefined, name: string, fileType: string): GenerationColumn {
  const own = head?.columns.find((column) => column.name === name);
  return isOf(own, name, fileType) && own !== undefined ? own : { name, type: fileType };
}

function refuseOtherPartitions(
  { compiler, node }: MaterializeContext,
  { partitionBy }: Layout,
  { metadata: { partitionColumns } }: Snapshot,
): void {
  if (partitionBy.length === partitionColumns.length && partitionBy.every((name, at) => name === partitionColumns[at]))
    return;
  const names = (columns: readonly string[]): string => (columns.length === 0 ? 'nothing' : columns.join(', '));
  const what = `The table of ${node.name} is partitioned by ${names(partitionColumns)}, and the model says ${names(partitionBy)}.`;
  const hint = 'Write all of it anew: --full-refresh.';
  throw new EiderError([
    error('engine/delta', what, { hint, place: compiler.placeOf(node.unique_id, 'partition_by') }),
  ]);
}
