import { EiderError, error } from '@eider/core';
import type { DataFile, FilesGeneration, Generation } from '../lake/generation.ts';
import { describeQuery } from '../session/database-port.ts';
import { relationOf, replaceView } from '../session/relation.ts';
import { inTransaction } from '../session/transaction.ts';
import { auditConstraints, inContractOrder } from './contract.ts';
import { generationFacts } from './generation-facts.ts';
import { generationQuery } from './generation-query.ts';
import { type FileRows, inColumns, type StepPlace, stagingStatement, writeRows } from './incremental-files.ts';
import type { IncrementalBuild, MaterializeContext } from './materialization.ts';
import { strategySql, temporaryName, withTemporary } from './strategy-sql.ts';
import { type Touched, touchedBy, touchedFiles } from './touched-files.ts';

/**
 * An incremental model whose rows are in Parquet files: each run adds files, or writes anew those that hold a row which it can change; the others are taken
 * over by reference. Where rows change, the strategy's statements run on a table of the rows of these files, which stands under the model's name meanwhile.
 */
export async function beginExternalIncremental(context: MaterializeContext): Promise<IncrementalBuild> {
  const { build, compiler, node, port } = context;
  const startedAt = context.now();
  refuseFormat(context, node.config.format);
  const layout = context.layout ?? (await compiler.layout(node.unique_id, port));
  refuseFormat(context, layout.delta === undefined ? layout.format : 'delta');
  const place = await build.newGeneration(node.unique_id, layout.location);
  let rows = rowsBefore(context.head);
  let steps = 0;
  return {
    step: async (step, whole) => {
      steps += 1;
      const id = steps === 1 ? place.id : `${place.id}-${steps}`;
      rows = await nextRows(step, whole ? undefined : rows, { ...place, id, layout });
    },
    end: async () => {
      const files = rows?.files ?? [];
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      const generation: FilesGeneration = {
        ...generationFacts(context, place.id, rows?.columns ?? [], startedAt),
        ...{ kind: 'files', origin: 'external', format: 'parquet', files, bytes, folder: true },
        rows: rows?.rows ?? 0,
        location: node.config.alias_location === false ? null : layout.location,
        reader: rows?.reader ?? { name: 'read_parquet', options: {} },
      };
      if (rows !== undefined) await finishAudited(context, generation);
      return { generation, later: null, rows: null, bytes, message: 'OK', location: layout.location };
    },
  };
}

/** Whether an external incremental model has rows that a run goes on from. */
export function rowsBefore(head: Generation | undefined): FileRows | undefined {
  return head?.kind === 'files' && head.materialized === 'incremental' && head.format === 'parquet' ? head : undefined;
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
    const before = rowsBefore(head);
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
  const touched = touchedBy(context, temporaryName(context.node.alias));
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
      await connection.query(await strategySql(context, temporary));
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
  const what =
    format === 'delta'
      ? 'Delta tables are not supported yet.'
      : `An incremental model cannot have its rows in files of the format ${format}.`;
  const hint = "Use format='parquet', or leave format and location out: its rows are in the working database then.";
  throw new EiderError([error('engine/unsupported', what, { hint, place: compiler.placeOf(node.unique_id, key) })]);
}
