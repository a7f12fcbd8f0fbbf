import type { DatabasePort } from '@eider/core';
import { quoteText } from '../session/quote.ts';
import { SqlError } from '../session/session.ts';

/** Longest time that is given to the search, in milliseconds: a query that runs for minutes is not repeated column by column. */
const patience = 2000;

/** A port that can be told to end the query that runs. */
export interface SearchPort {
  readonly query: DatabasePort['query'];
  readonly interrupt: () => void;
}

/**
 * Where in a SELECT the column begins whose values fail, for an error that DuckDB gives no position for: each column is computed alone until one
 * gives the same error. UTF-16 units; undefined where the rows themselves fail, or no answer is found in time.
 */
export async function failingColumn(sql: string, cause: SqlError, port: SearchPort): Promise<number | undefined> {
  const ended = { value: false };
  const timer = setTimeout(() => {
    ended.value = true;
    port.interrupt();
  }, patience);
  try {
    const offsets = await columnOffsets(sql, port);
    if (offsets === undefined || (await failsAlike('count(*)', '', sql, cause, port))) return undefined;
    const names = offsets.map((_, i) => `c${i}`);
    for (const [i, offset] of offsets.entries()) {
      if (ended.value) return undefined;
      if (await failsAlike(`max(hash(c${i}))`, `(${names.join(', ')})`, sql, cause, port)) return offset;
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function failsAlike(
  what: string,
  names: string,
  sql: string,
  cause: SqlError,
  port: SearchPort,
): Promise<boolean> {
  try {
    await port.query(`SELECT ${what} FROM (\n${sql}\n) AS eider_search${names}`);
    return false;
  } catch (failure) {
    return failure instanceof SqlError && failure.kind === cause.kind;
  }
}

interface Item {
  readonly class?: string;
  readonly query_location?: number;
}

/** Where each column of a query comes from. A star stands for all columns that the other items leave. */
async function columnOffsets(sql: string, port: SearchPort): Promise<readonly (number | undefined)[] | undefined> {
  const { rows } = await port.query(`SELECT json_serialize_sql(${quoteText(sql)})`);
  const parsed = JSON.parse(String(rows[0]?.[0])) as { statements?: [{ node?: { select_list?: Item[] } }] };
  const items = parsed.statements?.[0]?.node?.select_list;
  if (items === undefined) return undefined;
  const offsets = items.map((item) => offsetOf(item, sql));
  const described = await port.query(`DESCRIBE (\n${sql}\n)`);
  const stars = items.flatMap((item, i) => (item.class === 'STAR' ? [i] : []));
  const more = described.rows.length - items.length;
  if (more === 0) return offsets;
  const [star] = stars;
  if (star === undefined || stars.length > 1 || more < -1) return undefined;
  const all = Array.from({ length: more + 1 }, () => offsets[star]);
  return [...offsets.slice(0, star), ...all, ...offsets.slice(star + 1)];
}

/** DuckDB counts bytes of UTF-8. */
function offsetOf({ query_location: bytes }: Item, sql: string): number | undefined {
  const encoded = Buffer.from(sql, 'utf8');
  if (bytes === undefined || bytes > encoded.length) return undefined;
  return encoded.subarray(0, bytes).toString('utf8').length;
}
