import { EiderError, error, isDeltaTable, type Layout, type ManifestNode } from '@eider/core';
import { fileKey, flagProperty } from '@eider/delta';
import type { FilesGeneration, Generation } from '../lake/generation.ts';
import { relationOf, replaceView } from '../session/relation.ts';
import { payDebt } from './compact-debt.ts';
import { auditConstraints } from './contract.ts';
import { tableBase } from './delta-base.ts';
import { type ChangeKind, type NodeTable, openNodeTable, tableFacts, withPlace } from './delta-table.ts';
import { typeFindings } from './external-delta.ts';
import { generationFacts } from './generation-facts.ts';
import { generationQuery } from './generation-query.ts';
import type { FileRows, StepPlace } from './incremental-files.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';

/** Where a build's files go, and what it goes on from. */
export interface Target extends StepPlace {
  readonly rows: FileRows | undefined;
  /** Of a Delta table. */
  readonly table?: NodeTable;
}

/** `whole`: all rows will be made anew. */
export async function targetOf(context: MaterializeContext, layout: Layout, whole: boolean): Promise<Target> {
  const { build, head, node } = context;
  if (layout.delta === undefined) {
    const place = await build.newGeneration(node.unique_id, layout.location);
    return { ...place, layout, rows: rowsBefore(node, head) };
  }
  const table = await openNodeTable(context, layout);
  if (!whole) refuseUnknown(context, table);
  const place = await build.newTableGeneration(node.unique_id, layout.location);
  const properties = { ...table.snapshot?.metadata.configuration, ...layout.delta.properties };
  const own = rowsBefore(node, head);
  const rows =
    whole || own === undefined ? undefined : await tableBase(context, layout, table, { head: own, id: place.id });
  const isOn = (name: string) => withPlace(context, async () => flagProperty(properties, name, false));
  const feeds = await isOn('delta.enableChangeDataFeed');
  const marks = (await isOn('delta.enableDeletionVectors')) && canMark(context, rows);
  return { ...place, layout, properties, table, rows, feeds, ...(marks && { vectors: table.ports.store }) };
}

/**
 * Whether rows that change can be marked as deleted: not beside a live file, whose views find files by patterns, and not where a column has a name by which readers of any age
 * tell rows of a file.
 */
function canMark({ compiler }: Pick<MaterializeContext, 'compiler'>, rows: FileRows | undefined): boolean {
  const taken = rows?.columns.some(({ name }) => /^(filename|file_row_number)$/i.test(name)) ?? false;
  return !taken && compiler.project.target.publish.live === undefined;
}

/** A table with rows of which this state knows nothing: to begin with the model's first rows would take them away in silence. */
function refuseUnknown({ compiler, head, node }: MaterializeContext, { root, snapshot }: NodeTable): void {
  const isKnown = head?.kind === 'files' && head.delta !== undefined;
  if (isKnown || snapshot === undefined || snapshot.files.size === 0) return;
  const what = `There is a Delta table at ${root} already, with rows that ${node.name} did not write by this state.`;
  const hint =
    node.config.materialized === 'snapshot'
      ? 'Give the snapshot another location, or delete the table.'
      : 'Give the model another location, or replace all rows of the table: --full-refresh.';
  throw new EiderError([error('engine/delta', what, { hint, place: compiler.placeOf(node.unique_id, 'location') })]);
}

/** Whether all rows are made anew, though there are some: `--full-refresh`, or the config `full_refresh`. */
export async function isRefreshed({ compiler, node, port }: MaterializeContext): Promise<boolean> {
  return (await compiler.call('should_full_refresh', {}, port, node.unique_id)) === true;
}

/** The generation that a run of a cumulative node with its rows in files goes on from. Files of another format have the rows of another table. */
export function rowsBefore(
  node: Pick<ManifestNode, 'config'>,
  head: Generation | undefined,
): FilesGeneration | undefined {
  if (head?.kind !== 'files' || head.materialized !== node.config.materialized || head.format !== 'parquet')
    return undefined;
  return isDeltaTable(node) === (head.delta !== undefined) ? head : undefined;
}

