import type { Place } from '../diagnostics.ts';
import { generated, joined, type MappedText, splitAt } from './mapped-text.ts';

/** An ephemeral model's SQL, to stand in front of its reader's as a common table expression. */
export interface Cte {
  readonly id: string;
  readonly name: string;
  readonly sql: MappedText;
}

/** The text of one common table expression, as dbt writes it. */
export function cteText(cte: Cte): MappedText {
  const place = cte.sql.segments[0]?.place ?? NOWHERE;
  return joined([generated(` ${cte.name} as (\n`, place), cte.sql, generated('\n)', place)]);
}

/** The SQL with common table expressions in front: after its own `with` or `with recursive` if it begins with one, else under a new `with`. */
export function injectCtes(sql: MappedText, ctes: readonly Cte[]): MappedText {
  if (ctes.length === 0) return sql;
  const place = sql.segments[0]?.place ?? NOWHERE;
  const texts = ctes.flatMap((cte, index) => (index === 0 ? [cteText(cte)] : [generated(', ', place), cteText(cte)]));
  const own = endOfWith(sql.text);
  if (own !== null) {
    const [head, tail] = splitAt(sql, own);
    return joined([head, ...texts, generated(', ', place), tail]);
  }
  const [space, body] = splitAt(sql, sql.text.length - sql.text.trimStart().length);
  return joined([space, generated('with', place), ...texts, generated(' ', place), body]);
}

const NOWHERE: Place = { file: '<compiled>', line: 1, column: 1 };

/** Where the first word `with` (and `recursive`) ends, if the SQL begins with it, comments aside. */
function endOfWith(sql: string): number | null {
  const start = skipBlank(sql, 0);
  if (!isWord(sql, start, 'with')) return null;
  const next = skipBlank(sql, start + 'with'.length);
  return isWord(sql, next, 'recursive') ? next + 'recursive'.length : start + 'with'.length;
}

function isWord(sql: string, at: number, word: string): boolean {
  return sql.slice(at, at + word.length).toLowerCase() === word && !/\w/.test(sql[at + word.length] ?? '');
}

/** The first character from `at` on that is neither white space nor in a comment. */
function skipBlank(sql: string, at: number): number {
  const blank = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)*/y;
  blank.lastIndex = at;
  blank.exec(sql);
  return blank.lastIndex;
}
