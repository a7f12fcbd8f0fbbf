import { EiderError, error, isExternal } from '@eider/core';
import { quoteName } from '../session/quote.ts';
import { relationOf, replaceTable, shifted } from '../session/relation.ts';
import { SqlError } from '../session/session.ts';
import { inTransaction } from '../session/transaction.ts';
import type { MaterializeContext, Materialized } from './materialization.ts';
import { createIndexes } from './table.ts';
import { hasNote, notedGeneration, noteGeneration } from './working-table.ts';

/** An incremental model that is being built: in one step, or, a microbatch model, in one for each batch. All steps together make one generation. */
export interface IncrementalBuild {
  /** Brings the rows of compiled SQL in, or makes the relation anew of them where `whole`. What fails changes nothing. */
  step(context: MaterializeContext, whole: boolean): Promise<void>;
  /** After the steps. */
  end(): Promise<Materialized>;
}

/**
 * dbt-duckdb's `incremental`: the model's rows are brought into the table of before by the strategy's macro, in one transaction; the first time, and under
 * `full_refresh`, the table is made anew.
 */
export async function incremental(context: MaterializeContext): Promise<Materialized> {
  const build = await beginIncremental(context);
  await build.step(context, await isWhole(context));
  return build.end();
}

/** Begins with an incremental model. */
export async function beginIncremental(context: MaterializeContext): Promise<IncrementalBuild> {
  if (isExternal(context.node)) throw inFiles(context);
  const place = await context.build.newGeneration(context.node.unique_id, null);
  const made = { generation: null, later: { kind: 'internal', place } } as const;
  return {
    step: (step, whole) => {
      const sql = step.compiled?.sql ?? '';
      if (whole) return makeTable(step, place.id, sql);
      return addToTable(step, place.id, sql, (temporary) => strategySql(step, temporary));
    },
    end: async () => ({ ...made, rows: null, bytes: null, message: 'OK', location: null }),
  };
}

/** Whether there is nothing to add to, or it is to be made anew. */
export async function isWhole({ compiler, node, port }: MaterializeContext): Promise<boolean> {
  const { alias: identifier, database, schema } = node;
  const existing = await port.relation({ database, schema, identifier });
  if (existing?.type !== 'table') return true;
  return (await compiler.call('should_full_refresh', {}, port, node.unique_id)) === true;
}

/** Makes the table of before anew, and notes which generation it holds. */
export async function makeTable(
  { connection, node, session }: MaterializeContext,
  id: string,
  sql: string,
): Promise<void> {
  const noted = hasNote(node, session.target);
  const before = noted ? await notedGeneration(connection, node) : null;
  // Before the table: where this ends between the two, the next build finds a table that is not what it is noted to be.
  if (noted) await noteGeneration(connection, node, id);
  try {
    await replaceTable(connection, relationOf(node), sql);
  } catch (cause) {
    if (before !== null) await noteGeneration(connection, node, before).catch(() => undefined);
    throw cause;
  }
  await createIndexes(connection, node);
}

/** Writes to the table of before in one transaction: `statements` gives the text, when the rows of `sql` are in the temporary table that it is told. */
export async function addToTable(
  context: MaterializeContext,
  id: string,
  sql: string,
  statements: (temporary: string) => Promise<string>,
): Promise<void> {
  const { connection, node, session } = context;
  const temporary = temporaryName(node.alias);
  await makeTemporary(context, temporary, sql);
  try {
    await inTransaction(connection, async () => {
      if (hasNote(node, session.target)) await noteGeneration(connection, node, id);
      await connection.query(await statements(temporary));
    });
  } finally {
    await connection.query(`DROP TABLE IF EXISTS temp.main.${quoteName(temporary)}`).catch(() => undefined);
  }
}

/** The name of the temporary table that holds a run's new rows. */
export function temporaryName(alias: string): string {
  return `${alias}__dbt_tmp`;
}

/** Computes a model's rows into a temporary table of the connection. Throws SqlError with the position in `sql`. */
export async function makeTemporary({ connection }: MaterializeContext, name: string, sql: string): Promise<void> {
  const head = `CREATE OR REPLACE TEMP TABLE ${quoteName(name)} AS (\n`;
  try {
    await connection.query(`${head}${sql}\n)`);
  } catch (cause) {
    throw cause instanceof SqlError ? shifted(cause, sql, head.length) : cause;
  }
}

/**
 * What brings the rows of a temporary table into the model's: the text of dbt's macro `get_incremental_<strategy>_sql`, or of the project's own. The
 * table's columns are changed meanwhile, as `on_schema_change` asks. Throws EiderError where strategy or config are none, or columns changed under `fail`.
 */
export function strategySql({ batch, compiler, node, port }: MaterializeContext, temporary: string): Promise<string> {
  const more = { context: { eider_temporary: temporary }, ...(batch && { batch }) };
  return compiler.render(node.unique_id, '{{ eider_incremental_sql(eider_temporary) }}', port, more);
}

function inFiles({ compiler, node }: MaterializeContext): EiderError {
  const config = node.config.format === undefined ? 'location' : 'format';
  const what = `An incremental model with a ${config}, whose rows would lie in files, is not supported yet.`;
  const place = compiler.placeOf(node.unique_id, config);
  return new EiderError([error('engine/unsupported', what, { hint: `Leave ${config} out.`, place })]);
}
