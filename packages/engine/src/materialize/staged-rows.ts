import { dictionaryLimit } from '../delta/dictionary-limit.ts';
import { usualFileBytes } from '../delta/write-files.ts';
import type { DataFile } from '../lake/generation.ts';
import { relationOf, replaceView } from '../session/relation.ts';
import { inTransaction } from '../session/transaction.ts';
import { dropBefore, keepBefore, writeChanges } from './change-files.ts';
import { generationQuery } from './generation-query.ts';
import { type FileRows, type StepPlace, writeRows } from './incremental-files.ts';
import { markedFiles } from './mark-rows.ts';
import type { MaterializeContext } from './materialization.ts';

/** What changes rows of some files. */
export interface Staging {
  readonly files: readonly DataFile[];
  /** In SQL, of the only rows (`o`) that the statements can change; undefined where nobody knows. */
  readonly condition: string | undefined;
  /** The statements, on a table under the node's name. */
  readonly statements: () => Promise<string>;
  /** In SQL: what tells that a row before and one after are the same one, where there is such a thing. */
  readonly key: string | undefined;
}

/**
 * Changes the rows of some files by statements and writes them anew; null where they do not fit beside the others. Rows that are sure to stay what they are never come
 * into the table.
 */
async function stagedRows(
  context: MaterializeContext,
  before: FileRows,
  staging: Staging,
  place: StepPlace,
): Promise<FileRows | null> {
  const { connection, node } = context;
  const relation = relationOf(node);
  const { files, statements } = staging;
  const { feeds = false } = place;
  try {
    await connection.query(`DROP VIEW IF EXISTS ${relation}`);
    await connection.query(`CREATE TABLE ${relation} AS ${rowsQuery(before, files, staging, 'TRUE')}`);
    if (feeds) await keepBefore(context);
    await inTransaction(connection, async () => {
      await connection.query(await statements());
    });
    const next = await writeChanged(context, before, staging, place);
    if (next === null || !feeds) return next;
    return { ...next, changes: [...(before.changes ?? []), ...(await writeChanges(context, place, staging.key))] };
  } finally {
    if (feeds) await dropBefore(context);
    // Of before: a failure leaves nothing of ours under the model's name, and after a success comes the view over the new files.
    await replaceView(connection, relation, generationQuery(before));
  }
}

/**
 * Where the table has deletion vectors files stay and lose rows. Else they are written anew; what stays of large ones goes into files of its own, so that what changed, which
 * soon changes again, is in small ones.
 */
async function writeChanged(
  context: MaterializeContext,
  before: FileRows,
  staging: Staging,
  place: StepPlace,
): Promise<FileRows | null> {
  const { condition } = staging;
  const changed = `FROM ${relationOf(context.node)}`;
  const marked =
    condition === undefined || place.vectors === undefined
      ? new Map<string, DataFile>()
      : await markedFiles(context, before, { files: staging.files, condition, store: place.vectors, id: place.id });
  const files = staging.files.filter(({ path }) => !marked.has(path));
  const taken = new Set(files.map(({ path }) => path));
  const kept = before.files.filter(({ path }) => !taken.has(path)).map((file) => marked.get(file.path) ?? file);
  if (condition === undefined) return await writeRows(context, { sql: changed, kept, before }, place);
  const full = place.layout.delta?.fileBytes ?? usualFileBytes;
  const tenured = files.filter(({ bytes }) => bytes * 8 > full);
  const large = new Set(tenured);
  const young = files.filter((file) => !large.has(file));
  const rest = rowsQuery(before, tenured, staging, 'NOT TRUE');
  const settled =
    tenured.length === 0
      ? { ...before, files: kept }
      : await writeRows(context, { sql: rest, kept, before }, await inPieces(context, place, tenured, full));
  if (settled === null) return null;
  const sql =
    young.length === 0 ? changed : `(${rowsQuery(before, young, staging, 'NOT TRUE')}) UNION ALL BY NAME (${changed})`;
  return await writeRows(context, { sql, kept: settled.files, before: settled }, place);
}

/** What stays of large files of a Delta table is cut: pieces that nothing touches any more are put together again. Its dictionaries are as large as they were. */
async function inPieces(
  { connection }: MaterializeContext,
  { layout, ...place }: StepPlace,
  files: readonly DataFile[],
  full: number,
): Promise<StepPlace> {
  const id = `${place.id}-settled`;
  if (layout.delta === undefined) return { ...place, id, layout };
  const delta = { ...layout.delta, fileBytes: Math.ceil(full / 8) };
  const paths = files.map(({ path }) => path);
  return { ...place, id, layout: { ...layout, delta }, dictionary: await dictionaryLimit(connection, paths) };
}

/** The rows of some files that the statements can change, or cannot. */
function rowsQuery(
  before: FileRows,
  files: readonly DataFile[],
  { condition }: Staging,
  holds: 'TRUE' | 'NOT TRUE',
): string {
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const all = generationQuery({ ...before, files, rows });
  return condition === undefined ? all : `FROM (${all}) AS o WHERE (${condition}) IS ${holds}`;
}

/** As `stagedRows`; where the rows do not fit beside those of the other files, all of them are written anew. */
export async function changedFiles(
  context: MaterializeContext,
  before: FileRows,
  staging: Staging,
  place: StepPlace,
): Promise<FileRows> {
  const next = await stagedRows(context, before, staging, place);
  if (next !== null) return next;
  const all = await stagedRows(
    context,
    before,
    { ...staging, condition: undefined, files: before.files },
    { ...place, id: `${place.id}-all` },
  );
  if (all === null) throw new Error('bug: nothing is kept, and it does not fit');
  return all;
}
