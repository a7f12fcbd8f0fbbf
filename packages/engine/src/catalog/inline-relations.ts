import { quoteName } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';
import { type PublishedName, sameName } from './relation-name.ts';
import { nodesOf, syntaxTree } from './syntax-tree.ts';

/** A relation and the query that gives its rows. */
export interface NamedQuery {
  readonly name: PublishedName;
  readonly query: string;
}

/**
 * A query with relations' own queries in the place of their names: `FROM "dev"."orders"` becomes `FROM (SELECT …) AS "orders"`. DuckDB 1.0 and 1.1 look
 * for what a view names in the database in use, not in the view's own, so a published view should name nothing. What is written in a way that is
 * not understood stays as it is: such a query does not bind where there are no relations.
 */
export async function inlineRelations(
  connection: Connection,
  sql: string,
  relations: readonly NamedQuery[],
): Promise<string> {
  const tree = await syntaxTree(connection, sql);
  if (tree.error || relations.length === 0) return sql;
  const queries = new Map(relations.map(({ name, query }) => [sameName(name), query]));
  const text = Buffer.from(sql);
  const changes = [...nodesOf(tree.statements)].flatMap((node) => changeOf(node, text, queries) ?? []);
  const parts: string[] = [];
  let end = text.length;
  for (const { from, length, to } of changes.sort((a, b) => b.from - a.from)) {
    parts.unshift(to, text.toString('utf8', from + length, end));
    end = from;
  }
  return text.toString('utf8', 0, end) + parts.join('');
}

interface Change {
  /** In bytes, as DuckDB counts. */
  readonly from: number;
  readonly length: number;
  readonly to: string;
}

/** What to write instead of a relation in FROM, and of the schema and relation that lead a column's name. */
function changeOf(
  node: Readonly<Record<string, unknown>>,
  text: Buffer,
  queries: ReadonlyMap<string, string>,
): Change | undefined {
  const named = namedBy(node);
  const query = named && queries.get(sameName(named));
  const from = Number(node.query_location);
  if (named === undefined || query === undefined || !(from < text.length)) return undefined;
  const written = writtenName(text.toString('utf8', from));
  if (written === undefined || sameName(written.name) !== sameName(named)) return undefined;
  const length = Buffer.byteLength(written.text);
  const alias = quoteName(written.name.name);
  if (node.type === 'COLUMN_REF') return { from, length, to: alias };
  return { from, length, to: `(\n${query}\n)${node.alias === '' ? ` AS ${alias}` : ''}` };
}

function namedBy(node: Readonly<Record<string, unknown>>): PublishedName | undefined {
  if (node.type === 'BASE_TABLE') return { schema: String(node.schema_name), name: String(node.table_name) };
  if (node.type !== 'COLUMN_REF' || !Array.isArray(node.column_names) || node.column_names.length < 3) return undefined;
  const [schema, name] = node.column_names.map(String);
  return { schema: schema ?? '', name: name ?? '' };
}

const identifier = String.raw`(?:"((?:[^"]|"")*)"|([\p{L}_][\p{L}\p{N}_$]*))`;
const qualified = new RegExp(String.raw`^${identifier}\s*\.\s*${identifier}`, 'u');

/** The `schema.relation` that a text begins with. */
function writtenName(text: string): { readonly name: PublishedName; readonly text: string } | undefined {
  const match = qualified.exec(text);
  if (match === null) return undefined;
  const [whole, quotedSchema, schema = '', quotedName, name = ''] = match;
  return {
    text: whole,
    name: {
      schema: quotedSchema?.replaceAll('""', '"') ?? schema,
      name: quotedName?.replaceAll('""', '"') ?? name,
    },
  };
}
