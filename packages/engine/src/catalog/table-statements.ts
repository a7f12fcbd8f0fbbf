import type { GenerationColumn } from '../lake/generation.ts';
import { type DuckType, parseType } from '../session/duck-type.ts';
import { quoteName, quoteText } from '../session/quote.ts';
import { publishedType } from './published-type.ts';

/** Rows from one row of fillers to the next: so few that each of DuckDB's row groups (122,880 rows) holds all of them. */
const stride = 60_000;

/** What makes a table: the statement that fills it, in a transaction, and what has to follow when that is committed. */
export interface TableStatements {
  readonly create: string;
  readonly after: string;
}

/**
 * Makes a table from a query. DuckDB 1.0 cannot read a list or map of which a row group holds no element at all. So rows with an element in every list are
 * written among the others and deleted at once: the elements stay in the file, where nobody but the storage sees them.
 */
export function tableStatements(name: string, query: string, columns: readonly GenerationColumn[]): TableStatements {
  const types = columns.map((column) => ({ ...column, type: publishedType(column.type) }));
  const fillers = fillerRows(types);
  if (fillers.length === 0) return { create: `CREATE TABLE ${quoteName(name)} AS ${query}\n;`, after: '' };
  const every = stride - fillers.length;
  const table = quoteName(name);
  const list = fillers.join(', ');
  const line = columns.map((column) => `${quoteText(column.name)}: ${quoteName(column.name)}`).join(', ');
  const create = `CREATE TABLE ${table} AS
    SELECT unnest(CASE WHEN (place - 1) % ${every} = 0 THEN [${list}, line] ELSE [line] END, max_depth := 2)
    FROM (SELECT {${line}} AS line, row_number() OVER () AS place FROM (${query}\n))
    UNION ALL SELECT unnest([${list}], max_depth := 2);`;
  const isFiller = `rowid % ${stride} < ${fillers.length} OR rowid > (SELECT max(rowid) - ${fillers.length} FROM ${table})`;
  return { create, after: `DELETE FROM ${table} WHERE ${isFiller};` };
}

/** Rows as structs that together have an element in every list; none where no column holds lists. */
function fillerRows(columns: readonly GenerationColumn[]): readonly string[] {
  const types = columns.map(({ type }) => parseType(type));
  if (!types.some(holdsLists)) return [];
  const values = types.map((type) => (holdsLists(type) ? fillers(type) : ['NULL']));
  return together(values, (row) => {
    const fields = row.map(
      (value, i) => `${quoteText(columns[i]?.name ?? '')}: CAST(${value} AS ${columns[i]?.type ?? ''})`,
    );
    return `{${fields.join(', ')}}`;
  });
}

function holdsLists(type: DuckType): boolean {
  switch (type.kind) {
    case 'scalar':
      return false;
    case 'list':
      return type.size === null || holdsLists(type.item);
    case 'map':
      return true;
    default:
      return type.fields.some((field) => holdsLists(field.type));
  }
}

/** Values of a type that together have an element in every list of it: a union can show but one of its members at a time. */
function fillers(type: DuckType): readonly string[] {
  switch (type.kind) {
    case 'scalar':
      return [zero(type.text)];
    case 'list':
      return fillers(type.item).map((item) => `[${new Array(type.size ?? 1).fill(item).join(', ')}]`);
    case 'map':
      return together([fillers(type.key), fillers(type.value)], ([key, value]) => `MAP {${key}: ${value}}`);
    case 'union':
      return type.fields.flatMap((field) =>
        fillers(field.type).map((value) => `union_value(${field.name} := ${value})`),
      );
    default:
      return together(
        type.fields.map((field) => fillers(field.type)),
        (values) => `struct_pack(${values.map((value, i) => `${type.fields[i]?.name} := ${value}`).join(', ')})`,
      );
  }
}

/** The first of each list together, then the second …; a short list's last value stands for those it lacks. */
function together(
  lists: readonly (readonly string[])[],
  join: (values: readonly string[]) => string,
): readonly string[] {
  const length = Math.max(...lists.map((list) => list.length));
  return Array.from({ length }, (_, i) => join(lists.map((list) => list[i] ?? list.at(-1) ?? 'NULL')));
}

/** Some value of a scalar type; a map's key must not be NULL. */
function zero(type: string): string {
  if (/^(VARCHAR|BLOB)$/.test(type)) return `''::${type}`;
  if (/^(DATE|TIMESTAMP)/.test(type)) return `'1970-01-01'::${type}`;
  if (/^TIME/.test(type)) return `'00:00:00'::${type}`;
  const others: Readonly<Record<string, string>> = {
    BIT: "'0'",
    INTERVAL: "'0 days'",
    JSON: "'0'",
    UUID: "'00000000-0000-0000-0000-000000000000'",
  };
  return `${others[type] ?? '0'}::${type}`;
}
