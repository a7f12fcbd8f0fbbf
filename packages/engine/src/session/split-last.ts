import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * A text of several statements as all but the last one and the last one, which is where it was: white space stands in front of it, so that positions stay. The
 * binding gives the first result of several. Any other text, and one that DuckDB cannot read, is given whole.
 */
export async function splitLast(
  raw: DuckDBConnection,
  sql: string,
): Promise<readonly [string] | readonly [string, string]> {
  if (!/;\s*[^\s;]/.test(sql)) return [sql];
  const count = async (text: string): Promise<number> => {
    try {
      return (await raw.extractStatements(text)).count;
    } catch {
      return Number.NaN;
    }
  };
  const all = await count(sql);
  // A semicolon in a text or in a comment leaves parts that cannot be read, or that are other statements.
  for (let at = sql.lastIndexOf(';'); all > 1 && at > 0; at = sql.lastIndexOf(';', at - 1)) {
    const [before, last] = [sql.slice(0, at + 1), sql.slice(at + 1)];
    const behind = /[^\s;]/.test(last) ? await count(last) : 0;
    if (behind > 0 && (await count(before)) + behind === all) return [before, before.replaceAll(/[^\n]/g, ' ') + last];
  }
  return [sql];
}
