import type { DataFile } from '../lake/generation.ts';
import { relationOf, replaceView } from '../session/relation.ts';
import { inTransaction } from '../session/transaction.ts';
import { generationQuery } from './generation-query.ts';
import { type FileRows, type StepPlace, stagingStatement, writeRows } from './incremental-files.ts';
import type { MaterializeContext } from './materialization.ts';

/** What changes rows of some files. */
export interface Staging {
  readonly files: readonly DataFile[];
  /** The statements, on a table under the node's name. */
  readonly statements: () => Promise<string>;
}

/** Changes the rows of some files by statements and writes them anew; null where they do not fit beside the others. */
async function stagedRows(
  context: MaterializeContext,
  before: FileRows,
  { files, statements }: Staging,
  place: StepPlace,
): Promise<FileRows | null> {
  const { connection, node } = context;
  const relation = relationOf(node);
  try {
    await connection.query(`DROP VIEW IF EXISTS ${relation}`);
    await connection.query(stagingStatement(node, before, files));
    await inTransaction(connection, async () => {
      await connection.query(await statements());
    });
    const taken = new Set(files.map(({ path }) => path));
    const kept = before.files.filter(({ path }) => !taken.has(path));
    return await writeRows(context, { sql: `FROM ${relation}`, kept, before }, place);
  } finally {
    // Of before: a failure leaves nothing of ours under the model's name, and after a success comes the view over the new files.
    await replaceView(connection, relation, generationQuery(before));
  }
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
    { ...staging, files: before.files },
    { ...place, id: `${place.id}-all` },
  );
  if (all === null) throw new Error('bug: nothing is kept, and it does not fit');
  return all;
}
