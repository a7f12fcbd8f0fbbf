import { SqlError } from './session.ts';

interface JsonError {
  readonly exception_type?: string;
  readonly exception_message?: string;
  readonly position?: string;
}

/**
 * The error that DuckDB gave for a statement as an SqlError. Sessions set `errors_as_json`, which carries the position where the printed form has
 * none. The text of a statement that makes a secret goes no further.
 */
export function sqlFailure(statement: string, cause: unknown): SqlError {
  if (cause instanceof SqlError) return cause;
  const sql = makesSecret(statement) ? 'CREATE SECRET …' : statement;
  const text = cause instanceof Error ? cause.message : String(cause);
  const json = readJson(text);
  if (json === undefined) return new SqlError(text, { sql, kind: kindOf(text) });
  const kind = json.exception_type ?? 'Unknown';
  return new SqlError(`${kind} Error: ${(json.exception_message ?? text).trim()}`, {
    sql,
    kind,
    position: positionOf(json, sql),
  });
}

/** Whether a statement, or one of several, makes a secret: its text is never shown or written. */
export function makesSecret(sql: string): boolean {
  return /\bcreate\s+(or\s+replace\s+)?((persistent|temporary|temp)\s+)?secret\b/i.test(sql);
}

function readJson(text: string): JsonError | undefined {
  const start = text.indexOf('{"exception_type"');
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start)) as JsonError;
  } catch {
    return undefined;
  }
}

function kindOf(text: string): string {
  return /^([A-Z][\w ]*?) Error:/.exec(text)?.[1] ?? 'Unknown';
}

/** Unicode's spaces outside of quotes and line comments: DuckDB puts plain ones in their place before it reads, and so before it counts. */
const quotedOrSpace =
  /'[^']*'|"[^"]*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|[\u00a0\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]/g;

/** DuckDB counts bytes of UTF-8, its parser characters, and templates count UTF-16 units. */
function positionOf(json: JsonError, sql: string): number | undefined {
  const count = Number(json.position);
  if (json.position === undefined || !Number.isInteger(count) || count < 0) return undefined;
  const read = sql.replace(quotedOrSpace, (part) => (part.length === 1 ? ' ' : part));
  const units = json.exception_type === 'Parser' ? [...read] : Buffer.from(read, 'utf8');
  if (count > units.length) return undefined;
  const before = Array.isArray(units) ? units.slice(0, count).join('') : units.subarray(0, count).toString('utf8');
  return before.length;
}
