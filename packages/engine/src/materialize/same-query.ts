import { quoteText } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';

/**
 * Whether two texts are one query but for the database and schema by which relations are named. They are not where a relation's name
 * stands in a literal, as in `select '{{ ref('x') }}' as origin`, or where rendering a template twice gave two things.
 */
export async function sameQuery(connection: Connection, one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  const { rows } = await connection.query(
    `SELECT json_serialize_sql(${quoteText(one)}), json_serialize_sql(${quoteText(other)})`,
  );
  const [first, second] = (rows[0] ?? []).map((text) => JSON.parse(String(text)) as { readonly error: boolean });
  return first?.error === false && second?.error === false && same(first, second);
}

const naming = new Set(['catalog_name', 'schema_name', 'query_location']);

function same(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => {
      const [mine, theirs] = [one[key], other[key]];
      if (naming.has(key)) return true;
      // A column's name may be led by its relation's: `"db"."main"."orders"."id"`.
      return key === 'column_names' ? same(lastTwo(mine), lastTwo(theirs)) : same(mine, theirs);
    })
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function lastTwo(value: unknown): unknown {
  return Array.isArray(value) ? value.slice(-2) : value;
}