/** Makes the generation of rows that are written; what it is held against may throw, and then nothing of it is seen. `rows` undefined: there are none to publish. */
export async function finishRows(
  context: MaterializeContext,
  target: Target,
  given: FileRows | undefined,
  { kind, startedAt }: { readonly kind: ChangeKind; readonly startedAt: Date },
): Promise<Materialized & { readonly generation: FilesGeneration }> {
  const { connection, node } = context;
  const { id, layout, table } = target;
  const done = await compacted(context, target, given);
  const { rows } = done;
  // Of appends and overwrites the files themselves say what changed.
  const changes = kind.operation === 'MERGE' ? (rows?.changes ?? []) : [];
  const isSame = kind.operation === 'MERGE' && target.feeds && changes.length === 0;
  const moved = isSame ? movedFiles(target, rows) : done.moved;
  if (rows !== undefined && rows !== given) await replaceView(connection, relationOf(node), generationQuery(rows));
  const files = rows?.files ?? [];
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const told = { ...kind, ...(changes.length > 0 && { changes }), ...(moved.length > 0 && { moved }) };
  const delta = table && rows && (await tableFacts(context, table, layout, { kind: told, rows }));
  const generation: FilesGeneration = {
    ...generationFacts(context, id, rows?.columns ?? [], startedAt),
    ...{ kind: 'files', origin: 'external', format: 'parquet', files, bytes, folder: true },
    rows: rows?.rows ?? 0,
    location: node.config.alias_location === false && table === undefined ? null : layout.location,
    reader: rows?.reader ?? { name: 'read_parquet', options: {} },
    ...(delta && { delta }),
  };
  if (rows !== undefined) await finishAudited(context, generation);
  const findings = table === undefined ? [] : typeFindings(context, generation.columns);
  return { generation, later: null, rows: null, bytes, message: 'OK', location: layout.location, findings };
}

/** The files of before and of now that differ, where all rows are what they were. */
function movedFiles({ rows: before }: Target, now: FileRows | undefined): readonly string[] {
  const keysOf = (rows: FileRows | undefined): readonly string[] =>
    (rows?.files ?? []).flatMap(({ add }) => (add === undefined ? [] : [fileKey(add)]));
  const [old, next] = [new Set(keysOf(before)), new Set(keysOf(now))];
  return [...old, ...next].filter((key) => !(old.has(key) && next.has(key)));
}

/** The rows that are published: small files of before that are too many become few. */
async function compacted(
  context: MaterializeContext,
  target: Target,
  rows: FileRows | undefined,
): Promise<{ readonly rows: FileRows | undefined; readonly moved: readonly string[] }> {
  if (rows === undefined || target.rows === undefined) return { rows, moved: [] };
  return await payDebt(context, { before: target.rows, rows, place: target });
}

/**
 * Holds all rows against the contract; where they do not keep it, the model's relation is what it was before the run. Rows that go on without a column of the
 * contract (`on_schema_change: ignore`) are held to it when they are made anew, as dbt's table is.
 */
async function finishAudited(context: MaterializeContext, generation: FilesGeneration): Promise<void> {
  const { build, connection, head, node } = context;
  try {
    const names = new Set(generation.columns.map(({ name }) => name.toLowerCase()));
    if (Object.values(node.columns).every(({ name }) => names.has(name.toLowerCase())))
      await auditConstraints(context, generationQuery(generation));
  } catch (cause) {
    const before = rowsBefore(node, head);
    if (before === undefined) await connection.query(`DROP VIEW IF EXISTS ${relationOf(node)}`);
    else await replaceView(connection, relationOf(node), generationQuery(before));
    throw cause;
  }
  await build.finish(generation);
}
