import { EiderError, error, type Layout } from '@eider/core';
import { describeQuery } from '../session/database-port.ts';
import { relationOf, replaceView } from '../session/relation.ts';
import { inContractOrder } from './contract.ts';
import type { ChangeKind } from './delta-table.ts';
import { overwrite } from './external-delta.ts';
import { finishRows, isRefreshed, targetOf } from './external-target.ts';
import { generationQuery } from './generation-query.ts';
import { type FileRows, inColumns, type StepPlace, writeRows } from './incremental-files.ts';
import type { IncrementalBuild, MaterializeContext } from './materialization.ts';
import { changedFiles } from './staged-rows.ts';
import { strategySql, temporaryName, withTemporary } from './strategy-sql.ts';
import { replacedPartitions, rowKey, type Touched, touchedBy, touchedFiles } from './touched-files.ts';

/**
 * An incremental model whose rows are in Parquet files, or in a Delta table: each run adds files, or writes anew those that hold a row which it can change; the others are taken
 * over by reference. Where rows change, the strategy's statements run on a table of the rows of these files, which stands under the model's name meanwhile.
 */
export async function beginExternalIncremental(context: MaterializeContext): Promise<IncrementalBuild> {
  const { compiler, node, port } = context;
  const startedAt = context.now();
  const layout = context.layout ?? (await compiler.layout(node.unique_id, port));
  refuseFormat(context, layout.format);
  const target = await targetOf(context, layout, await isRefreshed(context));
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
    end: () => finishRows(context, target, rows, { kind, startedAt }),
  };
}

const append: ChangeKind = { operation: 'WRITE', parameters: { mode: 'Append' }, reads: 'nothing' };
/** Rows of the table are others. */
export const change: ChangeKind = { operation: 'MERGE', parameters: {}, reads: 'everything' };

function addsAlone(context: MaterializeContext, layout: Layout): boolean {
  const partitions = replacedPartitions(context, layout);
  return touchedBy(context, temporaryName(context.node.alias), partitions).kind === 'none';
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
    const statements = (): Promise<string> => strategySql(context, temporary, partitions);
    const condition = wanted.kind === 'where' ? wanted.condition : undefined;
    return await changedFiles(context, before, { files, condition, statements, key: rowKey(context) }, place);
  });
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
