import { EiderError, error, isDeltaTable, type Layout, type ManifestNode } from '@eider/core';
import type { DataFile, FilesGeneration, Generation } from '../lake/generation.ts';
import { describeQuery } from '../session/database-port.ts';
import { relationOf, replaceView } from '../session/relation.ts';
import { inTransaction } from '../session/transaction.ts';
import { auditConstraints, inContractOrder } from './contract.ts';
import { tableBase } from './delta-base.ts';
import { type ChangeKind, type NodeTable, openNodeTable, tableFacts } from './delta-table.ts';
import { overwrite, typeFindings } from './external-delta.ts';
import { generationFacts } from './generation-facts.ts';
import { generationQuery } from './generation-query.ts';
import { type FileRows, inColumns, type StepPlace, stagingStatement, writeRows } from './incremental-files.ts';
import type { IncrementalBuild, MaterializeContext } from './materialization.ts';
import { strategySql, temporaryName, withTemporary } from './strategy-sql.ts';
import { replacedPartitions, type Touched, touchedBy, touchedFiles } from './touched-files.ts';

/**
 * An incremental model whose rows are in Parquet files, or in a Delta table: each run adds files, or writes anew those that hold a row which it can change; the others are taken
 * over by reference. Where rows change, the strategy's statements run on a table of the rows of these files, which stands under the model's name meanwhile.
 */
export async function beginExternalIncremental(context: MaterializeContext): Promise<IncrementalBuild> {
  const { compiler, node, port } = context;
  const startedAt = context.now();
  const layout = context.layout ?? (await compiler.layout(node.unique_id, port));
  refuseFormat(context, layout.format);
  const target = await targetOf(context, layout);
  let { rows } = target;
  let steps = 0;
  let kind: ChangeKind = append;
  return {
    step: async (step, whole) => {
      steps += 1;
      const id = steps === 1 ? target.id : `${target.id}-${steps}`;
      rows = await nextRows(step, whole ? undefined : rows, { ...target, id });
      if (whole) kind = overwrite;
      else if (kind === append && !addsAlone(step, layout)) kind = change;
    },
    end: async () => {
      const files = rows?.files ?? [];
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      const { table } = target;
      const delta = table && rows && (await tableFacts(context, table, layout, { kind, rows }));
      const generation: FilesGeneration = {
        ...generationFacts(context, target.id, rows?.columns ?? [], startedAt),
        ...{ kind: 'files', origin: 'external', format: 'parquet', files, bytes, folder: true },
        rows: rows?.rows ?? 0,
        location: node.config.alias_location === false && table === undefined ? null : layout.location,
        reader: rows?.reader ?? { name: 'read_parquet', options: {} },
        ...(delta && { delta }),
      };
      if (rows !== undefined) await finishAudited(context, generation);
      const findings = table === undefined ? [] : typeFindings(context, generation.columns);
      return { generation, later: null, rows: null, bytes, message: 'OK', location: layout.location, findings };
    },
  };
}

const append: ChangeKind = { operation: 'WRITE', parameters: { mode: 'Append' }, reads: 'nothing' };
const change: ChangeKind = { operation: 'MERGE', parameters: {}, reads: 'everything' };

function addsAlone(context: MaterializeContext, layout: Layout): boolean {
  const partitions = replacedPartitions(context, layout);
  return touchedBy(context, temporaryName(context.node.alias), partitions).kind === 'none';
}

/** Where a build's files go, and what it goes on from. */
interface Target extends StepPlace {
  readonly rows: FileRows | undefined;
  /** Of a Delta table. */
  readonly table?: NodeTable;
}

async function targetOf(context: MaterializeContext, layout: Layout): Promise<Target> {
  const { build, head, node } = context;
  if (layout.delta === undefined) {
    const place = await build.newGeneration(node.unique_id, layout.location);
    return { ...place, layout, rows: rowsBefore(node, head) };
  }
  const table = await openNodeTable(context, layout);
  const place = await build.newTableGeneration(node.unique_id, layout.location);
  const properties = { ...table.snapshot?.metadata.configuration, ...layout.delta.properties };
  const own = rowsBefore(node, head);
  const isNew = own === undefined || (await isRefreshed(context));
  const rows = isNew ? undefined : await tableBase(context, layout, table, { head: own, id: place.id });
  return { ...place, layout, properties, table, rows };
}

/** Whether all rows are made anew, though there are some. */
export async function isRefreshed({ compiler, node, port }: MaterializeContext): Promise<boolean> {
  return (await compiler.call('should_full_refresh', {}, port, node.unique_id)) === true;
}

