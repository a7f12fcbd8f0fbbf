import { type Compiler, EiderError, error, type Layout, type ManifestNode } from '@eider/core';
import type { Order } from '@eider/delta';
import { orderedQuery } from '../delta/compute-port.ts';
import type { DataFile, FilesGeneration, Generation } from '../lake/generation.ts';
import type { Build, Lake } from '../lake/lake.ts';
import { type Compacted, partitionOf, together } from '../materialize/compact-debt.ts';
import { isShown } from '../materialize/delta-base.ts';
import { openNodeTable, tableFacts } from '../materialize/delta-table.ts';
import { databasePort } from '../session/database-port.ts';
import { openSession } from '../session/open-session.ts';
import type { Connection, Session } from '../session/session.ts';
import { nodeFacts } from './node-facts.ts';

export interface OptimizeNodeRequest {
  readonly compiler: Compiler;
  readonly lake: Lake;
  /** Unique id. */
  readonly node: string;
  /** All rows are ordered so; then every file is written anew. */
  readonly order?: Order;
  /** Bytes of a file that is large enough. */
  readonly targetBytes: number;
  readonly dryRun: boolean;
  readonly now: () => Date;
}

export interface OptimizedNode {
  readonly location: string | null;
  /** Of the commit; null where nothing was done. */
  readonly number: number | null;
  readonly filesBefore: number;
  /** Files that are written anew. */
  readonly rewritten: number;
  readonly filesAfter: number | null;
  readonly changed: boolean;
}

/**
 * Puts the small files of a node together, or orders its rows, as a commit of the lake: what was tested stays tested, readers of the commits before see what they saw, and of
 * a Delta table the log says that no data changed. Throws EiderError, LakeError.
 */
export async function optimizeNode(request: OptimizeNodeRequest): Promise<OptimizedNode> {
  const { compiler, lake, node: id } = request;
  const { root, target } = compiler.project;
  const session = await openSession(target, { inMemory: true, folder: root });
  try {
    await lake.recover(session);
    const build = await lake.begin('optimize', { writes: [id], reads: [] });
    try {
      return await optimized(request, build, session);
    } finally {
      await build.end();
    }
  } finally {
    await session.close();
  }
}

async function optimized(request: OptimizeNodeRequest, build: Build, session: Session): Promise<OptimizedNode> {
  const { compiler, dryRun, node: id, order, targetBytes } = request;
  const node = compiler.manifest.nodes[id] as ManifestNode;
  const before = filesOf(node, await build.head?.generation(id));
  const due = order === undefined ? dueFiles(before.files, targetBytes) : before.files;
  const told = { location: before.location, filesBefore: before.files.length, rewritten: due.length };
  if (due.length === 0) return { ...told, number: null, filesAfter: before.files.length, changed: false };
  checkOrder(node, before, order);
  if (dryRun) return { ...told, number: null, filesAfter: null, changed: false };
  const connection = await session.connect();
  const generation = await rewrite(request, { before, build, connection, due, node });
  await build.finish(generation);
  const line = build.head?.entry.nodes[id];
  const { number } = await build.commit({
    ...{ session, withheld: {}, tests: [], counts: {}, dropMissing: false },
    publish: { [id]: { generation, tests: line?.tests ?? 'untested', sameRows: true } },
    nodes: nodeFacts(compiler.manifest),
  });
  return { ...told, number, filesAfter: generation.files.length, changed: true };
}

interface Rewrite {
  readonly node: ManifestNode;
  readonly build: Build;
  readonly connection: Connection;
  readonly before: FilesGeneration;
  readonly due: readonly DataFile[];
}

