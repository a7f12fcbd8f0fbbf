import { quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';

/** DuckDB's syntax tree of a query, as `json_serialize_sql` gives it: nodes are objects with a `class` or a `type`. */
export type SyntaxTree =
  | { readonly error: true; readonly error_message?: string }
  | { readonly error: false; readonly statements: unknown };

/** Parses a query. Nothing is bound: the connection may be any. */
export async function syntaxTree(connection: Connection, sql: string): Promise<SyntaxTree> {
  const { rows } = await connection.query(`SELECT json_serialize_sql(${quoteText(sql)})`);
  return JSON.parse(String(rows[0]?.[0])) as SyntaxTree;
}

/** Every object in a tree, outer ones first. */
export function* nodesOf(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Readonly<Record<string, unknown>>;
  for (const item of Object.values(value)) yield* nodesOf(item);
}
