import { type Diagnostic, error } from '@eider/core';
import { explainSql } from '../session/explain-sql.ts';
import { SqlError } from '../session/session.ts';

/** Paths are lists of names to DuckDB: what means something there stands in brackets. */
export const withoutGlobs = (path: string): string => path.replace(/[*?[]/g, '[$&]');

/**
 * The type that a column of text is read as: the table's, unless values would be cut to it in silence (a fraction in a column of integers, a time in one of
 * dates) or have parts of their own. Then the column is what it is, and the table says whether it fits.
 */
export function takenType(held: string, found: string): string {
  const isCut =
    (/INT$/.test(held) && /^(?:DOUBLE|DECIMAL)/.test(found)) || (held === 'DATE' && found.startsWith('TIMESTAMP'));
  return isCut || /^(?:STRUCT|MAP)|\]$/.test(held) || /^(?:STRUCT|MAP)|\]$/.test(found) ? found : held;
}

/** DuckDB's message without its excerpt and advice. */
export const plain = (message: string): string => (message.split('\n')[0] ?? message).replace(/\.\s*$/, '');

/** A file that DuckDB does not read, at its line where it says one. */
export function unreadable(name: string, cause: unknown): Diagnostic {
  if (!(cause instanceof SqlError)) throw cause;
  const line = /\bline(?::)? (\d+)/i.exec(cause.message)?.[1];
  const { message } = explainSql(cause.message);
  return error('engine/landing', `${name} cannot be landed: ${plain(message)}.`, {
    ...(line === undefined ? {} : { place: { file: name, line: Number(line), column: 1 } }),
    cause: cause.message,
  });
}