async function rewrite(
  { compiler, node: id, now, order, targetBytes }: OptimizeNodeRequest,
  { before, build, connection, due, node }: Rewrite,
): Promise<FilesGeneration> {
  const startedAt = now();
  const context = { compiler, connection, node, now };
  const given = await compiler.layout(id, databasePort(connection));
  const layout = cutLayout(given, due, { isOrdered: order !== undefined, targetBytes });
  const table = before.delta === undefined ? undefined : await openNodeTable(context, layout);
  if (table !== undefined && (table.snapshot === undefined || !isShown(table.snapshot, before)))
    throw refused(
      node,
      `Others changed the table of ${node.name} since it was built.`,
      `Build it first: eider build -s ${node.name}.`,
    );
  const place =
    table === undefined
      ? await build.newGeneration(id, layout.location)
      : await build.newTableGeneration(id, layout.location);
  const properties = table?.snapshot?.metadata.configuration;
  const done = await together(context, {
    ...{ due, rows: before, place: { ...place, layout, ...(properties && { properties }) } },
    ...(order && { order: (sql) => orderedQuery(sql, order) }),
  });
  if (done === undefined) throw new Error('bug: rows do not fit beside their own');
  const delta = table && (await tableFacts(context, table, layout, { kind: kindOf(done, order), rows: done.rows }));
  const { files, reader } = done.rows;
  return {
    ...before,
    ...{ id: place.id, build: build.id, files, reader, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) },
    ...{ createdAt: startedAt.toISOString(), executionMs: now().getTime() - startedAt.getTime() },
    ...(delta && { delta }),
  };
}

function kindOf({ moved }: Compacted, order: Order | undefined): Parameters<typeof tableFacts>[3]['kind'] {
  const columns = order === undefined ? [] : 'sort' in order ? order.sort : order.zOrder;
  const parameters = {
    predicate: '[]',
    zOrderBy: JSON.stringify(order !== undefined && 'zOrder' in order ? columns : []),
    ...(order !== undefined && 'sort' in order && { sortBy: JSON.stringify(columns) }),
  };
  return { operation: 'OPTIMIZE', parameters, reads: 'nothing', moved };
}

/** The files of a node that can be written anew. Throws EiderError. */
function filesOf(node: ManifestNode, generation: Generation | undefined): FilesGeneration {
  if (generation === undefined)
    throw refused(node, `${node.name} has no data yet.`, `Build it first: eider build -s ${node.name}.`);
  const isTable = generation.kind === 'files' && generation.origin === 'external' && generation.format === 'parquet';
  if (isTable && generation.folder) return generation;
  const hint = 'Models in a folder of Parquet files and Delta tables do: incremental ones, and those with partitions.';
  throw refused(node, `${node.name} has no files that could be put together.`, hint);
}

/** Files that are better one with others, and those that lost rows. */
function dueFiles(files: readonly DataFile[], targetBytes: number): readonly DataFile[] {
  const small = files.filter(({ bytes }) => bytes < targetBytes);
  const counts = new Map<string, number>();
  for (const file of small) counts.set(partitionOf(file), (counts.get(partitionOf(file)) ?? 0) + 1);
  const due = new Set(small.filter((file) => (counts.get(partitionOf(file)) ?? 0) > 1));
  return files.filter((file) => due.has(file) || file.deleted !== undefined);
}

function checkOrder(node: ManifestNode, { columns }: FilesGeneration, order: Order | undefined): void {
  const wanted = order === undefined ? [] : 'sort' in order ? order.sort : order.zOrder;
  const names = columns.map(({ name }) => name);
  const missing = wanted.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw refused(node, `${node.name} has no column ${missing.join(', ')}.`, `It has ${names.join(', ')}.`);
}

/** The node's layout with files of the size that is asked for, and without its own order where another one is. */
function cutLayout(
  layout: Layout,
  due: readonly DataFile[],
  { isOrdered, targetBytes }: { readonly targetBytes: number; readonly isOrdered: boolean },
): Layout {
  const { copyOptions, delta } = layout;
  if (delta !== undefined)
    return { ...layout, delta: { ...delta, fileBytes: targetBytes, sortBy: isOrdered ? [] : delta.sortBy } };
  const isLarge = due.reduce((sum, { bytes }) => sum + bytes, 0) > targetBytes;
  return isLarge ? { ...layout, copyOptions: { file_size_bytes: String(targetBytes), ...copyOptions } } : layout;
}

function refused({ unique_id: node }: ManifestNode, message: string, hint: string): EiderError {
  return new EiderError([error('engine/unsupported', message, { hint, node })]);
}
