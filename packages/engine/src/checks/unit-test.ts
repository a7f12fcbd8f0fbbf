import type { CompiledNode, Compiler, UnitTestNode } from '@eider/core';
import { databasePort } from '../session/database-port.ts';
import { quoteName } from '../session/quote.ts';
import { shifted } from '../session/relation.ts';
import { type Connection, SqlError } from '../session/session.ts';

export interface UnitTestRequest {
  readonly node: UnitTestNode;
  readonly compiled: CompiledNode;
  readonly compiler: Compiler;
  readonly connection: Connection;
}

/** What came of a unit test. */
export interface UnitTestOutcome {
  /** The query that was run. */
  readonly sql: string;
  /** The drawn difference, with colours; null where there is none. */
  readonly diff: string | null;
}

/** Runs a unit test: its rows through the model's SQL, beside the rows that are expected. Nothing is built. Throws SqlError with the position in the compiled SQL, and EiderError. */
export async function unitTest({ compiled, compiler, connection, node }: UnitTestRequest): Promise<UnitTestOutcome> {
  const columns = await columnsOf(connection, node, compiled.sql);
  const sql = await compiler.unitTestQuery(compiled, columns, databasePort(connection));
  try {
    const result = await connection.query(sql);
    // What draws the difference takes a moment to load.
    const { unitTestDiff } = await import('./unit-test-diff.ts');
    return { sql, diff: unitTestDiff(result) };
  } catch (cause) {
    throw cause instanceof SqlError ? shifted(cause, compiled.sql, sql.indexOf(compiled.sql)) : cause;
  }
}

/** The columns as a table would have them: a column of nothing but NULL has a type there. */
async function columnsOf(
  connection: Connection,
  node: UnitTestNode,
  sql: string,
): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const table = quoteName(`${node.name}__dbt_tmp`);
  const head = `create or replace temporary table ${table} as select * from (\n`;
  try {
    await connection.query(`${head}${sql}\n) where false limit 0`);
  } catch (cause) {
    throw cause instanceof SqlError ? shifted(cause, sql, head.length) : cause;
  }
  const rows = await connection.objects(`describe ${table}`);
  await connection.query(`drop table ${table}`);
  return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type) }));
}
