import type { SqlExplanation } from '../session/explain-sql.ts';
import type { SqlError } from '../session/session.ts';

/** What stands in front of the place where SQL cannot be read any more, what stands there, and what to do. */
const slips: readonly (readonly [before: RegExp, at: RegExp, hint: string])[] = [
  [/,\s*$/, /^(select|from|where|group|order|having|limit)\b/i, 'Take out the comma in front of it.'],
  [/\bin\s*\(\s*$/i, /^\)/, 'IN needs one value at least: a template that writes the list may have found none.'],
  [/\btop\s*$/i, /^\d/, 'DuckDB has no TOP: write LIMIT at the end of the query.'],
  [/$/, /^\$?\{/, 'An expression of the template is written {{ … }}, with two braces on each side.'],
  [/$/, /^`/, 'Quote names with double quotes.'],
];

/** Advice about what other databases and other templates would take: by the text around the place, which DuckDB's words do not tell. */
export function writtenSlip(said: SqlExplanation, { position, sql }: SqlError): SqlExplanation {
  if (position === undefined) return said;
  const [before, at] = [sql.slice(0, position), sql.slice(position)];
  if (said.message.startsWith('The SQL cannot be read from')) {
    const slip = slips.find(([front, here]) => front.test(before) && here.test(at));
    return slip === undefined ? said : { ...said, hint: slip[2] };
  }
  const column = /^There is no column "([^"]+)" here/.exec(said.message)?.[1];
  if (column === undefined || !at.startsWith('"') || said.hint?.startsWith('Did you mean') === true) return said;
  return { ...said, hint: `A text is written in single quotes: '${column}'.` };
}
