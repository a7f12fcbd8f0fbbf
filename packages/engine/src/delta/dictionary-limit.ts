import { quoteList } from '../session/quote.ts';
import type { Connection } from '../session/session.ts';

/** Files that are asked: those of a table are much alike. */
const asked = 16;
/** A dictionary may always have so many values: fewer are no quicker, and a column that grows is seen before it has twice as many. */
const least = 4096;
/** What DuckDB takes: a fifth of the rows of a row group. */
const usual = 24_576;

/**
 * How many values a dictionary may have in files that take the place of others: twice what any has there. Of a column with more, DuckDB puts every value up to the limit into a table
 * before it does without a dictionary: a seventh of the processor time of rewriting ten million rows. Undefined where the files do not tell, or where it is what DuckDB does anyway.
 */
export async function dictionaryLimit(
  connection: Pick<Connection, 'query'>,
  locations: readonly string[],
): Promise<number | undefined> {
  if (locations.length === 0) return undefined;
  const { rows } = await connection.query(
    `SELECT coalesce(max(stats_distinct_count), 0), coalesce(bool_or(encodings LIKE '%DICTIONARY%' AND stats_distinct_count IS NULL), true) FROM parquet_metadata(${quoteList(locations.slice(0, asked))})`,
  );
  const [most, isUntold] = rows[0] ?? [];
  const limit = Math.max(least, Number(most) * 2);
  return isUntold === true || limit >= usual ? undefined : limit;
}