/** The generation that a run of an external incremental model goes on from. Files of another format have the rows of another table. */
export function rowsBefore(
  node: Pick<ManifestNode, 'config'>,
  head: Generation | undefined,
): FilesGeneration | undefined {
  if (head?.kind !== 'files' || head.materialized !== 'incremental' || head.format !== 'parquet') return undefined;
  return isDeltaTable(node) === (head.delta !== undefined) ? head : undefined;
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

/** The rows after one step; the model's relation is a view over them then. What fails leaves that of before. */
async function nextRows(
  context: MaterializeContext,
  before: FileRows | undefined,
  place: StepPlace,
): Promise<FileRows> {
  const { connection, node } = context;
  const sql = context.compiled?.sql ?? '';
  const next = before === undefined ? await wholeRows(context, place) : await changedRows(context, before, sql, place);
  await replaceView(connection, relationOf(node), generationQuery(next));
  return next;
}

async function wholeRows(context: MaterializeContext, place: StepPlace): Promise<FileRows> {
  const rows = await inContractOrder(context, (sql) => writeRows(context, { sql, kept: [], before: undefined }, place));
  if (rows === null) throw new Error('bug: nothing is kept, and it does not fit');
  return rows;
}

async function changedRows(
  context: MaterializeContext,
  before: FileRows,
  sql: string,
  place: StepPlace,
): Promise<FileRows> {
  const partitions = replacedPartitions(context, place.layout);
  const touched = touchedBy(context, temporaryName(context.node.alias), partitions);
  const found = await describeQuery(context.connection, sql);
  const change = schemaChange(context, before, found);
  if (touched.kind === 'none' && change === 'none' && sameNames(before.columns, found)) {
    const added = await writeRows(context, { sql: inColumns(before.columns, sql), kept: before.files, before }, place);
    if (added !== null) return added;
  }
  return await withTemporary(context, sql, async (temporary) => {
    const wanted: Touched = change === 'all' ? { kind: 'all' } : touched;
    const files = await touchedFiles(context, before, wanted);
    const next = await stagedRows(context, before, { files, temporary }, place);
    if (next !== null) return next;
    const all = await stagedRows(
      context,
      before,
      { files: before.files, temporary },
      { ...place, id: `${place.id}-all` },
    );
    if (all === null) throw new Error('bug: nothing is kept, and it does not fit');
    return all;
  });
}

interface Staging {
  readonly files: readonly DataFile[];
  readonly temporary: string;
}

/** Changes the rows of some files by the strategy's statements and writes them anew; null where they do not fit beside the others. */
async function stagedRows(
  context: MaterializeContext,
  before: FileRows,
  { files, temporary }: Staging,
  place: StepPlace,
): Promise<FileRows | null> {
  const { connection, node } = context;
  const relation = relationOf(node);
  try {
    await connection.query(`DROP VIEW IF EXISTS ${relation}`);
    await connection.query(stagingStatement(node, before, files));
    await inTransaction(connection, async () => {
      await connection.query(await strategySql(context, temporary, replacedPartitions(context, place.layout)));
    });
    const taken = new Set(files.map(({ path }) => path));
    const kept = before.files.filter(({ path }) => !taken.has(path));
    return await writeRows(context, { sql: `FROM ${relation}`, kept, before }, place);
  } finally {
    // Of before: a failure leaves nothing of ours under the model's name, and after a success comes the view over the new files.
    await replaceView(connection, relation, generationQuery(before));
  }
}

/** Whether the table's columns will be changed, and whether kept files would say otherwise then: a column that is gone, another type. */
function schemaChange(
  { node }: MaterializeContext,
  before: FileRows,
  found: readonly { readonly name: string; readonly type: string }[],
): 'none' | 'some' | 'all' {
  const kind = String(node.config.on_schema_change ?? 'ignore');
  if (!['fail', 'append_new_columns', 'sync_all_columns'].includes(kind)) return 'none';
  const typeOf = (columns: typeof found, name: string): string | undefined =>
    columns.find((column) => column.name === name)?.type;
  const isOther = before.columns.some(({ name, type }) => typeOf(found, name) !== type);
  const isMore = found.some(({ name }) => typeOf(before.columns, name) === undefined);
  if (!isOther && !isMore) return 'none';
  return kind === 'sync_all_columns' && isOther ? 'all' : 'some';
}

/** Columns that nobody inserts must be computed all the same: an error in one of them is the model's. */
function sameNames(before: FileRows['columns'], found: readonly { readonly name: string }[]): boolean {
  const names = new Set(found.map(({ name }) => name));
  return names.size === before.length && before.every(({ name }) => names.has(name));
}

/** Tables of other formats are refused by their name. */
function refuseFormat({ compiler, node }: MaterializeContext, given: unknown): void {
  const format = String(given ?? 'parquet')
    .trim()
    .toLowerCase();
  if (format === 'parquet') return;
  const key = node.config.format === undefined || node.config.format === null ? 'location' : 'format';
  const what = `An incremental model cannot have its rows in files of the format ${format}.`;
  const hint =
    "Use format='parquet' or format='delta', or leave format and location out: its rows are in the working database then.";
  throw new EiderError([error('engine/unsupported', what, { hint, place: compiler.placeOf(node.unique_id, key) })]);
}
