import { nodesOf, syntaxTree } from '../catalog/syntax-tree.ts';
import type { Connection, Session } from '../session/session.ts';

/** Relations that a query may read, by schema and name. */
export type Readable = readonly { readonly schema: string; readonly identifier: string }[];

/** Words that DuckDB reads as functions where no column has the name. */
const valueWords =
  /^(current_(date|time|timestamp|user|role|schema|catalog|database)|localtime(stamp)?|user|session_user)$/;
/** Table functions that read nothing. */
const plainTables = new Set(['range', 'generate_series', 'unnest']);
/** Stable by DuckDB's list, and yet from the clock or the surroundings. */
const surroundings = ['age', 'current_setting', 'getenv', 'getvariable'];

/**
 * Whether a query gives the same rows again while these relations hold the same: it reads nothing else, no file and no table of others, and uses no function of
 * time, chance or the surroundings. In doubt false. The connection may be any; nothing is bound.
 */
export async function isPure(
  connection: Connection,
  session: Session,
  sql: string,
  relations: Readable,
): Promise<boolean> {
  const tree = await syntaxTree(connection, sql);
  if (tree.error) return false;
  const stable = await stableFunctions(connection, session);
  const nodes = [...nodesOf(tree.statements)];
  const names = new Set(
    nodes.flatMap(({ key, value }) => (typeof key === 'string' && value !== undefined ? [key.toLowerCase()] : [])),
  );
  return nodes.every((node) => {
    if (node.sample !== undefined && node.sample !== null) return false;
    if (node.type === 'SHOW_REF') return false;
    if (node.type === 'BASE_TABLE') return isReadable(node, relations, names);
    if (node.type === 'TABLE_FUNCTION') return plainTables.has(functionOf(node.function));
    if (node.class === 'FUNCTION' || node.class === 'WINDOW')
      return stable.has(functionOf(node)) || plainTables.has(functionOf(node));
    if (node.class === 'COLUMN_REF') return !isValueWord(node.column_names);
    return true;
  });
}

function isReadable(node: Readonly<Record<string, unknown>>, relations: Readable, ctes: ReadonlySet<string>): boolean {
  const [schema, name] = [node.schema_name, node.table_name].map((text) => String(text ?? '').toLowerCase());
  if (schema === '') return ctes.has(name ?? '');
  return relations.some((each) => each.identifier.toLowerCase() === name && each.schema.toLowerCase() === schema);
}

function functionOf(value: unknown): string {
  const name = typeof value === 'object' && value !== null && 'function_name' in value ? value.function_name : '';
  return String(name).toLowerCase();
}

function isValueWord(names: unknown): boolean {
  return Array.isArray(names) && names.length === 1 && valueWords.test(String(names[0]).toLowerCase());
}

const known = new WeakMap<Session, Promise<ReadonlySet<string>>>();

/** Functions that give the same for the same, by DuckDB's own list; a project's macros are not among them. */
function stableFunctions(connection: Connection, session: Session): Promise<ReadonlySet<string>> {
  const found = known.get(session) ?? readStable(connection);
  known.set(session, found);
  return found;
}

async function readStable(connection: Connection): Promise<ReadonlySet<string>> {
  const sql =
    "SELECT lower(function_name) FROM duckdb_functions() GROUP BY 1 HAVING bool_and(coalesce(stability, '') = 'CONSISTENT')";
  const names = new Set((await connection.query(sql)).rows.map(([name]) => String(name)));
  for (const name of surroundings) names.delete(name);
  return names;
}
