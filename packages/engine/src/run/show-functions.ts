import { fileDatabase } from '../session/other-relations.ts';
import { quoteName, quoteRelation, quoteText } from '../session/quote.ts';
import { type Connection, SqlError } from '../session/session.ts';

/** A function's name in the attached file, and how its forms are called. */
interface FileFunction {
  readonly schema: string;
  readonly identifier: string;
  readonly isTable: boolean;
  /** The names of each form's parameters. */
  readonly forms: readonly (readonly string[])[];
}

/**
 * Makes the functions of the attached file callable under their own names in a database: each is called there through one that passes its parameters on. Those that have
 * defaults may be left out from the last one on. Gives how many there are.
 */
export async function showFunctions(connection: Connection, database: string): Promise<number> {
  const found = await functionsOf(connection);
  for (const { forms, identifier, isTable, schema } of found) {
    await connection.query(`CREATE SCHEMA IF NOT EXISTS ${quoteRelation({ database, identifier: schema })}`);
    const create = `CREATE OR REPLACE MACRO ${quoteRelation({ database, schema, identifier })}`;
    const form = (parameters: readonly string[]): string => {
      const list = `(${parameters.map(quoteName).join(', ')})`;
      const call = `${quoteRelation({ database: fileDatabase, schema, identifier })}${list}`;
      return `${list} AS ${isTable ? `TABLE SELECT * FROM ${call}` : call}`;
    };
    const callable: string[] = [];
    // DuckDB looks at the call: one with too few parameters is refused.
    for (const text of shorterToo(forms).map(form))
      if (await isMade(connection, `${create} ${text}`)) callable.push(text);
    if (callable.length > 1) await connection.query(`${create} ${callable.join(', ')}`);
  }
  return found.length;
}

async function functionsOf(connection: Connection): Promise<readonly FileFunction[]> {
  const { rows } = await connection.query(
    `SELECT schema_name, function_name, function_type, to_json(list(parameters ORDER BY len(parameters)))::VARCHAR
     FROM duckdb_functions() WHERE database_name = ${quoteText(fileDatabase)} AND NOT internal
     AND function_type IN ('macro', 'table_macro') GROUP BY ALL ORDER BY ALL`,
  );
  return rows.map(([schema, identifier, kind, forms]) => ({
    schema: String(schema),
    identifier: String(identifier),
    isTable: kind === 'table_macro',
    forms: JSON.parse(String(forms)) as readonly (readonly string[])[],
  }));
}

/** The beginnings of all forms, one of each length. */
function shorterToo(forms: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const byLength = new Map<number, readonly string[]>();
  for (const form of forms)
    for (let length = form.length; length >= 0 && !byLength.has(length); length--)
      byLength.set(length, form.slice(0, length));
  return [...byLength.values()];
}

async function isMade(connection: Connection, statement: string): Promise<boolean> {
  try {
    await connection.query(statement);
    return true;
  } catch (cause) {
    if (cause instanceof SqlError) return false;
    throw cause;
  }
}
